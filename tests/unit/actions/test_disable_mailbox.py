"""Mailboxes that are disabled, deleted, and connected again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lifecycle.actions.change import State
from lifecycle.mail.mailbox import LostMailbox, MailboxKind
from lifecycle.mail.operation import ConnectMailbox, DeleteMailbox, DisableRemoteMailbox, EnableRemoteMailbox
from lifecycle.planning.prior_state import PriorState
from tests.support.mail_desk import EXCHANGE_GUID, MailDesk, about, wanted_of
from tests.support.mail_items import DELETE, DISABLE
from tests.support.world import NOW

OTHER = "0f7c2a8e-9999-4222-8333-944455566677"


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
    desk.prior = PriorState(mailboxes={desk.guid: LostMailbox(EXCHANGE_GUID, "", NOW)})
    early = desk.plan(DELETE, now=NOW + timedelta(hours=1))
    late = desk.plan(DELETE, now=NOW + timedelta(days=31))
    assert desk.draft([DELETE]).wanted.lost_mailboxes == {desk.guid: (EXCHANGE_GUID, "")}
    assert ([reason for reason, _ in about(early)], early.changes) == (["target-missing"], ())
    assert (late.notices, late.changes) == ((), ())
