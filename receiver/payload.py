"""Whom a payload is about. Nothing else of it is used: what is true of a person is read from HaloITSM."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from lifecycle.errors import RequestError
from lifecycle.language.fields.json_path import JsonPath, JsonPathError
from lifecycle.sourcing.single import asked_keys

MOST_PEOPLE = 100
"""People that one payload may be about."""


class NoJsonError(ValueError):
    """The body is no JSON object or list."""


class NobodyError(ValueError):
    """No path leads to a primary key."""


def people_in(body: bytes, paths: Sequence[JsonPath]) -> tuple[str, ...]:
    """The primary keys in a payload, normalised.

    Args:
        body: As it came.
        paths: Where keys may stand; the first path that leads anywhere counts.

    Raises:
        NoJsonError: It is none.
        NobodyError: No path leads to a text or a number that can be a key, or to too many.
    """
    try:
        payload = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NoJsonError from None
    if not isinstance(payload, dict | list):
        raise NoJsonError
    for path in paths:
        if found := _scalars(path, payload):
            if len(found) > MOST_PEOPLE:
                raise NobodyError
            try:
                return asked_keys(found)
            except RequestError:
                raise NobodyError from None
    raise NobodyError


def _scalars(path: JsonPath, payload: Any) -> list[str]:
    try:
        found = path.found(payload)
    except JsonPathError:
        return []
    return [str(one) for one in found if isinstance(one, str | int | float) and not isinstance(one, bool)]


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("RFC 8259 knows no NaN and no Infinity")
