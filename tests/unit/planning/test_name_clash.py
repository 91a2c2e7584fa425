"""What becomes of a name that is taken: by rule, by attribute, and in a crowd."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lifecycle.language.filters.row import UnreadableFieldError
from lifecycle.language.names.naming import NamingFormat, OnClash
from lifecycle.planning.prior_state import PriorState
from tests.support.name_allocators import DRAWN, E_NUMBER, EMPTY, OTHER_FORM, TWO, allocated, an_account, an_allocator
from tests.support.world import (
    ACCOUNT_NAME,
    COMMON_NAME,
    FULL_NAME,
    LAST,
    NAMES,
    NOW,
    POLICY,
    WARD,
    bundle,
    naming,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
)

BY_NAME = NamingFormat.model_validate(
    {
        "name": "by-name",
        "cases": [{"when": {"field": "u.first", "operator": "is", "value": "bob"}, "use": "other-form"}],
        "default": "account",
    }
)


@pytest.mark.parametrize(
    ("on_clash", "account_names", "addresses"),
    [
        ("next_then_counter", ["aexample", "annexample", "annexample2"],
         ["ann.example", "ann.example2", "ann.example3"]),
        ("next", ["aexample", None, None], ["ann.example", None, None]),
        ("counter", ["aexample", "aexample2", "aexample3"], ["ann.example", "ann.example2", "ann.example3"]),
        ("reject", ["aexample", None, None], ["ann.example", None, None]),
    ],
)  # fmt: skip
def test_a_bundle_goes_on_together(
    on_clash: OnClash, account_names: list[str | None], addresses: list[str | None]
) -> None:
    one = bundle(TWO, on_clash)
    allocator = an_allocator(one)
    found = [allocator.allocate(one, person(key)) or {} for key in "123"]
    assert [each.get("sAMAccountName") for each in found] == account_names
    assert [str(each["mail"]).partition("@")[0] if each else None for each in found] == addresses


def test_a_format_without_a_next_name_waits_for_the_others() -> None:
    """The account name is taken, the address is not: it may stay."""
    one = bundle(TWO, "next")
    allocator = an_allocator(one, replace(EMPTY, other_names=frozenset({"aexample"})))
    assert allocator.allocate(one, person("1")) == {
        "sAMAccountName": "annexample",
        "mail": "ann.example@corp.example.test",
    }


def test_an_account_name_and_a_display_name_of_the_same_letters_are_two() -> None:
    one = bundle({"displayName": ACCOUNT_NAME})
    view = replace(EMPTY, other_names=frozenset({"aexample"}))
    allocator = an_allocator(one, view)
    assert allocated(allocator, one, [person("1"), person("2")], "displayName") == ["aexample", "annexample"]


def test_a_display_name_that_an_account_holds_is_taken_when_it_is_asked_for() -> None:
    one = bundle({"displayName": FULL_NAME})
    view = replace(EMPTY, accounts=(an_account(displayName="ANN EXÁMPLE"),))
    assert allocated(an_allocator(one, view), one, [person("1")], "displayName") == ["Ann Example 2"]
    assert allocated(an_allocator(NAMES, view), one, [person("1")], "displayName") == ["Ann Example"]


def test_running_numbers_follow_the_keys() -> None:
    one = bundle({"employeeNumber": E_NUMBER})
    allocator = an_allocator(one, replace(EMPTY, accounts=(an_account(employeeNumber="e00002"),)))
    persons = [person(key) for key in "1234"]
    assert allocated(allocator, one, persons, "employeeNumber") == ["E00001", "E00003", "E00004", "E00005"]


def test_random_digits_stay_the_same_whoever_else_is_in_the_plan() -> None:
    one = bundle({"sAMAccountName": DRAWN})
    alone = allocated(an_allocator(one), one, [person("7")], "sAMAccountName")
    crowd = allocated(an_allocator(one), one, [person(key) for key in "1267"], "sAMAccountName")
    assert crowd[-1:] == alone
    assert len(set(crowd)) == 4


@pytest.mark.parametrize("first", ["Ann", "Bob"])
def test_a_crowd_of_one_name_does_not_slow_down(first: str) -> None:
    """Everybody would otherwise try all names of those before."""
    one = bundle({"employeeNumber": E_NUMBER, "mail": naming("m", [[LAST, {"counter": {"width": 5}}]], suffix="@x")})
    tried = 0
    allocator = an_allocator(one)
    free = allocator._is_free  # noqa: SLF001 (counted, not changed)

    def counted(*arguments: Any) -> bool:
        nonlocal tried
        tried += 1
        return free(*arguments)

    allocator._is_free = counted  # type: ignore[method-assign]  # noqa: SLF001
    found = allocated(allocator, one, [person(str(key), first) for key in range(300)], "employeeNumber")
    assert found[-1] == "E00300"
    assert tried < 3 * 300


def test_a_common_name_begins_anew_in_every_ou() -> None:
    allocator = an_allocator(COMMON_NAME)
    other = f"OU=Other,{WARD}"
    persons = [person("1"), person("2"), person("3"), person("4", ou=other), person("5", ou=other), person("6")]
    assert allocated(allocator, COMMON_NAME, persons, "cn") == [
        "Ann Example", "Ann Example 2", "Ann Example 3", "Ann Example", "Ann Example 2", "Ann Example 4",
    ]  # fmt: skip


def test_an_advanced_format_stands_wherever_a_format_can() -> None:
    one = bundle({"sAMAccountName": BY_NAME}, others=(OTHER_FORM, ACCOUNT_NAME), refresh="on_change")
    allocator = an_allocator(one)
    persons = [person("1"), person("2", "Bob"), person("3", "Bob")]
    assert allocated(allocator, one, persons, "sAMAccountName") == ["aexample", "ExampleBob", "ExampleBob2"]
    assert allocator.fits(one, person("2", "Bob"), an_account(sAMAccountName="examplebob7"))
    assert not allocator.fits(one, person("2", "Bob"), an_account(sAMAccountName="aexample"))


def test_a_field_that_a_macro_cannot_read_is_reported_and_nothing_is_planned() -> None:
    unreadable = bundle(
        {"sAMAccountName": naming("date", [[{"macro": "%fx.filetime(#%src.u.first%#)%"}]], max_length=20)},
        refresh="on_change",
    )
    directory = new_directory()
    guid = new_account(directory, person("2", "Bob"), enabled=False)

    plan = plan_of(
        people(person("1"), person("2", "Bob", title="Head")),
        directory,
        replace(POLICY, bundles=(unreadable,)),
        PriorState(departures={guid: NOW}),
    )

    assert plan.changes == ()
    assert told(plan) == {("1", "field-unreadable"), ("2", "field-unreadable")}
    assert {notice.about for notice in plan.notices} == {"sAMAccountName"}


def test_a_field_that_a_condition_cannot_read_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> bool:
        raise UnreadableFieldError("u.first")

    monkeypatch.setattr("lifecycle.language.names.compiled.holds", refuse)
    one = bundle({"sAMAccountName": BY_NAME}, others=(OTHER_FORM, ACCOUNT_NAME))

    plan = plan_of(people(person("1")), new_directory(), replace(POLICY, bundles=(one,)))

    assert (plan.changes, told(plan)) == ((), {("1", "field-unreadable")})
