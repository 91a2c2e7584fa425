"""What the planner half of an action may look at: everything that was read, and the names that are taken so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from lifecycle.actions.outside import HOME_DIRECTORY, Outside, RefusalError
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.sight import Subject
from lifecycle.directory import dn
from lifecycle.directory.account import Account, DirectoryView, Group, Value
from lifecycle.folders.left_behind import LeftBehind
from lifecycle.folders.rules import Occupied
from lifecycle.folders.unc_path import UncPath
from lifecycle.language.filters.filter import Filter
from lifecycle.language.filters.row import UnreadableFieldError, holds
from lifecycle.language.macros.place import Place
from lifecycle.language.macros.template import MissingValueError, Template, UnfitValueError
from lifecycle.language.moment import Moment
from lifecycle.mail.mailbox import LostMailbox
from lifecycle.notice import Reason
from lifecycle.planning.fitting import Fitting, UnfitError
from lifecycle.planning.names import NameAllocator
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState
from lifecycle.planning.protected import Guard

LONGEST_CN = 64
"""Characters of a common name (rangeUpper in [MS-ADA1] 2.110)."""


class PlanSight:
    """Implements :class:`lifecycle.actions.parameters.Sight` for one plan.

    Args:
        view: The whole directory.
        policy: The rules.
        prior: What earlier runs left.
        guard: Says what may be written.
        fitting: Of the directory.
        book: Names taken so far.
        now: The moment of the run, aware.
    """

    def __init__(
        self, view: DirectoryView, policy: Policy, prior: PriorState, guard: Guard, fitting: Fitting,
        book: NameAllocator, now: datetime,
    ) -> None:  # fmt: skip
        self._view, self._policy, self._prior, self._guard = view, policy, prior, guard
        self._fitting, self._book = fitting, book
        self._moment = Moment(now, policy.zone)
        self._time = now.astimezone(policy.zone).isoformat(timespec="seconds")
        self._accounts: Mapping[str, Account] | None = None
        self._by_dn = {dn.key(group.dn): group for group in view.groups}
        self._by_guid = {group.guid: group for group in view.groups}
        self._templates: Mapping[tuple[str, Place], Template] = {}
        self._action = ""
        self._mailboxes_to_come: set[str] = set()
        self._occupied: Occupied | None = None
        self.outside = Outside()

    def look(self, action: str, templates: Mapping[tuple[str, Place], Template]) -> None:
        """Turn to one action of a list: its name for macros, and its texts."""
        self._action, self._templates = action, templates

    @property
    def moment(self) -> Moment:
        """The moment of the run, and the organisation's zone."""
        return self._moment

    def account(self, guid: str) -> Account | None:
        """Another account of the domain."""
        if self._accounts is None:  # most lists ask for none
            self._accounts = {account.guid: account for account in self._view.accounts}
        return self._accounts.get(guid)

    def lost_mailbox(self, account: Account) -> LostMailbox | None:
        """The mailbox that a run of ours took from the account."""
        return self._prior.mailboxes.get(account.guid)

    def applies(self, parameters: Parameters, subject: Subject) -> bool:
        """Whether the action's condition holds for the account.

        Raises:
            RefusalError: The condition cannot read an attribute.
        """
        return parameters.when is None or self.holds(parameters.when, subject)

    def holds(self, condition: Filter, subject: Subject) -> bool:
        """Whether a condition holds for the account's attributes."""
        try:
            return holds(condition, self._texts_of(subject.account), self._moment)
        except UnreadableFieldError as error:
            raise RefusalError(Reason.FIELD_UNREADABLE, error.field) from None

    def text(self, text: str, place: Place, subject: Subject) -> str:
        """A text with its macros filled."""
        act = {"action": self._action, "automation": self._policy.automation, "timestamp": self._time}
        try:
            return self._templates[text, place].render({}, ad=self._texts_of(subject.account), act=act)
        except MissingValueError:
            raise RefusalError(Reason.MAPPING_EMPTY, self._action) from None
        except UnfitValueError:
            raise RefusalError(Reason.FIELD_UNREADABLE, self._action) from None

    def group(self, name: str) -> Group:
        """The group of this distinguished name, which may be written."""
        group = self._by_dn.get(dn.key(name))
        why = "no such group" if group is None else self._guard.group_reason(group)
        if group is None or why:
            raise RefusalError(Reason.GROUP_MISSING, f"{self._action}: {why}")
        return group

    def writable_groups(self, guids: Iterable[str]) -> Iterator[Group]:
        """Those of these groups that may be written, sorted by name."""
        found = [self._by_guid[guid] for guid in guids if guid in self._by_guid]
        yield from sorted(
            (group for group in found if not self._guard.group_reason(group)), key=lambda group: dn.key(group.dn)
        )

    def granted(self, account: Account) -> frozenset[str]:
        """Groups that a rule gave to the account."""
        return self._prior.grants.get(account.guid, frozenset())

    def name_in(self, account: Account, ou: str) -> str:
        """A free name in an OU; with the account's GUID, which nobody else has, where its own is taken."""
        if dn.key(ou) not in self._view.containers or not self._guard.manages(ou):
            raise RefusalError(Reason.PLACE_MISSING, f"{self._action}: no such OU, or not managed")
        target = dn.join("CN", account.cn, ou)
        if self._book.reserve_dn(target):
            return target
        room = LONGEST_CN - len(account.guid) - 1
        target = dn.join("CN", f"{account.cn[:room].rstrip()} {account.guid}", ou)
        self._book.reserve_dn(target)
        return target

    def fitted(self, attribute: str, texts: str | tuple[str, ...]) -> Value:
        """Texts as the value of an attribute."""
        self._known(attribute)
        try:
            return self._fitting.fit(attribute, texts)
        except UnfitError as error:
            raise RefusalError(error.reason, error.about) from None

    def same(self, attribute: str, one: Value | None, other: Value | None) -> bool:
        """Whether two values of the attribute are one to the directory."""
        self._known(attribute)
        return self._fitting.same(attribute, one, other)

    def held_by_others(self, attribute: str, account: Account) -> tuple[str, ...]:
        """The values that an attribute has in every other account of the domain."""
        others = (one for one in self._view.accounts if one.guid != account.guid)
        return tuple(str(value) for one in others if (value := one.attributes.get(attribute)))

    def folders_beside(self, path: UncPath, account: Account) -> tuple[str, ...]:
        """Home folders of other accounts that have to do with this one."""
        if self._occupied is None:  # most plans touch no folder
            self._occupied = Occupied()
            for one in self._view.accounts:
                if home := one.attributes.get(HOME_DIRECTORY):
                    self._occupied.add(str(home), one.guid)
        return self._occupied.others(path, account.guid)

    def claim_folder(self, path: UncPath, account: Account) -> None:
        """Give a folder to an account."""
        self.folders_beside(path, account)
        if self._occupied is not None:
            self._occupied.add(str(path), account.guid)

    def expect_mailbox(self, account: Account) -> None:
        """Note that the plan makes a mailbox for an account."""
        self._mailboxes_to_come.add(account.guid)

    def expects_mailbox(self, account: Account) -> bool:
        """Whether it does."""
        return account.guid in self._mailboxes_to_come

    def left_behind(self, account: Account) -> tuple[LeftBehind, ...]:
        """Old folders of the account that are still to be removed."""
        return self._prior.left_behind.get(account.guid, ())

    def _known(self, attribute: str) -> None:
        if attribute not in self._view.schema:
            raise RefusalError(Reason.VALUE_UNFIT, f"{attribute}: the directory has no such attribute")

    def _texts_of(self, account: Account) -> dict[str, str]:
        return self._fitting.at_hand(account.attributes, account.dn) | {"enabled": str(account.enabled).lower()}
