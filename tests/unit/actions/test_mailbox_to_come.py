"""A list that makes a mailbox and then says something about it: what is about it waits for the next run."""

from __future__ import annotations

import pytest

from tests.support.mail_desk import MailDesk, about

CREATE = {"action": "create-mailbox", "kind": "server"}


@pytest.mark.parametrize(
    "item",
    [
        {"action": "set-auto-reply", "internal": "Not here yet"},
        {"action": "hide-from-address-lists"},
        {"action": "convert-mailbox"},
        {"action": "forward-mail", "to": "the.desk@corp.example.test"},
    ],
)
def test_what_is_about_a_mailbox_that_the_plan_makes_waits(item: dict[str, object]) -> None:
    desk = MailDesk()

    first = desk.draft([CREATE, item]).finished(desk.outside())
    second = desk.draft([CREATE, item]).finished(desk.outside(desk.mailbox()))

    assert [change.action for change in first.changes] == ["create-mailbox"]
    assert [reason for reason, _ in about(first)] == ["target-missing"]
    assert [change.action for change in second.changes] == [item["action"]]
    assert second.notices == ()
