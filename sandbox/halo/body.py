"""Bodies of a POST: a JSON array of objects, its values converted as HaloITSM converts them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sandbox.halo.answers import unconvertible
from sandbox.simulators.answers import JSONAnswer, Refusal

Item = dict[str, Any]


async def read_items(request: Request, kinds: Mapping[str, str]) -> list[Item]:
    """Return the objects of a body, only with the fields known, converted.

    Args:
        request: The POST.
        kinds: Field → ``integer``, ``double``, ``text``, ``flag`` or ``fields`` (custom fields). Others are
            ignored in silence; ``null`` counts as absent.

    Raises:
        Refusal: 415 for another content type; 400 for what is no JSON, no array, empty, or not convertible.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refusal(JSONAnswer({"title": "Unsupported Media Type", "status": 415}, 415))
    try:
        read = json.loads(await request.body())
    except ClientDisconnect:
        raise Refusal(Response(status_code=400)) from None  # goes nowhere, and nothing is carried out
    except ValueError:
        raise Refusal(JSONAnswer({"": ["Unexpected character encountered while parsing value."]}, 400)) from None
    if not isinstance(read, list):
        text = "Cannot deserialize the current JSON value because the type requires a JSON array ([1,2,3])."
        raise Refusal(JSONAnswer({"": [text]}, 400))
    if not read:
        raise Refusal(JSONAnswer("No items were sent.", 400))
    return [_item(item, f"[{number}]", kinds) for number, item in enumerate(read)]


def _item(item: Any, path: str, kinds: Mapping[str, str]) -> Item:
    if not isinstance(item, dict):
        raise unconvertible(path, item, "object")
    lower = {name.lower(): value for name, value in item.items()}
    return {
        name: _CONVERT[kind](lower[name], f"{path}.{name}")
        for name, kind in kinds.items()
        if lower.get(name) is not None
    }


def _integer(value: Any, path: str) -> int:
    # 95.0 and "95.0" are refused although reads give 95.0 for a site
    if isinstance(value, bool) or not (isinstance(value, int) or re.fullmatch(r"-?\d+", str(value))):
        raise unconvertible(path, value, "integer")
    return int(value)


def _double(value: Any, path: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise unconvertible(path, value, "double") from None


def _text(value: Any, path: str) -> str:
    if isinstance(value, dict | list):
        raise unconvertible(path, type(value).__name__, "string")
    return str(value)


def _flag(value: Any, path: str) -> bool:
    if str(value).lower() not in {"true", "false"}:
        raise unconvertible(path, value, "boolean")
    return str(value).lower() == "true"


def _fields(value: Any, path: str) -> list[Item]:
    if not isinstance(value, list):
        raise unconvertible(path, type(value).__name__, "array")
    return [_item(one, f"{path}[{number}]", _CUSTOM) for number, one in enumerate(value)]


_CUSTOM = {"id": "integer", "name": "text", "value": "text"}
_CONVERT = {"integer": _integer, "double": _double, "text": _text, "flag": _flag, "fields": _fields}
