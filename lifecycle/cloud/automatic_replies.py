"""The automatic replies of a mailbox (Microsoft Graph, resource type automaticRepliesSetting)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

RepliesStatus = Literal["disabled", "alwaysEnabled", "scheduled"]
ExternalAudience = Literal["none", "contactsOnly", "all"]


@dataclass(frozen=True, slots=True)
class AutomaticReplies:
    """What a mailbox answers by itself.

    Exchange keeps texts as HTML: a plain text that was set is read back inside ``<html>`` and ``<body>``. A setting
    that was read can be set again and reads the same.

    Args:
        status: Off, on, or on from ``start`` to ``end``.
        external_audience: Who outside the organisation is answered.
        internal_message: HTML or plain text for people of the organisation.
        external_message: The same for others.
        start: Aware; for ``scheduled`` only, as ``end``.
        end: Aware.

    Raises:
        ValueError: The status or audience is none of Graph's, or the times do not fit the status.
    """

    status: RepliesStatus = "disabled"
    external_audience: ExternalAudience = "none"
    internal_message: str = field(default="", repr=False)
    external_message: str = field(default="", repr=False)
    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.status not in get_args(RepliesStatus) or self.external_audience not in get_args(ExternalAudience):
            raise ValueError("status or external audience is none of those that Graph knows")
        if self.status != "scheduled":
            if self.start is not None or self.end is not None:
                raise ValueError("only scheduled replies have a start and an end")
        elif self.start is None or self.end is None or self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("scheduled replies need a start and an end, both with a time zone")
        elif self.start >= self.end:
            raise ValueError("scheduled replies begin before they end")
