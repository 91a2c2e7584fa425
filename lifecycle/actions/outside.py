"""What lies outside the directory and belongs to an account: read before planning, and again before a write."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from lifecycle.actions.change import Change, State
from lifecycle.cloud.user import CloudUser
from lifecycle.directory.account import Account
from lifecycle.notice import Reason


class RefusalError(Exception):
    """The action cannot be planned for this account; ``about`` holds no value."""

    def __init__(self, reason: Reason, about: str = "") -> None:
        super().__init__(reason, about)
        self.reason, self.about = reason, about


class Need(StrEnum):
    """What is looked up about an account besides its attributes."""

    CLOUD_USER = "cloud-user"
    CLOUD_PHOTO = "cloud-photo"

    @property
    def system(self) -> System:
        """Where."""
        return System.CLOUD


class System(StrEnum):
    """Where accounts reach into; an automation names the block of each that its policies need."""

    CLOUD = "microsoft-365"


@dataclass(frozen=True, slots=True)
class Outside:
    """What was looked up, by the account's objectGUID; who has nothing there is absent.

    Args:
        users: Users of Microsoft 365.
        unread: Systems that could not be read, and why in a few words.
    """

    users: Mapping[str, CloudUser] = field(default_factory=dict)
    unread: Mapping[System, str] = field(default_factory=dict)

    def user(self, guid: str) -> CloudUser | None:
        """The account's user in Microsoft 365.

        Raises:
            RefusalError: It could not be read: that is not the same as none.
        """
        self._require(System.CLOUD)
        return self.users.get(guid)

    def _require(self, system: System) -> None:
        if system in self.unread:
            raise RefusalError(Reason.TARGET_UNREAD, f"{system.value}: {self.unread[system]}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be looked up.

    Args:
        accounts: Need → accounts, by objectGUID.
    """

    accounts: Mapping[Need, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, changes: Iterable[Change]) -> Wanted:
        """What judging these changes takes."""
        wanted: dict[Need, frozenset[str]] = {}
        for change in changes:
            if isinstance(change, OutsideChange):
                for need in change.needs:
                    wanted[need] = wanted.get(need, frozenset()) | {change.account}
        return cls(wanted)

    @property
    def systems(self) -> frozenset[System]:
        """Which systems have to be asked."""
        return frozenset(need.system for need in self.accounts)


class OutsideChange(Change, ABC):
    """A change of something that lies outside the directory and belongs to one account."""

    system: ClassVar[System]
    needs: ClassVar[frozenset[Need]]

    @abstractmethod
    def state_outside(self, outside: Outside) -> State:
        """Compare what is there with what the plan saw and with what it wants.

        Raises:
            RefusalError: It could not be read.
        """

    @abstractmethod
    def operation(self, account: Account, outside: Outside) -> Any:
        """What to send to the system, once the state is as planned."""
