"""Opening, units of work, durability."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.exc import SQLAlchemyError

from lifecycle.errors import StoreBusyError, StoreError
from lifecycle.store import Intent, Store
from lifecycle.store.engine import engine_of

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)


def test_open_makes_file_and_folders_for_their_owner_alone(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/new/deep/state.db").close()
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new", "new/deep", "new/deep/state.db")}
    assert modes == {"new": 0o700, "new/deep": 0o700, "new/deep/state.db": 0o600}
    assert [each.name for each in (tmp_path / "new/deep").iterdir()] == ["state.db"]


def test_journal_files_of_sqlite_are_for_their_owner_alone(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/state.db"):
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert modes == {"state.db": 0o600, "state.db-wal": 0o600, "state.db-shm": 0o600}


def test_open_leaves_the_mode_of_what_is_there(tmp_path: Path) -> None:
    """A folder shared on purpose stays shared."""
    tmp_path.chmod(0o750)
    Store.open(f"sqlite:///{tmp_path}/state.db").close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_open_expands_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    Store.open("sqlite:///~/state.db").close()
    assert (tmp_path / "state.db").exists()


def test_sqlite_is_durable_and_waits(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/state.db") as store, store.begin() as unit:
        seen = {
            name: unit.runs.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert seen == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_new_file_is_in_wal_mode_before_anybody_can_open_it(tmp_path: Path) -> None:
    """Otherwise processes that open it at once refuse each other now and then (file format, bytes 18 and 19)."""
    engine_of(f"sqlite:///{tmp_path}/state.db").dispose()
    assert (tmp_path / "state.db").read_bytes()[18:20] == b"\x02\x02"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "cannot be read"),
        ("state.db", "cannot be read"),
        ("mysql://root@db/halo", "not supported"),
        ("postgresql+asyncpg://halo@db/halo", "not supported"),
        ("postgresql://halo@db:port/halo", "cannot be read"),
        ("sqlite://", "no plain file"),
        ("sqlite:///:memory:", "no plain file"),
        ("sqlite:///file:x?mode=memory&uri=true", "no plain file"),
        ("sqlite:///state.db?timeout=1", "no plain file"),
        ("sqlite:////dev/null/state.db", "cannot be made"),
        ("sqlite:////proc", "cannot be opened"),
        ("postgresql://halo:s3cret@/halo?host=/nowhere", "no server answers there"),
    ],
)
def test_open_refuses_bad_urls_in_one_sentence(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as refused:
        Store.open(url)
    text = "".join(traceback.format_exception(refused.value, chain=True))
    assert "s3cret" not in text
    assert "\n" not in str(refused.value)


def test_open_names_an_unknown_database(postgres: str) -> None:
    with pytest.raises(StoreError, match="knows no such database or role"):
        Store.open(postgres.replace("/postgres?", "/nothing?"))


def test_open_refuses_a_server_that_is_not_durable(postgres: str) -> None:
    with pytest.raises(StoreError, match="synchronous_commit = off"):
        Store.open(f"{postgres}&options=-csynchronous_commit%3Doff")


def test_open_refuses_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_text("people:\n" * 1000)
    with pytest.raises(StoreError, match="not an SQLite database"):
        Store.open(f"sqlite:///{tmp_path}/state.db")


def test_open_again_finds_what_was_kept(url: str) -> None:
    with Store.open(url) as store, store.begin() as unit:
        unit.absences.record("staff", {"95"}, NOW)
    with Store.open(url) as store, store.begin() as unit:
        assert unit.absences.load("staff") == {"95": 1}


def test_open_by_several_processes_at_once(url: str, child: Callable) -> None:
    """One of them creates the schema, the others wait for it."""
    children = [child("open_store", url) for _ in range(4)]
    assert [each.says() for each in children] == ["ready"] * 4
    for each in children:
        each.go()
    assert [each.says() for each in children] == ["opened"] * 4


def test_open_works_from_an_installed_package(tmp_path: Path) -> None:
    """An installation holds the Python files of packages, and nothing else."""
    source = Path(__file__).parents[3] / "lifecycle"
    for file in source.rglob("*.py"):
        if (file.parent / "__init__.py").exists():
            target = tmp_path / "lifecycle" / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    code = (
        "import sys, lifecycle; from lifecycle.store import Store; "
        "Store.open(sys.argv[1]).close(); print(lifecycle.__file__)"
    )
    ran = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-P", "-c", code, "sqlite:///state.db"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == str(tmp_path / "lifecycle/__init__.py")


def test_unit_commits_at_its_end_and_rolls_back_on_an_exception(store: Store) -> None:
    with store.begin() as unit:
        unit.absences.record("kept", {"1"}, NOW)
    with pytest.raises(KeyError), store.begin() as unit:  # noqa: PT012 - the unit is what is tested
        unit.absences.record("lost", {"1"}, NOW)
        raise KeyError
    with store.begin() as unit:
        assert (unit.absences.load("kept"), unit.absences.load("lost")) == ({"1": 1}, {})


def test_unit_stays_whole_when_a_refusal_is_caught(filled: Store, intent: Callable[..., Intent]) -> None:
    """The refused call leaves nothing, the calls around it are kept, on both databases alike."""
    with filled.begin() as unit:
        unit.journal.intend([intent("a")], NOW)
        with pytest.raises(StoreError, match="stored already"):
            unit.journal.intend([intent("b"), intent("a")], NOW)
        unit.journal.intend([intent("c")], NOW)
    with filled.begin() as unit:
        assert [entry.entry_id for entry in unit.journal.of_plan("plan-1")] == ["a", "c"]


def test_unit_that_the_database_gave_up_is_not_taken_for_kept(store: Store) -> None:
    """PostgreSQL answers a COMMIT after an error with a silent rollback; SQLite gives up when a disk is full."""
    with pytest.raises(StoreError, match="nothing of this unit is kept"), store.begin() as unit:  # noqa: PT012 - its end raises
        unit.absences.record("staff", {"1"}, NOW)
        connection = unit.absences.connection
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("ROLLBACK")
        else:
            with pytest.raises(SQLAlchemyError):
                connection.exec_driver_sql("SELECT 1 / 0")
    with store.begin() as unit:
        assert unit.absences.load("staff") == {}


def test_refusal_quotes_no_value(filled: Store, intent: Callable[..., Intent]) -> None:
    """PostgreSQL's own message would quote the whole row."""
    secret = uuid4().hex
    with filled.begin() as unit:
        unit.journal.intend([intent("a", title=secret)], NOW)
    with pytest.raises(StoreError) as refused, filled.begin() as unit:
        unit.journal.intend([intent("a", title=secret)], NOW)
    assert secret not in "".join(traceback.format_exception(refused.value, chain=True))
    assert secret not in repr(intent("a", title=secret))


@pytest.mark.parametrize(
    ("value", "message"),
    [(object(), "not JSON"), (float("nan"), "not JSON"), ("\ud800", None)],
)
def test_values_that_are_not_json_are_refused(
    filled: Store, intent: Callable[..., Intent], value: object, message: str | None
) -> None:
    """Half a character is escaped by JSON, and comes back as it was."""
    with filled.begin() as unit:
        if message is None:
            unit.journal.intend([intent("a", title=value)], NOW)
            assert unit.journal.of_plan("plan-1")[0].after == {"title": value}
        else:
            with pytest.raises(StoreError, match=message):
                unit.journal.intend([intent("a", title=value)], NOW)


def test_text_with_half_a_character_is_refused(store: Store) -> None:
    with store.begin() as unit, pytest.raises(StoreError, match="surrogate"):
        unit.absences.record("staff", {"\ud800"}, NOW)


def test_times_without_a_zone_are_refused(store: Store) -> None:
    with store.begin() as unit, pytest.raises(StoreError, match="time zone"):
        unit.absences.record("staff", {"1"}, datetime(2031, 3, 1))  # noqa: DTZ001 - the point of the test


def test_closed_store_says_so(url: str) -> None:
    store = Store.open(url)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"), store.begin():
        pytest.fail("a closed store began a unit")


def test_kill_in_a_transaction_loses_nothing_committed(url: str, child: Callable) -> None:
    killed = child("commit_then_write", url)
    assert killed.says() == "inside"
    killed.kill()
    with Store.open(url) as store, store.begin() as unit:
        unit.runs.finish("run-a", "stopped", {}, NOW)
        with pytest.raises(StoreError, match="unknown"):
            unit.runs.finish("run-b", "stopped", {}, NOW)


def test_busy_store_is_named_after_the_patience_is_over(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that sits in a migration or a unit: the waiting ends with a sentence."""
    Store.open(url).close()
    monkeypatch.setattr("lifecycle.store.engine.BUSY_TIMEOUT_S", 0.05)
    if url.startswith("sqlite"):
        blocker = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
    else:
        monkeypatch.setattr("lifecycle.store.engine.LOCK_TIMEOUT_S", 1)
        blocker = psycopg.connect(url)
        blocker.execute("LOCK TABLE halo_ad_revision IN ACCESS EXCLUSIVE MODE")
    try:
        holder = "" if url.startswith("sqlite") else r".*: [^:]* at [^:]*, \d+ s in a transaction$"
        with pytest.raises(StoreBusyError, match=f"another process held it{holder}"):
            Store.open(url)
    finally:
        blocker.close()
