"""The directory: settle what a killed run left open, read, apply."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from functools import partial
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import create_progress_artifact, update_progress_artifact

from blocks.directory import ActiveDirectoryCredentials
from blocks.store import StateStore
from lifecycle.applying.apply import Applied, apply_plan
from lifecycle.applying.password import generate_password
from lifecycle.applying.recover import recover
from lifecycle.applying.stored_plans import plan_of
from lifecycle.directory.account import DirectoryView
from lifecycle.errors import ApprovalError, RunLockedError, StoreError
from lifecycle.prepared import PreparedAutomation
from lifecycle.store import JournalEntry, Lease, PlanStatus
from tasks.clock import utc_now
from tasks.saved_blocks import saved_block
from tasks.secrets import password_of
from tasks.stage import stage
from tasks.systems import open_systems


@stage("settle the journal")
def settle_journal(prepared: PreparedAutomation, run_id: str, lease: Lease | None) -> int:
    """Look up every write that a killed run may have sent.

    Args:
        prepared: The automation.
        run_id: Of this run.
        lease: Of a run that writes. A dry run has none: it takes it for a moment, and goes on where another run has it.
    """
    with (
        saved_block(StateStore.load, prepared.automation.store).open() as store,
        saved_block(ActiveDirectoryCredentials.load, prepared.automation.directory).open() as directory,
        open_systems(prepared.automation) as systems,
    ):
        settle = partial(recover, store, directory, prepared.policy.anchor, utc_now())
        if lease is not None:
            settled = settle(lease, systems, _warn_of, prepared.announcer)
        else:
            try:
                with store.lease(directory.identity(), run_id, utc_now) as short:
                    settled = settle(short, systems, _warn_of, prepared.announcer)
            except RunLockedError as locked:
                get_run_logger().warning("this dry run sees the directory while it is being changed: %s", locked)
                return 0
    get_run_logger().info("%d open journal entries settled", settled)
    return settled


def _warn_of(entry: JournalEntry) -> None:
    """Say that a person has to look: whether something was carried out cannot be told."""
    get_run_logger().warning(
        "a run was interrupted, and whether it carried this out cannot be told: %s for %s, change %d of plan %s",
        entry.action, entry.target_guid or entry.person_key, entry.number, entry.plan_id,
    )  # fmt: skip


@stage("read directory", retries=2, opaque=True)
def read_directory(prepared: PreparedAutomation, more: Collection[str] = ()) -> tuple[str, DirectoryView]:
    """Read the whole domain; answers its identity and what is in it. The mapping must fit the domain's schema.

    Args:
        prepared: Says which attributes are looked at.
        more: Further ones.
    """
    attributes = tuple(dict.fromkeys((*prepared.attributes, *sorted(more))))
    with saved_block(ActiveDirectoryCredentials.load, prepared.automation.directory).open() as directory:
        identity = directory.identity()
        prepared.check_schema(directory.schema(prepared.attributes))
        view = directory.view(attributes)
    get_run_logger().info("%d accounts, %d groups", len(view.accounts), len(view.groups))
    return identity, view


@stage("apply", opaque=True)
def apply_changes(prepared: PreparedAutomation, plan_id: str, run_id: str, lease: Lease) -> Applied:
    """Carry out a plan that the gate or a person let through; progress shows as an artifact."""
    with (
        saved_block(StateStore.load, prepared.automation.store).open() as store,
        saved_block(ActiveDirectoryCredentials.load, prepared.automation.directory).open() as directory,
        open_systems(prepared.automation) as systems,
    ):
        if lease.directory != directory.identity():
            raise ApprovalError(f"plan {plan_id} is for another directory than this run may write to")
        recover(
            store, directory, prepared.policy.anchor, utc_now(), lease, systems, _warn_of, prepared.announcer
        )  # fmt: skip
        with store.begin(lease) as unit:
            stored = unit.plans.load(plan_id)
            plan = plan_of(stored) if stored else None  # before it is taken: one that cannot be read stays open
            applicable = {PlanStatus.PROPOSED, PlanStatus.WAITING}
            taken = unit.plans.move(plan_id, applicable, PlanStatus.APPLYING, utc_now())
        if plan is None or not taken:
            raise ApprovalError(f"plan {plan_id} is no longer open: another run took it")

        def close(status: PlanStatus) -> None:
            with store.begin(lease) as unit:
                unit.plans.move(plan_id, {PlanStatus.APPLYING}, status, utc_now())

        try:
            applied = apply_plan(
                plan,
                plan_id,
                run_id,
                directory=directory,
                store=store,
                lease=lease,
                policy=prepared.policy,
                new_password=partial(generate_password, length=prepared.password_length),
                clock=utc_now,
                on_progress=_Progress(),
                systems=systems,
                secret_of=password_of,
                announcer=prepared.announcer,
            )
        except BaseException:
            with suppress(StoreError, RunLockedError):  # the next run closes it; why this one ended is worth more
                close(PlanStatus.INTERRUPTED)
            raise
        close(PlanStatus.APPLIED)
    done = len(plan.changes) - applied.already - len(applied.failures)
    get_run_logger().info(
        "%d carried out, %d so already, %d not carried out", done, applied.already, len(applied.failures)
    )
    return applied


class _Progress:
    """Shows how far the apply is; created at the first window, so that an empty plan shows none."""

    def __init__(self) -> None:
        self._artifact: UUID | None = None

    def __call__(self, done: int, total: int) -> None:
        percent = 100.0 * done / total
        if self._artifact is None:
            self._artifact = create_progress_artifact(percent, key="apply-progress", description="Changes applied")
        else:
            update_progress_artifact(self._artifact, percent)
