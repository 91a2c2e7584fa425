"""Answers as Graph gives them: every error is ``{"error": {"code", "message", "innerError"}}``."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse, Response

JSONAnswer = JSONResponse
BAD_REQUEST = "Request_BadRequest"
RESOURCE_NOT_FOUND = "Request_ResourceNotFound"


class Refusal(Exception):  # noqa: N818 - it carries an answer; nothing went wrong here
    """Ends a request with this answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


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


def no_content() -> Response:
    """Answer 204."""
    return Response(status_code=204)


def collection(base_url: str, context: str, records: list[Any], next_link: str | None = None) -> Response:
    """Return a page of a collection."""
    answer: dict[str, Any] = {"@odata.context": f"{base_url}/$metadata#{context}"}
    if next_link is not None:
        answer["@odata.nextLink"] = next_link
    return JSONAnswer(answer | {"value": records})
