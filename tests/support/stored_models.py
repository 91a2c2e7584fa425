"""The shape of everything that the store keeps as JSON, for each version, as tests/data/stored-models.json has it.

``python -m tests.support.stored_models`` notes the shape of a version that is not in the file yet. It does not change
one that is: bodies of that version may be in somebody's store. ``--unreleased`` does, for one that no release has.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import lifecycle.actions
from lifecycle.actions.catalogue import CHANGES, PARAMETERS
from lifecycle.actions.change import Cause
from lifecycle.config.webhook import Webhook
from lifecycle.directory.snapshot import AccountSnapshot
from lifecycle.notice import Reason
from lifecycle.planning.kept import Kept
from lifecycle.planning.plan import Plan
from lifecycle.planning.stored_plan import INTENT
from lifecycle.versions import (
    ACCOUNT_SNAPSHOT,
    JOURNAL_ENTRY,
    KINDS,
    PLAN,
    PLAN_CONTEXT,
    WEBHOOK_CALL,
)
from lifecycle.versions import (
    PARAMETERS as PARAMETERS_KIND,
)

FILE = Path(__file__).parents[1] / "data" / "stored-models.json"
_TOLD = frozenset({"description", "title", "examples"})
_CODES = {"Cause": Cause, "Reason": Reason}
_KEY = re.compile(r"(account|exchange|folder|m365|script|skype)\.[A-Za-z.]+")
Shapes = dict[str, dict[str, str]]


def shapes() -> Shapes:
    """Kind of body → model → fingerprint, as this build has them."""
    of_plan = [name for name in Plan.model_fields if name in INTENT and name != "changes"]
    of_context = [name for name in Plan.model_fields if name not in INTENT]
    return {
        PLAN.name: {"plan": _of_fields(Plan, of_plan), **{_action(one): fingerprint(one) for one in CHANGES}},
        PLAN_CONTEXT.name: {"plan": _of_fields(Plan, of_context)},
        PARAMETERS_KIND.name: {_action(one): fingerprint(one) for one in PARAMETERS},
        WEBHOOK_CALL.name: {"webhook": fingerprint(Webhook)},
        JOURNAL_ENTRY.name: {"deleted account": _digest([f"{one.name}: {one.type}" for one in fields(Kept)])},
        ACCOUNT_SNAPSHOT.name: {"account": _digest([f"{one.name}: {one.type}" for one in fields(AccountSnapshot)])},
    }


def codes() -> dict[str, list[str]]:
    """Words that bodies hold: there may be more of them at any time, and never fewer."""
    modules = [importlib.import_module(one.name) for one in pkgutil.iter_modules(lifecycle.actions.__path__,
               "lifecycle.actions.")]  # fmt: skip
    keys = {value for module in modules for value in vars(module).values() if isinstance(value, str)}
    return {
        **{name: sorted(one.value for one in kind) for name, kind in _CODES.items()},
        "keys of before and after": sorted(one for one in keys if _KEY.fullmatch(one)),
    }


def committed() -> dict[str, Any]:
    """What the file says."""
    read: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return read


def _action(model: type[BaseModel]) -> str:
    return str(model.model_fields["action"].default)


def _of_fields(model: type[BaseModel], names: list[str]) -> str:
    schema = model.model_json_schema()
    asked = {name: schema["properties"][name] for name in names}
    found: dict[str, Any] = {}
    left = _references(asked)
    while left:
        name = left.pop()
        found[name] = schema["$defs"][name]
        left |= _references(found[name]) - found.keys()
    return _digest(_plain({"properties": asked, "$defs": found}))


def _references(schema: object) -> set[str]:
    return set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(schema)))


def fingerprint(model: type[BaseModel]) -> str:
    """The same for every shape that reads and writes the same."""
    return _digest(_plain(model.model_json_schema()))


def _plain(schema: Any, name: str = "") -> Any:
    """A schema without what only readers need, and without codes that have a list of their own."""
    if name in _CODES:
        return name
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "properties" in schema:  # whose keys are fields, one of which may be called as a keyword
        own = {key: _plain(value) for key, value in schema["properties"].items()}
        rest = {key: value for key, value in schema.items() if key != "properties"}
        return {**_plain(rest), "properties": own}
    return {key: _plain(value, key) for key, value in schema.items() if key not in _TOLD}


def _digest(shape: Any) -> str:
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()[:16]


def note(built: Shapes, *, unreleased: bool) -> str:
    """Note the shapes of this build; answers what was done, or why not."""
    known = committed() if FILE.exists() else {"shapes": {}, "codes": {}}
    for kind in KINDS:
        versions, now = known["shapes"].setdefault(kind.name, {}), built[kind.name]
        if versions.get(str(kind.version), now) != now and not unreleased:
            return (
                f"{kind.name} {kind.version} is in the file with another shape: see "
                "docs/contributing/change-a-stored-model.md"
            )
        versions[str(kind.version)] = now
    known["codes"] = {name: sorted({*known["codes"].get(name, []), *now}) for name, now in codes().items()}
    FILE.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")
    return "noted"


if __name__ == "__main__":
    sys.stdout.write(note(shapes(), unreleased="--unreleased" in sys.argv) + "\n")
