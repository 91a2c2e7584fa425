"""The tickets HaloITSM holds, their actions, and the lists that tickets refer to."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sandbox.halo.dates import NO_DATE, stamp
from sandbox.halo.person import CLIENT, SITES, User

Ticket = dict[str, Any]
Action = dict[str, Any]

STATUSES = {1: "New", 2: "In Progress", 4: "With User", 8: "Completed", 9: "Closed"}
CLOSED = frozenset({8, 9})
TICKET_TYPES = {1: "Incident", 3: "Service Request", 32: "New Starter Request", 33: "Leaver Request"}
OUTCOMES = {1: "Private Note", 4: "Note", 9: "Close"}

CUSTOM_FIELDS = {201: "CFLifecycleKey", 202: "CFStarterFirstName", 203: "CFStarterSurname",
                 204: "CFStarterDepartment", 205: "CFStarterStartDate"}  # fmt: skip
"""Id → name of a ticket's custom fields."""

DETAIL_ONLY = frozenset({"details_html", "deleted"})

TICKET_FIELDS = {
    **dict.fromkeys(
        ("id", "status_id", "tickettype_id", "priority_id", "client_id", "site_id", "user_id", "agent_id"), "integer"
    ),
    **dict.fromkeys(
        ("summary", "details", "details_html", "team", "category_1", "category_2", "category_3", "category_4",
         "user_name", "user_email", "reportedby"),
        "text",
    ),
    "customfields": "fields",
}  # fmt: skip
"""Field of ``POST /api/Tickets`` → kind of its value."""

ACTION_FIELDS = {
    **dict.fromkeys(("ticket_id", "outcome_id", "new_status"), "integer"),
    **dict.fromkeys(("outcome", "note", "note_html"), "text"),
    "hiddenfromuser": "flag",
}
"""Field of ``POST /api/Actions`` → kind of its value."""


class Desk:
    """Tickets by id; the actions of each are numbered from 1.

    Args:
        clock: Gives the time of a change, aware.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget every ticket; the next one is number 1001."""
        self.tickets: dict[int, Ticket] = {}
        self.actions: dict[int, list[Action]] = {}

    def open(self, fields: Mapping[str, Any], user: User | None) -> Ticket:
        """Create a ticket; ``status_id`` is ignored, a new ticket is new.

        Args:
            fields: As in :data:`TICKET_FIELDS`.
            user: Whom ``user_id`` names, when there is such a user.
        """
        number = 1001 + len(self.tickets)
        at = stamp(self._clock())
        ticket: Ticket = {
            "id": number, "summary": "", "details": "", "details_html": "", "dateoccurred": at, "last_update": at,
            "lastactiondate": at, "dateclosed": NO_DATE, "hasbeenclosed": False, "deleted": False,
            "status_id": 1, "status_name": STATUSES[1], "tickettype_id": 1, "tickettype_name": TICKET_TYPES[1],
            "priority_id": 4, "client_id": CLIENT[0], "client_name": CLIENT[1],
            "site_id": next(iter(SITES)), "site_name": next(iter(SITES.values())),
            "user_id": 0, "user_name": "General User", "user_email": "", "reportedby": "",
            "agent_id": 1, "team": "1st Line Support",
            "category_1": "", "category_2": "", "category_3": "", "category_4": "", "customfields": [],
        }  # fmt: skip
        if user is not None:
            ticket |= {"user_name": user["name"], "user_email": user["emailaddress"]}
        _apply(ticket, {name: value for name, value in fields.items() if name != "status_id"})
        self.tickets[number], self.actions[number] = ticket, []
        return ticket

    def change(self, ticket: Ticket, fields: Mapping[str, Any]) -> None:
        """Give a ticket the fields named; a closing status sets ``dateclosed``."""
        _apply(ticket, fields)
        at = stamp(self._clock())
        ticket["last_update"] = at
        if "status_id" in fields:
            closed = ticket["status_id"] in CLOSED
            ticket["hasbeenclosed"] = ticket["hasbeenclosed"] or closed
            ticket["dateclosed"] = at if closed else NO_DATE

    def delete(self, ticket: Ticket, reason: str) -> None:
        """Mark a ticket as deleted; it keeps its number and leaves the lists."""
        self.act(ticket, {"outcome": "Deleted", "note": reason, "hiddenfromuser": True})
        ticket["deleted"] = True

    def act(self, ticket: Ticket, fields: Mapping[str, Any]) -> Action:
        """Add an action to a ticket; ``new_status`` changes the ticket's status too."""
        at = stamp(self._clock())
        text = fields.get("note") or _text_of(fields.get("note_html", ""))
        action: Action = {
            "ticket_id": ticket["id"], "id": len(self.actions[ticket["id"]]) + 1, "datetime": at, "who_agentid": 1,
            "outcome": fields.get("outcome") or OUTCOMES.get(fields.get("outcome_id", 4), OUTCOMES[4]),
            "outcome_id": fields.get("outcome_id", 4),
            "note": text, "note_html": fields.get("note_html") or f"<p>{html.escape(text)}</p>",
            "hiddenfromuser": fields.get("hiddenfromuser", False), "new_status": fields.get("new_status", 0),
        }  # fmt: skip
        self.actions[ticket["id"]].append(action)
        ticket["lastactiondate"] = at
        self.change(ticket, {"status_id": fields["new_status"]} if fields.get("new_status") else {})
        return action


def list_row(ticket: Ticket, *, custom: frozenset[int] = frozenset()) -> Ticket:
    """Return what a list shows of a ticket, custom fields only where their ids are asked for."""
    row = {key: value for key, value in ticket.items() if key not in DETAIL_ONLY}
    row["customfields"] = [field for field in ticket["customfields"] if field["id"] in custom] if custom else None
    return row


def _apply(ticket: Ticket, fields: Mapping[str, Any]) -> None:
    ticket |= {name: value for name, value in fields.items() if name not in {"id", "customfields"}}
    if "details_html" in fields:
        ticket["details"] = _text_of(fields["details_html"])
    elif "details" in fields:
        ticket["details_html"] = f"<p>{html.escape(fields['details'])}</p>"
    ticket["status_name"] = STATUSES.get(ticket["status_id"], "")
    ticket["tickettype_name"] = TICKET_TYPES.get(ticket["tickettype_id"], "")
    ticket["site_name"] = SITES.get(ticket["site_id"], "")
    held = {field["id"]: field for field in ticket["customfields"]}
    for field in fields.get("customfields", ()):
        number = field.get("id") or next((n for n, name in CUSTOM_FIELDS.items() if name == field.get("name")), 0)
        if number in CUSTOM_FIELDS:  # HaloITSM ignores a custom field that it does not have
            name, value = CUSTOM_FIELDS[number], field.get("value", "")
            held[number] = {"id": number, "name": name, "label": name[2:], "type": 0, "value": value, "display": value}
    ticket["customfields"] = [held[number] for number in sorted(held)]


def _text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", markup)).strip()
