"""How ``state.db``, ``directory.json`` and ``facts.json`` beside this file were made: with the code of bb6e79e.

Run in a worktree of that commit, with its own ``.venv``; README.md has the command. Nothing imports it. Identity, GUIDs
and clock are fixed; the people are invented.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lifecycle.actions.auto_reply import SetAutoReplyChange, SetCloudReplyChange
from lifecycle.actions.begin_policy import BeginPolicy, EndPolicy, Waiting
from lifecycle.actions.catalogue import CHANGE_NAMES, AnyChange
from lifecycle.actions.change import Cause, Listed, Member
from lifecycle.actions.convert_mailbox import ConvertMailboxChange
from lifecycle.actions.create_mailbox import CreateArchiveChange, CreateMailboxChange
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_mailbox import DeleteMailboxChange
from lifecycle.actions.delete_user import DELETED, RestoreUser, deletion
from lifecycle.actions.disable_lync import DisableLync, DisableSkypeChange, EnableSkypeChange
from lifecycle.actions.disable_mailbox import ConnectMailboxChange, DisableMailboxChange
from lifecycle.actions.forward_mail import ForwardMailChange
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.actions.hide_from_address_lists import HideFromAddressListsChange
from lifecycle.actions.home_folder import CreateHomeFolder, DeleteHomeFolder, RestoreHomeFolder
from lifecycle.actions.licences import ChangeLicences, CloudMembership, SetUsageLocationChange
from lifecycle.actions.logon import DisableUser, EnableUser
from lifecycle.actions.manage_photo import ChangeCloudPhoto
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.move_home_folder import CopyHomeFolder, RemoveOldHomeFolder, RenameHomeFolder
from lifecycle.actions.move_user import MoveUser
from lifecycle.actions.outside import RefusalError
from lifecycle.actions.reset_password import resetting
from lifecycle.actions.restore_addresses import RestoreAddresses
from lifecycle.actions.revoke_sessions import RevokeSessionsChange
from lifecycle.actions.run_script import CodeMeanings, RunScript, UndoCall
from lifecycle.actions.set_reference import SetReference
from lifecycle.actions.unlock_user import UnlockUser
from lifecycle.notice import Notice, Reason
from lifecycle.planning.kept import Kept
from lifecycle.planning.plan import Plan
from lifecycle.store import Intent, Outcome, SnapshotRow, Store, StoredPlan
from tests.support.announcing import announcer
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import (
    ALL_STAFF,
    GROUPS,
    LEAVERS,
    NAMES,
    WARD,
    WARD_GROUP,
    World,
    gone,
    new_account,
    new_directory,
    person,
    with_lists,
)

IDENTITY = "5d5a8a34-5c3f-4a55-9f3e-0b6e79e00001"
LEAVERS_LIST: list[dict[str, object]] = [
    {"action": "disable-user"},
    {"action": "remove-from-groups", "groups": "all", "except": [f"CN=Lab Team,{GROUPS}"], "continue_on_error": True},
    {"action": "move-user", "ou": LEAVERS},
    {"action": "modify-user", "set": {"title": "Left"}, "after": "30d"},
    {
        "action": "remove-from-groups",
        "groups": "all",
        "except": [f"CN=Lab Team,{GROUPS}"],
        "after": "30d",
        "when": {"not": {"field": "title", "operator": "is", "value": "Nobody"}},
    },
    {"action": "delete-user", "after": "60d"},
]
WEBHOOKS: tuple[dict[str, object], ...] = (
    {"events": ["done"], "actions": ["create-user", "disable-user"]},
    {"events": ["done"], "actions": ["disable-user"],
     "when": {"not": {"field": "title", "operator": "is", "value": "Nobody"}}},
    {"events": ["failed"]},
)  # fmt: skip
HOME, OTHER_HOME = r"\\files1.corp.example.test\home\nine", r"\\files2.corp.example.test\home\nine"
ARCHIVE = r"\\files1.corp.example.test\archive\nine.zip"
SKU = "189a915c-fe4f-4ffa-bde4-85b9628d07a0"
CLOUD_GROUP = "0f0e0d0c-0b0a-4908-8706-050403020100"
MAILBOX = {
    "exchange.mailbox": "user", "exchange.guid": "9d9d9d9d-0000-4000-8000-00000000000a",
    "exchange.database": "DB01", "exchange.alias": "nine", "exchange.primaryAddress": "nine@corp.example.test",

}  # fmt: skip
NO_MAILBOX = dict.fromkeys(MAILBOX)


class FixedWorld(World):
    """Plans have names that do not depend on the directory's identity."""

    def save(self, plan: Plan, plan_id: str = "", status: str = "applying") -> str:
        """Keep a plan; answers its identifier."""
        plan_id = plan_id or f"plan-{next(self.numbers)}"
        with self.store.begin() as unit:
            unit.runs.start(plan_id, plan.automation, "sync-people", dry_run=False, now=self.clock())
            unit.plans.save(
                StoredPlan(
                    plan_id, plan.automation, plan.directory, plan_id, plan.hash, plan.model_dump_json(), status,
                    self.clock(),
                )
            )  # fmt: skip
        return plan_id

    def carry_out(self, plan: Plan, plan_id: str, *, failures: int = 0) -> None:
        """Save and apply."""
        applied = self.apply(plan, self.save(plan, plan_id))
        assert len(applied.failures) == failures, applied.failures
        with self.store.begin() as unit:
            unit.runs.finish(plan_id, "completed", plan.counts, self.clock())


class KilledError(BaseException):
    """What a kill is to the code that it hits."""


def main(folder: Path) -> None:
    """Write the three files into a folder."""
    draft = folder / "draft.db"
    directory = new_directory()
    directory._identity = IDENTITY  # noqa: SLF001 - a random one otherwise
    with Store.open(f"sqlite:///{draft}") as store:
        policy = replace(with_lists(leavers=LEAVERS_LIST), bundles=(replace(NAMES, never_reuse=True),))
        world = FixedWorld(directory, store, policy=policy, announcer=announcer(*WEBHOOKS))
        facts = fill(world)
    (folder / "directory.json").write_text(json.dumps(facts.pop("directory"), indent=1, sort_keys=True) + "\n")
    (folder / "facts.json").write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n")
    make_nameless(draft, folder / "state.db")


def fill(world: FixedWorld) -> dict[str, Any]:
    """Runs one after another, as the flows make them; answers what tests need to know."""
    directory, ward = world.directory, directory_group(world, WARD_GROUP)
    guids = {key: new_account(directory, person(key, name), title="Clerk") for key, name in NAMES_OF.items()}
    for key in ("3", "4", "5", "7", "8", "9"):
        directory.members[ward].add(guids[key])
    directory.users[guids["9"]].attributes["manager"] = guids["8"]

    # A run for everybody: two joiners of whom one leads the other, a mover, a leaver with steps, one who is missing.
    first = [
        person("1", "Una", manager="2", groups={ALL_STAFF: "groups.0"}),
        person("2", "Duo"),
        person("3", "Tri", title="Head"),
        gone("4"),
        *(person(key, NAMES_OF[key], title="Clerk") for key in ("5", "7", "8", "9")),
    ]
    plan = world.plan(*first)
    with world.store.begin() as unit:
        unit.absences.record("people", plan.absent, world.clock())
        unit.reported.replace(world.policy.automation, [("6", "absent-pending")], "people-to-ad-first")
    world.carry_out(plan, "people-to-ad-first")

    # 5 leaves and comes back.
    world.carry_out(world.plan(*but(first, gone("5"))), "people-to-ad-leaver")
    world.carry_out(world.plan(*but(first, person("5", NAMES_OF["5"], title="Clerk"))), "people-to-ad-rehire")

    # By hand: disabled and deleted; one comes back, the other stays deleted.
    disabling: list[dict[str, object]] = [{"action": "disable-user"}, {"action": "delete-user"}]
    for key in ("7", "8"):
        world.carry_out(world.request(disabling[:1], guids[key]), f"people-to-ad-disable-{key}")
        world.carry_out(world.request(disabling[1:], guids[key]), f"people-to-ad-delete-{key}")
    undo(world, "people-to-ad-delete-7", "people-to-ad-restore-7")

    first = [one for one in first if one.key not in {"7", "8"}]

    # By hand: a password, a lock, Skype.
    directory.users[guids["9"]].attributes |= {"lockoutTime": "133000000000000000", "msRTCSIP-UserEnabled": "TRUE"}
    asked: list[dict[str, object]] = [
        {"action": "reset-password"}, {"action": "unlock-user"}, {"action": "disable-lync"},
    ]  # fmt: skip
    world.carry_out(world.request(asked, guids["9"]), "people-to-ad-request")

    # What a test takes back: one joiner, one mover.
    applied = world.plan(
        *but(first, person("3", "Tri", title="Chief"), person("5", NAMES_OF["5"], title="Clerk"),
             person("10", "Kim", groups={ALL_STAFF: "groups.0"}))
    )  # fmt: skip
    world.carry_out(applied, "people-to-ad-applied")

    every = kinds_plan(world, guids["9"])
    journal_all(world, every, guids["9"])
    world.carry_out(world.request([{"action": "disable-user"}], guids["9"]), "people-to-ad-disable-9")
    with world.store.begin() as unit:
        rows = [SnapshotRow("1", "f" * 64, {"users.id": "1", "users.name": "Una Example"}, world.clock())]
        unit.snapshots.replace("halo-users", rows, "people-to-ad-first", world.clock())
        unit.tickets.take("starter-tickets", ["T1"], "people-to-ad-first", world.clock())
    calls = settle_outbox(world)

    # A run that was killed before its write: the entry is open.
    now = [person("3", "Tri", title="Captain") if one.key == "3" else one
           for one in but(first, person("5", NAMES_OF["5"], title="Clerk"), person("10", "Kim",
                          groups={ALL_STAFF: "groups.0"}))]  # fmt: skip
    killed(world, world.plan(*now), "people-to-ad-killed")

    # What waits for approval: a joiner with a manager and a group, a mover, a leaver.
    waiting = world.plan(
        *but(now, person("11", "Ela", manager="12", groups={ALL_STAFF: "groups.0"}), person("12", "Zed"),
             person("3", "Tri", title="Lead"), gone("5"))
    )  # fmt: skip
    waiting = Plan(**{name: getattr(waiting, name) for name in Plan.model_fields} | {
        "notices": (*waiting.notices, Notice("6", Reason.ABSENT_PENDING, "1 of 2")),
        "released": (guids["9"],), "people": 10,
    })  # fmt: skip
    world.save(waiting, "people-to-ad-waiting", "waiting")
    return {
        "made_by": "bb6e79e",
        "now": world.now.isoformat(),
        "identity": IDENTITY,
        "automation": world.policy.automation,
        "leavers": LEAVERS_LIST,
        "guids": guids,
        "waiting": {"plan_id": "people-to-ad-waiting", "hash": waiting.hash, "counts": waiting.counts},
        "applied": {"plan_id": "people-to-ad-applied", "counts": applied.counts},
        "kinds": {"plan_id": "people-to-ad-kinds", "undone_by": undone_by(every, guids["9"])},
        "calls": calls,
        "deleted": {"plan_id": "people-to-ad-delete-8", "guid": guids["8"]},
        "directory": dump(directory),
    }


NAMES_OF = {"3": "Tri", "4": "Ivo", "5": "Pen", "6": "Hex", "7": "Sam", "8": "Oct", "9": "Non"}


def but(persons: list[Any], *others: Any) -> list[Any]:
    """The same people, some of them otherwise, and new ones."""
    known = {one.key: one for one in others}
    kept = [known.pop(one.key, one) for one in persons]
    return [*kept, *known.values()]


def directory_group(world: World, name: str) -> str:
    return world.directory.group_called(name)


def undo(world: FixedWorld, plan_id: str, name: str) -> None:
    from lifecycle.applying.carried import carried_out, remains_of  # noqa: PLC0415
    from lifecycle.planning.undo import undo_attributes, undo_plan  # noqa: PLC0415

    with world.store.begin() as unit:
        carried = carried_out(unit, plan_id)
    situation = world.situation(*undo_attributes(carried))
    world.carry_out(undo_plan(carried, situation, remains=remains_of(carried, world.directory)), name)


def killed(world: FixedWorld, plan: Plan, plan_id: str) -> None:
    def die() -> None:
        raise KilledError

    world.save(plan, plan_id)
    world.directory.before_send = die
    try:
        world.apply(plan, plan_id)
    except KilledError:
        world.directory.before_send = lambda: None
    else:
        raise AssertionError("it was to be killed")


def settle_outbox(world: FixedWorld) -> dict[str, list[str]]:
    """One call delivered, one set aside, one that was being sent, the rest waiting."""
    with world.store.begin() as unit:
        waiting = unit.outbox.unsettled()
        assert len(waiting) > 5, waiting
        delivered, poisoned, sending, *rest = waiting
        unit.outbox.deliver(delivered.sequence, "1001", world.clock())
        unit.outbox.poison(poisoned.sequence, "400: refused (a sentence)", world.clock())
        unit.outbox.begin([sending.sequence])
    return {
        "delivered": [delivered.call.call_key],
        "poisoned": [poisoned.call.call_key],
        "unsettled": [one.call.call_key for one in (sending, *rest)],
        "with_not": [one.call.call_key for one in (sending, *rest) if one.call.webhook == "hook-1"],
    }


def kinds_plan(world: FixedWorld, guid: str) -> Plan:
    """One change of every kind of the catalogue, as planning makes them."""
    changes = tuple(kinds(world, guid))
    assert sorted(one.action for one in changes) == list(CHANGE_NAMES)
    return Plan(
        automation=world.policy.automation, directory=IDENTITY, created_at=world.clock(), changes=changes,
        remembered=world.policy.remembered, idle_steps=("step:1",), void_steps=(("step:2", "enabled-again"),),
        returned=(guid,), lapsed=((guid, guid),), lifted=(guid,), tickets=(("T1", guid),), absent=("6",), people=1,
    )  # fmt: skip


def kinds(world: FixedWorld, guid: str) -> Iterator[AnyChange]:  # noqa: PLR0915 - a statement a kind
    numbers = iter(range(100))
    group = directory_group(world, ALL_STAFF)

    def told(**more: Any) -> dict[str, Any]:
        listed = Listed(rule="request", item=next(numbers), continue_on_error=True, step="")
        facts = {"person": "9", "account": guid, "cause": Cause.REQUEST, "rule": "request", "ou": WARD}
        return facts | {"listed": listed} | more

    def swap(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        return told(before=before, after=after)

    yield ModifyUser(**swap({"title": "Clerk", "otherTelephone": ("1", "2")}, {"title": None, "otherTelephone": ()}))
    yield MoveUser(**swap({"distinguishedName": f"CN=Non Example,{WARD}"}, {"distinguishedName": f"CN=N,{LEAVERS}"}))
    yield EnableUser(**swap({"enabled": False}, {"enabled": True}))
    yield DisableUser(**swap({"enabled": True}, {"enabled": False}))
    yield UnlockUser(**swap({"lockoutTime": "133000000000000000"}, {"lockoutTime": "0"}))
    yield DisableLync(**swap({"msRTCSIP-UserEnabled": "TRUE"}, {"msRTCSIP-UserEnabled": "FALSE"}))
    addresses = {"proxyAddresses": ("SMTP:nine@corp.example.test",), "mail": "nine@corp.example.test"}
    yield RestoreAddresses(**swap(dict.fromkeys(addresses), addresses))
    account = next(one for one in world.directory.view(()).accounts if one.guid == guid)
    yield deletion(account, told(), tree=True)
    yield ChangeLicences(**swap({"m365.licences": (SKU,)}, {"m365.licences": ()}))
    yield CloudMembership(**swap({"m365.member": True}, {"m365.member": False}), group=CLOUD_GROUP)
    yield SetUsageLocationChange(**swap({"m365.usageLocation": None}, {"m365.usageLocation": "DE"}))
    yield RevokeSessionsChange(
        **swap(
            {"m365.signInSessionsValidFromDateTime": "2031-02-01T08:00:00+00:00"},
            {"m365.signInSessionsValidFromDateTime": "2031-03-01T08:00:00+00:00"},
        )
    )
    yield CreateMailboxChange(**swap({"exchange.mailbox": None}, {"exchange.mailbox": "user"}))
    yield CreateArchiveChange(**swap({"exchange.archive": False}, {"exchange.archive": True}))
    yield DisableMailboxChange(**swap({**MAILBOX, **addresses}, {**NO_MAILBOX, **dict.fromkeys(addresses)}))
    yield ConnectMailboxChange(**swap(NO_MAILBOX, MAILBOX))
    yield DeleteMailboxChange(**swap(MAILBOX, NO_MAILBOX))
    yield ConvertMailboxChange(**swap({"exchange.mailbox": "user"}, {"exchange.mailbox": "shared"}))
    for kind, system in ((SetAutoReplyChange, "exchange"), (SetCloudReplyChange, "m365")):
        yield kind(**swap(reply(system, "Disabled", ""), reply(system, "Enabled", "<p>I am away.</p>")))
    forward = {"exchange.forwardTo": "two@corp.example.test", "exchange.forwardToRecipient": None}
    yield ForwardMailChange(
        **swap(
            {**dict.fromkeys(forward), "exchange.keepsCopy": False}, {**forward, "exchange.keepsCopy": True}
        )
    )  # fmt: skip
    yield HideFromAddressListsChange(**swap({"exchange.hidden": False}, {"exchange.hidden": True}))
    skype = {"msRTCSIP-PrimaryUserAddress": "sip:nine@corp.example.test", "skype.registrarPool": "pool.example.test"}
    yield DisableSkypeChange(**swap({**skype, "msRTCSIP-UserEnabled": "TRUE"}, dict.fromkeys(skype)))
    yield EnableSkypeChange(**swap(dict.fromkeys(skype), skype))
    digest = "a1" * 32
    yield CreateHomeFolder(**swap({"folder.path": None}, {"folder.path": HOME}))
    yield DeleteHomeFolder(
        **swap({"folder.path": HOME, "folder.digest": digest}, {"folder.path": None, "folder.archive": ARCHIVE})
    )
    yield RestoreHomeFolder(**swap({"folder.archive": ARCHIVE}, {"folder.path": HOME, "folder.digest": digest}))
    yield CopyHomeFolder(**swap({"folder.path": HOME, "folder.digest": digest}, {"folder.path": OTHER_HOME}))
    yield RemoveOldHomeFolder(
        **swap({"folder.path": HOME, "folder.digest": digest}, {"folder.path": None}), kept=OTHER_HOME
    )
    yield RenameHomeFolder(**swap({"folder.path": OTHER_HOME}, {"folder.path": HOME}))
    yield RunScript(
        **swap({"script.digest": digest}, {"script.run": "badge.py"}), arguments=("--badge", "4711"),
        given={"objectGUID": guid, "employeeID": "9"}, interpreter="python", timeout_s=30.5,
        exit_codes=CodeMeanings(done_already=(3,)), repeatable=True,
        undo=UndoCall(script="unbadge.py", arguments=("4711",), digest="b2" * 32),
    )  # fmt: skip
    yield ChangeCloudPhoto(**swap({"m365.photo": None}, {"m365.photo": "iVBORw0KGgo="}))
    yield CreateUser(
        **told(account="", after={"distinguishedName": f"CN=Deca Example,{WARD}", "employeeID": "99", "sn": "Example"}),
        must_change=False,
    )
    yield RestoreUser(
        **swap(
            {DELETED: True},
            {DELETED: False, "distinguishedName": f"CN=Non Example,{WARD}", "sAMAccountName": "nexample"},
        ),
        departed=True,
    )
    yield resetting(**told(before={"pwdLastSet": "0"}), secret="first-password", must_change=False, unlock=True)
    yield SetReference(**told(before={"manager": None}), attribute="manager", target=Member(account=guid))
    members = (Member(account=guid, granted=True), Member(person="1", step="step:3"))
    for change in (AddToGroup, RemoveFromGroup):
        yield change(**told(person="", account=""), group=group, group_dn=ALL_STAFF, members=members)
    waiting = Waiting(item=3, action="delete-user", after="60d", parameters='{"action":"delete-user","after":"60d"}')
    yield BeginPolicy(**told(), course="c0ffee", waiting=(waiting,))
    yield EndPolicy(**told(), course="c0ffee")


def reply(system: str, state: str, text: str) -> dict[str, Any]:
    values = {"state": state, "internal": text, "external": text, "audience": "All", "start": None, "end": None}
    return {f"{system}.autoReply.{name}": value for name, value in values.items()}


def journal_all(world: FixedWorld, plan: Plan, guid: str) -> None:
    """An entry for each change, done: what most of these write to lies outside the directory."""
    plan_id = world.save(plan, "people-to-ad-kinds", "applied")
    snapshot = world.directory.snapshot(guid)
    assert snapshot is not None
    kept = Kept(snapshot, {directory_group(world, WARD_GROUP): "groups.1"}, departed=True).journalled()
    intents = [
        Intent(
            entry_id=f"{plan_id}:{number}", plan_id=plan_id, run_id=plan_id, directory=IDENTITY, number=number,
            action=change.action, person_key=change.person or None,
            target_guid=getattr(change, "group", "") if "group" in change.action and "cloud" not in change.action
            else guid,
            reason=change.cause.value, rule=change.rule,
            before={**change.before, **(kept if change.action == "delete-user" else {})},
            after={**change.after, **({"member": [guid]} if change.action.endswith("-group") else {})},
        )
        for number, change in enumerate(plan.changes)
    ]  # fmt: skip
    with world.store.begin() as unit:
        unit.journal.intend(intents, world.clock())
        unit.journal.settle([Outcome(one.entry_id, "done") for one in intents], world.clock())
        unit.runs.finish(plan_id, "completed", plan.counts, world.clock())


def undone_by(plan: Plan, guid: str) -> dict[str, str]:
    """Action → what this build takes it back with; empty where nothing does, or where an undo makes it otherwise."""
    found = {}
    for change in plan.changes:
        try:
            back = change.undone(guid)
        except RefusalError:
            back = None
        found[change.action] = back.action if back is not None else ""
    return found


def dump(directory: MemoryDirectory) -> dict[str, Any]:
    """All that the directory in memory holds, without passwords."""

    def user(one: Any) -> dict[str, Any]:
        return {
            "guid": one.guid, "dn": one.dn, "rid": one.rid, "bits": one.bits, "protected": one.protected,
            "attributes": {name: list(v) if isinstance(v, tuple) else v for name, v in one.attributes.items()},
        }  # fmt: skip

    return {
        "identity": IDENTITY,
        "base_dn": directory.base_dn,
        "containers": sorted(directory.containers),
        "users": [user(one) for one in directory.users.values()],
        "deleted": [user(one) for one in directory.deleted_users.values()],
        "groups": [{"guid": one.guid, "dn": one.dn, "rid": one.rid} for one in directory.group_objects.values()],
        "members": {group: sorted(members) for group, members in directory.members.items()},
    }


def make_nameless(draft: Path, file: Path) -> None:
    """A copy without a trace of the machine: host and process stand in leases and in tickets."""
    connection = sqlite3.connect(draft)
    connection.execute("DELETE FROM leases")
    connection.execute("UPDATE tickets SET host = 'host.example.test', pid = 1, process_started = 0")
    connection.commit()
    connection.execute("PRAGMA journal_mode = DELETE")
    file.unlink(missing_ok=True)
    connection.execute("PRAGMA page_size = 1024")
    connection.execute("VACUUM INTO ?", (str(file),))
    connection.close()
    for left in draft.parent.glob("draft.db*"):
        left.unlink()
    with sqlite3.connect(file) as made:
        assert made.execute("PRAGMA integrity_check").fetchone() == ("ok",)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
