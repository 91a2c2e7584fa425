"""``run-due-steps``: what lists of actions wanted later, once its time has come and if it still applies."""

from __future__ import annotations

from prefect import flow

from flows.stages import Outcome, carry_out, prepare, recorded, run_name
from flows.turns import writing
from tasks.asked import find_due_steps
from tasks.clock import utc_now
from tasks.directory import read_directory, settle_journal
from tasks.planning import plan_due

KIND = "due"


@flow(name="run-due-steps", flow_run_name=run_name, description="Plan what fell due, gate and, unless dry, apply.")
def run_due_steps(automation: str = "people-to-ad", dry_run: bool = True, config_dir: str = "config") -> Outcome:
    """Do what lists of actions left for later: to delete an account thirty days after it was disabled, for one.

    Args:
        automation: Name of a file in config/automations.
        dry_run: Plan and show, write nothing.
        config_dir: Folder of the configuration.

    Returns:
        As ``sync-people``.
    """
    prepared = prepare(automation, config_dir)
    with (
        recorded(prepared, "run-due-steps", dry_run=dry_run, kind=KIND) as run_id,
        writing(prepared, run_id, dry_run=dry_run) as lease,
    ):
        now = utc_now()
        settle_journal(prepared, run_id, lease)
        due = find_due_steps(prepared, now)
        attributes = frozenset[str]().union(*(prepared.attributes_of(step.parameters) for step in due.unwrap()))
        plan = plan_due(prepared, due, read_directory(prepared, attributes), now)
        return carry_out(prepared, plan, run_id, lease, kind=KIND)


if __name__ == "__main__":
    run_due_steps()
