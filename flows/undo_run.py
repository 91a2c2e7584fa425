"""``undo-run``: take back what a run did, change by change, where nobody has changed it since."""

from __future__ import annotations

from prefect import flow

from flows.stages import Outcome, carry_out, prepare, recorded, run_name
from flows.turns import writing
from lifecycle.planning.undo import undo_attributes
from tasks.asked import find_carried
from tasks.clock import utc_now
from tasks.directory import read_directory, settle_journal
from tasks.planning import plan_undo

KIND = "undo"


@flow(name="undo-run", flow_run_name=run_name, description="Take back what a plan did; dry unless told so.")
def undo_run(
    plan_id: str,
    automation: str = "people-to-ad",
    changes: tuple[int, ...] = (),
    dry_run: bool = True,
    config_dir: str = "config",
) -> Outcome:
    """Take back what a plan did.

    Args:
        plan_id: Identifier, from the summary of the run that carried it out.
        automation: The automation that made it.
        changes: Numbers of single changes, from the plan table; all of them where there is none.
        dry_run: Plan and show, write nothing.
        config_dir: Folder of the configuration.

    Returns:
        As ``sync-people``.
    """
    prepared = prepare(automation, config_dir)
    with (
        recorded(prepared, "undo-run", dry_run=dry_run, kind=KIND) as run_id,
        writing(prepared, run_id, dry_run=dry_run) as lease,
    ):
        now = utc_now()
        settle_journal(prepared, run_id, lease)
        carried = find_carried(prepared, plan_id, changes)
        plan = plan_undo(prepared, carried, read_directory(prepared, undo_attributes(carried.unwrap())), now)
        return carry_out(prepared, plan, run_id, lease, kind=KIND)
