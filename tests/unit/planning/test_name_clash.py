"""What becomes of a name that is taken: by rule, by attribute, by memory, and in a crowd."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.actions.create_user import CreateUser
from lifecycle.directory.account import Account, DirectoryView, Value
from lifecycle.directory.name_rules import name_rule
from lifecycle.language.filters.row import UnreadableFieldError
from lifecycle.language.names.naming import NamingFormat, OnClash
from lifecycle.people.person import Person
from lifecycle.planning.name_space import keys_of
from lifecycle.planning.names import NameBook
from lifecycle.planning.plan import Plan
from lifecycle.planning.policy import Bundle, Memory
from tests.support.world import (
    ACCOUNT_NAME,
    ADDRESS,
    COMMON_NAME,
    FIRST,
    FULL_NAME,
    LAST,
    MOMENT,
    NAMES,
    NOW,
    POLICY,
    WARD,
    actions,
    bundle,
    naming,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
)

EMPTY = DirectoryView("DC=x", (), (), frozenset(), frozenset(), "own")
TWO = {"sAMAccountName": ACCOUNT_NAME, "mail": ADDRESS}
E_NUMBER = naming("e-number", [[{"text": "E"}, {"counter": {"from": 1, "width": 5}}]])
DRAWN = naming("drawn", [[LAST, {"random": 2}]], case="lower", max_length=20)
OTHER_FORM = naming("other-form", [[LAST, {"text": ","}, FIRST]])
BY_NAME = NamingFormat.model_validate(
    {
        "name": "by-name",
        "cases": [{"when": {"field": "u.first", "operator": "is", "value": "bob"}, "use": "other-form"}],
        "default": "account",
    }
)


def a_book(one: Bundle, view: DirectoryView = EMPTY, memory: Memory | None = None) -> NameBook:
    return NameBook(view, replace(POLICY, bundles=(one,)), memory or Memory(), MOMENT)


def allocated(book: NameBook, one: Bundle, persons: Iterable[Person], attribute: str) -> list[Value | None]:
    return [(book.allocate(one, each) or {}).get(attribute) for each in persons]


def an_account(**attributes: Value) -> Account:
    return Account("guid-1", f"CN=Ann Example,{WARD}", 1100, 512, attributes)


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
    book = a_book(one)
    found = [book.allocate(one, person(key)) or {} for key in "123"]
    assert [each.get("sAMAccountName") for each in found] == account_names
    assert [str(each["mail"]).partition("@")[0] if each else None for each in found] == addresses


def test_a_format_without_a_next_name_waits_for_the_others() -> None:
    """The account name is taken, the address is not: it may stay."""
    one = bundle(TWO, "next")
    book = a_book(one, replace(EMPTY, other_names=frozenset({"aexample"})))
    assert book.allocate(one, person("1")) == {
        "sAMAccountName": "annexample",
        "mail": "ann.example@corp.example.test",
    }


def test_an_account_name_and_a_display_name_of_the_same_letters_are_two() -> None:
    one = bundle({"displayName": ACCOUNT_NAME})
    view = replace(EMPTY, other_names=frozenset({"aexample"}))
    book = a_book(one, view)
    assert allocated(book, one, [person("1"), person("2")], "displayName") == ["aexample", "annexample"]


def test_a_display_name_that_an_account_holds_is_taken_when_it_is_asked_for() -> None:
    one = bundle({"displayName": FULL_NAME})
    view = replace(EMPTY, accounts=(an_account(displayName="ANN EXÁMPLE"),))
    assert allocated(a_book(one, view), one, [person("1")], "displayName") == ["Ann Example 2"]
    assert allocated(a_book(NAMES, view), one, [person("1")], "displayName") == ["Ann Example"]


def test_running_numbers_follow_the_keys() -> None:
    one = bundle({"employeeNumber": E_NUMBER})
    book = a_book(one, replace(EMPTY, accounts=(an_account(employeeNumber="e00002"),)))
    persons = [person(key) for key in "1234"]
    assert allocated(book, one, persons, "employeeNumber") == ["E00001", "E00003", "E00004", "E00005"]


def test_random_digits_stay_the_same_whoever_else_is_in_the_plan() -> None:
    one = bundle({"sAMAccountName": DRAWN})
    alone = allocated(a_book(one), one, [person("7")], "sAMAccountName")
    crowd = allocated(a_book(one), one, [person(key) for key in "1267"], "sAMAccountName")
    assert crowd[-1:] == alone
    assert len(set(crowd)) == 4


@pytest.mark.parametrize("first", ["Ann", "Bob"])
def test_a_crowd_of_one_name_does_not_slow_down(first: str) -> None:
    """Everybody would otherwise try all names of those before."""
    one = bundle({"employeeNumber": E_NUMBER, "mail": naming("m", [[LAST, {"counter": {"width": 5}}]], suffix="@x")})
    tried = 0
    book = a_book(one)
    free = book._is_free  # noqa: SLF001 (counted, not changed)

    def counted(*arguments: Any) -> bool:
        nonlocal tried
        tried += 1
        return free(*arguments)

    book._is_free = counted  # type: ignore[method-assign]  # noqa: SLF001
    found = allocated(book, one, [person(str(key), first) for key in range(300)], "employeeNumber")
    assert found[-1] == "E00300"
    assert tried < 3 * 300


def test_a_common_name_begins_anew_in_every_ou() -> None:
    book = a_book(COMMON_NAME)
    other = f"OU=Other,{WARD}"
    persons = [person("1"), person("2"), person("3"), person("4", ou=other), person("5", ou=other), person("6")]
    assert allocated(book, COMMON_NAME, persons, "cn") == [
        "Ann Example", "Ann Example 2", "Ann Example 3", "Ann Example", "Ann Example 2", "Ann Example 4",
    ]  # fmt: skip


def test_an_advanced_format_stands_wherever_a_format_can() -> None:
    one = bundle({"sAMAccountName": BY_NAME}, others=(OTHER_FORM, ACCOUNT_NAME), refresh="on_change")
    book = a_book(one)
    persons = [person("1"), person("2", "Bob"), person("3", "Bob")]
    assert allocated(book, one, persons, "sAMAccountName") == ["aexample", "ExampleBob", "ExampleBob2"]
    assert book.fits(one, person("2", "Bob"), an_account(sAMAccountName="examplebob7"))
    assert not book.fits(one, person("2", "Bob"), an_account(sAMAccountName="aexample"))


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
        Memory(departures={guid: NOW}),
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


WITH_PROXIES = bundle({"sAMAccountName": ACCOUNT_NAME, "mail": ADDRESS, "proxyAddresses": ADDRESS}, refresh="on_change")
HOST = "corp.example.test"


def test_a_new_account_gets_its_primary_address() -> None:
    (change,) = plan_of(people(person("1")), new_directory(), replace(POLICY, bundles=(WITH_PROXIES,))).changes
    assert change.after["proxyAddresses"] == (f"SMTP:ann.example@{HOST}",)
    assert change.after["mail"] == f"ann.example@{HOST}"
    assert Plan.model_validate_json(_plan_with(change).model_dump_json()).changes == (change,)


def _plan_with(change: CreateUser) -> Plan:
    return Plan(automation="a", directory="d", created_at=NOW, changes=(change,))


def test_a_changed_address_stays_as_a_further_one_and_no_other_is_lost() -> None:
    directory = new_directory()
    proxies = (f"SMTP:ann.example@{HOST}", "smtp:annie@old.test", "X500:/o=Corp/cn=ann")
    new_account(directory, person("1"), proxyAddresses=proxies)
    policy = replace(POLICY, bundles=(WITH_PROXIES,))
    married = person("1", "Ann", "Married")

    change = next(one for one in plan_of(people(married), directory, policy).changes if one.action == "modify-user")

    wanted = {f"SMTP:ann.married@{HOST}", f"smtp:ann.example@{HOST}", *proxies[1:]}
    assert change.after["proxyAddresses"] == tuple(sorted(wanted))
    assert change.after["mail"] == f"ann.married@{HOST}"
    assert change.before["proxyAddresses"] == proxies


@pytest.mark.parametrize("prefix", ["SMTP:", "smtp:"])
def test_an_address_burns_the_candidate_for_the_primary_one(prefix: str) -> None:
    view = replace(EMPTY, accounts=(an_account(proxyAddresses=(f"{prefix}Ann.Example@{HOST}", "X500:ann")),))
    assert (a_book(WITH_PROXIES, view).allocate(WITH_PROXIES, person("1")) or {})["proxyAddresses"] == (
        f"SMTP:ann.example2@{HOST}",
    )


@pytest.mark.parametrize(
    ("attributes", "given_names"),
    [
        ({"sAMAccountName": "any", "mail": f"any@{HOST}"}, {"proxyAddresses": (f"SMTP:any@{HOST}",)}),
        ({"sAMAccountName": "any", "mail": f"any@{HOST}", "proxyAddresses": ("X500:a",)},
         {"proxyAddresses": (f"SMTP:any@{HOST}", "X500:a")}),
        ({"sAMAccountName": "any", "proxyAddresses": (f"SMTP:any@{HOST}", "smtp:b@x")}, {"mail": f"any@{HOST}"}),
        ({"mail": f"any@{HOST}", "proxyAddresses": (f"SMTP:any@{HOST}",)}, {"sAMAccountName": "aexample"}),
        ({"sAMAccountName": "any"},
         {"mail": f"ann.example@{HOST}", "proxyAddresses": (f"SMTP:ann.example@{HOST}",)}),
        ({"sAMAccountName": "any", "mail": f"any@{HOST}", "proxyAddresses": (f"SMTP:any@{HOST}",)}, {}),
    ],
)  # fmt: skip
def test_an_adopted_account_is_given_what_it_lacks(attributes: dict[str, Value], given_names: dict[str, Value]) -> None:
    one, own = replace(WITH_PROXIES, refresh="never"), an_account(**attributes)
    book = a_book(one, replace(EMPTY, accounts=(own,)))
    assert book.renamed(one, person("1"), own) == given_names


ONCE = bundle(TWO, never_reuse=True)
BURNT = Memory(names={key: frozenset({"guid-1"}) for key in keys_of("mail", f"ann.example@{HOST}")})


def test_a_name_that_another_account_had_is_not_given_again() -> None:
    assert allocated(a_book(ONCE, memory=BURNT), ONCE, [person("1")], "mail") == [f"ann.example2@{HOST}"]
    assert allocated(a_book(NAMES, memory=BURNT), NAMES, [person("1")], "mail") == [f"ann.example@{HOST}"]


@pytest.mark.parametrize(("guid", "number"), [("guid-1", ""), ("guid-2", "2")])
def test_an_account_may_return_to_a_name_of_its_own(guid: str, number: str) -> None:
    own = replace(an_account(sAMAccountName="x", mail=f"x@{HOST}"), guid=guid)
    book = a_book(ONCE, replace(EMPTY, accounts=(own,)), BURNT)
    assert (book.allocate(ONCE, person("1"), own) or {})["mail"] == f"ann.example{number}@{HOST}"


# Laws.

LETTERS = st.text(st.sampled_from("aAbÁß .@-'/,\u0301é9\u200b"), max_size=8)
ANYONE = st.lists(st.tuples(LETTERS, LETTERS, st.sampled_from([WARD, f"OU=Lab,{WARD}"])), min_size=1, max_size=9)
SHAPES: list[Callable[..., Bundle]] = [
    lambda **how: bundle({"sAMAccountName": ACCOUNT_NAME, "mail": ADDRESS, "userPrincipalName": ADDRESS}, **how),
    lambda **how: bundle({"sAMAccountName": OTHER_FORM, "displayName": FULL_NAME}, **how),
    lambda **how: bundle({"sAMAccountName": naming("raw", [[FIRST, LAST]], max_length=256), "mail": DRAWN_AT}, **how),
    lambda **how: bundle({"sAMAccountName": E_NUMBER}, **how),
    lambda **how: bundle({"mail": naming("raw", [[FIRST], [LAST, FIRST]]), "proxyAddresses": DRAWN_AT}, **how),
]
DRAWN_AT = naming("drawn-at", [[FIRST, {"text": ".."}, {"random": 2}, LAST]], suffix="@x.test", max_length=14)
CLASHES = st.sampled_from(["next_then_counter", "next", "counter", "reject"])


@given(ANYONE, st.sampled_from(SHAPES), CLASHES, st.booleans())
def test_allocated_names_are_valid_and_never_twice(
    everybody: list[tuple[str, str, str]], shape: Callable[..., Bundle], on_clash: OnClash, burnt: bool
) -> None:
    one = shape(on_clash=on_clash, never_reuse=burnt)
    persons = [person(str(key), first, last, ou=ou) for key, (first, last, ou) in enumerate(everybody)]
    book = a_book(one, memory=BURNT)
    taken: set[tuple[str, str]] = set(BURNT.names) if burnt else set()
    for each in persons:
        names = book.allocate(one, each) or {}
        keys = {key for attribute, value in names.items() for key in keys_of(attribute, value)}
        assert not keys & taken
        taken |= keys
        for attribute, value in names.items():
            name = value[0].removeprefix("SMTP:") if isinstance(value, tuple) else str(value)
            assert name_rule(attribute).admits(name)
            assert len(name) <= one.formats[attribute].default.max_length


@given(
    ANYONE, st.sampled_from(SHAPES), CLASHES, st.sampled_from(["never", "on_change"]), st.randoms(use_true_random=False)
)
def test_a_plan_does_not_depend_on_the_order_of_rows_and_its_result_needs_no_other(
    everybody: list[tuple[str, str, str]], shape: Callable[..., Bundle], on_clash: OnClash, refresh: str, order: Any
) -> None:
    policy = replace(POLICY, bundles=(shape(on_clash=on_clash, refresh=refresh), COMMON_NAME), correlate=())
    persons = [person(str(key), first, last) for key, (first, last, _) in enumerate(everybody)]
    given_names = policy.bundles[0].formats.keys()
    mapped = {} if "sAMAccountName" in given_names else {"sAMAccountName": "mapped{}"}
    persons = [
        replace(
            one,
            create={
                name: value.format(one.key)
                for name, value in {**one.create, **mapped}.items()
                if name not in given_names
            },
            update={},
        )
        for one in persons
    ]
    shuffled = order.sample(persons, len(persons))
    directory = new_directory()
    plan = plan_of(people(*persons), directory, policy)
    assert plan_of(people(*shuffled), directory, policy).hash == plan.hash

    for change in plan.changes:
        assert isinstance(change, CreateUser)
        attributes = {name: value for name, value in change.after.items() if name != "distinguishedName"}
        directory.new_user(change.dn, **attributes)
    directory_of = {change.person for change in plan.changes}
    again = plan_of(people(*(one for one in persons if one.key in directory_of)), directory, policy)
    assert actions(again) == []
