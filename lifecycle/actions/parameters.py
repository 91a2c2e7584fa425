"""What the configuration says of one action, whom it is done to, and what its planner half may look at.

An action of a list is a model of its own: parameters that the configuration's files, a form in Prefect and a stored
step share. Its planner half is pure: from a subject and what is in sight to changes, none where all is so already.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import AfterValidator, ConfigDict, Field

from lifecycle.actions.change import Cause, Change
from lifecycle.actions.outside import Need, Outside
from lifecycle.directory.account import Account, Group, Value
from lifecycle.folders.left_behind import LeftBehind
from lifecycle.folders.unc_path import UncPath
from lifecycle.language.filters.filter import Filter
from lifecycle.language.filters.value import duration_of
from lifecycle.language.macros.place import Place
from lifecycle.language.model import LanguageModel
from lifecycle.language.moment import Moment
from lifecycle.mail.mailbox import LostMailbox
from lifecycle.notice import Notice


def _is_duration(text: str) -> str:
    try:
        duration_of(text)
    except ValueError:
        raise ValueError("is no duration such as 30d, 12h, 45m or 2w") from None
    return text


Delay = Annotated[str, AfterValidator(_is_duration)]
"""Minutes, hours, days or weeks: ``45m``, ``12h``, ``30d``, ``2w``."""


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


AT_HAND = frozenset({"ad", "act"})
"""What macros in the texts of an action may speak of, besides settings and functions."""


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """What the page of actions says of one.

    Args:
        title: Its name for readers.
        writes: What is written, where.
        undo: What takes it back, or why nothing does.
        tested: What it is tested against.
        again: What asking for it a second time does.
    """

    title: str
    writes: str
    undo: str
    tested: str
    again: str = "nothing"


Planned = Iterator[Change | Membership | Notice]


def _title(model: type) -> str:
    """What a form calls an action: its name."""
    return str(model.model_fields["action"].default)  # type: ignore[attr-defined]  # pydantic gives one of ours


class Parameters(LanguageModel, ABC):
    """One action of a list, with what it is given."""

    model_config = ConfigDict(model_title_generator=_title)

    facts: ClassVar[ActionFacts]
    needs: ClassVar[frozenset[Need]] = frozenset()
    reads: ClassVar[frozenset[str]] = frozenset()
    """LDAP attributes that the planner half looks at, besides those that the parameters name."""

    standing: ClassVar[bool] = False
    """Whether it is looked at in every run, as long as the list applies; else once, when the list begins."""

    action: str
    when: Filter | None = Field(None, description="Only for accounts whose attributes fit; fields are LDAP names.")
    after: Delay | None = Field(
        None, description="So long after the list began; the condition is looked at again when the time has come."
    )
    continue_on_error: bool = Field(False, description="Whether the rest of the list is done when this fails.")

    @property
    def delay(self) -> timedelta:
        """How long after the beginning of the list."""
        return duration_of(self.after) if self.after else timedelta()

    @property
    def stands(self) -> bool:
        """Whether every run looks at it: one that waits is done once."""
        return self.standing and not self.delay

    def looks_up(self) -> frozenset[Need]:
        """What planning looks up besides attributes, as these parameters are."""
        return self.needs

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """Every text with macros: path inside the parameters, text, and where it lands."""
        return iter(())

    def attributes(self) -> frozenset[str]:
        """LDAP attributes that are read or written, besides those in macros and conditions."""
        return self.reads

    def paths(self, subject: Subject, sight: Sight) -> tuple[str, ...]:  # noqa: ARG002
        """Folders that planning looks at, as UNC paths.

        Raises:
            RefusalError: Their texts cannot be filled for this account.
        """
        return ()

    def photos(self, subject: Subject, sight: Sight) -> tuple[str, ...]:  # noqa: ARG002
        """Files with pictures that planning looks at, as paths below their folder.

        Raises:
            RefusalError: As above.
        """
        return ()

    def scripts(self) -> tuple[str, ...]:
        """Scripts that planning looks at."""
        return ()

    @abstractmethod
    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """What has to be written so that the account is as asked; nothing when it is.

        Raises:
            RefusalError: It cannot be done to this account.
        """


def differing(wanted: Mapping[str, Value | None], subject: Subject, sight: Sight) -> dict[str, Any]:
    """``before`` and ``after`` of the attributes that are not as wanted; empty when all are."""
    held = subject.account.attributes
    changed = {name: value for name, value in wanted.items() if not sight.same(name, held.get(name), value)}
    return {"before": {name: held.get(name) for name in changed}, "after": changed} if changed else {}
