"""``run-action``: actions by hand, for one account or many; through the same plan, gate and journal as everything."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import flow

from flows.stages import Outcome, carry_out, prepare, recorded, run_name
from flows.turns import writing
from lifecycle.actions.catalogue import FormParameters
from lifecycle.planning.selection import Accounts
from tasks.asked import find_accounts
from tasks.clock import utc_now
from tasks.directory import read_directory, settle_journal
from tasks.planning import plan_request
from tasks.stage import scrub

KIND = "request"


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
    with (
        recorded(prepared, "run-action", dry_run=dry_run, kind=KIND) as run_id,
        writing(prepared, run_id, dry_run=dry_run) as lease,
    ):
        now = utc_now()
        settle_journal(prepared, run_id, lease)
        items = scrub(prepared.with_templates, (action, *then))
        asked = accounts.attributes().union(*(prepared.attributes_of(item) for item in items))
        directory = read_directory(prepared, asked)
        found = find_accounts(prepared, accounts, directory, now)
        plan = plan_request(prepared, items, found, directory, now)
        return carry_out(prepared, plan, run_id, lease, kind=KIND)
