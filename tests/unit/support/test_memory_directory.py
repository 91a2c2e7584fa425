"""The directory in memory answers as a Samba domain controller was seen to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.directory.operation import AddUser, ChangeMembers, Modify, Move, Operation
from lifecycle.errors import DirectoryUnavailableError
from tests.support.memory_directory import MemoryDirectory
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
