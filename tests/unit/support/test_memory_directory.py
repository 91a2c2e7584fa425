"""The directory in memory answers as a Samba domain controller was seen to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.directory import uac
from lifecycle.directory.operation import (
    PROTECTED,
    AddUser,
    ChangeMembers,
    DeleteUser,
    Modify,
    Move,
    Operation,
    RestoreUser,
    SetPassword,
)
from lifecycle.errors import DirectoryError, DirectoryUnavailableError
from lifecycle.ports.directory.preparation import HIDDEN
from tests.support.memory_directory import COMPUTED, MemoryDirectory
from tests.support.odd_operations import Stage, codes, told
from tests.support.world import ALL_STAFF, GROUPS, LAB, WARD, new_account, new_directory, person


def _add(name: str = f"CN=New,{WARD}", **attributes: str) -> AddUser:
    return AddUser(name, {"userAccountControl": 512, **attributes}, "Not-A-Secret-1")


def _group(directory: MemoryDirectory) -> str:
    return next(guid for guid, group in directory.group_objects.items() if group.dn == ALL_STAFF)


Ask = Callable[[MemoryDirectory, str, str], Operation]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda _d, _ann, _bob: _add(), 0),
        (lambda _d, _ann, _bob: _add(f"CN=New,OU=Missing,{WARD}"), 32),
        (lambda _d, _ann, _bob: _add(f"cn=ann example,{WARD}"), 68),
        (lambda _d, _ann, _bob: _add(sAMAccountName="AExample"), 68),
        (lambda _d, _ann, _bob: _add(sAMAccountName="All Staff"), 68),
        (lambda _d, _ann, _bob: _add(userPrincipalName="Ann.Example@corp.example.test"), 19),
        (lambda _d, _ann, _bob: _add(manager="nobody"), 32),
        (lambda _d, ann, _bob: Modify(ann, {"title": "Head", "manager": ann}), 0),
        (lambda _d, ann, _bob: Modify(ann, {"sAMAccountName": "aexample"}), 0),
        (lambda _d, ann, _bob: Modify(ann, {"sAMAccountName": "bexample"}), 68),
        (lambda _d, ann, _bob: Modify(ann, {"userPrincipalName": "bob.example@corp.example.test"}), 19),
        (lambda _d, _ann, _bob: Modify("nobody", {"title": "Head"}), 32),
        (lambda _d, ann, _bob: Move(ann, "Ann Example", LAB), 0),
        (lambda _d, ann, _bob: Move(ann, "ANN EXAMPLE", WARD), 0),
        (lambda _d, ann, _bob: Move(ann, "Bob Example", WARD), 68),
        (lambda _d, ann, _bob: Move(ann, "All Staff", GROUPS), 68),
        (lambda _d, ann, _bob: Move(ann, "Ann", f"OU=Missing,{WARD}"), 32),
        (lambda _d, _ann, _bob: Move("nobody", "Ann", WARD), 32),
        (lambda d, _ann, bob: ChangeMembers(_group(d), add_guids=(bob,)), 0),
        (lambda d, ann, bob: ChangeMembers(_group(d), add_guids=(bob, ann)), 68),
        (lambda d, _ann, bob: ChangeMembers(_group(d), add_guids=(bob, bob)), 68),
        (lambda d, ann, _bob: ChangeMembers(_group(d), remove_guids=(ann,)), 0),
        (lambda d, ann, bob: ChangeMembers(_group(d), remove_guids=(ann, bob)), 53),
        (lambda d, _ann, _bob: ChangeMembers(_group(d), add_guids=("nobody",)), 32),
        (lambda _d, ann, _bob: ChangeMembers("no group", add_guids=(ann,)), 32),
    ],
)
def test_each_operation_is_carried_out_whole_or_refused(ask: Ask, code: int) -> None:
    directory = new_directory()
    ann, bob = new_account(directory, person("1")), new_account(directory, person("2", "Bob"))
    directory.members[_group(directory)].add(ann)
    before = repr((directory.users, directory.members))

    (answer,) = directory.send([ask(directory, ann, bob)])

    assert answer.code == code
    assert (repr((directory.users, directory.members)) == before) is (code != 0)
    assert len(directory.sent) == (code == 0)


def test_memberships_and_managers_follow_a_rename() -> None:
    directory = new_directory()
    ann, bob = new_account(directory, person("1")), new_account(directory, person("2", "Bob"))
    directory.send([Modify(bob, {"manager": ann}), ChangeMembers(_group(directory), add_guids=(ann,))])

    directory.send([Move(ann, "Ann, Jr", LAB)])

    accounts = directory.accounts([ann, bob], ["manager"])
    assert accounts[bob].attributes["manager"] == ann
    assert accounts[ann].group_guids == {_group(directory)}
    assert (accounts[ann].cn, accounts[ann].dn) == ("Ann, Jr", f"CN=Ann\\2C Jr,{LAB}")


@pytest.mark.parametrize(("answered", "carried_out"), [(0, 0), (0, 2), (1, 1), (1, 3), (3, 3)])
def test_a_connection_breaks_where_it_is_told_to(answered: int, carried_out: int) -> None:
    directory = new_directory()
    directory.break_connection(answered, carried_out)

    answers = directory.send([_add(f"CN=New {n},{WARD}") for n in range(3)])

    assert answers == [Answer(0, "success")] * answered + [Answer(NO_ANSWER, "no answer")] * (3 - answered)
    assert len(directory.users) == carried_out
    with pytest.raises(DirectoryUnavailableError):
        directory.groups()
    directory.reconnect()
    assert len(directory.view(()).accounts) == carried_out


def test_story_is_answered_as_a_domain_controller_answers_it() -> None:
    """The same story is told to a real one in tests/integration/directory."""
    directory = new_directory()
    ann, bob = (directory.new_user(f"CN={name},{WARD}", sAMAccountName=name.lower()) for name in ("Ann", "Bob"))
    seen = told(directory, Stage(WARD, LAB, _group(directory), ann, bob, "ann"))
    assert [(step, code) for step, code, _ in seen] == codes()


def test_protected_account_is_not_deleted() -> None:
    directory = new_directory()
    ann = new_account(directory, person("1"))
    directory.users[ann].protected = True
    snapshot = directory.snapshot(ann)
    assert snapshot is not None
    assert snapshot.protected_from_deletion
    assert directory.send([DeleteUser(ann), DeleteUser(ann, tree=True)]) == [PROTECTED] * 2


def test_account_with_objects_below_it_is_deleted_on_request_only() -> None:
    directory = new_directory()
    ann = new_account(directory, person("1"))
    directory.users[ann].children = ("below",)
    assert [one.code for one in directory.send([DeleteUser(ann), DeleteUser(ann, tree=True)])] == [66, 0]


def test_deleted_objects_are_hidden_from_who_may_not_see_them() -> None:
    directory = new_directory()
    ann = new_account(directory, person("1"))
    directory.send([DeleteUser(ann)])
    directory.sees_deleted = False
    with pytest.raises(DirectoryError, match="the right to list"):
        directory.deleted([ann])
    assert directory.send([RestoreUser(ann, f"CN=Ann,{WARD}")]) == [HIDDEN]


def test_lock_is_seen_and_taken_away() -> None:
    directory = new_directory()
    ann, bob = new_account(directory, person("1")), new_account(directory, person("2", "Bob"))
    for guid in (ann, bob):
        directory.users[guid].attributes["lockoutTime"] = "134401072186938690"
    directory.send([Modify(ann, {"lockoutTime": 0}), SetPassword(bob, "Not-A-Secret-2", unlock=True)])
    for account in directory.accounts([ann, bob], [COMPUTED]).values():
        assert not uac.is_locked_out(int(str(account.attributes[COMPUTED])))
    directory.users[ann].attributes["lockoutTime"] = "134401072186938690"
    (account,) = directory.accounts([ann], [COMPUTED]).values()
    assert uac.is_locked_out(int(str(account.attributes[COMPUTED])))
