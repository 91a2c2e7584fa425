"""Laws of names, whoever is in a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.actions.create_user import CreateUser
from lifecycle.directory.name_rules import name_rule
from lifecycle.language.names.naming import OnClash
from lifecycle.planning.names import Bundle, keys_of
from tests.support.name_allocators import BURNT, E_NUMBER, OTHER_FORM, an_allocator
from tests.support.world import (
    ACCOUNT_NAME,
    ADDRESS,
    COMMON_NAME,
    FIRST,
    FULL_NAME,
    LAST,
    POLICY,
    WARD,
    actions,
    bundle,
    naming,
    new_directory,
    people,
    person,
    plan_of,
)

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
    allocator = an_allocator(one, prior=BURNT)
    taken: set[tuple[str, str]] = set(BURNT.names) if burnt else set()
    for each in persons:
        names = allocator.allocate(one, each) or {}
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
