"""Plan: what everybody's records ask for, what fell due, what somebody asks for by hand, what takes a run back."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import get_run_logger

from lifecycle.actions.parameters import Parameters
from lifecycle.directory.account import Account
from lifecycle.people.person import People
from lifecycle.planning.asked import DueStep
from lifecycle.planning.plan import Plan
from lifecycle.planning.selection import Accounts
from lifecycle.planning.undo import Carried
from lifecycle.runs import planning
from lifecycle.runs.directory import DirectoryRead
from lifecycle.runs.run import Run
from tasks.stage import stage


@stage("plan")
def plan_people(run: Run, people: People, directory: DirectoryRead) -> Plan:
    """List every change; from what was read and what earlier runs left."""
    plan = planning.plan_people(run, people, directory)
    if run.rules.policy.tickets:
        get_run_logger().info("%d tickets in hand", plan.people)
    return _logged(plan)


@stage("plan what fell due")
def plan_due(run: Run, due: Sequence[DueStep], directory: DirectoryRead) -> Plan:
    """What lists of actions wanted later, looked at again."""
    return _logged(planning.plan_due(run, due, directory))


@stage("plan the request")
def plan_request(run: Run, items: Sequence[Parameters], accounts: Sequence[Account], directory: DirectoryRead) -> Plan:
    """What somebody asks for by hand."""
    return _logged(planning.plan_request(run, items, accounts, directory))


@stage("plan the undo")
def plan_undo(run: Run, carried: Sequence[Carried], directory: DirectoryRead) -> Plan:
    """What takes a run back, as far as nobody has changed it since."""
    return _logged(planning.plan_undo(run, carried, directory))


@stage("find what fell due")
def find_due_steps(run: Run) -> tuple[DueStep, ...]:
    """The steps of the automation whose time has come, those of one list together."""
    due = planning.find_due_steps(run)
    get_run_logger().info("%d steps of %d accounts fell due", len(due), len({step.account for step in due}))
    return due


@stage("find accounts")
def find_accounts(run: Run, accounts: Accounts, directory: DirectoryRead) -> tuple[Account, ...]:
    """The accounts that somebody means; each name means exactly one, or nothing is done at all."""
    found = planning.find_accounts(run, accounts, directory)
    get_run_logger().info("%d accounts are meant", len(found))
    return found


@stage("find what was done")
def find_carried(run: Run, plan_id: str, numbers: Sequence[int]) -> tuple[Carried, ...]:
    """What a plan carried out, or some of it."""
    carried = planning.find_carried(run, plan_id, numbers)
    get_run_logger().info("%d changes were carried out", len(carried))
    return carried


def _logged(plan: Plan) -> Plan:
    get_run_logger().info("%d changes planned: %s", len(plan.changes), plan.counts or "nothing to do")
    return plan
