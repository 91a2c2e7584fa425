"""G9: somebody approves a plan, or asks for something by hand, while another run writes: it is done afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lifecycle.store import Store
from sandbox.ldapsearch import Entry
from tests.cases.machine import wait_until
from tests.cases.processes import begun
from tests.cases.world import World

HOLDER = "somebody-elses-run"


def _domain(world: World) -> str:
    """The objectGUID of the domain, which is the name of its lease."""
    (domain,) = world.find("(objectClass=domain)", "objectGUID")
    return str(domain["objectguid"][0])


@contextmanager
def _another_run_writes(world: World) -> Iterator[None]:
    """The lease of the directory is held, by this process, which lives."""
    with (
        Store.open(world.store_url) as store,
        store.lease(_domain(world), HOLDER, lambda: datetime.now(UTC), 3600),
    ):
        yield


def _carried_out_afterwards(world: World, log: Path, kind: str, *arguments: str) -> None:
    """A run begins while another one writes, and carries out what it is for when that one has ended."""
    with begun(kind, world.config, *arguments, log=log) as run:
        with _another_run_writes(world):
            assert wait_until(lambda: HOLDER in log.read_text("utf-8") or run.poll() is not None)
            assert run.poll() is None, log.read_text("utf-8")[-2000:]
        assert wait_until(lambda: run.poll() is not None)
        assert run.returncode == 0, log.read_text("utf-8")[-2000:]


@pytest.fixture(scope="module")
def joiner(loaded: World) -> int:
    return loaded.halo.hire("Approved", "Joiner", department="Legal")


def _account_of(world: World, key: int) -> list[Entry]:
    return world.find(f"(employeeID={key})", "cn", "userAccountControl", "sAMAccountName")


def test_an_approval_waits_for_its_turn(loaded: World, joiner: int, tmp_path: Path) -> None:
    plan = loaded.sync(dry_run=True)
    _carried_out_afterwards(loaded, tmp_path / "log", "approval", plan["plan_id"], plan["plan_hash"])
    assert len(_account_of(loaded, joiner)) == 1


def test_a_request_by_hand_waits_for_its_turn(loaded: World, tmp_path: Path) -> None:
    key = min(int(entry["employeeid"][0]) for entry in loaded.find("(employeeID=*)", "employeeID"))
    assert loaded.is_enabled(loaded.account(key))
    _carried_out_afterwards(loaded, tmp_path / "log", "request", loaded.account(key)["samaccountname"][0])
    assert not loaded.is_enabled(loaded.account(key))


def test_a_scheduled_run_waits_for_its_turn(loaded: World, tmp_path: Path) -> None:
    second = loaded.halo.hire("Scheduled", "Joiner", department="Legal")
    _carried_out_afterwards(loaded, tmp_path / "log", "sync")
    assert len(_account_of(loaded, second)) == 1


def test_an_undo_waits_for_its_turn(loaded: World, tmp_path: Path) -> None:
    key = loaded.halo.hire("Moved", "Mistakenly", department="Legal")
    loaded.sync()
    before = loaded.account(key).get("title")
    loaded.halo.move(key, department="Legal", title="Head of Nothing")
    plan_id = loaded.sync()["plan_id"]
    assert loaded.account(key)["title"] == ["Head of Nothing"]
    _carried_out_afterwards(loaded, tmp_path / "log", "undo", plan_id)
    assert loaded.account(key).get("title") == before


def test_due_steps_wait_for_their_turn(loaded: World, tmp_path: Path) -> None:
    _carried_out_afterwards(loaded, tmp_path / "log", "due steps")


def test_a_dry_run_waits_for_no_other(loaded: World) -> None:
    alone = loaded.sync(dry_run=True)["changes"]
    with _another_run_writes(loaded):
        assert loaded.sync(dry_run=True)["changes"] == alone


def test_a_plan_that_is_approved_is_not_replaced_while_it_waits(loaded: World, tmp_path: Path) -> None:
    third = loaded.halo.hire("Unreplaced", "Joiner", department="Legal")
    plan, log = loaded.sync(dry_run=True), tmp_path / "log"
    with begun("approval", loaded.config, plan["plan_id"], plan["plan_hash"], log=log) as approval:
        with _another_run_writes(loaded):
            assert wait_until(lambda: HOLDER in log.read_text("utf-8") or approval.poll() is not None)
            loaded.sync(dry_run=True)  # a newer plan of the same people
        assert wait_until(lambda: approval.poll() is not None)
        assert approval.returncode == 0, log.read_text("utf-8")[-2000:]
    assert len(_account_of(loaded, third)) == 1


def test_a_run_that_waits_for_too_long_fails_and_names_the_holder(loaded: World, tmp_path: Path) -> None:
    loaded.configure("automations/people-to-ad.yaml", "lease_wait_minutes", 0.05)
    log = tmp_path / "log"
    with _another_run_writes(loaded), begun("sync", loaded.config, log=log) as run:
        assert wait_until(lambda: run.poll() is not None)
    assert run.returncode != 0
    said = log.read_text("utf-8")
    assert f"is being written by {HOLDER}" in said
    assert "this run waited" in said, "it gave up at once"
    loaded.configure("automations/people-to-ad.yaml", "lease_wait_minutes", None)
