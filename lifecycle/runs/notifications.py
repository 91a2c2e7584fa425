"""The messages that people get of a run: the texts of an automation's notifications, with their macros filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lifecycle.config.notification import AT_HAND, News
from lifecycle.language.macros.template import compile_template
from lifecycle.runs.prepared import PreparedAutomation


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent through one notification block.

    Args:
        block: Name of the block.
        subject: The subject.
        body: The text.
    """

    block: str
    subject: str
    body: str


def messages(prepared: PreparedAutomation, news: News, told: Mapping[str, str], now: datetime) -> Iterator[Message]:
    """The messages of one piece of news, in the order of the automation's file.

    Args:
        prepared: The automation.
        news: What happened.
        told: What its macros say of it.
        now: When, UTC.
    """
    at = now.astimezone(prepared.policy.zone).isoformat(timespec="seconds")
    act = {**told, "automation": prepared.automation.name, "outcome": news.value, "timestamp": at}
    for notification in prepared.automation.notify:
        if news in notification.events:
            subject, body = (
                compile_template(text, prepared.words, "prose", AT_HAND).render({}, act=act)
                for text in (notification.subject, notification.body)
            )
            yield Message(notification.block, subject, body)
