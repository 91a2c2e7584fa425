"""What to do about an answer that is an error (section ``errors`` of an endpoint)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from lifecycle.config.model import ConfigModel
from lifecycle.language.fields.json_path import JsonPath

Action = Literal["fail", "retry", "ignore", "refresh_token", "rate_limited"]

REPEATING: Collection[Action] = ("retry", "refresh_token", "rate_limited")
"""Actions that send the request again."""

_CLASSES = ("2xx", "4xx", "5xx")
_FIRST, _LAST, _SUCCESS = 200, 599, 2


def _statuses(given: object) -> object:
    statuses = given if isinstance(given, list | tuple) else [given]
    for status in statuses:
        known = status in _CLASSES if isinstance(status, str) else _is_status(status)
        if not known:
            raise ValueError(
                f"must be a status such as 404, one of {', '.join(_CLASSES)}, or a list; given: {status!r}"
            )
    return tuple(statuses)


def _is_status(status: object) -> bool:
    """Redirects are no errors: they are followed inside the fence, and refused elsewhere."""
    return type(status) is int and _FIRST <= status <= _LAST and status // 100 != 3  # noqa: PLR2004  (3xx)


class ErrorAction(ConfigModel):
    """One rule; the first that fits an answer counts, and what none fits is treated as without rules."""

    status: Annotated[
        tuple[int | str, ...],
        BeforeValidator(_statuses, json_schema_input_type=int | str | list[int | str]),
    ] = Field(min_length=1, description="A status, a class of them (2xx, 4xx, 5xx), or a list.", examples=["5xx"])
    body: str | None = Field(
        None,
        min_length=1,
        description="Text that the body must contain, upper or lower case; or, beginning with $, a JSONPath that must "
        "lead to something in it.",
        examples=["rate limit", "$.error[?@.code == 'expired']"],
    )
    action: Action = Field(
        description="fail: stop the run. retry: ask again after a while. ignore: this record has no detail (dependent "
        "endpoints only). refresh_token: ask once more with a new token. rate_limited: let all requests pause as long "
        "as Retry-After says, then ask again."
    )

    @field_validator("body")
    @classmethod
    def _is_text_or_jsonpath(cls, body: str | None) -> str | None:
        if body is not None and body.startswith("$"):
            JsonPath(body)
        return body

    @model_validator(mode="after")
    def _leaves_successes_alone(self) -> ErrorAction:
        if self.body is None and any(status == "2xx" or _is_success(status) for status in self.status):
            raise ValueError("a rule for 2xx needs body: without it every good answer would be an error")
        return self

    def covers(self, status: int) -> bool:
        """Whether the rule speaks of this status."""
        return status in self.status or f"{status // 100}xx" in self.status


def _is_success(status: int | str) -> bool:
    return isinstance(status, int) and status // 100 == _SUCCESS
