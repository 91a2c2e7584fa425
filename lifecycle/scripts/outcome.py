"""A script's answer: one JSON object on standard output."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

MAX_DEPTH = 32
"""Nesting that is read: what is kept of an outcome is written and read again elsewhere."""


class UnreadableOutcomeError(ValueError):
    """The answer is not one JSON object; the text says why and holds nothing of it."""


def read_outcome(answer: bytes) -> Mapping[str, Any]:
    """The object that a script answered.

    Strict where JSON (RFC 8259) leaves it open: a key that stands twice, a number that is none, half of a surrogate
    pair are errors. A byte order mark at the beginning is passed over.

    Raises:
        UnreadableOutcomeError: It is not one JSON object.
    """
    if not answer.strip():
        raise UnreadableOutcomeError("nothing was answered")
    value = _parsed(answer)
    if not isinstance(value, dict):
        raise UnreadableOutcomeError("it is not an object")
    if _is_deeper_than(value, MAX_DEPTH):
        raise UnreadableOutcomeError(f"it is nested more than {MAX_DEPTH} times")
    if not _is_text_throughout(value):
        raise UnreadableOutcomeError("half of a surrogate pair stands in it")
    return value


def _parsed(answer: bytes) -> Any:
    problem = "it is not JSON"
    try:
        return json.loads(
            answer.decode("utf-8-sig"),
            object_pairs_hook=_object, parse_float=_number, parse_constant=_no_number,
        )  # fmt: skip
    except UnicodeDecodeError:
        problem = "it is not UTF-8"
    except UnreadableOutcomeError:
        raise
    except RecursionError:
        problem = f"it is nested more than {MAX_DEPTH} times"
    except ValueError:  # what json raises, and Python for a number of thousands of digits
        pass
    raise UnreadableOutcomeError(problem)  # raised here, so that the answer does not travel along


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise UnreadableOutcomeError("a key stands twice in it")
    return found


def _number(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(_text: str) -> NoReturn:
    raise UnreadableOutcomeError("a number in it is not finite")


def _is_text_throughout(value: object) -> bool:
    """Whether every text can be written again: an escape may stand for half of a surrogate pair."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_deeper_than(value: object, depth: int) -> bool:
    level: list[object] = [value]
    for _ in range(depth):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterable[object]:
    """What is in an object or an array; scalars are on no level of their own."""
    if isinstance(value, dict):
        return (inner for inner in value.values() if isinstance(inner, dict | list))
    if isinstance(value, list):
        return (inner for inner in value if isinstance(inner, dict | list))
    return ()
