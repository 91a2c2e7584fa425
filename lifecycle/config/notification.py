"""A notification: people are told of a run by mail or chat (section ``notify`` of an automation)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from lifecycle.config.model import ConfigModel


class News(StrEnum):
    """What people are told of; of live runs alone."""

    RUN_FAILED = "run-failed"
    AWAITING_APPROVAL = "awaiting-approval"
    QUARANTINED = "quarantined"
    """People are reported who were not in the run before."""


AT_HAND = frozenset({"act", "event"})
"""What macros of a notification may speak of, besides settings and functions."""

BlockAddress = Annotated[
    str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$", examples=["halo-ad-mail-server/admins"])
]


class Notification(ConfigModel):
    """Whom to tell of what."""

    block: BlockAddress = Field(
        description="Type and name of a Prefect notification block: halo-ad-mail-server/…, slack-webhook/…, "
        "ms-teams-webhook/…, custom-webhook/… and so on."
    )
    events: tuple[News, ...] = Field(tuple(News), min_length=1)
    subject: str = Field("halo-ad, %act.automation%: %act.outcome%", description="Text with macros.")
    body: str = Field(
        "%act.automation%: %act.outcome%. %act.reason%\n\n"
        "Run %act.run%, plan %act.plan%, hash %act.hash%\n%act.changes%\n",
        description="Text with macros.",
    )
