"""``%act.…%``: the run, the action, the automation, and points in time counted from the run's.

``act`` holds ``run``, ``action`` and ``automation``, and under ``timestamp`` the moment of the run: ISO 8601 with its
offset, in the zone in which people are to read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from lifecycle.language.macros.date_layout import Layout, compile_layout
from lifecycle.language.macros.date_shift import Unit, shifted
from lifecycle.language.nearest import instead

PLAIN: Mapping[str, str] = {
    "run": "Identifier of the run.",
    "action": "Name of the action that is carried out.",
    "automation": "Name of the automation.",
    "timestamp": "The moment of the run, ISO 8601.",
}
"""Names that stand for themselves → meaning."""

OF_EVENTS: Mapping[str, str] = {
    "plan": "Identifier of the plan.",
    "hash": "Hash of the plan.",
    "person": "Primary key of the person.",
    "account": "objectGUID of the account.",
    "outcome": "What happened, as in the webhook's trigger.",
    "cause": "Why the change was planned, as a code.",
    "reason": "Why something was not done, as a code; empty where it was.",
    "changes": "How many changes the plan has, by action.",
    "key": "What the request bears and no other one: where it is looked for before it is sent again.",
    "ticket": "Number of the ticket that an earlier request about the person was answered with.",
}
"""Names that only webhooks and notifications know → meaning."""

_UNITS: Mapping[str, Unit] = {"Hours": "hours", "Days": "days", "Weeks": "weeks", "Months": "months", "Years": "years"}
_TIMESTAMP = re.compile(
    rf"timestamp(?:_(?P<layout>.+?))??(?:_(?P<side>after|before)N(?P<unit>{'|'.join(_UNITS)})_(?P<amount>[0-9]{{1,4}}))?"
)

Act = Mapping[str, str]


def compile_act(name: str, *, of_events: bool = False) -> Callable[[Act], str]:
    """What reads ``%act.name%``; it raises ValueError when ``timestamp`` is no such moment.

    Args:
        name: The name behind ``act.``.
        of_events: Whether the place is told of an event: says which names an error offers.

    Raises:
        ValueError: There is no such name, or the layout of the timestamp has letters that mean nothing.
    """
    if name in PLAIN or name in OF_EVENTS:
        return lambda act: act.get(name, "")
    found = _TIMESTAMP.fullmatch(name)
    if not found:
        known = {*PLAIN, *(OF_EVENTS if of_events else ()), "timestamp_yyyy-MM-dd", "timestamp_yyyy-MM-dd_afterNDays_1"}
        raise ValueError(f"unknown name act.{name}; {instead(name, known, '%act.{}%')}")
    write: Layout = datetime.isoformat
    if found["layout"]:
        try:
            write = compile_layout(found["layout"])
        except ValueError as problem:
            side = re.search("after|before", name.casefold())
            hint = f"; a shift is written like _{side[0]}NDays_2" if side else ""
            raise ValueError(f"act.{name}: the layout {problem}{hint}") from None
    unit = _UNITS.get(found["unit"], "days")
    amount = int(found["amount"] or 0) * (-1 if found["side"] == "before" else 1)

    def timestamp(act: Act) -> str:
        text = act.get("timestamp", "")
        return write(shifted(datetime.fromisoformat(text), amount, unit)) if text else ""

    return timestamp
