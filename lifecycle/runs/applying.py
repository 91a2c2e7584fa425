"""Writing to the directory: what a killed run left open is settled first, then the plan is carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from lifecycle.applying.apply import Applied, apply_plan
from lifecycle.applying.approval import APPLICABLE
from lifecycle.applying.password import Passwords
from lifecycle.applying.recover import recover
from lifecycle.applying.session import WriteSession
from lifecycle.applying.stored_plans import plan_of
from lifecycle.errors import ApprovalError, RunLockedError, StoreError
from lifecycle.runs.run import Run
from lifecycle.store import JournalEntry, Lease, PlanStatus


def settle_journal(run: Run) -> int:
    """Look up every write that a killed run may have sent; returns how many there were.

    A dry run has no lease: it takes it for a moment, and goes on where another run has it.
    """
    if run.lease is not None:
        with write_session(run, run.lease) as session:
            return recover(session, lambda entry: _warn_of(run, entry))
    with run.ports.directory() as directory:
        identity = directory.identity()
    with run.ports.store() as store:
        try:
            with (
                store.lease(identity, run.run_id, run.ports.clock) as lease,
                write_session(run, lease) as session,
            ):
                return recover(session, lambda entry: _warn_of(run, entry))
        except RunLockedError as locked:
            run.ports.warn(f"this dry run sees the directory while it is being changed: {locked}")
            return 0


def apply_changes(
    run: Run, plan_id: str, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Applied:
    """Carry out a plan that the gate or a person let through.

    Args:
        run: With its lease.
        plan_id: Under which the store keeps the plan.
        on_progress: Called now and then with changes settled so far and changes in all.

    Raises:
        ApprovalError: The plan is not open any more, was altered, or is for another directory or automation.
        StoreError: This build cannot read it; it stays open.
        DirectoryUnavailableError: The connection broke; the next run goes on from there.
        RunLockedError: The lease was lost, or there is none; nothing more was written.
    """
    if run.lease is None:
        raise RunLockedError(f"the run holds no lease: plan {plan_id} is not carried out")
    with write_session(run, run.lease) as session:
        store, lease = session.store, session.lease
        if lease.directory != session.directory.identity():
            raise ApprovalError(f"plan {plan_id} is for another directory than this run may write to")
        recover(session, lambda entry: _warn_of(run, entry))
        with store.begin(lease) as unit:
            stored = unit.plans.load(plan_id)
            plan = plan_of(stored) if stored else None  # before it is taken: one that cannot be read stays open
            taken = unit.plans.move(plan_id, APPLICABLE, PlanStatus.APPLYING, session.clock())
        if plan is None or not taken:
            raise ApprovalError(f"plan {plan_id} is no longer open: another run took it")

        def close(status: PlanStatus) -> None:
            with store.begin(lease) as unit:
                unit.plans.move(plan_id, {PlanStatus.APPLYING}, status, session.clock())

        try:
            applied = apply_plan(session, plan, plan_id, on_progress)
        except BaseException:
            with suppress(StoreError, RunLockedError):  # the next run closes it; why this one ended is worth more
                close(PlanStatus.INTERRUPTED)
            raise
        close(PlanStatus.APPLIED)
    return applied


@contextmanager
def write_session(run: Run, lease: Lease) -> Iterator[WriteSession]:
    """Everything that a run works with, open."""
    ports, rules = run.ports, run.rules
    passwords = Passwords(lambda person: ports.new_password(person, rules.password_length), ports.secret_of)
    with ports.store() as store, ports.directory() as directory, ports.systems() as systems:
        yield WriteSession(
            run.run_id, rules.policy, store, lease, directory, ports.clock, systems, passwords, rules.announcer
        )


def _warn_of(run: Run, entry: JournalEntry) -> None:
    run.ports.warn(
        "a run was interrupted, and whether it carried this out cannot be told: "
        f"{entry.action} for {entry.target_guid or entry.person_key}, change {entry.number} of plan {entry.plan_id}"
    )
