"""One value, read as a field of a record."""

from typing import Any

from lifecycle.language.fields.field import FieldSpec
from lifecycle.language.fields.record import RecordReader


def read(value: Any, **spec: Any) -> tuple[str, list[str]]:
    record = {} if value is Ellipsis else {"f": value}
    values, unreadable = RecordReader({"f": FieldSpec(**spec)}).read(record)
    return values["f"], unreadable
