"""``/$batch``: up to 20 requests, each through the same gate, answered in another order than asked."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.graph.answers import bad_request
from sandbox.graph.gate import ITEM, LOST
from sandbox.graph.reach import base_url, object_in
from sandbox.simulators.answers import JSONAnswer

_MOST = 20


async def batch(request: Request) -> Response:
    """Carry out each request, and answer the last first."""
    items = _items((await object_in(request)).get("requests"))
    # Through the whole application, so that an item meets the same switches and refusals as a request of its own.
    transport = httpx.ASGITransport(app=request.app)
    answers = []
    async with httpx.AsyncClient(transport=transport, base_url=base_url(request)) as inside:
        for item in items:
            headers = {"Authorization": request.headers.get("authorization", ""), ITEM: "1", **item.get("headers", {})}
            url = "/" + item["url"].lstrip("/")
            answer = await inside.request(item["method"], url, headers=headers, content=_content(item))
            if LOST.decode() not in answer.headers:
                answers.append(_answer(item["id"], answer))
    return JSONAnswer({"responses": answers[::-1]})


def _items(requests: Any) -> list[dict[str, Any]]:
    if not isinstance(requests, list) or not requests or not all(map(_is_item, requests)):
        raise bad_request("Invalid batch payload format.", "BadRequest")
    if len(requests) > _MOST:
        raise bad_request(f"Number of batch request steps exceeds the maximum value of {_MOST}.", "BadRequest")
    if len({item["id"].lower() for item in requests}) < len(requests):
        raise bad_request("Request Id must be unique in a batch.", "BadRequest")
    for item in requests:
        if "body" in item and "content-type" not in {name.lower() for name in item.get("headers", {})}:
            text = f"Write request id : {item['id']} does not contain Content-Type header or body."
            raise bad_request(text, "BadRequest")
    return requests


def _is_item(item: Any) -> bool:
    return isinstance(item, dict) and all(isinstance(item.get(name), str) for name in ("id", "method", "url"))


def _content(item: dict[str, Any]) -> bytes | None:
    if "body" not in item:
        return None
    if isinstance(item["body"], str):
        return base64.b64decode(item["body"])
    return json.dumps(item["body"]).encode()


def _answer(number: str, answer: httpx.Response) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": number, "status": answer.status_code, "headers": {}}
    for name in ("Content-Type", "Retry-After"):
        if name in answer.headers:
            shown["headers"][name] = answer.headers[name]
    if answer.content:
        is_json = "json" in answer.headers.get("content-type", "")
        shown["body"] = answer.json() if is_json else base64.b64encode(answer.content).decode()
    return shown


ROUTES = [Route("/v1.0/$batch", batch, methods=["POST"])]
