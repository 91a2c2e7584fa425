"""Passwords and locks, tried out by logging on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lifecycle.directory import uac
from lifecycle.directory.operation import Modify, SetPassword
from tests.support.bench import PASSWORD, Bench

pytestmark = pytest.mark.timeout(120)

NEW, NEWER = "Aa1-second-password", "Aa1-third-password"
WRONG, MUST_CHANGE, LOCKED = "52e", "773", "775"
COMPUTED = "msDS-User-Account-Control-Computed"


@pytest.fixture(scope="module")
def _lockout_policy(bench: Bench) -> Iterator[None]:
    """Three wrong passwords lock an account."""
    bench.samba_tool("domain", "passwordsettings", "set", "--account-lockout-threshold=3")
    yield
    bench.samba_tool("domain", "passwordsettings", "set", "--account-lockout-threshold=0")


def _locked(bench: Bench, guid: str) -> bool:
    account = bench.directory.accounts([guid], [COMPUTED])[guid]
    return uac.is_locked_out(int(str(account.attributes[COMPUTED])))


def _lock(bench: Bench, name: str) -> None:
    reasons = [bench.binds(name, "wrong") for _ in range(4)]
    assert reasons[0] == WRONG
    assert reasons[-1] == LOCKED


def test_new_password_opens_and_the_old_one_no_longer_does(bench: Bench) -> None:
    guid = bench.new_user("pass")
    name = bench.account_name(guid)
    assert bench.binds(name, PASSWORD) == ""

    assert bench.directory.send([SetPassword(guid, NEW, must_change=False)])[0].ok

    assert bench.binds(name, NEW) == ""
    assert bench.binds(name, PASSWORD) == WRONG
    (entry,) = bench.find(f"(sAMAccountName={name})", "pwdLastSet")
    assert int(entry["pwdlastset"][0]) > 0


def test_password_that_must_be_changed_opens_nothing_yet(bench: Bench) -> None:
    guid = bench.new_user("change")
    name = bench.account_name(guid)

    assert bench.directory.send([SetPassword(guid, NEW)])[0].ok

    assert bench.binds(name, NEW) == MUST_CHANGE
    (entry,) = bench.find(f"(sAMAccountName={name})", "pwdLastSet")
    assert entry["pwdlastset"] == ["0"]
    assert bench.directory.send([Modify(guid, {"pwdLastSet": -1})])[0].ok
    assert bench.binds(name, NEW) == ""


@pytest.mark.parametrize("weak", ["Aa1", "alllowercase"])
def test_password_against_the_policy_is_refused_and_changes_nothing(bench: Bench, weak: str) -> None:
    guid = bench.new_user("weak")
    (answer,) = bench.directory.send([SetPassword(guid, weak, unlock=True)])
    assert (answer.code, answer.detail) == (19, "0000052D")
    assert weak not in repr(answer)
    assert bench.binds(bench.account_name(guid), PASSWORD) == ""


@pytest.mark.usefixtures("_lockout_policy")
def test_locked_account_is_seen_and_unlocked(bench: Bench) -> None:
    guid = bench.new_user("lock")
    name = bench.account_name(guid)
    assert not _locked(bench, guid)
    _lock(bench, name)
    assert _locked(bench, guid)
    assert bench.binds(name, PASSWORD) == LOCKED

    assert bench.directory.send([Modify(guid, {"lockoutTime": 0})])[0].ok

    assert not _locked(bench, guid)
    assert bench.binds(name, PASSWORD) == ""


@pytest.mark.usefixtures("_lockout_policy")
def test_password_unlocks_only_when_asked(bench: Bench) -> None:
    guid = bench.new_user("both")
    name = bench.account_name(guid)
    _lock(bench, name)

    assert bench.directory.send([SetPassword(guid, NEW, must_change=False)])[0].ok
    assert bench.binds(name, NEW) == LOCKED

    assert bench.directory.send([SetPassword(guid, NEWER, must_change=False, unlock=True)])[0].ok
    assert bench.binds(name, NEWER) == ""


def test_account_without_the_right_resets_no_password(bench: Bench) -> None:
    privileged = bench.guid("gadeyemi-adm")
    (answer,) = bench.directory.send([SetPassword(privileged, NEW)])
    assert (answer.code, answer.description) == (50, "insufficientAccessRights")
