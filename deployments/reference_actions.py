"""The page of actions: a table of all, and what each is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from deployments.reference_models import kind, sentence, shown_default, table
from lifecycle.actions.catalogue import PARAMETERS
from lifecycle.actions.parameters import Parameters

EVERYWHERE = frozenset(Parameters.model_fields)
"""Keys that every action has, told once."""


def action_page() -> Iterator[str]:
    """The table, one row an action; then one section an action."""
    yield (
        "What can be done to an account. An action stands in a list: in a policy (`config/policies/*.yaml`) that an "
        "automation names for joiners, movers, rehires or leavers, or in the form of the deployment **run-action**. "
        "Every one goes through the same plan, gate and journal; one that finds things so already does nothing."
    )
    yield table(
        ("action", "what it is", "what it writes", "asked for again", "what takes it back", "tested against"),
        [
            (
                "`create-user`",
                "Create user: what an automation does for a joiner",
                "one LDAP add with attributes, generated password and the enabled bit; then references and groups",
                "nothing",
                "disabled and deleted, as long as nobody has used it",
                "a Samba domain controller",
            ),
            *(
                (
                    f"[`{_name(one)}`](#{_name(one)})",
                    one.facts.title,
                    one.facts.writes,
                    one.facts.again,
                    one.facts.undo,
                    one.facts.tested,
                )
                for one in PARAMETERS
            ),
        ],
    )
    yield "## What every action is given"
    yield _keys({name: info for name, info in Parameters.model_fields.items() if name != "action"}, Parameters)
    for one in PARAMETERS:
        yield f"## {_name(one)}"
        yield sentence(one)
        own = {name: info for name, info in one.model_fields.items() if name not in EVERYWHERE}
        yield _keys(own, one) if own else "It is given nothing besides."


def _name(parameters: type[Parameters]) -> str:
    return str(parameters.model_fields["action"].default)


def _keys(fields: Mapping[str, object], model: type[BaseModel]) -> str:
    infos = {name: model.model_fields[name] for name in fields}
    return table(
        ("key", "value", "default", "meaning"),
        [
            (f"`{info.alias or name}`", kind(info.annotation), shown_default(info), info.description or "")
            for name, info in infos.items()
        ],
    )
