"""``run-action``: actions by hand, for one account or many; through the same plan, gate and journal as everything."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import flow

from flows.stages import Outcome, carry_out, prepare, recorded, run_name, writing
from lifecycle.actions.catalogue import FormParameters
from lifecycle.planning.selection import Accounts
from lifecycle.runs.planning import attributes_of
from lifecycle.runs.run import RunKind
from tasks.directory import read_directory, settle_journal
from tasks.planning import find_accounts, plan_request
from tasks.stage import scrub


@flow(name="run-action", flow_run_name=run_name, description="Do something to accounts by hand; dry unless told so.")
def run_action(
    accounts: Accounts,
    action: FormParameters,
    then: Sequence[FormParameters] = (),
    automation: str = "people-to-ad",
    dry_run: bool = True,
    config_dir: str = "config",
) -> Outcome:
    """Do one action, or several in order, to accounts.

    Args:
        accounts: To whom; an account that is protected or outside the managed OUs is left, and said.
        action: What; an action that waits (``after``) belongs in a policy.
        then: Further ones, in order.
        automation: Whose directory, limits and protection count.
        dry_run: Plan and show, write nothing.
        config_dir: Folder of the configuration.

    Returns:
        As ``sync-people``.
    """
    prepared = prepare(automation, config_dir)
    with recorded(prepared, "run-action", RunKind.REQUEST, dry_run=dry_run) as begun, writing(begun) as run:
        settle_journal(run)
        items = scrub(prepared.with_templates, (action, *then))
        directory = read_directory(run, accounts.attributes() | scrub(attributes_of, run, items))
        found = find_accounts(run, accounts, directory)
        return carry_out(run, prepared, plan_request(run, items, found, directory))
