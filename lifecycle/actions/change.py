"""A change: one intended write, with what was there, what shall be, why, and what it asks of the directory.

Each action is a subclass in a file of its own. A change is data (it is hashed, stored and shown) and two pure
questions: is the live object still as the plan saw it, and which operations carry the change out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from lifecycle.directory import dn
from lifecycle.directory.account import Account, Value
from lifecycle.directory.operation import Operation


class Phase(IntEnum):
    """The order of a plan: doors close first; names are freed before they are taken; references come last."""

    DISABLE = 1
    REMOVE_FROM_GROUPS = 2
    MOVE = 3
    CREATE = 4
    MODIFY = 5
    ENABLE = 6
    REFERENCE = 7
    ADD_TO_GROUPS = 8
    BEGIN_POLICY = 9
    DELETE = 10


class Cause(StrEnum):
    """Why a change is planned."""

    JOINER = "joiner"
    MOVER = "mover"
    ADOPTED = "adopted"
    REHIRE = "rehire"
    LEAVER_INACTIVE = "leaver-inactive"
    LEAVER_ENDED = "leaver-ended"
    LEAVER_OUT_OF_SCOPE = "leaver-out-of-scope"
    LEAVER_ABSENT = "leaver-absent"
    LISTED = "listed"
    GROUP_RULE = "group-rule"
    REQUEST = "request"
    FETCHED = "fetched"
    UNDO = "undo"


class State(StrEnum):
    """How a live object stands to a change."""

    AS_PLANNED = "as planned"
    DONE_ALREADY = "done already"
    DRIFTED = "drifted"
    MISSING = "missing"
    """What would be changed is not there, and may come yet."""


@dataclass(frozen=True, slots=True)
class Member:
    """An account as a change names it: by GUID, or by primary key when the plan creates it."""

    account: str = ""
    person: str = ""
    step: str = ""
    """The step that the membership settles."""
    granted: bool = False
    """Whether a rule gave the membership, so that a rule may take it back."""


class Listed(BaseModel):
    """Where a change stands in a list of actions.

    Args:
        rule: The list: leavers, joiners, movers, rehires, or request.
        item: The action's place in it, counted from 0.
        turn: The change's place among those of the action, counted from 0.
        continue_on_error: Whether the list goes on when this change fails.
        step: The step that the change settles; empty where the action is looked at in every run.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    item: int
    turn: int = 0
    continue_on_error: bool = False
    step: str = ""


class Change(BaseModel):
    """What all changes have.

    The keys of ``before`` and ``after`` are LDAP attribute names, plus ``enabled`` (a bit of userAccountControl)
    and ``distinguishedName``. References (manager, …) are GUIDs, because names change. None is "no value".
    """

    # Built when the first is made: who only reads the configuration makes none.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    phase: ClassVar[Phase]
    verb: ClassVar[str]
    """What the summary calls a number of such changes."""
    limited_as: ClassVar[str] = ""
    """The limit that counts it, a key of ``limits``; empty where it is counted by attribute, or by its action."""
    limited: ClassVar[bool] = True
    """Whether it is counted at all where no limit of a kind or an attribute counts it."""
    revives: ClassVar[bool] = False
    """Whether it is for an account that is not there."""
    wants_gone: ClassVar[bool] = False
    """Whether it is done when the account is not there any more."""
    once_only: ClassVar[bool] = False
    """Whether a failure is final: trying again would do it twice."""
    together: ClassVar[int] = 64
    """Most of them that are journalled and sent together; 1 where each may take long, or cannot be looked up."""
    bears: ClassVar[bool] = False
    """Whether what an undo does behind it to the account is held back when it fails."""

    action: str
    person: str = Field("", description="Primary key; empty when HaloITSM no longer knows the person.")
    account: str = Field("", description="objectGUID; empty when the plan creates the account.")
    cause: Cause
    rule: str = Field("", description="The rule of the configuration that asked for the change.")
    ou: str = Field("", description="OU that the account stands in, for limits per OU.")
    listed: Listed | None = Field(None, description="Its place in a list of actions; None for what the record asks.")
    before: Mapping[str, Value | None] = Field(default_factory=dict)
    after: Mapping[str, Value | None] = Field(default_factory=dict)

    def undone(self, account: str) -> Any:  # noqa: ARG002
        """The change that takes this one back, from what is after it to what was before; None where none does.

        Args:
            account: objectGUID; the change itself does not know it of an account that it created.
        """
        return None

    def undone_behind(self, account: str) -> tuple[Any, ...]:  # noqa: ARG002
        """What else is put back, once :meth:`undone` has been carried out."""
        return ()

    def swapped(self, account: str) -> dict[str, Any]:
        """The fields of the change that goes the other way."""
        return {
            "person": self.person, "account": account, "cause": Cause.UNDO, "rule": self.rule, "ou": self.ou,
            "before": self.after, "after": self.before,
        }  # fmt: skip

    def size(self) -> int:
        """How many objects or memberships the change touches; what limits count."""
        return 1

    def state(self, live: Account) -> State:
        """Compare the live object with what the plan saw and with what it wants."""
        now = {name: _comparable(name, live_value(live, name)) for name in {*self.before, *self.after}}
        before = {name: _comparable(name, value) for name, value in self.before.items()}
        after = {name: _comparable(name, value) for name, value in self.after.items()}
        if all(now[name] == value for name, value in after.items()):
            return State.DONE_ALREADY
        if all(now[name] in (value, after.get(name, value)) for name, value in before.items()):
            return State.AS_PLANNED
        return State.DRIFTED

    def state_after(self, live: Account) -> State:
        """The same after a write whose answer is not known: whether it has arrived."""
        return self.state(live)


class AccountChange(Change, ABC):
    """A change of one account that exists."""

    @abstractmethod
    def operations(self, live: Account) -> tuple[Operation, ...]:
        """What to send, given the live object."""


def live_value(account: Account, name: str) -> Value | None:
    """The value that a change calls ``name``, of an account as it is now."""
    if name == "enabled":
        return account.enabled
    if name == "distinguishedName":
        return account.dn
    return account.attributes.get(name)


def _comparable(name: str, value: Value | None) -> object:
    """A value in the one form in which it is compared: a directory may spell a name otherwise than it was told.

    The order of several values does not matter. The common name is compared to the letter all the same, so that a
    change of case alone is a change.
    """
    if isinstance(value, tuple):
        return frozenset(value)
    if name != "distinguishedName" or value is None:
        return value
    return dn.key(str(value)), dn.leaf_value(str(value))
