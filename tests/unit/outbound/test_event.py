"""What tells events apart, and whom they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lifecycle.actions.change import Cause
from lifecycle.config.webhook import Occasion
from lifecycle.outbound.event import Event

AT = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
EVENT = Event(
    Occasion.DONE, "staff", "domain-1", AT, "run-1", "plan-1", "plan-1 4", person="7", account="guid-7",
    action="create-user", cause=Cause.JOINER, attributes={"mail": "canary@corp.test"},
)  # fmt: skip


def test_a_key_is_the_same_whoever_notes_the_event_and_when() -> None:
    again = replace(EVENT, at=AT + timedelta(days=3), run_id="run-9", attributes={}, reason="r", person="")
    assert EVENT.key_for("hook") == again.key_for("hook")
    assert EVENT.key_for("hook") == "halo-ad-8e6995a1b06235e39354ae29", "keys stand in tickets: they never change"


@pytest.mark.parametrize(
    "other",
    [
        {"occasion": Occasion.FAILED},
        {"automation": "others"},
        {"directory": "domain-2"},
        {"about": "plan-1 5"},
    ],
)
def test_another_event_has_another_key(other: dict[str, object]) -> None:
    assert replace(EVENT, **other).key_for("hook") != EVENT.key_for("hook")  # type: ignore[arg-type]


def test_two_webhooks_have_two_keys_of_one_event() -> None:
    assert EVENT.key_for("one") != EVENT.key_for("two")


@pytest.mark.parametrize(
    ("about", "subject"),
    [
        ({}, "guid-7"),
        ({"account": ""}, "staff/7"),
        ({"account": "", "person": ""}, "staff/"),
        ({"person": ""}, "guid-7"),
    ],
)
def test_a_subject_is_the_account_or_else_the_person(about: dict[str, str], subject: str) -> None:
    assert replace(EVENT, **about).subject == subject  # type: ignore[arg-type]


def test_what_is_told_leaves_out_what_is_not_so() -> None:
    told = EVENT.told()
    assert (told["action"], told["cause"], told["outcome"], told["reason"]) == ("create-user", "joiner", "done", "")
    assert replace(EVENT, cause=None).told()["cause"] == ""


def test_attributes_are_in_no_repr() -> None:
    assert "canary" not in repr(EVENT)
