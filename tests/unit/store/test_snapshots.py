"""Snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from lifecycle.errors import StoreError
from lifecycle.store import SnapshotRow, Store

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def _row(key: str, row_hash: str = "h1", fetched_at: datetime = NOW) -> SnapshotRow:
    return SnapshotRow(key, row_hash, {"name": f"Zoë {row_hash}", "roles": [1, None]}, fetched_at)


@contextmanager
def _rows_touched() -> Iterator[list[str]]:
    """The statements that write snapshot rows, once for each row."""
    touched: list[str] = []

    def note(_c: object, _u: object, statement: str, parameters: object, _x: object, many: bool) -> None:
        if "snapshot_rows" in statement and not statement.startswith("SELECT"):
            touched.extend([statement.partition(" ")[0]] * (len(parameters) if many else 1))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield touched
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_load_gives_what_was_kept(filled: Store) -> None:
    rows = [_row("95"), SnapshotRow("96", "h2", [1, {"a": None}], LATER)]
    with filled.begin() as unit:
        assert unit.snapshots.load("users") == {}
        unit.snapshots.replace("users", rows, "run-1", NOW)
        unit.snapshots.replace("tickets", [_row("1")], "run-1", NOW)
    with filled.begin() as unit:
        assert unit.snapshots.load("users") == {row.key: row for row in rows}
    assert "Zoë" not in repr(rows[0])


def test_replace_makes_the_rows_the_whole(filled: Store) -> None:
    with filled.begin() as unit:
        unit.snapshots.replace("users", [_row("1"), _row("2"), _row("3")], "run-1", NOW)
        unit.snapshots.replace("users", iter([_row("4"), _row("3", "h2"), _row("2")]), "run-1", LATER)
        assert unit.snapshots.load("users") == {"2": _row("2"), "3": _row("3", "h2"), "4": _row("4")}
        unit.snapshots.replace("users", [], "run-1", LATER)
        assert unit.snapshots.load("users") == {}


def test_replace_writes_what_changed_and_nothing_else(filled: Store) -> None:
    before = [_row(str(number)) for number in range(100)]
    after = [_row("0", "h2"), _row("1", fetched_at=LATER), *before[2:99], _row("new")]
    with filled.begin() as unit:
        unit.snapshots.replace("users", before, "run-1", NOW)
    with filled.begin() as unit, _rows_touched() as touched:
        unit.snapshots.replace("users", after, "run-1", LATER)
        assert unit.snapshots.load("users") == {row.key: row for row in after}
    assert sorted(touched) == ["DELETE", "INSERT", "INSERT", "INSERT"]


def test_replace_compares_moments_not_zones(filled: Store) -> None:
    here = datetime.fromisoformat("2031-03-01T10:00:00+02:00")
    with filled.begin() as unit, _rows_touched() as touched:
        unit.snapshots.replace("users", [_row("1")], "run-1", NOW)
        unit.snapshots.replace("users", [_row("1", fetched_at=here)], "run-1", NOW)
    assert touched == ["INSERT"]


def test_replace_refuses_a_key_twice_and_keeps_the_old_rows(filled: Store) -> None:
    many = [_row(str(number), "h2") for number in range(6_000)]
    with filled.begin() as unit:
        unit.snapshots.replace("users", [_row("1")], "run-1", NOW)
        with pytest.raises(StoreError, match="key 7 stands twice in the snapshot of endpoint users"):
            unit.snapshots.replace("users", [*many, _row("7")], "run-1", LATER)
    with filled.begin() as unit:
        assert unit.snapshots.load("users") == {"1": _row("1")}


def test_replace_keeps_the_old_rows_when_the_source_breaks_off(filled: Store) -> None:
    def breaks_off() -> Iterator[SnapshotRow]:
        yield from (_row(str(number), "h2") for number in range(6_000))
        raise ConnectionError

    with filled.begin() as unit:
        unit.snapshots.replace("users", [_row("1")], "run-1", NOW)
    with pytest.raises(ConnectionError), filled.begin() as unit:
        unit.snapshots.replace("users", breaks_off(), "run-1", LATER)
    with filled.begin() as unit:
        assert unit.snapshots.load("users") == {"1": _row("1")}


def test_replace_killed_halfway_keeps_the_old_rows(url: str, filled: Store, child: Callable) -> None:
    with filled.begin() as unit:
        unit.snapshots.replace("users", [_row("1")], "run-1", NOW)
    killed = child("replace_halfway", url)
    assert killed.says() == "inside"
    killed.kill()
    with filled.begin() as unit:
        assert unit.snapshots.load("users") == {"1": _row("1")}
        unit.snapshots.replace("users", [_row("2")], "run-1", LATER)
        assert unit.snapshots.load("users") == {"2": _row("2")}


def test_replace_refuses_a_run_that_is_not_stored(store: Store) -> None:
    with store.begin() as unit, pytest.raises(StoreError, match="a run or a plan that is not stored"):
        unit.snapshots.replace("users", [_row("1")], "run-9", NOW)


def test_replace_refuses_naive_times(filled: Store) -> None:
    naive = datetime(2031, 3, 1)  # noqa: DTZ001 - the point of the test
    with filled.begin() as unit:
        with pytest.raises(StoreError, match="time zone"):
            unit.snapshots.replace("users", [_row("1", fetched_at=naive)], "run-1", NOW)
        assert unit.snapshots.load("users") == {}


def test_forget_drops_the_rows_named_and_no_other(filled: Store) -> None:
    with filled.begin() as unit:
        unit.snapshots.replace("users", [_row("1"), _row("2")], "run-1", NOW)
        unit.snapshots.forget("users", ["2", "9"])
        unit.snapshots.forget("details", ["1"])
        unit.snapshots.forget("users", [])
        assert unit.snapshots.load("users") == {"1": _row("1")}
