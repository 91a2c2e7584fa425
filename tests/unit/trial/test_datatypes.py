"""What an answer says of datatypes, next to what the file says."""

from __future__ import annotations

from typing import Any

import pytest

from lifecycle.config.endpoint import Endpoint
from lifecycle.trial.datatypes import suggestions

DAY, OTHER = "23/11/2026", "24/12/2026"


def endpoint(fields: dict[str, Any]) -> Endpoint:
    return Endpoint(name="staff", credentials="x", url="https://{Host-Name}/", key="id", fields=fields)


@pytest.mark.parametrize(
    ("given", "values", "after"),
    [
        ({}, [1, 2.5], {"type": "number"}),
        ({}, ["x", 1], None),
        ({}, [True], None),
        ({}, [None, ""], None),
        ({}, ["2026-11-23", None], {"type": "timestamp"}),
        ({}, [DAY], {"type": "timestamp", "format": "%d/%m/%Y"}),
        ({}, ["03/04/2026"], None),
        ({}, [DAY, "n/a"], {"type": "timestamp", "format": "%d/%m/%Y", "nulls": ["n/a"]}),
        ({"nulls": ["n/a"]}, [1, "N/A"], {"type": "number", "nulls": ["n/a"]}),
        ({}, [["a", "b"]], {"type": "array", "pick": "join"}),
        ({"pick": "last"}, [["a", "b"]], {"type": "array", "pick": "last"}),
        ({"type": "text"}, [1], None),
        ({"type": "number"}, ["95"], None),
        ({"type": "number"}, ["95", "x"], {"type": "text"}),
        ({"type": "number"}, [DAY], {"type": "timestamp", "format": "%d/%m/%Y"}),
        ({"type": "timestamp"}, [DAY], {"type": "timestamp", "format": "%d/%m/%Y"}),
        ({"type": "timestamp", "format": "%m/%d/%Y"}, [DAY], {"type": "timestamp", "format": "%d/%m/%Y"}),
        ({"type": "timestamp", "format": "%d/%m/%Y"}, ["2026-11-23"], {"type": "timestamp"}),
        ({"type": "timestamp", "timezone": "Europe/Paris"}, [5], {"type": "number"}),
        (
            {"type": "timestamp", "timezone": "Europe/Paris"},
            [DAY],
            {"type": "timestamp", "format": "%d/%m/%Y", "timezone": "Europe/Paris"},
        ),
    ],
)
def test_a_field_that_is_there(given: dict[str, Any], values: list[Any], after: dict[str, Any] | None) -> None:
    found = suggestions(endpoint({"x": given}), {"x": given}, [{"x": value} for value in values], add=False)
    assert [one.after for one in found] == ([] if after is None else [after])
    now = {"x": after or given}
    again = suggestions(endpoint(now), now, [{"x": value} for value in values], add=False)
    assert again == [], "what was saved is not suggested again"


def test_a_field_is_looked_at_where_it_is_read() -> None:
    given = {"start": {"select": "$.custom[?@.name == 'Start'].value"}}
    (found,) = suggestions(endpoint(given), given, [{"custom": [{"name": "Start", "value": DAY}]}], add=False)
    assert found.after == {"type": "timestamp", "format": "%d/%m/%Y", **given["start"]}
    assert found.told == "start: text → timestamp %d/%m/%Y"


def test_new_fields_are_added_once_and_only_when_asked() -> None:
    given = {"id": {"type": "number"}, "town": {"select": "$.address.city"}, "renamed": {"select": "$.name"}}
    records = [{"id": 1, "address": {"city": "Leeds", "zip": 5}, "name": "x", "more": "2026-11-23"}]
    assert suggestions(endpoint(given), given, records, add=False) == []
    found = suggestions(endpoint(given), given, records, add=True)
    assert {one.field: one.after for one in found} == {
        "address_zip": {"select": "$.address.zip", "type": "number"},
        "more": {"type": "timestamp"},
    }
    assert [one.told for one in found] == ["address_zip: new → number", "more: new → timestamp"]
    now = given | {one.field: dict(one.after) for one in found}
    assert suggestions(endpoint(now), now, records, add=True) == []
