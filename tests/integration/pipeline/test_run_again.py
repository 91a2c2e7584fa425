"""A flow run that is run again, as by *Retry* in the Prefect UI, is a run of its own with a plan of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from prefect import get_client
from prefect.flow_engine import run_flow
from prefect.states import Scheduled
from sqlalchemy import select

from flows.sync_people import sync_people
from lifecycle.store import Store
from lifecycle.store.tables import runs
from tests.support.pipeline import CONFIG


def test_a_flow_run_that_failed_is_run_again_under_a_key_of_its_own(loaded):
    loaded.halo.faults(fail_page={"page": 2, "status": 404, "times": 1})
    again = sync_people.with_options(retries=1, retry_delay_seconds=0)

    outcome = again(dry_run=False, config_dir=CONFIG)

    with Store.open(loaded.store_url) as store, store.begin() as unit:
        rows = unit.runs.connection.execute(
            runs.select().where(runs.c.flow == "sync-people").order_by(runs.c.started_at.desc()).limit(2)
        ).all()
        plan = unit.plans.load(outcome["plan_id"])
    (second, first) = rows
    assert (first.status, second.status) == ("failed", "completed")
    assert second.run_id == f"{first.run_id}/2"
    assert plan is not None
    assert plan.run_id == second.run_id
    assert outcome["plan_id"].endswith(f"{first.run_id[-12:]}-2")


KILLED = (
    "import os, signal\n"
    "from flows import stages\n"
    "from flows.sync_people import sync_people\n"
    "stages.exchange_tokens = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
    "sync_people(dry_run=False, config_dir='config')\n"
)
"""A run that ends as by ``kill -9`` when it is about to read."""


def test_a_flow_run_that_was_killed_and_is_run_again_does_not_show_as_crashed(loaded, prefect):
    environment = {**os.environ, "PREFECT_API_URL": f"{prefect}/api"}
    subprocess.run(  # noqa: S603
        [sys.executable, "-c", KILLED], cwd=Path(CONFIG).parent, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    with Store.open(loaded.store_url) as store, store.begin() as unit:
        (killed,) = unit.runs.under_way("people-to-ad")
    with get_client(sync_client=True) as client:
        flow_run = client.read_flow_run(UUID(killed.run_id))
        client.set_flow_run_state(flow_run.id, Scheduled(name="AwaitingRetry"), force=True)
        outcome = run_flow(sync_people, flow_run=flow_run, parameters={"dry_run": False, "config_dir": CONFIG})

        assert outcome["changes"] == {}
        states = [state.name for state in client.read_flow_run_states(flow_run.id)]
    assert "Crashed" not in states
    assert states[-1] == "Completed"
    with Store.open(loaded.store_url) as store, store.begin() as unit:
        assert unit.runs.under_way("people-to-ad") == []
        ended = {row.run_id: row.status for row in unit.runs.connection.execute(select(runs.c.run_id, runs.c.status))}
    assert (ended[killed.run_id], ended[f"{killed.run_id}/2"]) == ("failed", "completed")
