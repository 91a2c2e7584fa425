"""Operations as requests (Microsoft Graph v1.0), and what their answers say. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.cloud.operation import (
    AddCloudMembers,
    AssignLicences,
    CloudOperation,
    RemoveCloudMembers,
    RemovePhoto,
    RevokeSessions,
    SetAutomaticReplies,
    SetCloudAccountEnabled,
    SetUsageLocation,
)
from lifecycle.errors import TargetError
from lifecycle.ports.graph.batch import BatchRequest, BatchResponse
from lifecycle.ports.graph.meanings import has_no_photo, is_gone, meaning
from lifecycle.ports.graph.shapes import replies_body
from lifecycle.ports.https.failures import THROTTLED, is_transient

_REQUEST_ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_REFUSED = range(400, 500)
_DONE, _ALREADY = Answer(0, "success"), Answer(0, "already so")
Already = Callable[[BatchResponse], bool]
"""Whether a refusal says that it is so already."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of an operation, and which refusals of it are none."""

    request: BatchRequest
    is_already: Already = lambda _: False


def name_of(operation: CloudOperation) -> str:
    """What an operation is called in messages."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(operation).__name__).lower()


def user_url(user: str) -> str:
    """Where a user is; an identifier cannot lead elsewhere."""
    return f"/users/{quote(user, safe='')}"


def photo_url(user: str) -> str:
    """Where a user's photo is."""
    return f"{user_url(user)}/photo/$value"


def members_url(group: str) -> str:
    """Where the members of a group are."""
    return f"/groups/{quote(group, safe='')}/members"


def calls_of(operation: CloudOperation, base_url: str) -> tuple[Call, ...]:
    """The requests that an operation takes; none for a photo that is set: that is sent by itself."""
    calls: tuple[Call, ...] = ()
    match operation:
        case AssignLicences():
            calls = _licences(operation)
        case RevokeSessions(user):
            calls = (Call(BatchRequest("POST", f"{user_url(user)}/revokeSignInSessions", {})),)
        case RemovePhoto(user):
            calls = (Call(BatchRequest("DELETE", photo_url(user)), has_no_photo),)
        case AddCloudMembers(group, users):
            calls = tuple(_add(group, user, base_url) for user in users)
        case RemoveCloudMembers(group, users):
            # With /$ref at its end: without it, Graph deletes the user.
            calls = tuple(
                Call(BatchRequest("DELETE", f"{members_url(group)}/{quote(user, safe='')}/$ref"), is_gone)
                for user in users
            )
        case SetAutomaticReplies(user, setting):
            calls = (Call(BatchRequest("PATCH", f"{user_url(user)}/mailboxSettings", replies_body(setting))),)
        case SetUsageLocation(user, country):
            calls = (Call(BatchRequest("PATCH", user_url(user), {"usageLocation": country})),)
        case SetCloudAccountEnabled(user, enabled):
            calls = (Call(BatchRequest("PATCH", user_url(user), {"accountEnabled": enabled})),)
    return calls


def answer_of(call: Call | None, response: BatchResponse | TargetError) -> Answer:
    """What one response says: done, refused, or that nobody knows."""
    if isinstance(response, TargetError):
        # What was refused as a whole was not carried out; without a status, or with a server error, nobody knows.
        refused = response.code in _REFUSED and (response.code == THROTTLED or not is_transient(response.code))
        return Answer(response.code if refused else NO_ANSWER, response.description)
    if response.ok:
        return _DONE
    if call is not None and call.is_already(response):
        return _ALREADY
    if response.status != THROTTLED and is_transient(response.status):
        return Answer(NO_ANSWER, f"the server answered {response.status}", _request_id(response))
    return Answer(response.status, meaning(response), _request_id(response))


def summed_up(answers: Sequence[Answer]) -> Answer:
    """One answer for all requests of an operation: what nobody knows counts before what was refused."""
    if not answers:
        return _ALREADY
    unknown = [one for one in answers if one.unknown]
    refused = [one for one in answers if not one.ok and not one.unknown]
    if not unknown and not refused:
        return _DONE if any(one == _DONE for one in answers) else _ALREADY
    first = (unknown or refused)[0]
    if len(answers) == 1:
        return first
    counted = f"{len(unknown)} unknown, {len(refused)} refused of {len(answers)}"
    return Answer(first.code, f"{first.description}; {counted}", first.detail)


def _licences(operation: AssignLicences) -> tuple[Call, ...]:
    if not operation.add and not operation.remove:
        return ()
    body = {
        "addLicenses": [{"skuId": one.sku_id, "disabledPlans": list(one.disabled_plans)} for one in operation.add],
        "removeLicenses": list(operation.remove),  # both must be there, empty or not
    }
    alone = len(operation.remove) == 1 and not operation.add
    request = BatchRequest("POST", f"{user_url(operation.user)}/assignLicense", body)
    # With several, the refusal of one leaves the others undone.
    return (Call(request, lambda response: alone and meaning(response) == "licence-absent"),)


def _add(group: str, user: str, base_url: str) -> Call:
    body = {"@odata.id": f"{base_url}/directoryObjects/{user}"}
    request = BatchRequest("POST", f"{members_url(group)}/$ref", body)
    return Call(request, lambda response: meaning(response) == "member-already")


def _request_id(response: BatchResponse) -> str:
    """What Microsoft's support asks for."""
    error = response.body.get("error") if isinstance(response.body, dict) else None
    inner = error.get("innerError") if isinstance(error, dict) else None
    found = inner.get("request-id") if isinstance(inner, dict) else None
    return found if isinstance(found, str) and _REQUEST_ID.fullmatch(found) else ""


def waves(subjects: Iterable[frozenset[str]]) -> list[list[int]]:
    """Positions in waves: those that share a subject stand in waves of their own, in their order."""
    found: list[list[int]] = []
    latest: dict[str, int] = {}
    for position, touched in enumerate(subjects):
        wave = max((latest.get(one, -1) for one in touched), default=-1) + 1
        latest |= dict.fromkeys(touched, wave)
        if wave == len(found):
            found.append([])
        found[wave].append(position)
    return found
