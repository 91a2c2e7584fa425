"""Actions on mailboxes: what is planned for which mailbox, how a change stands to what is there, what is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.actions.change import State
from lifecycle.actions.create_mailbox import CreateMailboxParameters
from lifecycle.actions.disable_lync import DisableLyncParameters
from lifecycle.actions.hide_from_address_lists import HideFromAddressListsParameters
from lifecycle.mail.mailbox import Forwarding, LostMailbox, Mailbox, MailboxKind
from lifecycle.mail.operation import (
    ConnectMailbox,
    ConvertMailbox,
    DeleteMailbox,
    DisableMailbox,
    DisableRemoteMailbox,
    EnableMailbox,
    EnableRemoteMailbox,
    HideFromAddressLists,
    SetForwarding,
)
from lifecycle.notice import Reason
from lifecycle.planning.policy import Memory
from tests.support.mail_desk import EXCHANGE_GUID, MailDesk, about, wanted_of
from tests.support.world import NOW, new_account, person

SERVER = {"action": "create-mailbox", "kind": "server", "alias": "%ad.sAMAccountName%", "database": "DB02"}
REMOTE = {"action": "create-mailbox", "kind": "remote", "routing_address": "%ad.sAMAccountName%@x.onmicrosoft.test"}
LICENSED = {"action": "create-mailbox", "kind": "microsoft_365"}
ARCHIVE = {"action": "create-mailbox", "kind": "archive"}
DISABLE, DELETE, CONVERT = ({"action": f"{verb}-mailbox"} for verb in ("disable", "delete", "convert"))
HIDE = {"action": "hide-from-address-lists"}
OTHER = "0f7c2a8e-9999-4222-8333-944455566677"


@pytest.fixture
def desk() -> MailDesk:
    return MailDesk()


@pytest.mark.parametrize(
    ("item", "kind", "database", "expected"),
    [
        (SERVER, None, "", "create-mailbox"),
        (SERVER, MailboxKind.USER, "DB01", ""),
        (SERVER, MailboxKind.ROOM, "DB01", ""),
        (SERVER, MailboxKind.REMOTE, "", "mailbox-other"),
        (SERVER, MailboxKind.USER, "", "mailbox-other"),
        (REMOTE, None, "", "create-mailbox"),
        (REMOTE, MailboxKind.USER, "", "create-mailbox"),
        (REMOTE, MailboxKind.REMOTE_SHARED, "", ""),
        (REMOTE, MailboxKind.USER, "DB01", "mailbox-other"),
        (LICENSED, None, "", "target-missing"),
        (LICENSED, MailboxKind.USER, "", ""),
        (ARCHIVE, None, "", "target-missing"),
        (ARCHIVE, MailboxKind.USER, "DB01", "create-archive"),
    ],
)
def test_a_mailbox_is_created_where_there_is_none_of_its_side(
    desk: MailDesk, item: dict[str, str], kind: MailboxKind | None, database: str, expected: str
) -> None:
    plan = desk.plan(item, desk.mailbox(kind, database=database) if kind else None)
    told = [change.action for change in plan.changes] + [notice.reason.value for notice in plan.notices]
    assert told == ([expected] if expected else [])


def test_what_a_mailbox_is_created_with_is_sent(desk: MailDesk) -> None:
    server, remote = desk.change(SERVER), desk.change({**REMOTE, "shared": True})
    sent = [change.operation(desk.account(), desk.outside()) for change in (server, remote)]
    assert isinstance(sent[0], EnableMailbox)
    assert (sent[0].alias, sent[0].database, sent[0].shared) == ("aexample", "DB02", False)
    assert isinstance(sent[1], EnableRemoteMailbox)
    assert (sent[1].routing_address, sent[1].shared) == ("aexample@x.onmicrosoft.test", True)


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"alias": "has a space"}, "value-unfit"),
        ({"database": "*"}, "value-unfit"),
        ({"primary_address": "nobody"}, "value-unfit"),
        ({"alias": "%ad.info%"}, "mapping-empty"),
    ],
)
def test_a_value_that_exchange_does_not_take_is_refused_when_the_plan_is_made(
    desk: MailDesk, told: dict[str, str], problem: str
) -> None:
    plan = desk.plan({**SERVER, **told})
    assert (plan.changes, [reason for reason, _ in about(plan)]) == ((), [problem])
    assert not any(value in text for value in told.values() for _, text in about(plan)), "no value is told"


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "remote"},
        {"kind": "server", "routing_address": "a@b"},
        {"kind": "remote", "routing_address": "a@b", "database": "DB01"},
        {"kind": "archive", "alias": "ann"},
        {"kind": "microsoft_365", "shared": True},
        {"kind": "public-folder"},
    ],
)
def test_parameters_that_do_not_belong_together_are_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CreateMailboxParameters.model_validate({"action": "create-mailbox", **told})


def test_disabling_keeps_what_connecting_takes(desk: MailDesk) -> None:
    desk.give(proxyAddresses=("SMTP:ann@x", "smtp:old@x"), mail="ann@x")
    change = desk.change(DISABLE, desk.mailbox())

    back = change.undone(desk.guid)

    assert back.lost_mailbox() == (EXCHANGE_GUID, "DB01")
    assert wanted_of(back).lost_mailboxes == {desk.guid: (EXCHANGE_GUID, "DB01")}
    lost = desk.mailbox(MailboxKind.OTHER, is_disconnected=True)
    sent = back.operation(desk.account(), desk.outside(lost))
    assert isinstance(sent, ConnectMailbox)
    assert (sent.account.exchange_guid, sent.account.database, sent.alias) == (EXCHANGE_GUID, "DB01", "ann")
    (addresses,) = change.undone_behind(desk.guid)
    assert addresses.after == {"proxyAddresses": ("SMTP:ann@x", "smtp:old@x"), "mail": "ann@x"}


def test_a_remote_mailbox_is_made_known_again_with_its_routing_address(desk: MailDesk) -> None:
    mailbox = desk.mailbox(MailboxKind.REMOTE_SHARED, database="", routing_address="ann@x.onmicrosoft.test")
    change = desk.change(DISABLE, mailbox)
    assert isinstance(change.operation(desk.account(), desk.outside(mailbox)), DisableRemoteMailbox)

    sent = change.undone(desk.guid).operation(desk.account(), desk.outside())

    assert isinstance(sent, EnableRemoteMailbox)
    assert (sent.routing_address, sent.shared, sent.alias) == ("ann@x.onmicrosoft.test", True, "ann")


def test_nothing_is_connected_when_nobody_wrote_down_what(desk: MailDesk) -> None:
    change = desk.change(DISABLE, desk.mailbox(MailboxKind.REMOTE, database="", exchange_guid=""))
    assert change.undone(desk.guid) is None


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.AS_PLANNED),
        ({"kind": MailboxKind.SHARED}, State.AS_PLANNED),
        ({"is_disconnected": True}, State.DONE_ALREADY),
        ({"exchange_guid": OTHER}, State.DRIFTED),
        ({"litigation_hold": True}, State.DRIFTED),
        ({"holds": 1}, State.DRIFTED),
    ],
)
def test_disabling_is_compared_by_the_mailbox_itself(desk: MailDesk, changes: dict[str, Any], state: State) -> None:
    change = desk.change(DISABLE, desk.mailbox())
    assert change.state_outside(desk.outside(desk.mailbox(**changes))) is state
    assert change.state_outside(desk.outside()) is State.DONE_ALREADY


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ({"is_disconnected": True}, State.AS_PLANNED),
        ({}, State.DONE_ALREADY),
        ({"exchange_guid": OTHER}, State.DRIFTED),
    ],
)
def test_connecting_is_compared_by_the_mailbox_itself(desk: MailDesk, found: dict[str, Any], state: State) -> None:
    back = desk.change(DISABLE, desk.mailbox()).undone(desk.guid)
    assert back.state_outside(desk.outside(desk.mailbox(**found))) is state
    assert back.state_outside(desk.outside()) is State.MISSING


def test_the_undo_of_a_creation_learns_which_mailbox_it_is_from_a_look(desk: MailDesk) -> None:
    back = desk.change(SERVER).undone(desk.guid)
    found = back.as_found(desk.outside(desk.mailbox()))
    assert found.before["exchange.guid"] == EXCHANGE_GUID
    assert found.undone(desk.guid).lost_mailbox() == (EXCHANGE_GUID, "DB01")
    sent = found.operation(desk.account(), desk.outside(desk.mailbox()))
    assert isinstance(sent, DisableMailbox)
    assert sent.account.exchange_guid == EXCHANGE_GUID


@pytest.mark.parametrize("item", [DISABLE, DELETE])
@pytest.mark.parametrize("hold", [{"litigation_hold": True}, {"holds": 2}])
def test_a_hold_is_refused_when_the_plan_is_made(desk: MailDesk, item: dict[str, str], hold: dict[str, Any]) -> None:
    plan = desk.plan(item, desk.mailbox(**hold))
    assert (plan.changes, [reason for reason, _ in about(plan)]) == ((), ["mailbox-on-hold"])


def test_a_mailbox_in_use_is_disabled_before_it_is_deleted(desk: MailDesk) -> None:
    first, second = desk.plan(DELETE, desk.mailbox()).changes
    assert (first.action, second.action) == ("disable-mailbox", "delete-mailbox")
    assert second.undone(desk.guid) is None
    in_use, lost = desk.mailbox(), desk.mailbox(is_disconnected=True)
    states = [second.state_outside(desk.outside(mailbox)) for mailbox in (in_use, lost, None)]
    assert states == [State.MISSING, State.AS_PLANNED, State.MISSING]
    assert second.state_outside(desk.outside(desk.mailbox(is_disconnected=True, holds=1))) is State.DRIFTED
    assert second.state_outside(desk.outside(desk.mailbox(is_disconnected=True, exchange_guid=OTHER))) is State.DRIFTED
    sent = second.operation(desk.account(), desk.outside(lost))
    assert isinstance(sent, DeleteMailbox)
    assert sent.account.exchange_guid == EXCHANGE_GUID


def test_what_was_taken_just_now_is_waited_for_and_what_is_gone_is_left(desk: MailDesk) -> None:
    desk.memory = Memory(mailboxes={desk.guid: LostMailbox(EXCHANGE_GUID, "", NOW)})
    early = desk.plan(DELETE, now=NOW + timedelta(hours=1))
    late = desk.plan(DELETE, now=NOW + timedelta(days=31))
    assert desk.draft([DELETE]).wanted.lost_mailboxes == {desk.guid: (EXCHANGE_GUID, "")}
    assert ([reason for reason, _ in about(early)], early.changes) == (["target-missing"], ())
    assert (late.notices, late.changes) == ((), ())


@pytest.mark.parametrize(
    ("kind", "to", "becomes"),
    [
        (MailboxKind.USER, "shared", "shared"),
        (MailboxKind.REMOTE, "shared", "remote-shared"),
        (MailboxKind.SHARED, "user", "user"),
        (MailboxKind.SHARED, "shared", ""),
        (MailboxKind.USER, "user", ""),
    ],
)
def test_a_mailbox_is_converted_where_it_is_of_the_other_kind(
    desk: MailDesk, kind: MailboxKind, to: str, becomes: str
) -> None:
    plan = desk.plan({**CONVERT, "to": to}, desk.mailbox(kind))
    assert [change.after["exchange.mailbox"] for change in plan.changes] == ([becomes] if becomes else [])
    for change in plan.changes:
        back = change.undone(desk.guid)
        assert isinstance(back.operation(desk.account(), desk.outside()), ConvertMailbox)
        assert back.state_outside(desk.outside(desk.mailbox(MailboxKind(becomes)))) is State.AS_PLANNED
        assert back.state_outside(desk.outside(desk.mailbox(MailboxKind.ROOM))) is State.DRIFTED


def test_a_room_is_not_converted(desk: MailDesk) -> None:
    assert [reason for reason, _ in about(desk.plan(CONVERT, desk.mailbox(MailboxKind.ROOM)))] == ["mailbox-other"]


@pytest.mark.parametrize("item", [CONVERT, {"action": "forward-mail", "to": "boss@x.test"}, ARCHIVE])
def test_a_mailbox_that_the_cloud_has_not_made_yet_is_waited_for(desk: MailDesk, item: dict[str, str]) -> None:
    announced = desk.mailbox(MailboxKind.REMOTE, exchange_guid="", database="", auto_reply=None)
    assert [reason for reason, _ in about(desk.plan(item, announced))] == ["target-missing"]


@pytest.mark.parametrize("item", [DISABLE, DELETE, CONVERT, HIDE, {"action": "forward-mail", "to": "boss@x.test"}])
def test_without_a_mailbox_there_is_nothing_to_do(desk: MailDesk, item: dict[str, str]) -> None:
    plan = desk.plan(item)
    assert (plan.changes, plan.notices) == ((), ())


@pytest.mark.parametrize("item", [SERVER, DISABLE, DELETE, CONVERT, HIDE, LICENSED])
def test_an_account_that_could_not_be_read_is_not_one_without_a_mailbox(desk: MailDesk, item: dict[str, str]) -> None:
    why = (Reason.TARGET_UNREAD, "exchange: broken (0)")
    plan = desk.draft([item]).finished(desk.outside(unread_of={("exchange", desk.guid): why}))
    assert (plan.changes, about(plan)) == ((), [("target-unread", "exchange: broken (0)")])


@pytest.mark.parametrize(
    ("now", "planned"),
    [
        (Forwarding(), True),
        (Forwarding("BOSS@x.test", keeps_copy=True), False),
        (Forwarding("boss@x.test", keeps_copy=False), True),
        (Forwarding("boss@x.test", recipient="Somebody", keeps_copy=True), True),
    ],
)
def test_mail_is_sent_on_where_it_goes_another_way(desk: MailDesk, now: Forwarding, planned: bool) -> None:
    plan = desk.plan({"action": "forward-mail", "to": "boss@x.test"}, desk.mailbox(forwarding=now))
    assert bool(plan.changes) is planned
    for change in plan.changes:
        assert change.operation(desk.account(), desk.outside()) == SetForwarding(
            change.operation(desk.account(), desk.outside()).account, Forwarding("boss@x.test", keeps_copy=True)
        )
        back = change.undone(desk.guid).operation(desk.account(), desk.outside())
        assert (back.forwarding.smtp_address, back.forwarding.recipient) == (now.smtp_address, now.recipient)


def test_an_empty_address_ends_the_forwarding(desk: MailDesk) -> None:
    item = {"action": "forward-mail", "to": ""}
    assert desk.plan(item, desk.mailbox()).changes == ()
    change = desk.change(item, desk.mailbox(forwarding=Forwarding("boss@x.test", keeps_copy=True)))
    assert change.operation(desk.account(), desk.outside()).forwarding == Forwarding()


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("manager", "mapping-empty"),
        ("%ad.info%", "mapping-empty"),
        ("no address", "value-unfit"),
        ("ann.EXAMPLE@corp.example.test", "value-unfit"),
    ],
)
def test_mail_is_not_sent_on_to_nobody_or_to_itself(desk: MailDesk, to: str, reason: str) -> None:
    plan = desk.plan({"action": "forward-mail", "to": to}, desk.mailbox())
    assert (plan.changes, [why for why, _ in about(plan)]) == ((), [reason])


def test_mail_goes_to_the_manager(desk: MailDesk) -> None:
    boss = new_account(desk.directory, person("2", "Bea"))
    desk.give(manager=boss)
    change = desk.change({"action": "forward-mail", "to": "manager"}, desk.mailbox())
    assert change.after["exchange.forwardTo"] == "bea.example@corp.example.test"


def test_hiding_goes_both_ways(desk: MailDesk) -> None:
    change = desk.change(HIDE, desk.mailbox())
    shown = desk.change({**HIDE, "hidden": False}, desk.mailbox(is_hidden=True))
    assert change.operation(desk.account(), desk.outside()) == HideFromAddressLists(
        change.operation(desk.account(), desk.outside()).account, hidden=True
    )
    assert (change.undone(desk.guid).after, shown.after) == ({"exchange.hidden": False}, {"exchange.hidden": False})
    assert desk.plan(HIDE, desk.mailbox(is_hidden=True)).changes == ()


def test_hiding_in_the_directory_is_looked_at_in_every_run_and_needs_no_exchange(desk: MailDesk) -> None:
    attribute, item = "msExchHideFromAddressLists", {**HIDE, "through": "directory"}
    read = HideFromAddressListsParameters.model_validate
    assert [read({**one, **more}).stands for one in (HIDE, item) for more in ({}, {"after": "1d"})] == [
        False, False, True, False,
    ]  # fmt: skip
    assert desk.draft([item]).wanted.systems == frozenset()
    assert desk.change(item).after == {attribute: "TRUE"}
    desk.give(**{attribute: "TRUE"})
    assert desk.plan(item).changes == ()
    assert desk.change({**item, "hidden": False}).after == {attribute: None}


def test_lync_is_switched_off_where_it_is_on(desk: MailDesk) -> None:
    item = {"action": "disable-lync"}
    assert desk.plan(item).changes == ()
    desk.give(**{"msRTCSIP-UserEnabled": "TRUE"})
    change = desk.change(item)
    assert (change.action, change.after) == ("disable-lync", {"msRTCSIP-UserEnabled": "FALSE"})


def test_lync_is_disabled_completely_by_the_server_and_compared_in_the_directory(desk: MailDesk) -> None:
    item = {"action": "disable-lync", "complete": True, "registrar_pool": "pool.x.test"}
    desk.give(**{"msRTCSIP-UserEnabled": "FALSE", "msRTCSIP-PrimaryUserAddress": "sip:ann@x.test"})
    change = desk.change(item)
    names = ("msRTCSIP-UserEnabled", "msRTCSIP-PrimaryUserAddress")
    before = desk.account(*names)
    back = change.undone(desk.guid)
    assert change.state_of(before, desk.outside()) is State.AS_PLANNED
    for name in names:
        del desk.directory.users[desk.guid].attributes[name]
    after = desk.account(*names)
    assert (change.state_of(after, desk.outside()), back.state_of(after, desk.outside())) == (
        State.DONE_ALREADY, State.AS_PLANNED,
    )  # fmt: skip
    sent = back.operation(after, desk.outside())
    assert (sent.registrar_pool, sent.sip_address) == ("pool.x.test", "sip:ann@x.test")
    assert change.operation(before, desk.outside()).account.user_principal_name == "ann.example@corp.example.test"


@pytest.mark.parametrize(
    "told", [{"complete": True}, {"registrar_pool": "pool"}, {"complete": True, "registrar_pool": "*"}]
)
def test_a_pool_is_for_disabling_completely(told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DisableLyncParameters.model_validate({"action": "disable-lync", **told})


def test_no_repr_of_a_mailbox_tells_addresses() -> None:
    mailbox = Mailbox("g", MailboxKind.USER, EXCHANGE_GUID, routing_address="ann@x.test", primary_address="ann@y.test")
    assert "ann@" not in repr(mailbox)
