"""``/api/Tickets``, ``/api/Actions`` and the bare lists ``/api/Status``, ``/api/TicketType``."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.halo.answers import invalid_value, missing, not_found
from sandbox.halo.body import read_items
from sandbox.halo.dates import moment
from sandbox.halo.desk import ACTION_FIELDS, CLOSED, STATUSES, TICKET_FIELDS, TICKET_TYPES, Desk, Ticket, list_row
from sandbox.halo.listing import answer_list
from sandbox.halo.query import Query
from sandbox.halo.writes import answer_delete, answer_post
from sandbox.simulators.answers import JSONAnswer

_EXACT = ("client_id", "site_id", "user_id", "agent_id", "status_id", "tickettype_id")
_SEARCHED = ("summary", "details", "user_name", "user_email")
_DATES = ("dateoccurred", "dateclosed", "last_update", "lastactiondate")


async def list_tickets(request: Request) -> Response:
    """List tickets that are not deleted; ``search`` looks into the summary and the details."""
    query = Query(request)
    desk, custom = _desk(request), query.numbers("include_custom_fields")
    rows = [ticket for ticket in desk.tickets.values() if _wanted(ticket, query)]

    def render(ticket: Any) -> dict[str, Any]:
        row = list_row(dict(ticket), custom=custom)
        if query.flag("includelastaction") and desk.actions[ticket["id"]]:
            last = desk.actions[ticket["id"]][-1]
            row |= {"action_number": last["id"], "action_outcome": last["outcome"], "action_note": last["note"]}
        return row

    return answer_list(request, rows, "tickets", render=render)


def _wanted(ticket: Ticket, query: Query) -> bool:
    needle = query.text("search").casefold()
    closed = ticket["status_id"] in CLOSED
    return (
        ticket["deleted"] == query.flag("deleted")
        and all(query.number(name) in (None, ticket[name]) for name in _EXACT)
        and not (query.flag("open_only") and closed)
        and not (query.flag("closed_only") and not closed)
        and (not query.text("ticketids") or ticket["id"] in query.numbers("ticketids"))
        and (not needle or needle == str(ticket["id"]) or any(needle in ticket[n].casefold() for n in _SEARCHED))
        and _in_time(ticket, query)
    )


def _in_time(ticket: Ticket, query: Query) -> bool:
    """Apply ``datesearch`` (a date's name) with ``startdate`` and ``enddate``; other names are ignored."""
    name = query.text("datesearch").lower()
    if name not in _DATES:
        return True
    at = moment(ticket[name])
    start, end = (moment(query.text(edge)) if query.text(edge) else at for edge in ("startdate", "enddate"))
    if at is None or start is None or end is None:
        raise invalid_value("startdate" if start is None else "enddate", "date")
    return start <= at <= end


async def get_ticket(request: Request) -> Response:
    """Show a ticket, a deleted one too."""
    return JSONAnswer(request.app.state.simulator.board.dated(_ticket(request)))


async def post_tickets(request: Request) -> Response:
    """Create tickets (no ``id``) and change tickets; leaving ``id`` out of a change makes a second ticket."""
    simulator, desk = request.app.state.simulator, _desk(request)
    items = await read_items(request, TICKET_FIELDS)
    for item in items:
        if item.get("id", 0) > 0:
            if item["id"] not in desk.tickets:
                raise not_found()
        elif not item.get("summary"):
            raise missing("summary")

    def carry_out() -> list[Ticket]:
        tickets = []
        for item in items:
            if item.get("id", 0) > 0:
                ticket = desk.tickets[item["id"]]
                desk.change(ticket, item)
            else:
                ticket = desk.open(item, simulator.register.get(item.get("user_id", 0)))
            tickets.append(dict(ticket))
        return tickets

    return answer_post(request, carry_out, "tickets")


async def delete_ticket(request: Request) -> Response:
    """Delete a ticket softly, with its reason kept as an action."""
    ticket, desk, reason = _ticket(request), _desk(request), Query(request).text("reason")

    def carry_out() -> list[Ticket]:
        desk.delete(ticket, reason)
        return [{"id": ticket["id"]}]

    return answer_delete(request, carry_out, "tickets")


async def list_actions(request: Request) -> Response:
    """List the actions of a ticket, newest first."""
    number = Query(request).number("ticket_id")
    actions = _desk(request).actions.get(number or 0, [])
    return answer_list(request, actions[::-1], "actions")


async def get_action(request: Request) -> Response:
    """Show one action; its id is unique within its ticket only."""
    number = _number(request)
    actions = _desk(request).actions.get(Query(request).number("ticket_id") or 0, [])
    found = next((action for action in actions if action["id"] == number), None)
    if found is None:
        raise not_found()
    return JSONAnswer(found)


async def post_actions(request: Request) -> Response:
    """Add actions to tickets."""
    desk = _desk(request)
    items = await read_items(request, ACTION_FIELDS)
    for item in items:
        if item.get("ticket_id") not in desk.tickets:
            raise not_found()
        if not (item.get("outcome") or item.get("outcome_id")):
            raise missing("outcome")
    return answer_post(request, lambda: [desk.act(desk.tickets[item["ticket_id"]], item) for item in items], "actions")


async def list_statuses(_request: Request) -> Response:
    """List statuses, without an envelope."""
    return JSONAnswer([{"id": number, "name": name} for number, name in STATUSES.items()])


async def list_ticket_types(_request: Request) -> Response:
    """List ticket types, without an envelope."""
    return JSONAnswer([{"id": number, "name": name} for number, name in TICKET_TYPES.items()])


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.simulator.desk
    return desk


def _number(request: Request) -> int:
    asked = request.path_params["id"]
    if not asked.isdecimal():
        raise invalid_value("id", asked)
    return int(asked)


def _ticket(request: Request) -> Ticket:
    ticket = _desk(request).tickets.get(_number(request))
    if ticket is None:
        raise not_found()
    return ticket


ROUTES = [
    Route("/api/tickets", list_tickets, methods=["GET"]),
    Route("/api/tickets", post_tickets, methods=["POST"]),
    Route("/api/tickets/{id}", get_ticket, methods=["GET"]),
    Route("/api/tickets/{id}", delete_ticket, methods=["DELETE"]),
    Route("/api/actions", list_actions, methods=["GET"]),
    Route("/api/actions", post_actions, methods=["POST"]),
    Route("/api/actions/{id}", get_action, methods=["GET"]),
    Route("/api/status", list_statuses, methods=["GET"]),
    Route("/api/tickettype", list_ticket_types, methods=["GET"]),
]
