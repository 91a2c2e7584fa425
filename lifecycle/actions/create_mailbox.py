"""Create mailbox: on the organisation's own servers, as a remote one in the cloud, or an archive for the one there is.

In Microsoft 365 a mailbox comes with a licence: there the action only waits until it has come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from lifecycle.actions.change import Change, Phase, State
from lifecycle.actions.disable_mailbox import DisableMailboxChange
from lifecycle.actions.exchange_values import (
    ADDRESS,
    ALIAS,
    DATABASE,
    MAILBOX,
    ROUTING,
    given,
    kind_in,
    mail_account,
    nothing_of,
    own_mailbox,
    settled_mailbox,
    text_in,
)
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account, Value
from lifecycle.language.macros.place import Place
from lifecycle.mail.mailbox import Mailbox, MailboxKind
from lifecycle.mail.operation import EnableArchive, EnableMailbox, EnableRemoteMailbox
from lifecycle.mail.parameter import Kind
from lifecycle.notice import Reason

ARCHIVE = "exchange.archive"


class CreateMailboxChange(OutsideChange):
    """``after`` holds the kind of mailbox and what it is given; its GUID is Exchange's to choose."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "mailboxes to create"
    system: ClassVar[System] = System.MAIL
    needs: ClassVar[frozenset[Need]] = frozenset({Need.MAILBOX})
    action: Literal["create-mailbox"] = "create-mailbox"

    @property
    def _kind(self) -> MailboxKind:
        return kind_in(self.after) or MailboxKind.USER

    def state_outside(self, outside: Outside) -> State:
        """By what kind of mailbox the account has."""
        return standing(outside.mailbox(self.account), remote=self._kind.is_remote)

    def operation(self, account: Account, outside: Outside) -> EnableMailbox | EnableRemoteMailbox:  # noqa: ARG002
        """One cmdlet."""
        alias, address = text_in(self.after, ALIAS), text_in(self.after, ADDRESS)
        if self._kind.is_remote:
            return EnableRemoteMailbox(
                mail_account(account),
                routing_address=text_in(self.after, ROUTING),
                alias=alias,
                primary_address=address,
                shared=self._kind.is_shared,
            )
        return EnableMailbox(
            mail_account(account),
            alias=alias,
            database=text_in(self.after, DATABASE),
            primary_address=address,
            shared=self._kind.is_shared,
        )

    def undone(self, account: str) -> Change | None:
        """Disabling."""
        return DisableMailboxChange(**self.swapped(account))


class CreateArchiveChange(OutsideChange):
    """``before`` and ``after`` hold whether there is an archive."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "mailboxes that get an archive"
    system: ClassVar[System] = System.MAIL
    needs: ClassVar[frozenset[Need]] = frozenset({Need.MAILBOX})
    action: Literal["create-archive"] = "create-archive"

    def state_outside(self, outside: Outside) -> State:
        """By the archive."""
        mailbox = outside.mailbox(self.account)
        if mailbox is None or mailbox.is_disconnected:
            return State.MISSING
        return State.DONE_ALREADY if mailbox.has_archive else State.AS_PLANNED

    def operation(self, account: Account, outside: Outside) -> EnableArchive:  # noqa: ARG002
        """One cmdlet."""
        return EnableArchive(mail_account(account))


def standing(mailbox: Mailbox | None, *, remote: bool) -> State:
    """How what an account has stands to a mailbox that it is to have: one of the other side is in the way.

    A remote one may be announced for what a licence made in the cloud before: that mailbox is no server's.
    """
    if mailbox is None or mailbox.is_disconnected:
        return State.AS_PLANNED
    if remote:
        foreign = State.DRIFTED if mailbox.database else State.AS_PLANNED
        return State.DONE_ALREADY if mailbox.kind.is_remote else foreign
    return State.DONE_ALREADY if mailbox.database else State.DRIFTED


class CreateMailboxParameters(Parameters):
    """The account has a mailbox, or an archive besides the one that it has."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Create mailbox",
        writes="Enable-Mailbox, Enable-RemoteMailbox or Enable-Mailbox -Archive; in Microsoft 365 the licence makes it",
        undo="disabled; an archive stays, as it may hold mail by then",
        tested="a simulated Exchange, on-premises, online and hybrid",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.MAILBOX})
    action: Literal["create-mailbox"] = "create-mailbox"
    kind: Literal["server", "remote", "archive", "microsoft_365"] = Field(
        description="On a server; remote: in the cloud, announced by a server; an archive for the mailbox there is; "
        "or one that a licence makes in Microsoft 365, which is waited for."
    )
    alias: str = Field("", description="mailNickname, macros allowed; Exchange chooses where it is empty.")
    database: str = Field("", description="For a server, macros allowed; Exchange chooses where it is empty.")
    primary_address: str = Field("", description="Macros allowed; the address policy decides where it is empty.")
    routing_address: str = Field("", description="For a remote one: address in the tenant's own domain, with macros.")
    shared: bool = Field(False, description="Whether it is nobody's own.")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> CreateMailboxParameters:
        if (self.kind == "remote") != bool(self.routing_address):
            raise ValueError("routing_address is for kind remote, which needs it")
        if self.database and self.kind != "server":
            raise ValueError("database is for kind server")
        if self.kind in {"archive", "microsoft_365"} and (self.alias or self.primary_address or self.shared):
            raise ValueError(f"alias, primary_address and shared are not for kind {self.kind}")
        return self

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """What the mailbox is given: each must be whole."""
        for name in ("alias", "database", "primary_address", "routing_address"):
            yield name, getattr(self, name), "strict"

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """One change for an account that has no such mailbox yet."""
        match self.kind:
            case "microsoft_365":
                if own_mailbox(sight, subject) is None:
                    raise RefusalError(Reason.TARGET_MISSING, f"{self.action}: no licence has made it yet")
            case "archive":
                mailbox = settled_mailbox(sight, subject, self.action)
                if mailbox is None:
                    raise RefusalError(Reason.TARGET_MISSING, f"{self.action}: no mailbox that could get an archive")
                if not mailbox.has_archive:
                    yield CreateArchiveChange(**subject.told(), before={ARCHIVE: False}, after={ARCHIVE: True})
            case _:
                yield from self._created(subject, sight)

    def _created(self, subject: Subject, sight: Sight) -> Planned:
        remote = self.kind == "remote"
        match standing(own_mailbox(sight, subject), remote=remote):
            case State.DRIFTED:
                raise RefusalError(Reason.MAILBOX_OTHER, self.action)
            case State.DONE_ALREADY:
                return
        kinds = {
            (False, False): MailboxKind.USER, (False, True): MailboxKind.SHARED,
            (True, False): MailboxKind.REMOTE, (True, True): MailboxKind.REMOTE_SHARED,
        }  # fmt: skip
        texts = {
            ALIAS: given(self.alias, Kind.ALIAS, f"{self.action}: alias", subject, sight),
            DATABASE: given(self.database, Kind.NAME, f"{self.action}: database", subject, sight),
            ADDRESS: given(self.primary_address, Kind.ADDRESS, f"{self.action}: primary_address", subject, sight),
            ROUTING: given(self.routing_address, Kind.ADDRESS, f"{self.action}: routing_address", subject, sight),
        }
        after: dict[str, Value | None] = {MAILBOX: kinds[remote, self.shared].value}
        after |= {name: text for name, text in texts.items() if text}
        yield CreateMailboxChange(**subject.told(), before=nothing_of(after), after=after)
        sight.expect_mailbox(subject.account)
