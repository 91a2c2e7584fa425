"""``undo-run``: take back what a run did, change by change, where nobody has changed it since."""

from __future__ import annotations

from prefect import flow

from flows.stages import Outcome, carry_out, prepare, recorded, run_name, writing
from lifecycle.planning.undo import undo_attributes
from lifecycle.runs.run import RunKind
from tasks.directory import read_directory, settle_journal
from tasks.planning import find_carried, plan_undo


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
    with recorded(prepared, "undo-run", RunKind.UNDO, dry_run=dry_run) as begun, writing(begun) as run:
        settle_journal(run)
        carried = find_carried(run, plan_id, changes)
        directory = read_directory(run, undo_attributes(carried))
        return carry_out(run, prepared, plan_undo(run, carried, directory))
