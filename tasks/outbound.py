"""Telling others: answers to tickets, and the delivery of what waits in the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from prefect import get_run_logger

from blocks.directory import ActiveDirectoryCredentials
from blocks.halo import HaloITSMCredentials
from blocks.store import StateStore
from lifecycle.applying.tickets import accounts_of
from lifecycle.errors import ApprovalError, RunLockedError
from lifecycle.outbound.delivering import Delivered, deliver_calls
from lifecycle.ports.api.client import ApiClient
from lifecycle.prepared import PreparedAutomation
from tasks.clock import utc_now
from tasks.planning import Planned, desk_of
from tasks.saved_blocks import saved_block
from tasks.stage import stage

OUTBOX = "outbox"
"""The lease of whoever delivers."""
KEPT_DAYS = 90
"""For so long what was delivered can be looked at."""


@stage("take tickets in hand")
def take_tickets(prepared: PreparedAutomation, planned: Planned, run_id: str) -> None:
    """Take the tickets of an approved plan in hand; all of them, or none."""
    keys = [key for key, _ in planned.plan.tickets]
    with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
        taken = unit.tickets.take(prepared.source.name, keys, run_id, utc_now())
        if len(taken) < len(keys):
            raise ApprovalError(
                f"{len(keys) - len(taken)} tickets of the plan are in other hands or answered: plan again"
            )


@stage("answer tickets")
def answer_tickets(prepared: PreparedAutomation, planned: Planned, run_id: str) -> dict[str, int]:
    """Answer the tickets that a plan was made for; answers how many are done, failed, and left for later."""
    plan, plan_id = planned.plan, planned.plan_id
    desk = desk_of(prepared, plan.directory, run_id)
    with (
        saved_block(StateStore.load, prepared.automation.store).open() as store,
        saved_block(ActiveDirectoryCredentials.load, prepared.automation.directory).open() as directory,
    ):
        with store.begin() as unit:
            entries = {entry.number: entry for entry in unit.journal.of_plan(plan_id)}
        guids = accounts_of(plan, entries)
        names = prepared.announcer.attributes - {"distinguishedName", "cn", "enabled"}
        accounts = directory.accounts(guids, names) if guids else {}
        with store.begin() as unit:
            told = desk.answer(unit, plan, plan_id, accounts, utc_now())
    counts = {outcome: list(told.values()).count(outcome) for outcome in sorted(set(told.values()))}
    get_run_logger().info("tickets: %s", counts or "none")
    return counts


@stage("deliver the outbox")
def deliver_outbox_calls(prepared: PreparedAutomation, run_id: str, kept_days: int = KEPT_DAYS) -> Delivered | None:
    """Deliver what waits, and forget what was delivered long ago; None where another run is at it."""
    with saved_block(StateStore.load, prepared.automation.store).open() as store:
        with store.begin() as unit:
            unit.outbox.prune(utc_now() - timedelta(days=kept_days))
            if not unit.outbox.unsettled():
                return Delivered()
        try:
            with store.lease(OUTBOX, run_id, utc_now) as lease:
                delivered = deliver_calls(store, lease, _client, prepared.words, utc_now)
        except RunLockedError:
            get_run_logger().info("another run delivers the outbox")
            return None
        with store.begin() as unit:
            poisoned = unit.outbox.poisoned()
    get_run_logger().info("outbox: %s", dict(delivered.counts) or "nothing was due")
    if delivered.is_away:
        get_run_logger().warning("the other side does not answer: what waits is tried again by a later run")
    if poisoned:
        get_run_logger().warning("%d calls were set aside: python -m deployments.outbox list shows them", len(poisoned))
    return delivered


@contextmanager
def _client(name: str) -> Iterator[ApiClient]:
    with saved_block(HaloITSMCredentials.named, name).get_client() as client:
        yield client
