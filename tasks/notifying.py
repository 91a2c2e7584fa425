"""Telling people of a run, by mail or chat, through Prefect's notification blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, cast

from prefect import get_run_logger
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block

from blocks.mail import MailServer  # noqa: F401 - known to Prefect by its slug once it is imported
from lifecycle.config.notification import News
from lifecycle.runs.gate import GatedPlan
from lifecycle.runs.notifications import messages
from lifecycle.runs.prepared import PreparedAutomation
from tasks.clock import utc_now
from tasks.stage import stage


@stage("notify")
def notify(prepared: PreparedAutomation, news: News, told: Mapping[str, str]) -> None:
    """Send every notification that is meant for this news; one that cannot be sent stops no other one, and no run."""
    for message in messages(prepared, news, told, utc_now()):
        try:
            block = Block.load(message.block)
            if not isinstance(block, NotificationBlock):
                get_run_logger().warning("block %s is none that notifies", message.block)
                continue
            cast("Any", block).notify(message.body, message.subject)  # a coroutine inside an event loop only
        except Exception as error:  # noqa: BLE001 - whatever a mail server or a chat does wrong; its text may quote secrets
            get_run_logger().warning("%s was not told: %s", message.block, type(error).__name__)


def tell_people(prepared: PreparedAutomation, news: News, run_id: str, **told: str) -> None:
    """Notify, if anybody wants to be told."""
    if any(news in one.events for one in prepared.automation.notify):
        notify(prepared, news, {"run": run_id, **told})


def tell_of_gate(prepared: PreparedAutomation, gated: GatedPlan, run_id: str, *, stopped: bool) -> None:
    """Tell of a plan that waits, and of people who are newly reported."""
    plan = {"plan": gated.plan_id, "hash": gated.plan.hash, "changes": _counted(gated.plan.counts.items())}
    if stopped:
        tell_people(prepared, News.AWAITING_APPROVAL, run_id, reason="; ".join(gated.breaches), **plan)
    if gated.reported:
        reasons = Counter(reason for _, reason in gated.reported)
        tell_people(prepared, News.QUARANTINED, run_id, reason=_counted(reasons.items()), **plan)


def _counted(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts))
