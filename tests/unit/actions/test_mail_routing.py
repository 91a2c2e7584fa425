"""Where mail goes and who sees its address: forwarding, hiding."""

from __future__ import annotations

import pytest

from lifecycle.actions.hide_from_address_lists import HideFromAddressListsParameters
from lifecycle.mail.mailbox import Forwarding
from lifecycle.mail.operation import HideFromAddressLists, SetForwarding
from tests.support.mail_desk import MailDesk, about
from tests.support.mail_items import HIDE
from tests.support.world import new_account, person


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
