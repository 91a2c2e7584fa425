"""``/api/Users`` and ``/api/UserChange``."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.halo.answers import database_error, invalid_value, missing, not_found
from sandbox.halo.body import Item, read_items
from sandbox.halo.listing import answer_list
from sandbox.halo.person import CLIENT, SITES, User, list_row
from sandbox.halo.query import Query
from sandbox.halo.register import WRITABLE, Register
from sandbox.halo.writes import answer_delete, answer_post
from sandbox.simulators.answers import JSONAnswer

_SEARCHED = ("name", "emailaddress", "phonenumber", "mobilenumber", "login")


async def list_users(request: Request) -> Response:
    """List people: inactive ones are hidden unless they are asked for."""
    query = Query(request)
    rows = [user for user in _register(request).visible() if _wanted(user, query)]
    custom = query.numbers("include_custom_fields")
    return answer_list(request, rows, "users", render=lambda user: list_row(dict(user), custom=custom))


def _wanted(user: User, query: Query) -> bool:
    asked = query.flag("includeinactive") if user["inactive"] else query.flag("includeactive", default=True)
    kind = "includeserviceaccount" if user["isserviceaccount"] else "includenonserviceaccount"
    needle = query.text("search").casefold()
    department = query.number("department_id")
    return (
        asked
        and query.flag(kind, default=True)
        and query.number("client_id") in (None, CLIENT[0])
        and query.number("site_id") in (None, user["site_id_int"])
        and (department is None or any(one["department_id"] == department for one in user["departments"]))
        and (not query.flag("exclude_agents") or not user["linked_agent_id"])
        and (not needle or any(needle in user[name].casefold() for name in _SEARCHED))
    )


async def get_user(request: Request) -> Response:
    """Show a person with what lists leave out."""
    return JSONAnswer(request.app.state.simulator.board.dated(_user(request)))


async def post_users(request: Request) -> Response:
    """Create people (no ``id``) and change people (``id`` and the fields given); all of them or none."""
    register = _register(request)
    items = await read_items(request, WRITABLE)
    for item in items:
        _check(item, register)

    def carry_out() -> list[User]:
        users = []
        for item in items:
            user = register.get(item["id"]) if item.get("id", 0) > 0 else None
            if user is None:
                user = register.add(item)
            else:
                register.change(user, item, who="API")
            users.append(user)
        return users

    return answer_post(request, carry_out, "users")


def _check(item: Item, register: Register) -> None:
    if item.get("id", 0) > 0:
        if register.get(item["id"]) is None:
            raise not_found()
    else:
        for name in ("name", "site_id"):
            if not item.get(name):
                raise missing(name)
    if "site_id" in item and item["site_id"] not in SITES:
        raise database_error("The INSERT statement conflicted with the FOREIGN KEY constraint on column 'ssitenum'.")


async def delete_user(request: Request) -> Response:
    """Delete a person for good."""
    user, register = _user(request), _register(request)

    def carry_out() -> list[User]:
        register.remove(user)
        return [{"id": user["id"]}]

    return answer_delete(request, carry_out, "users")


async def list_changes(request: Request) -> Response:
    """List what was changed about people, field by field."""
    register = _register(request)
    changes = [change for change in register.changes if register.get(change["user_id"]) is not None]
    return answer_list(request, changes, "changes")


def _register(request: Request) -> Register:
    register: Register = request.app.state.simulator.register
    return register


def _user(request: Request) -> dict[str, Any]:
    asked = request.path_params["id"]
    if not asked.isdecimal():
        raise invalid_value("id", asked)
    user = _register(request).get(int(asked))
    if user is None:
        raise not_found()
    return user


ROUTES = [
    Route("/api/users", list_users, methods=["GET"]),
    Route("/api/users", post_users, methods=["POST"]),
    Route("/api/users/{id}", get_user, methods=["GET"]),
    Route("/api/users/{id}", delete_user, methods=["DELETE"]),
    Route("/api/userchange", list_changes, methods=["GET"]),
]
