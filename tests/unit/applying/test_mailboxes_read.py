"""What the systems besides the directory say of single accounts, and which mailboxes runs of ours took."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from lifecycle.actions.outside import Need, Outside, RefusalError, System, Wanted
from lifecycle.actions.restore_addresses import RestoreAddresses
from lifecycle.applying.lost_mailboxes import lost_mailboxes
from lifecycle.applying.systems import Systems
from lifecycle.cloud.user import CloudIdentity, CloudPart
from lifecycle.errors import TargetAuthorizationError, TargetError, TargetUnavailableError
from lifecycle.mail.mailbox import LostMailbox, Mailbox
from lifecycle.mail.operation import MailAccount, Part
from lifecycle.notice import Reason
from lifecycle.planning.undo import Carried, undo_plan
from lifecycle.store.journal import Intent, Outcome
from tests.support.mail_desk import EXCHANGE_GUID, MailDesk
from tests.support.world import NOW, World, new_account, person, with_lists

GUIDS = tuple(f"aaaaaaaa-0000-4000-8000-00000000000{number}" for number in range(3))


@dataclass
class OddExchange:
    """Answers each account as it is told to."""

    answers: dict[str, Mailbox | Exception]
    asked: list[tuple[str, Collection[Part]]] = field(default_factory=list)

    def mailboxes(self, accounts: Iterable[MailAccount], wanted: Collection[Part] = ()) -> dict[str, Mailbox]:
        """One after another."""
        found = {}
        for account in accounts:
            self.asked.append((account.guid, tuple(wanted)))
            answer = self.answers.get(account.guid)
            if isinstance(answer, Exception):
                raise answer
            if answer:
                found[account.guid] = answer
        return found


def refused(code: int) -> TargetError:
    """An answer about one account."""
    return TargetError("exchange", "Get-User", code, "ManagementObjectNotFoundException")


def read(port: Any, needs: dict[Need, frozenset[str]], desk: MailDesk, **more: Any) -> Any:
    """Look up."""
    accounts = {guid: desk.account() for guid in {one for guids in needs.values() for one in guids}}
    with Systems({System.MAIL: lambda: nullcontext(port), System.CLOUD: lambda: nullcontext(port)}) as systems:
        named = {
            guid: type(one)(guid, one.dn, one.rid, one.user_account_control, one.attributes)
            for guid, one in accounts.items()
        }
        return systems.look_up(Wanted(needs, **more), named)


def test_an_account_that_exchange_does_not_know_holds_up_no_other() -> None:
    desk = MailDesk()
    known = desk.mailbox()
    port = OddExchange({GUIDS[0]: refused(404), GUIDS[1]: known, GUIDS[2]: refused(400)})

    outside = read(port, {Need.MAILBOX: frozenset(GUIDS)}, desk)

    assert outside.mailbox(GUIDS[1]) is known
    for guid, reason in ((GUIDS[0], Reason.TARGET_MISSING), (GUIDS[2], Reason.TARGET_UNREAD)):
        with pytest.raises(RefusalError) as told:
            outside.mailbox(guid)
        assert told.value.reason is reason


@pytest.mark.parametrize("problem", [TargetUnavailableError, TargetAuthorizationError])
def test_a_server_that_nobody_reaches_is_not_asked_for_each_account(problem: type[TargetError]) -> None:
    port = OddExchange({GUIDS[0]: problem("exchange", "connect", 503, "gone")})

    outside = read(port, {Need.MAILBOX: frozenset(GUIDS)}, MailDesk())

    assert (len(port.asked), list(outside.unread)) == (1, [System.MAIL])
    with pytest.raises(RefusalError) as told:
        outside.mailbox(GUIDS[2])
    assert told.value.reason is Reason.TARGET_UNREAD


def test_each_account_is_asked_once_for_all_that_is_needed_of_it() -> None:
    port = OddExchange({})
    needs = {
        Need.MAILBOX: frozenset(GUIDS), Need.AUTO_REPLY: frozenset(GUIDS[1:]), Need.LOST_MAILBOX: frozenset(GUIDS[2:]),
        Need.SKYPE: frozenset(GUIDS),
    }  # fmt: skip

    read(port, needs, MailDesk())

    assert port.asked == [(GUIDS[0], ()), (GUIDS[1], (Part.AUTO_REPLY,)), (GUIDS[2], tuple(Part))]


def test_users_are_read_with_the_parts_that_are_needed_of_each() -> None:
    class Cloud:
        def __init__(self) -> None:
            self.asked: list[tuple[list[str], set[CloudPart]]] = []

        def users(self, identities: Iterable[CloudIdentity], parts: Collection[CloudPart]) -> dict[str, Any]:
            self.asked.append(([one.guid for one in identities], set(parts)))
            return {}

    port = Cloud()
    needs = {
        Need.CLOUD_USER: frozenset(GUIDS), Need.CLOUD_REPLIES: frozenset(GUIDS[1:]),
        Need.CLOUD_PHOTO: frozenset(GUIDS[2:]),
    }  # fmt: skip

    read(port, needs, MailDesk())

    assert sorted(port.asked, key=lambda one: one[0]) == [
        ([GUIDS[0]], set()),
        ([GUIDS[1]], {CloudPart.AUTOMATIC_REPLIES}),
        ([GUIDS[2]], {CloudPart.AUTOMATIC_REPLIES, CloudPart.PHOTO}),
    ]


def test_the_journal_tells_which_mailbox_an_account_lost_last(world: World) -> None:
    written = [
        ("disable-mailbox", GUIDS[0], "a", "done"),
        ("connect-mailbox", GUIDS[0], "a", "done"),
        ("disable-mailbox", GUIDS[1], "b", "done"),
        ("disable-mailbox", GUIDS[1], "c", "done"),
        ("delete-mailbox", GUIDS[1], "c", "failed"),
        ("disable-mailbox", GUIDS[2], "d", "done"),
        ("delete-mailbox", GUIDS[2], "d", "done"),
        ("disable-mailbox", GUIDS[0], "e", "failed"),
        ("disable-mailbox", GUIDS[0], "f", "unknown"),
        ("disable-mailbox", GUIDS[2], "", "done"),
    ]
    plan = world.plan()
    plan_id, run_id = world.save(plan), world.new_run().run_id
    identity = world.directory.identity()
    intents = [
        Intent(
            f"{plan_id}:{number}", plan_id, run_id, identity, number, action, None, guid, "request", "request",
            {"exchange.guid": mailbox, "exchange.database": "DB01"}, {},
        )
        for number, (action, guid, mailbox, _) in enumerate(written)
    ]  # fmt: skip
    with world.store.begin() as unit:
        unit.journal.intend(intents, NOW)
        unit.journal.settle([Outcome(f"{plan_id}:{n}", one[3]) for n, one in enumerate(written)], NOW)

        found = lost_mailboxes(unit, identity)

        assert lost_mailboxes(unit, "another") == {}
    assert found == {GUIDS[0]: LostMailbox("f", "DB01", NOW), GUIDS[1]: LostMailbox("c", "DB01", NOW)}


def test_a_joiner_whom_exchange_does_not_know_yet_keeps_what_waits(world: World) -> None:
    items = [{"action": "create-mailbox", "kind": "server"}, {"action": "unlock-user"}]
    world = replace(world, policy=with_lists(joiners=items))
    world.run(person("1"))
    (guid,) = world.directory.users
    unknown = Outside(unread_of={(System.MAIL, guid): (Reason.TARGET_MISSING, "exchange: not found (404)")})

    early = world.due(unknown)
    waiting = world.steps()
    late = world.due(Outside(mailboxes={guid: MailDesk(directory=world.directory, guid=guid).mailbox()}))

    assert ([notice.reason for notice in early.notices], early.changes) == ([Reason.TARGET_MISSING], ())
    assert waiting == [("create-mailbox", "waiting"), ("unlock-user", "waiting")], "the rest of the list waits as well"
    assert (late.notices, world.steps()) == ((), [("create-mailbox", "done"), ("unlock-user", "done")])


def test_what_a_connected_mailbox_brings_back_is_undone_behind_it(world: World) -> None:
    desk = MailDesk(directory=world.directory)
    desk.give(proxyAddresses=("SMTP:ann@x",), mail="ann@x")
    hide = desk.change({"action": "hide-from-address-lists"}, desk.mailbox())
    disable = desk.change({"action": "disable-mailbox"}, desk.mailbox())
    for name in ("proxyAddresses", "mail"):
        del world.directory.users[desk.guid].attributes[name]
    carried = [Carried(number, change, desk.guid) for number, change in enumerate((hide, disable))]
    lost = desk.outside(desk.mailbox(exchange_guid=EXCHANGE_GUID, is_disconnected=True))

    back = undo_plan(carried, world.inputs(), lost)
    gone = undo_plan(carried, world.inputs(), desk.outside())

    assert [change.action for change in back.changes] == [
        "connect-mailbox", "restore-addresses", "hide-from-address-lists",
    ]  # fmt: skip
    assert ([notice.reason for notice in gone.notices], gone.changes) == ([Reason.UNDO_DRIFTED] * 2, ())


def test_an_address_that_somebody_else_has_by_now_is_theirs(world: World) -> None:
    desk = MailDesk(directory=world.directory)
    desk.give(proxyAddresses=("SMTP:ann@x", "smtp:team@x"), mail="ann@x")
    disable = desk.change({"action": "disable-mailbox"}, desk.mailbox())
    del world.directory.users[desk.guid].attributes["proxyAddresses"]
    new_account(world.directory, person("2", "Bea"), proxyAddresses=("SMTP:Team@x",))

    back = undo_plan([Carried(0, disable, desk.guid)], world.inputs(), desk.outside(desk.mailbox(is_disconnected=True)))

    assert back.changes[-1].after == {"proxyAddresses": ("SMTP:ann@x",), "mail": "ann@x"}
    assert [notice.reason for notice in back.notices] == [Reason.UNDO_DRIFTED]


@pytest.mark.parametrize(
    ("held", "becomes"),
    [
        ((), ("SMTP:ann@x", "X500:/o=x", "smtp:old@x")),
        (("SMTP:policy@x",), ("SMTP:ann@x", "X500:/o=x", "smtp:old@x", "smtp:policy@x")),
        (("SMTP:old@x", "smtp:ann@x"), ("SMTP:ann@x", "X500:/o=x", "smtp:old@x")),
        (("SMTP:ann@x", "X500:/o=x", "smtp:old@x"), None),
        (("SMTP:ann@x", "X500:/o=x", "smtp:old@x", "smtp:new@x"), None),
    ],
)
def test_addresses_come_back_and_newer_ones_stay(
    world: World, held: tuple[str, ...], becomes: tuple[str, ...] | None
) -> None:
    guid = new_account(world.directory, person("1"), proxyAddresses=held or None, mail="ann@x")
    kept = ("SMTP:ann@x", "X500:/o=x", "smtp:old@x")
    change = RestoreAddresses(account=guid, cause="undo", rule="undo", after={"proxyAddresses": kept, "mail": "ann@x"})
    live = world.directory.accounts([guid], ())[guid]

    if becomes is None:
        assert change.state(live).value == "done already"
    else:
        (operation,) = change.operations(live)
        assert (change.state(live).value, operation.replace["proxyAddresses"]) == ("as planned", becomes)
