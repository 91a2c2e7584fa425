"""The records of an answer."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import SourceContractError
from lifecycle.language.fields.selector import MISSING, Selector


def records_of(endpoint: Endpoint, answer: Any) -> list[dict[str, Any]]:
    """The records of a list: at the configured place, or the list or record that the answer is.

    Raises:
        SourceContractError: There is no list of JSON objects at the configured place.
    """
    if endpoint.records is not None:
        found = _place(endpoint.records).read(answer)
    else:
        found = [answer] if isinstance(answer, dict) else answer
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        place = f"under {endpoint.records}" if endpoint.records is not None else "as the answer"
        raise SourceContractError(f"endpoint {endpoint.name}: no list of JSON objects {place}")
    return found


def record_of(endpoint: Endpoint, answer: Any) -> dict[str, Any] | None:
    """The one record of a dependent endpoint's answer; None where its place holds an empty list or null.

    Raises:
        SourceContractError: There is something else.
    """
    found = answer if endpoint.records is None else _place(endpoint.records).read(answer)
    if endpoint.records is not None and (found is None or found == []):
        return None
    if endpoint.records is not None and isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        place = "the answer is not one JSON object"
        if endpoint.records is not None:
            place = (
                f"nothing under {endpoint.records}" if found is MISSING else f"not one record under {endpoint.records}"
            )
        raise SourceContractError(f"endpoint {endpoint.name}: {place}")
    return found


@lru_cache(maxsize=64)
def _place(text: str) -> Selector:
    return Selector(text)
