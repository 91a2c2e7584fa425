"""``run-due-steps``: what lists of actions wanted later, once its time has come and if it still applies."""

from __future__ import annotations

from prefect import flow

from flows.stages import Outcome, carry_out, prepare, recorded, run_name, writing
from lifecycle.runs.planning import attributes_of
from lifecycle.runs.run import RunKind
from tasks.directory import read_directory, settle_journal
from tasks.planning import find_due_steps, plan_due
from tasks.stage import scrub


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
    with recorded(prepared, "run-due-steps", RunKind.DUE, dry_run=dry_run) as begun, writing(begun) as run:
        settle_journal(run)
        due = find_due_steps(run)
        directory = read_directory(run, scrub(attributes_of, run, [step.parameters for step in due]))
        return carry_out(run, prepared, plan_due(run, due, directory))


if __name__ == "__main__":
    run_due_steps()
