"""Whose turn it is: one run at a time writes to a directory, and who comes meanwhile waits.

A run that writes has the lease of its directory from before it reads until it has carried out its plan, so that no plan
is made of a directory, or of records, that another run overtakes. Approvals, requests by hand, undos, due steps and
scheduled runs all wait alike, for a bounded time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID

from prefect import get_client, get_run_logger
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from blocks.directory import ActiveDirectoryCredentials
from blocks.store import StateStore
from lifecycle.config.notification import News
from lifecycle.errors import ApprovalError, RunLockedError
from lifecycle.prepared import PreparedAutomation
from lifecycle.store import Lease, LeaseWait, Run
from tasks.clock import utc_now
from tasks.notifying import tell_people
from tasks.planning import APPROVAL
from tasks.saved_blocks import saved_block
from tasks.stage import scrub


@contextmanager
def writing(prepared: PreparedAutomation, run_id: str, *, dry_run: bool) -> Iterator[Lease | None]:
    """Be the one run that writes to the automation's directory; a dry run is none, and waits for no other.

    Raises:
        RunLockedError: Another run has been writing for longer than this one may wait.
    """
    if dry_run:
        yield None
        return
    minutes = prepared.automation.lease_wait_minutes
    wait = LeaseWait(
        minutes * 60, lambda holder: get_run_logger().warning("%s. Waiting for it, at most %g minutes", holder, minutes)
    )
    with ExitStack() as stack:
        identity = scrub(_identity, prepared)
        store = stack.enter_context(scrub(saved_block(StateStore.load, prepared.automation.store).open))
        yield stack.enter_context(store.lease(identity, run_id, utc_now, wait=wait))


@contextmanager
def approving(prepared: PreparedAutomation, plan_id: str, run_id: str, *, dry_run: bool) -> Iterator[None]:
    """Keep a plan that was approved from being superseded while its approval waits for its turn.

    Raises:
        ApprovalError: Another run carries it out.
    """
    if dry_run:
        yield
        return
    with ExitStack() as stack:
        store = stack.enter_context(scrub(saved_block(StateStore.load, prepared.automation.store).open))
        try:
            stack.enter_context(store.lease(f"{APPROVAL}{plan_id}", run_id, utc_now))
        except RunLockedError:
            raise ApprovalError(
                f"plan {plan_id} was approved before, and another run is about to carry it out"
            ) from None
        yield


def tell_of_killed(prepared: PreparedAutomation, killed: list[Run]) -> None:
    """Say that runs were killed: to people, and to Prefect, which would take them for running for ever."""
    for run in killed:
        why = (
            f"run {run.run_id} ({run.flow}) was killed in the middle: its process is gone. This run goes on from there"
        )
        get_run_logger().warning("%s", why)
        _crash(run.run_id)
        if not run.dry_run:
            tell_people(prepared, News.RUN_FAILED, run.run_id, reason=why)


def _crash(run_id: str) -> None:
    """Let a run that Prefect takes for running show as crashed."""
    gone = Crashed(message="Its process is gone; a later run found out.")
    try:
        with get_client(sync_client=True) as client:
            run = client.read_flow_run(UUID(run_id))
            if run.state is not None and not run.state.is_final():
                client.set_flow_run_state(run.id, gone, force=True)
    except (ValueError, ObjectNotFound):
        return  # it was started without Prefect, or is deleted there
    except Exception as error:  # noqa: BLE001 - what Prefect shows of it is no reason for this run to end
        get_run_logger().warning("Prefect still shows run %s as running: %s", run_id, type(error).__name__)


def _identity(prepared: PreparedAutomation) -> str:
    with saved_block(ActiveDirectoryCredentials.load, prepared.automation.directory).open() as directory:
        return directory.identity()
