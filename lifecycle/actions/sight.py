"""Whom an action is done to, and what its planner half may look at; all of it was read before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from lifecycle.actions.change import Cause
from lifecycle.actions.outside import Outside
from lifecycle.directory.account import Account, Group, Value
from lifecycle.folders.left_behind import LeftBehind
from lifecycle.folders.unc_path import UncPath
from lifecycle.language.filters.filter import Filter
from lifecycle.language.macros.place import Place
from lifecycle.language.moment import Moment
from lifecycle.mail.mailbox import LostMailbox


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an action is done to.

    Args:
        account: As it was read; writable.
        key: Primary key of the person; empty when HaloITSM no longer knows them, or when an account was named by hand.
        cause: Why.
        rule: Which list of the configuration asks.
        called: How notices call them; the key unless told otherwise.
    """

    account: Account
    key: str
    cause: Cause
    rule: str
    called: str = ""

    @property
    def name(self) -> str:
        """How notices call them: by key or GUID, never by name."""
        return self.called or self.key or self.account.guid

    def told(self) -> dict[str, Any]:
        """What every change of this account says of it."""
        return {
            "person": self.key, "account": self.account.guid, "cause": self.cause, "rule": self.rule,
            "ou": self.account.parent_dn,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Membership:
    """The account shall join a group, or leave it; changes are made a group at a time.

    Args:
        group: The group; it may be written.
        joins: Whether to add.
        turn: Among the changes of one item, which come first.
    """

    group: Group
    joins: bool
    turn: int = 0


class Sight(Protocol):
    """What a planner half may look at; all of it was read before."""

    @property
    def outside(self) -> Outside:
        """What the list's actions said that they need."""
        ...

    @property
    def moment(self) -> Moment:
        """The moment of the run, and the organisation's zone."""
        ...

    def account(self, guid: str) -> Account | None:
        """Another account of the domain, with the attributes that the list's actions read."""
        ...

    def lost_mailbox(self, account: Account) -> LostMailbox | None:
        """The mailbox that a run of ours took from the account, and that nobody has given back or deleted since."""
        ...

    def text(self, text: str, place: Place, subject: Subject) -> str:
        """A text with its macros filled.

        Raises:
            RefusalError: A macro has no value where there must be one, or an unreadable one.
        """
        ...

    def holds(self, condition: Filter, subject: Subject) -> bool:
        """Whether a condition holds for the account's attributes.

        Raises:
            RefusalError: It cannot read one of them.
        """
        ...

    def group(self, name: str) -> Group:
        """The group of this distinguished name, which may be written.

        Raises:
            RefusalError: There is none, or it is privileged or not managed.
        """
        ...

    def writable_groups(self, guids: Iterable[str]) -> Iterator[Group]:
        """Those of these groups that may be written, sorted by name."""
        ...

    def granted(self, account: Account) -> frozenset[str]:
        """Groups that a rule gave to the account."""
        ...

    def name_in(self, account: Account, ou: str) -> str:
        """A free distinguished name for the account in an OU; taken from now on.

        Raises:
            RefusalError: There is no such OU, or it is not managed.
        """
        ...

    def fitted(self, attribute: str, texts: str | tuple[str, ...]) -> Value:
        """Texts as the value of an attribute.

        Raises:
            RefusalError: They do not fit the directory's schema.
        """
        ...

    def same(self, attribute: str, one: Value | None, other: Value | None) -> bool:
        """Whether two values of the attribute are one to the directory."""
        ...

    def held_by_others(self, attribute: str, account: Account) -> tuple[str, ...]:
        """The values that an attribute has in every other account of the domain."""
        ...

    def folders_beside(self, path: UncPath, account: Account) -> tuple[str, ...]:
        """Home folders of other accounts, this plan's included, that are this folder, stand in it or hold it."""
        ...

    def claim_folder(self, path: UncPath, account: Account) -> None:
        """Say that the plan gives a folder to an account; nobody else is given it from now on."""
        ...

    def expect_mailbox(self, account: Account) -> None:
        """Say that the plan makes a mailbox for an account: what is about it waits until it is there."""
        ...

    def expects_mailbox(self, account: Account) -> bool:
        """Whether the plan makes one for the account."""
        ...

    def left_behind(self, account: Account) -> tuple[LeftBehind, ...]:
        """Folders of the account that were copied to a new place and are still to be removed."""
        ...
