"""Telling others: tickets that are taken in hand and answered, and the delivery of what waits in the outbox."""

from __future__ import annotations

from collections import Counter

from prefect import get_run_logger

from lifecycle.outbound.delivering import Delivered
from lifecycle.runs import outbox, tickets
from lifecycle.runs.gate import GatedPlan
from lifecycle.runs.outbox import KEPT_DAYS
from lifecycle.runs.run import Run
from tasks.stage import stage


@stage("take tickets in hand")
def take_tickets(run: Run, gated: GatedPlan) -> None:
    """Take the tickets of an approved plan in hand; all of them, or none."""
    tickets.take_tickets(run, gated)
    get_run_logger().info("%d tickets in hand", len(gated.plan.tickets))


@stage("answer tickets")
def answer_tickets(run: Run, gated: GatedPlan) -> None:
    """Answer the tickets that a plan was made for: done, failed, or left for later."""
    counts = Counter(tickets.answer_tickets(run, gated).values())
    get_run_logger().info("tickets: %s", dict(sorted(counts.items())) or "none")


@stage("deliver the outbox")
def deliver_outbox_calls(run: Run, kept_days: int = KEPT_DAYS) -> Delivered | None:
    """Deliver what waits, and forget what was delivered long ago; None where another run is at it."""
    delivered = outbox.deliver_outbox(run, kept_days)
    counts = None if delivered is None else dict(delivered.counts)
    get_run_logger().info("outbox: %s", "another run delivers" if counts is None else counts or "nothing was due")
    return delivered
