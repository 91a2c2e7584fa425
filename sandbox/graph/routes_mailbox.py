"""``/users/{id}/mailboxSettings``: the automatic replies of a mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.graph.answers import bad_request, error
from sandbox.graph.objects import User
from sandbox.graph.reach import base_url, object_in, user_in
from sandbox.simulators.answers import JSONAnswer, Refusal

_CHOICES = {
    "status": ("disabled", "alwaysEnabled", "scheduled"),
    "externalAudience": ("none", "contactsOnly", "all"),
}
_MESSAGES = ("internalReplyMessage", "externalReplyMessage")
_TIMES = ("scheduledStartDateTime", "scheduledEndDateTime")
_SECOND = len("2026-11-25T19:00:00")


async def get_settings(request: Request) -> Response:
    """Show the settings of a mailbox."""
    return _shown(request, user_in(request))


async def get_replies(request: Request) -> Response:
    """Show the automatic replies alone."""
    user = user_in(request)
    context = f"{base_url(request)}/$metadata#users('{user.id}')/mailboxSettings/automaticRepliesSetting"
    return JSONAnswer({"@odata.context": context, **_replies(user)})


async def patch_settings(request: Request) -> Response:
    """Change what is named; the rest stays."""
    user, order = user_in(request), await object_in(request)
    changed = dict(_replies(user))
    given = order.get("automaticRepliesSetting", {})
    if not isinstance(given, dict):
        raise bad_request("Cannot read the value of 'automaticRepliesSetting'.", "RequestBodyRead")
    for name, value in given.items():
        changed[name] = _taken(name, value)
    if changed["status"] == "scheduled" and not _begins_before_it_ends(changed):
        raise bad_request("Start Time should occur before End Time.", "ErrorInvalidTimeSettings")
    user.replies = changed
    return _shown(request, user)


def _shown(request: Request, user: User) -> Response:
    context = f"{base_url(request)}/$metadata#users('{user.id}')/mailboxSettings"
    return JSONAnswer({"@odata.context": context, "timeZone": "UTC", "automaticRepliesSetting": _replies(user)})


def _replies(user: User) -> dict[str, Any]:
    if user.replies is None:
        message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
        raise Refusal(error(404, "MailboxNotEnabledForRESTAPI", message))
    return user.replies


def _taken(name: str, value: Any) -> Any:
    if name in _CHOICES:
        for choice in _CHOICES[name]:
            if str(value).lower() == choice.lower():
                return choice
    if name in _MESSAGES and isinstance(value, str):
        return _as_html(value)
    if name in _TIMES and isinstance(value, dict) and isinstance(value.get("dateTime"), str):
        return {"dateTime": value["dateTime"], "timeZone": value.get("timeZone", "UTC")}
    raise bad_request(f"Requested value of '{name}' was not found.", "RequestBodyRead")


def _as_html(text: str) -> str:
    """Return a message as Exchange keeps it."""
    if not text or text.lstrip().lower().startswith("<html"):
        return text
    return f"<html>\n<body>\n{text}\n</body>\n</html>\n"


def _begins_before_it_ends(setting: Mapping[str, Any]) -> bool:
    start, end = (datetime.fromisoformat(setting[name]["dateTime"][:_SECOND]) for name in _TIMES)
    return start < end


ROUTES = [
    Route("/v1.0/users/{user}/mailboxSettings", get_settings, methods=["GET"]),
    Route("/v1.0/users/{user}/mailboxSettings", patch_settings, methods=["PATCH"]),
    Route("/v1.0/users/{user}/mailboxSettings/automaticRepliesSetting", get_replies, methods=["GET"]),
]
