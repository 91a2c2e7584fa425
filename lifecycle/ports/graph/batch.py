"""Batches: up to 20 requests in one, each with its own answer (Microsoft Graph, JSON batching). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lifecycle.ports.graph.failures import broken

MOST = 20
"""Requests that one batch takes."""
_FIRST, _AFTER_LAST = 100, 600
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """One request inside a batch, shown without what may be personal data.

    Args:
        method: HTTP method.
        url: Relative to the version, e.g. ``/users/{id}``; percent-encoded.
        body: A JSON structure; None for none.
    """

    method: str
    url: str = field(repr=False)
    body: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class BatchResponse:
    """The answer to one request.

    Args:
        status: HTTP status.
        headers: Names in lower case.
        body: JSON, or a text in base64 for what is binary; None without a body.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return self.status in _SUCCESS


def batch_body(requests: Sequence[BatchRequest]) -> dict[str, Any]:
    """The body of the batch; the id of a request is its position."""
    return {"requests": [_written(position, request) for position, request in enumerate(requests)]}


def read_batch(operation: str, answer: Any, count: int) -> dict[int, BatchResponse]:
    """Position → answer; they come in any order, and one may be missing.

    Args:
        operation: What was tried, for messages.
        answer: JSON of the whole answer.
        count: How many requests the batch held.

    Raises:
        TargetContractError: It is no answer to such a batch.
    """
    responses = answer.get("responses") if isinstance(answer, dict) else None
    if not isinstance(responses, list):
        raise broken(operation, "the batch's answer holds no responses")
    found: dict[int, BatchResponse] = {}
    for one in responses:
        position, response = _read(operation, one)
        if position in found or not 0 <= position < count:
            raise broken(operation, "the batch's answer holds an id twice, or one that was not sent")
        found[position] = response
    return found


def _written(position: int, request: BatchRequest) -> dict[str, Any]:
    written: dict[str, Any] = {"id": str(position), "method": request.method, "url": request.url}
    if request.body is not None:
        written |= {"headers": {"Content-Type": "application/json"}, "body": request.body}
    return written


def _read(operation: str, one: Any) -> tuple[int, BatchResponse]:
    number, status = (one.get("id"), one.get("status")) if isinstance(one, dict) else (None, None)
    headers = one.get("headers") or {} if isinstance(one, dict) else {}
    if (
        not isinstance(number, str)
        or not number.isdecimal()
        or not isinstance(status, int)
        or isinstance(status, bool)
        or not _FIRST <= status < _AFTER_LAST
        or not isinstance(headers, dict)
    ):
        raise broken(operation, "the batch's answer holds a response without an id or a status")
    return int(number), BatchResponse(
        status, {str(name).lower(): str(value) for name, value in headers.items()}, one.get("body")
    )
