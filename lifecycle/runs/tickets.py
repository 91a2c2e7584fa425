"""Tickets: records that are requests. A run takes them in hand, and answers them when they are done or refused."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.applying.announce import told_attributes
from lifecycle.applying.tickets import Desk, accounts_of
from lifecycle.errors import ApprovalError
from lifecycle.people.person import People
from lifecycle.runs.gate import GatedPlan
from lifecycle.runs.run import Run


def hand_out(run: Run, people: People, directory: str) -> People:
    """Those whose tickets the run takes in hand, as no other run has; a dry run only looks.

    Args:
        run: The run.
        people: Everybody who asks.
        directory: objectGUID of the domain.
    """
    desk = _desk(run, directory)
    with run.ports.store() as store, store.begin() as unit:
        return desk.look(unit, people) if run.dry_run else desk.take(unit, people, run.now)


def take_tickets(run: Run, gated: GatedPlan) -> None:
    """Take the tickets of an approved plan in hand; all of them, or none.

    Raises:
        ApprovalError: Some are in other hands, or answered.
    """
    keys = [key for key, _ in gated.plan.tickets]
    with run.ports.store() as store, store.begin() as unit:
        taken = unit.tickets.take(run.rules.data_source, keys, run.run_id, run.ports.clock())
        if len(taken) < len(keys):
            raise ApprovalError(
                f"{len(keys) - len(taken)} tickets of the plan are in other hands or answered: plan again"
            )


def answer_tickets(run: Run, gated: GatedPlan) -> Mapping[str, str]:
    """Answer the tickets that a plan was made for.

    Returns:
        Primary key → ``done``, ``failed`` or ``later``.
    """
    plan, plan_id = gated.plan, gated.plan_id
    with run.ports.store() as store, run.ports.directory() as directory:
        with store.begin() as unit:
            entries = {entry.number: entry for entry in unit.journal.of_plan(plan_id)}
        guids = accounts_of(plan, entries)
        accounts = directory.accounts(guids, told_attributes(run.rules.announcer)) if guids else {}
        with store.begin() as unit:
            return _desk(run, plan.directory).answer(unit, plan, plan_id, accounts, run.ports.clock())


def _desk(run: Run, directory: str) -> Desk:
    return Desk(run.rules.data_source, run.automation, directory, run.run_id, run.rules.announcer)
