"""Changes of what lies outside the directory: what each has to look at, and what it sends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from lifecycle.actions.change import Change, State
from lifecycle.actions.outside import Need, Outside, System, Wanted
from lifecycle.directory.account import Account


class OutsideChange(Change, ABC):
    """A change of something that lies outside the directory and belongs to one account.

    The keys of ``before`` and ``after`` have a dot in them (``m365.licences``), which no LDAP attribute has.
    """

    system: ClassVar[System]
    needs: ClassVar[frozenset[Need]]
    brings_back: ClassVar[bool] = False
    """Whether it brings back what other changes of the system are about, so that they can be undone behind it."""
    reads: ClassVar[frozenset[str]] = frozenset()
    """LDAP attributes that :meth:`fits` looks at."""

    def paths(self) -> tuple[str, ...]:
        """Folders that judging the change looks at."""
        return ()

    def scripts(self) -> tuple[str, ...]:
        """Scripts that judging the change looks at."""
        return ()

    def own_folders(self) -> tuple[str, ...]:
        """Folders that no other account may name as its home folder when the change is carried out."""
        return ()

    def fits(self, account: Account) -> bool:  # noqa: ARG002
        """Whether the live account is as the change takes it for."""
        return True

    def lost_mailbox(self) -> tuple[str, str] | None:
        """GUID and database of the mailbox that the account had, where the change is about that one."""
        return None

    def as_found(self, outside: Outside) -> Change:  # noqa: ARG002
        """The same change, with what it has to know of what is there and only a look can tell.

        Raises:
            RefusalError: It could not be read.
        """
        return self

    def state_of(self, live: Account, outside: Outside) -> State:  # noqa: ARG002
        """The state, for changes that also look at the account itself.

        Raises:
            RefusalError: It could not be read.
        """
        return self.state_outside(outside)

    @abstractmethod
    def state_outside(self, outside: Outside) -> State:
        """Compare what is there with what the plan saw and with what it wants.

        Raises:
            RefusalError: It could not be read.
        """

    @abstractmethod
    def operation(self, account: Account, outside: Outside) -> Any:
        """What to send to the system, once the state is as planned."""


def wanted_by(changes: Iterable[Change]) -> Wanted:
    """What judging these changes takes."""
    accounts: dict[Need, frozenset[str]] = {}
    paths, scripts = set[str](), set[str]()
    lost: dict[str, tuple[str, str]] = {}
    for change in changes:
        if isinstance(change, OutsideChange):
            for need in change.needs:
                accounts[need] = accounts.get(need, frozenset()) | {change.account}
            paths |= set(change.paths())
            scripts |= set(change.scripts())
            if mailbox := change.lost_mailbox():
                lost[change.account] = mailbox
    return Wanted(accounts, frozenset(paths), frozenset(scripts), lost)
