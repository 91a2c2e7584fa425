"""A flow run that is run again, as by *Retry* in the Prefect UI, is a run of its own with a plan of its own."""

from __future__ import annotations

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
