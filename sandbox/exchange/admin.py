"""The admin side, below ``/_sandbox``: what happens in the organisation, what goes wrong, what was run."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange.orders import EnableSkype, GiveMailbox, Hold, MakeRoom, SyncUser, TakeLicence
from sandbox.exchange.organisation import Organisation, Person
from sandbox.exchange.simulator import Simulator
from sandbox.simulators import admin
from sandbox.simulators.admin import order_in, problem, simulator_in
from sandbox.simulators.answers import JSONAnswer


async def sync_user(request: Request) -> Response:
    """Make an account known, or let it have another name; answers the account."""
    organisation, order = _organisation(request), await order_in(request, SyncUser)
    return JSONAnswer(asdict(organisation.sync_user(order.guid, order.upn, order.entra_id)))


async def give_mailbox(request: Request) -> Response:
    """Give an account a mailbox; answers the mailbox."""
    organisation, order = _organisation(request), await order_in(request, GiveMailbox)
    person = _person(organisation, order.guid)
    if organisation.mailbox_of(order.guid, order.place) is not None:
        raise problem(409, "the account has a mailbox there")
    record = organisation.give_mailbox(
        person,
        order.place,
        database=order.database,
        alias=order.alias,
        address=order.address,
        kind="SharedMailbox" if order.shared else "UserMailbox",
    )
    return JSONAnswer(asdict(record))


async def take_licence(request: Request) -> Response:
    """Take the licence from an account; answers the mailbox that it had."""
    organisation, order = _organisation(request), await order_in(request, TakeLicence)
    record = organisation.mailbox_of(order.guid, "online")
    if record is None:
        raise problem(404, "the account has no mailbox in the cloud")
    organisation.take_mailbox(record)
    return JSONAnswer(asdict(record))


async def make_room(request: Request) -> Response:
    """Let the mailboxes that an account uses be those of a room; answers the account with them."""
    organisation, order = _organisation(request), await order_in(request, MakeRoom)
    organisation.make_room(_person(organisation, order.guid))
    return JSONAnswer(organisation.shown(order.guid))


async def hold(request: Request) -> Response:
    """Put exactly these holds on a mailbox; answers the mailbox."""
    organisation, order = _organisation(request), await order_in(request, Hold)
    lost = [one for one in organisation.lost_mailboxes(order.guid) if one.place == order.place]
    record = organisation.mailbox_of(order.guid, order.place) or next(iter(lost), None)
    if record is None:
        raise problem(404, "the account has no mailbox there")
    record.litigation, record.in_place = order.litigation, list(order.in_place)
    return JSONAnswer(asdict(record))


async def enable_skype(request: Request) -> Response:
    """Enable an account for Skype for Business; answers the account."""
    organisation, order = _organisation(request), await order_in(request, EnableSkype)
    person = _person(organisation, order.guid)
    person.skype = {"pool": order.pool, "sip_address": order.sip_address or f"sip:{person.upn}"}
    return JSONAnswer(asdict(person))


async def state(request: Request) -> Response:
    """Show everything, or one account."""
    simulator = simulator_in(request, Simulator)
    organisation = simulator.organisation
    if guid := request.query_params.get("guid"):
        return JSONAnswer(organisation.shown(guid))
    return JSONAnswer(
        {
            "people": {guid: asdict(one) for guid, one in organisation.people.items()},
            "mailboxes": {guid: asdict(one) for guid, one in organisation.mailboxes.items()},
            "deleted_accounts": organisation.deleted_accounts,
            "purged": organisation.purged,
            "log": organisation.log,
            "effects": organisation.effects,
            "sessions_opened": simulator.shells.opened,
            "token_exchanges": simulator.tokens.exchanges,
            "faults": simulator.board.shown(),
        }
    )


def _organisation(request: Request) -> Organisation:
    return simulator_in(request, Simulator).organisation


def _person(organisation: Organisation, guid: str) -> Person:
    person = organisation.people.get(guid)
    if person is None:
        raise problem(404, "there is no such account")
    return person


ROUTES = [
    *admin.ROUTES,
    Route("/_sandbox/sync-user", sync_user, methods=["POST"]),
    Route("/_sandbox/give-mailbox", give_mailbox, methods=["POST"]),
    Route("/_sandbox/take-licence", take_licence, methods=["POST"]),
    Route("/_sandbox/make-room", make_room, methods=["POST"]),
    Route("/_sandbox/hold", hold, methods=["POST"]),
    Route("/_sandbox/enable-skype", enable_skype, methods=["POST"]),
    Route("/_sandbox/state", state, methods=["GET"]),
]
