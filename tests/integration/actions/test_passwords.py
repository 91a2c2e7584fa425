"""Passwords, tried out by logging on."""

from __future__ import annotations

import sqlite3

import pytest

from lifecycle.applying import password as passwords
from tests.support.action_bench import ActionBench
from tests.support.bench import PASSWORD

pytestmark = pytest.mark.timeout(120)

WRONG, MUST_CHANGE = "52e", "773"
SECRET = "Aa1-held-by-a-secret"


def _everything_stored(bench: ActionBench) -> str:
    """The whole state store as text."""
    with sqlite3.connect(bench.store_file) as database:
        return "\n".join(database.iterdump())


def test_reset_password_from_a_secret_opens_and_stands_nowhere(
    bench: ActionBench, capfd: pytest.CaptureFixture[str]
) -> None:
    guid = bench.account()
    name, before = bench.account_name(guid), bench.state(guid)
    bench.secrets["first-day"] = SECRET
    item = {"action": "reset-password", "password": {"secret": "first-day"}, "must_change": False}

    plan = bench.request([item], [guid])
    assert (plan.counts, bench.state(guid)) == ({"reset-password": 1}, before)
    assert bench.binds(name, PASSWORD) == ""
    plan_id = bench.save(plan)
    assert bench.apply(plan, plan_id).done == {"reset-password": 1}

    assert (bench.binds(name, PASSWORD), bench.binds(name, SECRET)) == (WRONG, "")
    told = plan.model_dump_json() + repr(plan) + _everything_stored(bench) + "".join(capfd.readouterr())
    assert "first-day" in told
    assert SECRET not in told
    undone = bench.undoing(plan_id)
    assert (undone.changes, [one.reason.value for one in undone.notices]) == ((), ["undo-impossible"])


def test_generated_password_is_made_sent_and_forgotten(bench: ActionBench, monkeypatch: pytest.MonkeyPatch) -> None:
    guid = bench.account()
    name, made, make = bench.account_name(guid), list[str](), passwords.generate_password
    monkeypatch.setattr(
        "tests.support.action_bench.generate_password",
        lambda who, length: made.append(make(who, length)) or made[-1],
    )

    bench.carry_out([{"action": "reset-password"}], [guid])

    (password,) = made
    assert (bench.binds(name, PASSWORD), bench.binds(name, password)) == (WRONG, MUST_CHANGE)
    assert bench.entry(guid)["pwdlastset"] == ["0"]
    assert password not in _everything_stored(bench)


def test_secret_that_is_not_there_keeps_the_former_password(bench: ActionBench) -> None:
    guid = bench.account()
    plan = bench.request([{"action": "reset-password", "password": {"secret": "nowhere"}}], [guid])

    (failure,) = bench.apply(plan).failures

    assert failure.why == "unread"
    assert bench.binds(bench.account_name(guid), PASSWORD) == ""


def test_who_has_got_another_password_since_the_plan_keeps_it(bench: ActionBench) -> None:
    guid = bench.account()
    name = bench.account_name(guid)
    plan = bench.request([{"action": "reset-password"}], [guid])
    bench.samba_tool("user", "setpassword", name, "--newpassword=Aa1-by-the-helpdesk")

    (failure,) = bench.apply(plan).failures

    assert failure.why == "drifted"
    assert bench.binds(name, "Aa1-by-the-helpdesk") == ""
