"""Auto-reply: off, on, or on between two moments; through Exchange or Microsoft 365.

Undo puts the former setting back, texts and times included.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from lifecycle.actions.change import Change, Phase, State
from lifecycle.actions.exchange_values import mail_account, own_mailbox
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.reply_values import CLOUD, EXCHANGE, from_cloud, reply_in, reply_values, to_cloud
from lifecycle.actions.sight import Sight, Subject
from lifecycle.cloud.operation import SetAutomaticReplies
from lifecycle.directory.account import Account
from lifecycle.language.filters.value import duration_of, point_of
from lifecycle.language.macros.place import Place
from lifecycle.language.moment import Moment
from lifecycle.mail.mailbox import AutoReply, AutoReplyState, ExternalAudience
from lifecycle.mail.operation import SetAutoReply
from lifecycle.notice import Reason

_LINE_END = re.compile(r"\r\n?|\n")
_STATES = {"off": AutoReplyState.DISABLED, "on": AutoReplyState.ENABLED, "scheduled": AutoReplyState.SCHEDULED}
_AUDIENCES = {"none": ExternalAudience.NONE, "known": ExternalAudience.KNOWN, "all": ExternalAudience.ALL}


def _is_time(text: str) -> str:
    for reads in (duration_of, point_of):
        try:
            reads(text)
        except ValueError:
            continue
        return text
    raise ValueError("is neither a duration such as 30d or 12h, nor a date or point in time of ISO 8601")


Time = Annotated[str, AfterValidator(_is_time)]
"""So long after the action (``30d``), a day (``2031-03-01``), or a point in time (``2031-03-01T08:00``)."""


class ReplyChange(OutsideChange):
    """``before`` and ``after`` hold the whole reply, as :mod:`lifecycle.actions.reply_values` writes it."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "automatic replies to set"
    prefix: ClassVar[str]

    @abstractmethod
    def found(self, outside: Outside) -> AutoReply | None:
        """The reply as it is now; None without a mailbox that could reply."""

    def state_outside(self, outside: Outside) -> State:
        """By what people would notice: Exchange wraps texts, and keeps times that mean nothing."""
        now = self.found(outside)
        if now is None:
            return State.MISSING
        if now.says_the_same(self.wanted):
            return State.DONE_ALREADY
        return State.AS_PLANNED if now.says_the_same(reply_in(self.prefix, self.before)) else State.DRIFTED

    @property
    def wanted(self) -> AutoReply:
        """The reply that shall be."""
        return reply_in(self.prefix, self.after)


class SetAutoReplyChange(ReplyChange):
    """Through Exchange."""

    system: ClassVar[System] = System.MAIL
    needs: ClassVar[frozenset[Need]] = frozenset({Need.AUTO_REPLY})
    prefix: ClassVar[str] = EXCHANGE
    action: Literal["set-auto-reply"] = "set-auto-reply"

    def found(self, outside: Outside) -> AutoReply | None:
        """Of the mailbox."""
        mailbox = outside.mailbox(self.account)
        return mailbox.auto_reply if mailbox is not None else None

    def operation(self, account: Account, outside: Outside) -> SetAutoReply:  # noqa: ARG002
        """One cmdlet."""
        return SetAutoReply(mail_account(account), self.wanted)

    def undone(self, account: str) -> Change | None:
        """The former setting."""
        return SetAutoReplyChange(**self.swapped(account))


class SetCloudReplyChange(ReplyChange):
    """Through Microsoft Graph."""

    system: ClassVar[System] = System.CLOUD
    needs: ClassVar[frozenset[Need]] = frozenset({Need.CLOUD_REPLIES})
    prefix: ClassVar[str] = CLOUD
    action: Literal["set-cloud-auto-reply"] = "set-cloud-auto-reply"

    def found(self, outside: Outside) -> AutoReply | None:
        """Of the user's mailbox."""
        user = outside.user(self.account)
        replies = user.automatic_replies if user is not None else None
        return from_cloud(replies) if replies is not None else None

    def operation(self, account: Account, outside: Outside) -> SetAutomaticReplies:  # noqa: ARG002
        """One patch of the mailbox's settings."""
        user = outside.user(self.account)
        if user is None:
            raise RefusalError(Reason.TARGET_MISSING)
        return SetAutomaticReplies(user.id, to_cloud(self.wanted))

    def undone(self, account: str) -> Change | None:
        """The former setting."""
        return SetCloudReplyChange(**self.swapped(account))


class SetAutoReplyParameters(Parameters):
    """The mailbox answers by itself, or does not. Turning it off keeps the texts."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Set auto-reply",
        writes="Set-MailboxAutoReplyConfiguration, or Graph mailboxSettings",
        undo="the former setting, texts and times included",
        tested="a simulated Exchange, on-premises, online and hybrid, and a simulated Microsoft Graph",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.AUTO_REPLY})
    action: Literal["set-auto-reply"] = "set-auto-reply"
    state: Literal["off", "on", "scheduled"] = Field("on", description="Whether, and when, it answers.")
    internal: str = Field("", description="Text for senders inside the organisation, macros allowed.")
    external: str = Field("", description="Text for senders outside, macros allowed.")
    audience: Literal["none", "known", "all"] = Field(
        "none", description="Who outside is answered: nobody, those among the contacts, everybody."
    )
    format: Literal["text", "html"] = Field(
        "text", description="Whether the texts are plain, line ends kept, or HTML, in which values are escaped."
    )
    start: Time | None = Field(
        None, description="When scheduled: a duration from the action on, a day, or a point in time; else at once."
    )
    end: Time | None = Field(None, description="When scheduled: the same; of a day, its last minute.")
    through: Literal["exchange", "microsoft_365"] = Field("exchange", description="Which system is told.")

    @model_validator(mode="after")
    def _fits_its_state(self) -> SetAutoReplyParameters:
        if self.state == "off":
            if self.internal or self.external or self.audience != "none":
                raise ValueError("a reply that is off takes no texts and no audience: those that are there are kept")
        elif not self.internal:
            raise ValueError("a reply needs an internal text")
        if bool(self.external) != (self.audience != "none"):
            raise ValueError("an external text and an audience other than none go together")
        if (self.state == "scheduled") != (self.end is not None) or (self.start and self.state != "scheduled"):
            raise ValueError("start and end are for a scheduled reply, which needs an end")
        return self

    def looks_up(self) -> frozenset[Need]:
        """Where the reply is kept."""
        return self.needs if self.through == "exchange" else frozenset({Need.CLOUD_REPLIES})

    @property
    def _place(self) -> Place:
        return "xml" if self.format == "html" else "prose"

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """Both texts; a value in HTML is escaped there, a plain text as a whole."""
        yield "internal", self.internal, self._place
        yield "external", self.external, self._place

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """One change for an account whose mailbox answers otherwise."""
        now = self._now(subject, sight)
        if now is None:
            return
        wanted = replace(now, state=AutoReplyState.DISABLED) if self.state == "off" else self._wanted(subject, sight)
        if now.says_the_same(wanted):
            return
        kind, prefix = (SetAutoReplyChange, EXCHANGE) if self.through == "exchange" else (SetCloudReplyChange, CLOUD)
        yield kind(**subject.told(), before=reply_values(prefix, now), after=reply_values(prefix, wanted))

    def _now(self, subject: Subject, sight: Sight) -> AutoReply | None:
        """The reply as it is; None for an account without a mailbox.

        Raises:
            RefusalError: It could not be read, or the mailbox lives where nobody could ask.
        """
        if self.through == "microsoft_365":
            user = sight.outside.user(subject.account.guid)
            replies = user.automatic_replies if user is not None else None
            return from_cloud(replies) if replies is not None else None
        mailbox = own_mailbox(sight, subject)
        if mailbox is not None and mailbox.auto_reply is None:
            raise RefusalError(Reason.TARGET_MISSING, f"{self.action}: the mailbox in the cloud is not there yet")
        return mailbox.auto_reply if mailbox is not None else None

    def _wanted(self, subject: Subject, sight: Sight) -> AutoReply:
        start = end = None
        if self.state == "scheduled":
            start = _moment(self.start, sight.moment, last=False)
            end = _moment(self.end, sight.moment, last=True)
            if start >= end:
                raise RefusalError(Reason.VALUE_UNFIT, f"{self.action}: it would end before it begins")
        return AutoReply(
            state=_STATES[self.state],
            internal=self._html(self.internal, subject, sight),
            external=self._html(self.external, subject, sight),
            audience=_AUDIENCES[self.audience],
            start=start,
            end=end,
        )

    def _html(self, text: str, subject: Subject, sight: Sight) -> str:
        """A text as Exchange keeps it; what was no markup in a plain one is none in it either."""
        filled = sight.text(text, self._place, subject)
        return filled if self.format == "html" else _LINE_END.sub("<br>\n", escape(filled.strip(), quote=False))


def _moment(time: str | None, now: Moment, *, last: bool) -> datetime:
    """A point in time in UTC, to the minute: Exchange keeps no fractions. Without one the present moment."""
    if time is None:
        found = now.now
    else:
        try:
            found = now.shifted(duration_of(time))
        except ValueError:  # no duration: a point in time, or a day
            point = point_of(time)
            found = now.instant(point) if isinstance(point, datetime) else now.day(point)[1 if last else 0]
    return found.replace(second=0, microsecond=0)
