"""What the planner half of an action may look at: everything that was read, and the names that are taken so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lifecycle.actions.change import Cause
from lifecycle.actions.outside import HOME_DIRECTORY, Outside, RefusalError
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.sight import Subject
from lifecycle.actions.template import Filled, filled
from lifecycle.directory import dn
from lifecycle.directory.account import Account, Group, Value
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
from lifecycle.planning.desired_account import CoercionError, SchemaCoercion
from lifecycle.planning.managed_accounts import Guard
from lifecycle.planning.names import NameAllocator
from lifecycle.planning.plan_inputs import PlanInputs

LONGEST_CN = 64
"""Characters of a common name (rangeUpper in [MS-ADA1] 2.110)."""


@dataclass
class PlanningContext:
    """Implements :class:`lifecycle.actions.sight.Sight` for one plan.

    Args:
        inputs: The directory, the rules, what earlier runs left.
        guard: Says what may be written.
        coercion: To the directory's schema.
        names: Those that are taken so far.
        outside: What the actions of the plan's lists said that they need.
    """

    inputs: PlanInputs
    guard: Guard
    coercion: SchemaCoercion
    names: NameAllocator
    outside: Outside = field(default_factory=Outside)
    _action: str = field(default="", init=False)
    _templates: Mapping[tuple[str, Place], Template] = field(default_factory=dict, init=False)
    _mailboxes_to_come: set[str] = field(default_factory=set, init=False)

    def look(self, action: str, templates: Mapping[tuple[str, Place], Template]) -> None:
        """Turn to one action of a list: its name for macros, and its texts."""
        self._action, self._templates = action, templates

    def fill_template(self, account: Account, person: str) -> Filled:
        """What the automation's template adds to an account that is about to be made.

        Args:
            account: As it is without the template; what it holds counts more.
            person: Primary key.

        Raises:
            RefusalError: The template cannot be filled.
        """
        compiled = self.inputs.policy.template
        if compiled is None:
            return Filled()
        self.look("create-user", compiled.templates)
        subject = Subject(account, person, Cause.JOINER, "template")
        return filled(compiled.template, subject, self, account.attributes.keys())

    @cached_property
    def moment(self) -> Moment:
        """The moment of the run, and the organisation's zone."""
        return Moment(self.inputs.now, self.inputs.policy.zone)

    def account(self, guid: str) -> Account | None:
        """Another account of the domain."""
        return self._accounts.get(guid)

    def lost_mailbox(self, account: Account) -> LostMailbox | None:
        """The mailbox that a run of ours took from the account."""
        return self.inputs.prior.mailboxes.get(account.guid)

    def applies(self, parameters: Parameters, subject: Subject) -> bool:
        """Whether the action's condition holds for the account.

        Raises:
            RefusalError: The condition cannot read an attribute.
        """
        return parameters.when is None or self.holds(parameters.when, subject)

    def holds(self, condition: Filter, subject: Subject) -> bool:
        """Whether a condition holds for the account's attributes."""
        try:
            return holds(condition, self._texts_of(subject.account), self.moment)
        except UnreadableFieldError as error:
            raise RefusalError(Reason.FIELD_UNREADABLE, error.field) from None

    def text(self, text: str, place: Place, subject: Subject) -> str:
        """A text with its macros filled."""
        act = {"action": self._action, "automation": self.inputs.policy.automation, "timestamp": self._time}
        try:
            return self._templates[text, place].render({}, ad=self._texts_of(subject.account), act=act)
        except MissingValueError:
            raise RefusalError(Reason.MAPPING_EMPTY, self._action) from None
        except UnfitValueError:
            raise RefusalError(Reason.FIELD_UNREADABLE, self._action) from None

    def group(self, name: str) -> Group:
        """The group of this distinguished name, which may be written."""
        group = self._by_dn.get(dn.key(name))
        why = "no such group" if group is None else self.guard.group_reason(group)
        if group is None or why:
            raise RefusalError(Reason.GROUP_MISSING, f"{self._action}: {why}")
        return group

    def writable_groups(self, guids: Iterable[str]) -> Iterator[Group]:
        """Those of these groups that may be written, sorted by name."""
        found = [self._by_guid[guid] for guid in guids if guid in self._by_guid]
        yield from sorted(
            (group for group in found if not self.guard.group_reason(group)), key=lambda group: dn.key(group.dn)
        )

    def granted(self, account: Account) -> frozenset[str]:
        """Groups that a rule gave to the account."""
        return self.inputs.prior.grants.get(account.guid, frozenset())

    def name_in(self, account: Account, ou: str) -> str:
        """A free name in an OU; with the account's GUID, which nobody else has, where its own is taken."""
        if dn.key(ou) not in self.inputs.view.containers or not self.guard.manages(ou):
            raise RefusalError(Reason.PLACE_MISSING, f"{self._action}: no such OU, or not managed")
        target = dn.join("CN", account.cn, ou)
        if self.names.reserve_dn(target):
            return target
        room = LONGEST_CN - len(account.guid) - 1
        target = dn.join("CN", f"{account.cn[:room].rstrip()} {account.guid}", ou)
        self.names.reserve_dn(target)
        return target

    def fitted(self, attribute: str, texts: str | tuple[str, ...]) -> Value:
        """Texts as the value of an attribute."""
        self._known(attribute)
        try:
            return self.coercion.coerce(attribute, texts)
        except CoercionError as error:
            raise RefusalError(error.reason, error.about) from None

    def same(self, attribute: str, one: Value | None, other: Value | None) -> bool:
        """Whether two values of the attribute are one to the directory."""
        self._known(attribute)
        return self.coercion.same(attribute, one, other)

    def held_by_others(self, attribute: str, account: Account) -> tuple[str, ...]:
        """The values that an attribute has in every other account of the domain."""
        others = (one for one in self.inputs.view.accounts if one.guid != account.guid)
        return tuple(str(value) for one in others if (value := one.attributes.get(attribute)))

    def folders_beside(self, path: UncPath, account: Account) -> tuple[str, ...]:
        """Home folders of other accounts that have to do with this one."""
        return self._occupied.others(path, account.guid)

    def claim_folder(self, path: UncPath, account: Account) -> None:
        """Give a folder to an account."""
        self._occupied.add(str(path), account.guid)

    def expect_mailbox(self, account: Account) -> None:
        """Note that the plan makes a mailbox for an account."""
        self._mailboxes_to_come.add(account.guid)

    def expects_mailbox(self, account: Account) -> bool:
        """Whether it does."""
        return account.guid in self._mailboxes_to_come

    def left_behind(self, account: Account) -> tuple[LeftBehind, ...]:
        """Old folders of the account that are still to be removed."""
        return self.inputs.prior.left_behind.get(account.guid, ())

    def _known(self, attribute: str) -> None:
        if attribute not in self.inputs.view.schema:
            raise RefusalError(Reason.VALUE_UNFIT, f"{attribute}: the directory has no such attribute")

    def _texts_of(self, account: Account) -> dict[str, str]:
        return self.coercion.at_hand(account.attributes, account.dn) | {"enabled": str(account.enabled).lower()}

    @cached_property
    def _time(self) -> str:
        return self.inputs.now.astimezone(self.inputs.policy.zone).isoformat(timespec="seconds")

    @cached_property
    def _accounts(self) -> Mapping[str, Account]:
        return {account.guid: account for account in self.inputs.view.accounts}

    @cached_property
    def _by_dn(self) -> Mapping[str, Group]:
        return {dn.key(group.dn): group for group in self.inputs.view.groups}

    @cached_property
    def _by_guid(self) -> Mapping[str, Group]:
        return {group.guid: group for group in self.inputs.view.groups}

    @cached_property
    def _occupied(self) -> Occupied:
        """Home folders of all accounts, and those that this plan gives."""
        occupied = Occupied()
        for one in self.inputs.view.accounts:
            if home := one.attributes.get(HOME_DIRECTORY):
                occupied.add(str(home), one.guid)
        return occupied
