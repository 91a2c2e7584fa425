"""Merging endpoints on the primary key."""

import random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.notice import Notice, Reason
from lifecycle.people.merge import Table, merge


def table(endpoint: str, *rows: tuple[str, str]) -> Table:
    return Table(endpoint, pd.DataFrame(list(rows), columns=["id", "name"], dtype="str"), "id")


def test_first_endpoint_drives_and_others_enrich() -> None:
    merged = merge([table("users", ("2", "Bob"), ("1", "Ann")), table("hr", ("1", "HR-1"), ("3", "HR-3"))])
    assert merged.frame.index.tolist() == ["1", "2"]
    assert merged.frame.index.name == "key"
    assert merged.frame.to_dict("index") == {
        "1": {"users.id": "1", "users.name": "Ann", "hr.id": "1", "hr.name": "HR-1"},
        "2": {"users.id": "2", "users.name": "Bob", "hr.id": "", "hr.name": ""},
    }
    assert merged.notices == ()
    assert merged.unmatched == {"hr": (1, 1)}


def test_three_endpoints_count_what_is_unmatched_each() -> None:
    merged = merge([table("a", ("1", ""), ("2", "")), table("b", ("1", "")), table("c", ("2", ""), ("9", ""))])
    assert merged.unmatched == {"b": (1, 0), "c": (1, 1)}


def test_keys_match_in_any_spelling() -> None:
    merged = merge([table("users", ("95.0", "Ann"), (" 7 ", "Bob")), table("hr", ("95", "x"), ("7\0", "y"))])
    assert merged.frame["hr.name"].to_dict() == {"95": "x", "7": "y"}
    assert merged.unmatched == {"hr": (0, 0)}


def test_record_without_a_key_is_rejected() -> None:
    merged = merge([table("users", ("", "x"), ("1", "Ann"), (" ", "y")), table("hr", ("\0", "z"))])
    assert merged.frame.index.tolist() == ["1"]
    assert merged.notices == (
        Notice("", Reason.KEY_EMPTY, "hr: 1 records"),
        Notice("", Reason.KEY_EMPTY, "users: 2 records"),
    )


@pytest.mark.parametrize("endpoint", ["users", "hr"])
def test_duplicate_key_quarantines_and_stands_once(endpoint: str) -> None:
    tables = {"users": [("1", "Ann"), ("2", "Bob")], "hr": [("1", "x"), ("2", "y")]}
    tables[endpoint].append(("1.0", "other"))
    merged = merge([table(name, *rows) for name, rows in tables.items()])
    assert merged.frame.index.tolist() == ["1", "2"]
    assert merged.notices == (Notice("1", Reason.KEY_DUPLICATE, endpoint),)


def test_any_index_of_the_tables_is_ignored() -> None:
    first, second = table("users", ("1", "Ann"), ("2", "Bob")), table("hr", ("2", "y"), ("1", "x"))
    first.frame.index = pd.Index([5, 5])
    second.frame.index = pd.Index(["a", "b"])
    assert merge([first, second]).frame["hr.name"].tolist() == ["x", "y"]


def test_nobody_is_merged_to_nobody() -> None:
    merged = merge([table("users"), table("hr", ("1", "x"))])
    assert (len(merged.frame), merged.unmatched) == (0, {"hr": (0, 1)})
    assert merged.frame.columns.tolist() == ["users.id", "users.name", "hr.id", "hr.name"]


ROWS = st.lists(st.tuples(st.sampled_from(["1", "1.0", " 2", "2", "3", "30", "", "A", "a"]), st.text("xy", max_size=1)))


@given(ROWS, ROWS, st.randoms(use_true_random=False))
def test_merge_is_independent_of_the_order_of_rows(
    users: list[tuple[str, str]], hr: list[tuple[str, str]], chance: random.Random
) -> None:
    merged = merge([table("users", *users), table("hr", *hr)])
    other = merge([table("users", *chance.sample(users, len(users))), table("hr", *chance.sample(hr, len(hr)))])
    pd.testing.assert_frame_equal(merged.frame, other.frame)
    assert (merged.notices, merged.unmatched) == (other.notices, other.unmatched)


@given(ROWS, ROWS)
def test_every_key_of_the_driver_stands_once(users: list[tuple[str, str]], hr: list[tuple[str, str]]) -> None:
    frame = merge([table("users", *users), table("hr", *hr)]).frame
    assert set(frame.index) == {key.strip().removesuffix(".0") for key, _ in users} - {""}
    assert frame.index.is_unique
    assert not frame.isna().to_numpy().any()
