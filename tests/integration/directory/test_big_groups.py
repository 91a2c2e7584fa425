"""Groups of thousands, and accounts in hundreds of groups: written in a few operations, read whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from lifecycle.actions.group_members import BATCH
from lifecycle.directory.operation import ChangeMembers
from lifecycle.ports.directory.client import ActiveDirectory
from lifecycle.ports.directory.connection import Session
from lifecycle.ports.directory.search import search
from sandbox.organisation import BASE_DN, GROUPS_OU
from tests.support.bench import Bench
from tests.support.crowd import CONTACTS, CROWD_OU, GROUPS, USERS

pytestmark = pytest.mark.timeout(200)

_RANGE = re.compile(r"(.+);range=([0-9]+)-\*")


@pytest.fixture(scope="module")
def crowd(bench: Bench, _crowd: None) -> Bench:
    """The sandbox with five thousand more objects in it."""
    return bench


@pytest.fixture
def session(bench: Bench) -> Iterator[Session]:
    directory = bench.sandbox.directory
    with bench.connection(directory.user, directory.password).open() as session:
        yield session


def give_in_parts(session: Session, most: int) -> list[list[str]]:
    """Let the controller give at most so many values of a membership at once, as Windows does by itself (MaxValRange).

    Samba has no such limit, but gives a part to who asks for one. Answers what was asked for.
    """
    ask, asked = session.ldap.search, list[list[str]]()

    def limited(base: str, condition: str, scope: str, *, attributes: list[str], **details: Any) -> int:
        parts = []
        for name in attributes:
            found = _RANGE.fullmatch(name)
            first = int(found[2]) if found else 0
            limit = found or name in {"member", "memberOf"}
            parts.append(f"{found[1] if found else name};range={first}-{first + most - 1}" if limit else name)
        asked.append(parts)
        return ask(base, condition, scope, attributes=parts, **details)

    session.ldap.search = limited
    return asked


def test_group_of_thousands_is_read_whole(crowd: Bench, session: Session) -> None:
    (expected,) = crowd.find("(cn=Crowd)", "member", base=GROUPS_OU)
    assert len(expected["member"]) == USERS + CONTACTS
    asked = give_in_parts(session, 1_500)

    (group,) = search(session, BASE_DN, "(&(objectClass=group)(cn=Crowd))", ("member", "cn"))

    assert [parts[0] for parts in asked] == [
        "member;range=0-1499", "member;range=1500-2999", "member;range=3000-4499", "member;range=4500-5999"
    ]  # fmt: skip
    names = {name.rpartition(">;")[2] for name in group.texts("member")}
    assert names == set(expected["member"])
    assert len(group.raw["member"]) == USERS + CONTACTS
    assert group.raw.keys() == {"member", "cn"}


def test_account_in_hundreds_of_groups_is_read_with_all_of_them(crowd: Bench, session: Session) -> None:
    give_in_parts(session, 100)
    directory = ActiveDirectory(session)
    guid = crowd.guid("crowd0")
    (expected,) = crowd.find("(sAMAccountName=crowd0)", "memberOf")
    groups = {group.dn: group.guid for group in directory.groups().values()}

    account = directory.accounts([guid], ())[guid]

    assert len(account.group_guids) == GROUPS + 1
    assert account.group_guids == {groups[name] for name in expected["memberof"]}
    snapshot = crowd.directory.snapshot(guid)
    assert snapshot is not None
    assert set(snapshot.group_guids) == account.group_guids


@pytest.mark.usefixtures("crowd")
def test_account_among_pages_of_others_is_completed(session: Session) -> None:
    asked = give_in_parts(session, 100)
    people = list(search(session, CROWD_OU, "(objectClass=user)", ("memberOf",)))
    assert sorted(len(entry.texts("memberOf")) for entry in people) == [1] * (USERS - 1) + [GROUPS + 1]
    assert asked.count(["memberOf;range=0-99"]) > 1
    assert [one for one in asked if one != ["memberOf;range=0-99"]] == [
        ["memberOf;range=100-199"], ["memberOf;range=200-299"]
    ]  # fmt: skip


def test_two_thousand_people_join_and_leave_a_group_in_four_operations(crowd: Bench) -> None:
    directory, group = crowd.directory, crowd.groups()[0]
    (found,) = [one.dn for one in directory.groups().values() if one.guid == group]
    people = [one.guid for one in directory.view(()).accounts if one.dn.endswith(CROWD_OU)]
    assert len(people) == USERS
    batches = [tuple(people[start : start + BATCH]) for start in range(0, USERS, BATCH)]
    assert len(batches) == 4
    (before,) = crowd.find("(objectClass=group)", "member", base=found)

    answers = directory.send([ChangeMembers(group, add_guids=batch) for batch in batches])

    assert all(one.ok for one in answers), answers
    (entry,) = crowd.find("(objectClass=group)", "member", base=found)
    assert len(entry["member"]) == USERS + len(before.get("member", []))
    assert all(group in one.group_guids for one in directory.accounts(people, ()).values())

    answers = directory.send([ChangeMembers(group, remove_guids=batch) for batch in batches])

    assert all(one.ok for one in answers), answers
    (entry,) = crowd.find("(objectClass=group)", "member", base=found)
    assert entry.get("member", []) == before.get("member", [])


def test_member_who_is_there_already_spoils_nothing_that_was_not_sent_again(crowd: Bench) -> None:
    """Samba refuses the whole; Windows, told to be permissive, takes it. Either way nobody is lost."""
    directory, group = crowd.directory, crowd.groups()[1]
    one, other = crowd.guid("crowd1"), crowd.guid("crowd2")
    assert directory.send([ChangeMembers(group, add_guids=(one,))])[0].ok
    (answer,) = directory.send([ChangeMembers(group, add_guids=(other, one))])
    joined = {guid for guid, who in directory.accounts([one, other], ()).items() if group in who.group_guids}
    assert (answer.code, joined) in [(68, {one}), (0, {one, other})]
