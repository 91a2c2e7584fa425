"""``kill -9`` in the middle of the first load: the next run finishes it, one account each, and the journal tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lifecycle.store import EntryState, JournalEntry, PlanStatus, Store
from tests.support.pipeline import CONFIG, ENABLED, PEOPLE, Pipeline

APPLY = (
    "import sys; from flows.apply_plan import apply_plan;"
    "apply_plan(*sys.argv[1:3], dry_run=False, config_dir=sys.argv[3])"
)
ENOUGH = 60


@pytest.fixture(scope="module")
def killed(empty: Pipeline, prefect: str) -> dict[str, Any]:
    """An apply that is killed once a quarter of the accounts exist, and what the store and directory say then."""
    made = empty.dry_run()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", APPLY, made["plan_id"], made["plan_hash"], CONFIG],
        env={**os.environ, "PREFECT_API_URL": f"{prefect}/api"},
        cwd=Path(CONFIG).parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while len(empty.find(PEOPLE, "cn")) < ENOUGH:
        assert process.poll() is None, "the apply ended before it could be killed"
        assert time.monotonic() < deadline, "the apply did not get going"
        time.sleep(0.25)  # asking without a pause keeps the domain controller from its work
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with Store.open(empty.store_url) as store, store.begin() as unit:
        journal = unit.journal.of_plan(made["plan_id"])
    return {"plan_id": made["plan_id"], "journal": journal, "accounts": len(empty.find(PEOPLE, "cn"))}


@pytest.fixture(scope="module")
def next_run(empty: Pipeline, killed: dict[str, Any]) -> dict[str, Any]:
    """The run after the kill."""
    made = empty.dry_run()
    return {"made": made, "outcome": empty.approve(made["plan_id"], made["plan_hash"])}


def creates(pipeline: Pipeline, plan_id: str) -> list[JournalEntry]:
    """The accounts that the journal says were made by a plan."""
    with Store.open(pipeline.store_url) as store, store.begin() as unit:
        journal = unit.journal.of_plan(plan_id)
    return [entry for entry in journal if entry.action == "create-user" and entry.state == EntryState.DONE]


def test_kill_happened_in_the_middle(killed):
    assert ENOUGH <= killed["accounts"] < 232
    assert any(entry.state == EntryState.DONE for entry in killed["journal"])


def test_kill_next_run_plans_only_what_is_missing(empty, killed, next_run):
    """What the server was still carrying out when the client died is found, too: the two plans make everybody once."""
    made_before = len(creates(empty, killed["plan_id"]))
    assert made_before >= killed["accounts"]
    assert made_before + next_run["made"]["changes"]["create-user"] == 231
    assert next_run["outcome"]["not_carried_out"] == 0


def test_kill_next_run_ends_with_exactly_one_account_each(empty, next_run):
    found = empty.find(ENABLED, "employeeID")
    keys = Counter(entry["employeeid"][0] for entry in found)
    assert len(keys) == 232
    assert set(keys.values()) == {1}
    assert empty.dry_run()["changes"] == {}


def test_kill_journal_says_what_happened_to_every_intent(empty, killed, next_run):
    with Store.open(empty.store_url) as store, store.begin() as unit:
        stored = unit.plans.load(killed["plan_id"])
        journal = unit.journal.of_plan(killed["plan_id"])
    assert stored is not None
    assert stored.status == PlanStatus.INTERRUPTED
    assert EntryState.INTENDED not in {entry.state for entry in journal}
    guids = {entry["objectguid"][0] for entry in empty.find(PEOPLE, "objectGUID")}
    assert {entry.target_guid for entry in creates(empty, killed["plan_id"])} <= guids
    lost = [entry for entry in journal if entry.state == EntryState.FAILED]
    assert {entry.error for entry in lost} <= {"not-carried-out"}


def test_kill_memberships_of_the_killed_run_are_remembered(empty, next_run):
    """What the next run completes can be taken back later: everybody's memberships are known as given by rule."""
    key = 60
    empty.halo.leave(key)
    empty.sync()
    (entry,) = empty.find(f"(employeeID={key})", "memberOf")
    assert "memberof" not in entry
    empty.is_loaded = False
