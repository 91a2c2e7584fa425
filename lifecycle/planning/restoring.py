"""Deleted accounts become what they were: restored, given a password, then attributes, memberships, those who reported.

Each stage is a window of its own, and a failure of the first two holds back the rest for that account. What cannot be
put back is said. An account that is there again, because a restoring run was killed or somebody was quicker, gets what
it lacks and keeps what it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause, Member
from lifecycle.actions.delete_user import DELETED, RestoreUser
from lifecycle.actions.group_members import BATCH, AddToGroup
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.reset_password import has_own_password, resetting
from lifecycle.directory import dn
from lifecycle.directory.account import Account, Value
from lifecycle.directory.schema import Schema, Syntax
from lifecycle.directory.snapshot import DeletedAccount
from lifecycle.notice import Notice, Reason
from lifecycle.planning.kept import Kept
from lifecycle.planning.managed_accounts import Guard
from lifecycle.planning.names import IDENTIFIERS, PROXIES, identifiers, keys_of
from lifecycle.planning.plan_inputs import PlanInputs

MANAGER = "manager"
_USUAL_PRIMARY_GROUP = b"513"
"""Domain Users: every new account's, and every restored one's."""
_NAMES = (*IDENTIFIERS, PROXIES)


class Stage(IntEnum):
    """The order of what is written."""

    OBJECT = 0
    PASSWORD = 1
    ATTRIBUTES = 2
    REFERENCES = 3
    MEMBERSHIPS = 4
    REPORTS = 5

    @property
    def is_needed(self) -> bool:
        """Whether nothing else is done to an account without it: nobody may log on to one without a password."""
        return self <= Stage.PASSWORD


Staged = tuple[Stage, AnyChange]


@dataclass(frozen=True, slots=True)
class Remains:
    """What there is of accounts that were deleted.

    Args:
        deleted: Those that are among the deleted objects, by GUID.
        returned: Those that are there again, with all attributes that they had and pwdLastSet.
        schema: Facts of those attributes.
        hidden: Why the deleted objects cannot be listed; empty when they can.
    """

    deleted: Mapping[str, DeletedAccount] = field(default_factory=dict)
    returned: Mapping[str, Account] = field(default_factory=dict)
    schema: Schema = field(default_factory=dict)
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """A deletion that is to be undone.

    Args:
        person: Primary key; may be empty.
        rule: The list that asked for it.
        ou: Where the account stood.
        kept: All that it was.
    """

    person: str
    rule: str
    ou: str
    kept: Kept

    @property
    def guid(self) -> str:
        """The account."""
        return self.kept.snapshot.guid

    @property
    def subject(self) -> str:
        """How notices call it."""
        return self.person or self.guid


class Restoring:
    """Makes the changes, and learns meanwhile what accounts will be.

    Args:
        inputs: The directory as it is now.
        guard: Says what may be written.
        remains: What there is of the accounts.
        accounts: Accounts as they are, or will be by then; those that come back are added.
    """

    def __init__(self, inputs: PlanInputs, guard: Guard, remains: Remains, accounts: dict[str, Account]) -> None:
        self._view, self._guard, self._remains, self._accounts = inputs.view, guard, remains, accounts
        self._groups = {group.guid: group for group in inputs.view.groups}
        self._taken = {dn.key(account.dn) for account in inputs.view.accounts} | inputs.view.other_dns
        self._notices: list[Notice] = []

    def told(self) -> list[Notice]:
        """What cannot be put back, said since it was last asked."""
        told, self._notices = self._notices, []
        return told

    def of(self, everything: Sequence[Lost]) -> list[Staged]:
        """What takes these deletions back, stage by stage."""
        staged: list[Staged] = []
        coming: list[Lost] = []
        for lost in everything:
            begun = self._object(lost)
            if begun is not None:
                coming.append(lost)
                values = list(self._attributes(lost))
                # An account that has come back whole is not given yet another password.
                staged += [*begun, *values] if values or lost.guid not in self._remains.returned else []
        staged += self._memberships(coming)
        for lost in coming:
            staged += self._reports(lost)
        return sorted(staged, key=lambda one: one[0])

    def _object(self, lost: Lost) -> list[Staged] | None:
        """The account itself and its password; None where it cannot come back."""
        returned = self._remains.returned.get(lost.guid)
        password = (Stage.PASSWORD, resetting(**_told(lost)))
        if returned is not None:
            if why := self._guard.reason(returned):
                self._say(lost, Reason.ACCOUNT_PROTECTED, [why])
                return None
            return [] if has_own_password(returned) else [password]
        if why := self._obstacle(lost):
            self._say(lost, Reason.UNDO_IMPOSSIBLE, [why])
            return None
        snapshot, remains = lost.kept.snapshot, self._remains.deleted[lost.guid]
        target = snapshot.dn
        if dn.key(target) in self._taken:
            target = dn.join("CN", f"{dn.leaf_value(target)[:27]} {lost.guid}", dn.parent(target))
        self._taken.add(dn.key(target))
        account = Account(
            guid=lost.guid,
            dn=target,
            rid=int(remains.sid.rpartition("-")[2]),
            user_account_control=int(snapshot.raw("userAccountControl")[0]),
            attributes=snapshot.restorable(self._remains.schema),
            group_guids=frozenset(snapshot.group_guids),
        )
        if why := self._guard.reason(account):
            self._say(lost, Reason.ACCOUNT_PROTECTED, [why])
            return None
        self._accounts[lost.guid] = account
        restored = RestoreUser(
            **_told(lost),
            departed=lost.kept.departed,
            before={DELETED: True},
            after={DELETED: False, "distinguishedName": target, "sAMAccountName": remains.account_name},
        )
        return [(Stage.OBJECT, restored), password]

    def _obstacle(self, lost: Lost) -> str:
        """Why the account cannot be restored."""
        if self._remains.hidden:
            return self._remains.hidden
        if lost.guid not in self._remains.deleted:
            return "delete-user: not among the deleted objects"
        if dn.key(dn.parent(lost.kept.snapshot.dn)) not in self._view.containers:
            return "delete-user: its OU is gone"
        name = self._remains.deleted[lost.guid].account_name
        held = {str(one.attributes.get("sAMAccountName", "")).casefold() for one in self._view.accounts}
        return "delete-user: another has its account name" if name.casefold() in held | self._view.other_names else ""

    def _attributes(self, lost: Lost) -> Iterator[Staged]:
        """One change of the values, and one for each reference: what it names may be gone."""
        snapshot, schema = lost.kept.snapshot, self._remains.schema
        wanted = self._free(lost, snapshot.restorable(schema))
        returned = self._remains.returned.get(lost.guid)
        if returned is not None:
            held = returned.attributes
            drifted = [name for name in wanted if name in held and not _equal(held[name], wanted[name])]
            self._say(lost, Reason.UNDO_DRIFTED, drifted)
            wanted = {name: value for name, value in wanted.items() if name not in held}
        names = [name for name in wanted if schema[name].syntax is Syntax.REFERENCE]
        plain = {name: value for name, value in wanted.items() if name not in names}
        for stage, values in ((Stage.ATTRIBUTES, plain), *((Stage.REFERENCES, {name: wanted[name]}) for name in names)):
            if values:
                # Of an account that was restored just now nobody knows what the directory itself has given it.
                before = dict.fromkeys(values) if returned is not None else {}
                yield stage, ModifyUser(**_told(lost), before=before, after=values)
        self._say(lost, Reason.RESTORED_IN_PART, snapshot.left_out(schema))
        if snapshot.raw("primaryGroupID") not in ([], [_USUAL_PRIMARY_GROUP]):
            self._say(lost, Reason.RESTORED_IN_PART, ["primaryGroupID"])
        if snapshot.children_guids:
            self._say(lost, Reason.RESTORED_IN_PART, [f"{len(snapshot.children_guids)} objects below it"])

    def _free(self, lost: Lost, wanted: dict[str, Value]) -> dict[str, Value]:
        """Without the names that others have taken since."""
        others = {key for one in self._view.accounts if one.guid != lost.guid for key in identifiers(one)}
        taken = [name for name in _NAMES if name in wanted and others & set(keys_of(name, wanted[name]))]
        self._say(lost, Reason.RESTORED_IN_PART, [f"{name}: another has it" for name in taken])
        return {name: value for name, value in wanted.items() if name not in taken}

    def _memberships(self, coming: Sequence[Lost]) -> Iterator[Staged]:
        """One change a group, as it was given: by which rule, or by hand."""
        joining: dict[tuple[str, str], list[str]] = defaultdict(list)
        for lost in coming:
            returned = self._remains.returned.get(lost.guid)
            for guid in lost.kept.snapshot.group_guids:
                group = self._groups.get(guid)
                if why := "a group is gone" if group is None else self._guard.group_reason(group):
                    self._say(lost, Reason.RESTORED_IN_PART, [f"membership: {why}"])
                elif returned is None or guid not in returned.group_guids:
                    joining[guid, lost.kept.grants.get(guid, "")].append(lost.guid)
        for (guid, rule), members in sorted(joining.items()):
            for start in range(0, len(members), BATCH):
                batch = tuple(Member(account=one, granted=bool(rule)) for one in members[start : start + BATCH])
                yield (
                    Stage.MEMBERSHIPS,
                    AddToGroup(cause=Cause.UNDO, rule=rule, group=guid, group_dn=self._groups[guid].dn, members=batch),
                )

    def _reports(self, lost: Lost) -> Iterator[Staged]:
        """Those who had the account as their manager, unless they have another by now."""
        for guid in lost.kept.snapshot.direct_report_guids:
            report = self._accounts.get(guid)
            if report is None or MANAGER in report.attributes:
                continue
            if why := self._guard.reason(report):
                self._notices.append(Notice(guid, Reason.ACCOUNT_PROTECTED, why))
                continue
            self._accounts[guid] = replace(report, attributes={**report.attributes, MANAGER: lost.guid})
            yield Stage.REPORTS, ModifyUser(
                account=guid, cause=Cause.UNDO, rule=lost.rule, ou=report.parent_dn,
                before={MANAGER: None}, after={MANAGER: lost.guid},
            )  # fmt: skip

    def _say(self, lost: Lost, reason: Reason, things: Sequence[str]) -> None:
        self._notices += [Notice(lost.subject, reason, about) for about in things]


def _told(lost: Lost) -> dict[str, Any]:
    return {"person": lost.person, "account": lost.guid, "cause": Cause.UNDO, "rule": lost.rule, "ou": lost.ou}


def _equal(one: Value, other: Value) -> bool:
    return set(one) == set(other) if isinstance(one, tuple) and isinstance(other, tuple) else one == other
