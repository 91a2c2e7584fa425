"""Query options as Graph reads them: ``$select``, ``$filter`` with ``eq`` and ``in``, ``$top``, ``$skiptoken``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from sandbox.graph.answers import bad_request

MOST_CLAUSES = 15
_TOP = 999
_LITERAL = r"'(?:[^']|'')*'"
_CONDITION = re.compile(rf"(\w+) (?:eq ({_LITERAL})|in ?\(({_LITERAL}(?:, ?{_LITERAL})*)\))")


def condition(request: Request, filterable: Sequence[str]) -> tuple[str, frozenset[str]] | None:
    """Return the property that ``$filter`` compares and the values it may have, lower-case; None without a filter.

    Raises:
        Refusal: 400, the filter is none of those that are understood, or has too many values.
    """
    text = request.query_params.get("$filter")
    if text is None:
        return None
    found = _CONDITION.fullmatch(text.strip())
    if found is None or found[1] not in filterable:
        raise bad_request("Unsupported or invalid query filter clause specified.", "Request_UnsupportedQuery")
    values = [one[1:-1].replace("''", "'").lower() for one in re.findall(_LITERAL, found[2] or found[3])]
    if len(values) > MOST_CLAUSES:
        raise bad_request(
            "Too many child clauses specified in search filter expression containing 'OR' operators: "
            f"{len(values)}. Max allowed: {MOST_CLAUSES}.",
            "Request_UnsupportedQuery",
        )
    return found[1], frozenset(values)


def selected(request: Request, record: dict[str, Any], default: Sequence[str]) -> dict[str, Any]:
    """Return the properties that ``$select`` names, or those that come without it; ``id`` and annotations stay.

    Raises:
        Refusal: 400, a property does not exist.
    """
    names = request.query_params.get("$select")
    wanted = [name.strip() for name in names.split(",")] if names else list(default)
    for name in wanted:
        if name not in record:
            raise bad_request(f"Could not find a property named '{name}' on type 'microsoft.graph.user'.", "BadRequest")
    return {name: record[name] for name in record if name in wanted or name.startswith("@")}


def page(
    request: Request, base_url: str, records: Sequence[Any], default_top: int, is_wanted: Callable[[Any], bool]
) -> tuple[list[Any], str | None]:
    """Return a page of those records that are wanted, and the link to the next.

    Raises:
        Refusal: 400, ``$top`` or ``$skiptoken`` is none.
    """
    top, token = request.query_params.get("$top", str(default_top)), request.query_params.get("$skiptoken", "0")
    if not top.isdecimal() or not 0 < int(top) <= _TOP or not token.isdecimal():
        raise bad_request("Invalid page size specified.", "Request_UnsupportedQuery")
    found = [record for record in records if is_wanted(record)]
    start, end = int(token), int(token) + int(top)
    if end >= len(found):
        return found[start:end], None
    query = {name: value for name, value in request.query_params.items() if name != "$skiptoken"}
    path = request.url.path.removeprefix("/v1.0")
    return found[start:end], f"{base_url}{path}?{urlencode(query | {'$skiptoken': end})}"
