"""What the store keeps as JSON outlives an upgrade: each kind of body has a version, and older ones are converted.

A body that was written by an older build is plain JSON here, never a model of that build. One small pure function a
step turns version *n* into *n + 1*; the number of steps is the version that this build writes, so a version cannot be
raised without saying how its predecessor is read. docs/contributing/change-a-stored-model.md is the recipe.

=================  ==========================================================  ==========================
kind               where it is kept                                            where its version is
=================  ==========================================================  ==========================
plan               ``plans.intent``: automation, directory, changes; hashed    in the text; absent is 0
plan context       ``plans.context``: everything else of the plan              in the text; absent is 0
action parameters  ``steps.parameters``, and in the changes of a plan          in the text; absent is 0
webhook call       ``outbox.content``                                          in the text; absent is 0
journal entry      ``journal.before`` and ``.after``                           ``journal.version``
account snapshot   in the journal entry of a deletion                          in the text; the first is 1
=================  ==========================================================  ==========================
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lifecycle.errors import NewerVersionError

Body = dict[str, Any]
"""One JSON object, as ``json.loads`` gives it."""
Converter = Callable[[Body], Body]

_VERSION = "version"


@dataclass(frozen=True, slots=True)
class BodyKind:
    """One kind of body that the store keeps.

    Args:
        name: What messages call it.
        converters: Step by step from :attr:`first` to the version that this build writes.
        first: The oldest version.
    """

    name: str
    converters: tuple[Converter, ...] = ()
    first: int = 0

    @property
    def version(self) -> int:
        """The version that this build writes."""
        return self.first + len(self.converters)

    def text(self, body: Mapping[str, Any]) -> str:
        """A body as it is stored: JSON with its version, the same text for equal bodies."""
        return json.dumps({**body, _VERSION: self.version}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def read(self, text: str) -> Body:
        """A stored text as a body of this build's version, without the version itself.

        Raises:
            NewerVersionError: A newer build wrote it.
            ValueError: It is no body of this kind; the message quotes nothing of it.
        """
        try:
            body = json.loads(text)
        except ValueError:
            raise ValueError(f"no {self.name}: not JSON") from None
        if not isinstance(body, dict):
            raise ValueError(f"no {self.name}: not a JSON object")  # noqa: TRY004 - of a text, not of an argument
        version = body.pop(_VERSION, 0)
        if type(version) is not int or version < self.first:
            raise ValueError(f"no {self.name}: its version is none")
        return self.upgrade(body, version)

    def upgrade(self, body: Body, version: int) -> Body:
        """A body of an older version as one of this build's.

        Raises:
            NewerVersionError: A newer build wrote it.
            ValueError: A converter does not find what its version promises; the message quotes nothing of it.
        """
        if version > self.version:
            raise NewerVersionError(self.name, version, self.version)
        try:
            for convert in self.converters[version - self.first :]:
                body = convert(body)
        except (KeyError, TypeError, AttributeError):  # their texts hold values
            raise ValueError(f"no {self.name} of version {version}") from None
        return body


def unchanged(body: Body) -> Body:
    """From a version to the next that only adds fields with defaults, or only begins to say its version."""
    return body


def renamed(body: Body, names: Mapping[str, str]) -> Body:
    """An object with other keys, old name → new; keys that are not there are left out, all others stay."""
    return {names.get(name, name): value for name, value in body.items()}


def converted_changes(body: Body, action: str, convert: Converter) -> Body:
    """A plan's body with every change of one action converted; the other changes and their order stay."""
    return {
        **body,
        "changes": [convert(one) if one["action"] == action else one for one in body["changes"]],
    }


def _plain_not(given: Any) -> Any:
    """Filters: bb6e79e wrote the key ``not`` as the name of its Python field, which it could not read again."""
    if isinstance(given, list):
        return [_plain_not(one) for one in given]
    if isinstance(given, dict):
        return {("not" if name == "not_" else name): _plain_not(value) for name, value in given.items()}
    return given


_FILE_NAMES = {
    "remove-from-groups": {"keep": "except"},
    "move-across-groups": {"source": "from", "target": "to"},
}


def _parameters_as_in_files(body: Body) -> Body:
    """Parameters 0 → 1: keys are called as in a file, which is how they are read; bb6e79e wrote three otherwise."""
    named = renamed(body, _FILE_NAMES.get(body["action"], {}))
    return {**named, "when": _plain_not(named.get("when"))}


def _call_as_in_files(body: Body) -> Body:
    """Calls 0 → 1: the condition of the webhook's trigger is written as in a file."""
    webhook = body["webhook"]
    trigger = webhook["trigger"]
    if "when" in trigger:
        webhook = {**webhook, "trigger": {**trigger, "when": _plain_not(trigger["when"])}}
    return {**body, "webhook": webhook}


PLAN = BodyKind("plan", (unchanged,))
PLAN_CONTEXT = BodyKind("plan context", (unchanged,))
PARAMETERS = BodyKind("action parameters", (_parameters_as_in_files,))
WEBHOOK_CALL = BodyKind("webhook call", (_call_as_in_files,))
JOURNAL_ENTRY = BodyKind("journal entry")
"""A body is ``action``, ``before`` and ``after``; its version is a column of its own."""
ACCOUNT_SNAPSHOT = BodyKind("account snapshot", first=1)
KINDS = (PLAN, PLAN_CONTEXT, PARAMETERS, WEBHOOK_CALL, JOURNAL_ENTRY, ACCOUNT_SNAPSHOT)
