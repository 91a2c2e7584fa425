"""Column types that keep their promise on both databases: UTC-aware times, JSON, statuses from a closed set."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, Text
from sqlalchemy.types import TypeDecorator

from lifecycle.errors import StoreError


def utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        StoreError: The time is naive: which moment it means depends on the machine that reads it.
    """
    if moment.utcoffset() is None:
        raise StoreError("a time without a time zone was given to the state store; times are UTC and aware")
    return moment.astimezone(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both sides, with microseconds.

    PostgreSQL keeps it as ``timestamptz``; SQLite knows no time zones and is given the time in UTC as text, which
    sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; drop the zone only where the database cannot keep it."""
        if value is None:
            return None
        return utc(value).replace(tzinfo=None) if dialect.name == "sqlite" else utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Put the zone back, or turn the session's zone into UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A dict or list as JSON text, written and read alike whatever the driver.

    Of the drivers' own types one keeps NaN and the other refuses it, each with an error of its own.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | list[Any] | None, _dialect: Dialect) -> str | None:
        """Refuse what is not JSON; None is no JSON but the absence of a value."""
        if value is None:
            return None
        try:
            return json.dumps(value, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError):  # their texts may quote the value
            raise StoreError("a value is not JSON: an object, NaN, or a circle") from None

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Read the text."""
        return None if value is None else json.loads(value)


def status_of(states: type[StrEnum], name: str) -> Enum:
    """A text column that takes only the values of ``states``, held by a check constraint called ``name``."""
    return Enum(
        states,
        name=name,
        native_enum=False,  # a new state is then one changed constraint, on either database
        create_constraint=True,
        validate_strings=True,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )
