"""Answers as Graph gives them: every error is ``{"error": {"code", "message", "innerError"}}``."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from sandbox.simulators.answers import JSONAnswer, Refusal

BAD_REQUEST = "Request_BadRequest"
RESOURCE_NOT_FOUND = "Request_ResourceNotFound"


def error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """Return an error's answer."""
    request_id = str(uuid.uuid4())
    inner = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": request_id,
        "client-request-id": request_id,
    }
    body = {"error": {"code": code, "message": message, "innerError": inner}}
    return JSONAnswer(body, status, headers={"request-id": request_id, **(headers or {})})


def bad_request(message: str, code: str = BAD_REQUEST) -> Refusal:
    """Refuse what cannot be done: 400."""
    return Refusal(error(400, code, message))


def not_found(identifier: str) -> Refusal:
    """Refuse an object that is not there: 404."""
    message = (
        f"Resource '{identifier}' does not exist or one of its queried reference-property objects are not present."
    )
    return Refusal(error(404, RESOURCE_NOT_FOUND, message))


def collection(base_url: str, context: str, records: list[Any], next_link: str | None = None) -> Response:
    """Return a page of a collection."""
    answer: dict[str, Any] = {"@odata.context": f"{base_url}/$metadata#{context}"}
    if next_link is not None:
        answer["@odata.nextLink"] = next_link
    return JSONAnswer(answer | {"value": records})
