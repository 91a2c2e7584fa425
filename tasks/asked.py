"""What runs that read no people begin with: steps that fell due, accounts that were named, changes that were made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from prefect import get_run_logger

from blocks.directory import ActiveDirectoryCredentials
from blocks.store import StateStore
from lifecycle.actions.change import Cause
from lifecycle.actions.stored_parameters import read_parameters
from lifecycle.applying.carried import carried_out
from lifecycle.directory.account import Account, DirectoryView
from lifecycle.errors import RequestError
from lifecycle.language.moment import Moment
from lifecycle.planning.asked import DueStep
from lifecycle.planning.selection import Accounts, UnknownAccountError
from lifecycle.planning.undo import Carried
from lifecycle.prepared import PreparedAutomation
from tasks.saved_blocks import saved_block
from tasks.stage import stage


@stage("find what fell due", opaque=True)
def find_due_steps(prepared: PreparedAutomation, now: datetime) -> tuple[DueStep, ...]:
    """The steps of the automation whose time has come, those of one list together."""
    with saved_block(ActiveDirectoryCredentials.load, prepared.automation.directory).open() as directory:
        identity = directory.identity()
    with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
        due = unit.steps.due(identity, prepared.automation.name, now)
    get_run_logger().info("%d steps of %d accounts fell due", len(due), len({step.account_guid for step in due}))
    return tuple(
        DueStep(
            step_id=step.step_id,
            course=step.course,
            account=step.account_guid,
            key=step.person_key,
            rule=step.rule,
            cause=Cause(step.cause),
            item=step.item,
            parameters=read_parameters(step.parameters),
            due_at=step.due_at,
        )
        for step in due
    )


@stage("find accounts", opaque=True)
def find_accounts(
    prepared: PreparedAutomation, accounts: Accounts, directory: tuple[str, DirectoryView], now: datetime
) -> tuple[Account, ...]:
    """The accounts that somebody means; each name means exactly one, or nothing is done at all."""
    try:
        found = accounts.found(directory[1], Moment(now, prepared.policy.zone))
    except UnknownAccountError as error:
        raise RequestError(str(error)) from None
    get_run_logger().info("%d accounts are meant", len(found))
    return found


@stage("find what was done", opaque=True)
def find_carried(prepared: PreparedAutomation, run: str, numbers: Sequence[int]) -> tuple[Carried, ...]:
    """What a run carried out, or some of it."""
    with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
        carried = carried_out(unit, run, numbers)
    get_run_logger().info("%d changes were carried out", len(carried))
    return carried
