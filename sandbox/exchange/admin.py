"""The admin side, below ``/_sandbox``: what happens in the organisation, what goes wrong, what was run.

It needs no token and answers loopback addresses only.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.exchange.faults import UnknownFaultError
from sandbox.exchange.organisation import MailboxRecord, Person
from sandbox.exchange.simulator import Simulator


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    guid: str


class SyncUser(_Order):
    """An account is known from now on, or has another name; an empty Entra id: not synchronised yet."""

    upn: str
    entra_id: str | None = None


class GiveMailbox(_Order):
    """An account has a mailbox: by hand on a server, by a licence in the cloud."""

    place: Literal["server", "online"] = "server"
    database: str = ""
    alias: str = ""
    address: str = ""
    shared: bool = False


class TakeLicence(_Order):
    """An account has no licence any more: its mailbox in the cloud is soft-deleted."""


class Hold(_Order):
    """Holds on the mailbox that an account has, or had."""

    place: Literal["server", "online"] = "server"
    litigation: bool = True
    in_place: list[str] = []


class EnableSkype(_Order):
    """An account is enabled for Skype for Business."""

    pool: str = "pool.corp.example.test"
    sip_address: str = ""


class _Problem(Exception):  # noqa: N818 (an answer)
    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status, self.text = status, text


def _sync_user(simulator: Simulator, order: SyncUser) -> dict[str, Any]:
    return asdict(simulator.organisation.sync_user(order.guid, order.upn, order.entra_id))


def _give_mailbox(simulator: Simulator, order: GiveMailbox) -> dict[str, Any]:
    person = _person(simulator, order.guid)
    if simulator.organisation.mailbox_of(order.guid, order.place) is not None:
        raise _Problem(409, "the account has a mailbox there")
    record = simulator.organisation.give_mailbox(
        person,
        order.place,
        database=order.database,
        alias=order.alias,
        address=order.address,
        kind="SharedMailbox" if order.shared else "UserMailbox",
    )
    return asdict(record)


def _take_licence(simulator: Simulator, order: TakeLicence) -> dict[str, Any]:
    record = simulator.organisation.mailbox_of(order.guid, "online")
    if record is None:
        raise _Problem(404, "the account has no mailbox in the cloud")
    simulator.organisation.take_mailbox(record)
    return asdict(record)


def _hold(simulator: Simulator, order: Hold) -> dict[str, Any]:
    organisation = simulator.organisation
    lost = [one for one in organisation.lost_mailboxes(order.guid) if one.place == order.place]
    record: MailboxRecord | None = organisation.mailbox_of(order.guid, order.place) or next(iter(lost), None)
    if record is None:
        raise _Problem(404, "the account has no mailbox there")
    record.litigation, record.in_place = order.litigation, list(order.in_place)
    return asdict(record)


def _enable_skype(simulator: Simulator, order: EnableSkype) -> dict[str, Any]:
    person = _person(simulator, order.guid)
    person.skype = {"pool": order.pool, "sip_address": order.sip_address or f"sip:{person.upn}"}
    return asdict(person)


async def state(request: Request) -> Response:
    """Show everything, or one account."""
    simulator = _simulator(request)
    organisation = simulator.organisation
    if guid := request.query_params.get("guid"):
        return JSONResponse(organisation.shown(guid))
    return JSONResponse(
        {
            "people": {guid: asdict(one) for guid, one in organisation.people.items()},
            "mailboxes": {guid: asdict(one) for guid, one in organisation.mailboxes.items()},
            "deleted_accounts": organisation.deleted_accounts,
            "purged": organisation.purged,
            "log": organisation.log,
            "effects": organisation.effects,
            "sessions_opened": simulator.shells.opened,
            "token_exchanges": simulator.token_exchanges,
            "faults": simulator.board.shown(),
        }
    )


async def reset(request: Request) -> Response:
    """Forget everything."""
    _simulator(request).reset()
    return Response(status_code=204)


async def put_faults(request: Request) -> Response:
    """Turn on exactly these switches; answers what is on."""
    simulator = _simulator(request)
    try:
        simulator.board.put(json.loads(await request.body() or b"{}"))
    except UnknownFaultError as error:
        return JSONResponse({"error": str(error)}, 422)
    return JSONResponse(simulator.board.shown())


async def clear_faults(request: Request) -> Response:
    """Turn every switch off."""
    _simulator(request).board.clear()
    return Response(status_code=204)


def _simulator(request: Request) -> Simulator:
    if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
        raise PermissionError("the admin side answers loopback addresses only")
    simulator: Simulator = request.app.state.simulator
    return simulator


def _person(simulator: Simulator, guid: str) -> Person:
    person = simulator.organisation.people.get(guid)
    if person is None:
        raise _Problem(404, "there is no such account")
    return person


def _posted(
    kind: type[BaseModel], act: Callable[[Simulator, Any], dict[str, Any]]
) -> Callable[..., Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        simulator = _simulator(request)
        try:
            order = kind.model_validate_json(await request.body())
            return JSONResponse(act(simulator, order))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            return JSONResponse({"error": f"{place}: {first['msg']}", "allowed": sorted(kind.model_fields)}, 422)
        except _Problem as problem:
            return JSONResponse({"error": problem.text}, problem.status)

    return answer


_ORDERS: dict[str, tuple[type[BaseModel], Callable[[Simulator, Any], dict[str, Any]]]] = {
    "sync-user": (SyncUser, _sync_user),
    "give-mailbox": (GiveMailbox, _give_mailbox),
    "take-licence": (TakeLicence, _take_licence),
    "hold": (Hold, _hold),
    "enable-skype": (EnableSkype, _enable_skype),
}
ROUTES = [
    *(Route(f"/_sandbox/{name}", _posted(*order), methods=["POST"]) for name, order in _ORDERS.items()),
    Route("/_sandbox/reset", reset, methods=["POST"]),
    Route("/_sandbox/faults", put_faults, methods=["PUT"]),
    Route("/_sandbox/faults", clear_faults, methods=["DELETE"]),
    Route("/_sandbox/state", state, methods=["GET"]),
]
