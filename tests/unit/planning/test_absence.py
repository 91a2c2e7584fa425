"""Somebody who is in no record is a leaver only after enough complete runs, and never in doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Standing
from lifecycle.planning.prior_state import PriorState
from tests.support.world import (
    LEAVERS,
    OUTSIDE,
    POLICY,
    actions,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
)


@pytest.mark.parametrize(
    ("absences", "absent_runs", "expected"),
    [
        ({}, 2, []),
        ({"1": 1}, 2, ["disable-user", "move-user"]),
        ({"1": 1}, 3, []),
        ({"1": 2}, 3, ["disable-user", "move-user"]),
        ({}, 1, ["disable-user", "move-user"]),
        ({"2": 5}, 2, []),
    ],
)
def test_absence_counts_after_so_many_complete_runs(
    absences: dict[str, int], absent_runs: int, expected: list[str]
) -> None:
    directory = new_directory()
    new_account(directory, person("1"))

    plan = plan_of(people(), directory, replace(POLICY, absent_runs=absent_runs), PriorState(absences=absences))

    assert actions(plan) == expected
    assert {change.cause.value for change in plan.changes} <= {"leaver-absent"}
    assert plan.absent == ("1",)
    assert told(plan) == (set() if expected else {("1", "absent-pending")})


def test_an_absent_persons_changes_name_no_person() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))

    plan = plan_of(people(), directory, prior=PriorState(absences={"1": 1}))

    assert {(change.person, change.account) for change in plan.changes} == {("", guid)}


@pytest.mark.parametrize(("anchor", "account"), [("a1", "A1"), ("A1", "a1")])
def test_who_is_quarantined_is_no_leaver_and_not_absent(anchor: str, account: str) -> None:
    directory = new_directory()
    new_account(directory, person(account))

    plan = plan_of(people(quarantined=[anchor]), directory, prior=PriorState(absences={account: 9}))

    assert (plan.changes, plan.absent, plan.notices) == ((), (), ())


@pytest.mark.parametrize(("anchor", "account"), [("a1", "A1"), ("A1", "a1")])
@pytest.mark.parametrize("standing", Standing)
def test_a_person_in_the_read_is_not_absent_whatever_their_standing(
    anchor: str, account: str, standing: Standing
) -> None:
    directory = new_directory()
    new_account(directory, person(account))

    plan = plan_of(people(person(anchor, standing=standing)), directory, prior=PriorState(absences={account: 9}))

    assert plan.absent == ()
    assert not [change for change in plan.changes if change.cause == "leaver-absent"]


@pytest.mark.parametrize("key", ["", "7"])
def test_a_record_without_a_key_suspends_absence_and_is_not_counted(key: str) -> None:
    """The record, or the person whose anchor cannot be told, may be anybody."""
    directory = new_directory()
    new_account(directory, person("1"))
    notice = Notice(key, Reason.KEY_EMPTY, "employeeID")

    plan = plan_of(people(notices=[notice]), directory, prior=PriorState(absences={"1": 9}))

    assert (plan.changes, plan.absent) == ((), ())
    assert told(plan) == {("1", "absent-pending"), (key, "key-empty")}


def test_an_account_that_bears_no_anchor_is_nobodys_and_left_alone() -> None:
    directory = new_directory()
    new_account(directory, person(""), employeeID=None)

    plan = plan_of(people(), directory, replace(POLICY, absent_runs=1))

    assert (plan.changes, plan.absent) == ((), ())


def test_a_protected_account_is_not_counted_as_absent() -> None:
    directory = new_directory()
    new_account(directory, person("1"), ou=OUTSIDE)

    plan = plan_of(people(), directory, replace(POLICY, absent_runs=1))

    assert (plan.changes, plan.absent) == ((), ())


def test_two_accounts_with_one_anchor_are_a_doubt_and_both_stay() -> None:
    """A second account of an administrator often bears the same employeeID."""
    directory = new_directory()
    new_account(directory, person("A1"))
    new_account(directory, person("a1"), cn="Second", ou=OUTSIDE)

    plan = plan_of(people(), directory, replace(POLICY, absent_runs=1))

    assert (plan.changes, plan.absent) == ((), ("A1",))
    assert plan.notices == (Notice("A1", Reason.MATCH_AMBIGUOUS, "employeeID: 2 accounts"),)


def test_who_was_set_aside_stays_counted_without_a_word() -> None:
    directory = new_directory()
    new_account(directory, person("1"), enabled=False, ou=LEAVERS)

    plan = plan_of(people(), directory)

    assert (plan.changes, plan.notices, plan.absent) == ((), (), ("1",))


def test_a_membership_that_could_not_be_taken_back_is_tried_again_after_the_move() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"), enabled=False, ou=LEAVERS)
    group = next(iter(directory.members))
    directory.members[group].add(guid)

    prior = PriorState(absences={"1": 5}, grants={guid: frozenset({group})})

    assert actions(plan_of(people(), directory, prior=prior)) == ["remove-from-group"]
