"""What a record says is coerced to the directory's schema before anything is planned for the person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.actions.create_user import CreateUser
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Person
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_changes import plan_changes
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.policy import Policy
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import (
    ALL_STAFF,
    ATTRIBUTES,
    LAB,
    NAMES,
    NOW,
    POLICY,
    STAFF,
    PriorState,
    new_account,
    new_directory,
    people,
    person,
)

MORE = (
    *ATTRIBUTES, "countryCode", "accountExpires", "msNPAllowDialin", "otherTelephone", "proxyAddresses", "department",
    "assistant", "secretary", "thumbnailPhoto", "initials",
)  # fmt: skip


def planned(directory: MemoryDirectory, *persons: Person, policy: Policy = POLICY) -> Plan:
    return plan_changes(
        people(*persons), PlanInputs(directory.view(MORE), policy, PriorState(), directory.identity(), NOW)
    )


def saying(one: Person, **said: object) -> Person:
    """The person with more attributes, for new accounts and for those that exist."""
    return replace(one, create={**one.create, **said}, update={**one.update, **said})


UNFIT = [
    ({"department": "d" * 65}, Notice("1", Reason.VALUE_TOO_LONG, "department: at most 64 characters")),
    ({"countryCode": "forty"}, Notice("1", Reason.VALUE_UNFIT, "countryCode: must be a whole number in digits")),
    ({"department": ("a", "b")}, Notice("1", Reason.VALUE_UNFIT, "department: one value at most; there are 2")),
    ({"assistant": f"CN=Nobody,{STAFF}"}, Notice(
        "1", Reason.VALUE_UNFIT,
        "assistant: must be the GUID or the distinguished name of an account or group of this domain")),
    ({"assistant": "nobody"}, Notice(
        "1", Reason.VALUE_UNFIT,
        "assistant: must be the GUID or the distinguished name of an account or group of this domain")),
]  # fmt: skip


@pytest.mark.parametrize(("said", "notice"), UNFIT)
def test_nothing_is_planned_for_a_new_person_with_a_value_that_does_not_fit(
    said: dict[str, object], notice: Notice
) -> None:
    bad = saying(person("1", manager="2", groups={ALL_STAFF: "groups.0"}), **said)

    plan = planned(new_directory(), bad, person("2", "Bob", manager="1"))

    assert [(change.action, change.person) for change in plan.changes] == [("create-user", "2")]
    assert plan.notices == (notice, Notice("2", Reason.REFERENCE_UNRESOLVED, "manager"))


@pytest.mark.parametrize(("said", "notice"), UNFIT)
def test_nothing_is_planned_for_an_account_whose_person_has_a_value_that_does_not_fit(
    said: dict[str, object], notice: Notice
) -> None:
    directory = new_directory()
    new_account(directory, person("1"), ou=LAB, enabled=False)
    bad = saying(person("1", title="Head", manager="2", groups={ALL_STAFF: "groups.0"}), **said)

    plan = planned(directory, bad)

    assert (plan.changes, plan.notices, plan.absent) == ((), (notice,), ())


def test_a_name_that_a_format_made_must_fit_too() -> None:
    formats = {**NAMES.formats, "initials": NAMES.formats["mail"]}
    policy = replace(POLICY, bundles=(replace(NAMES, formats=formats), *POLICY.bundles[1:]))

    plan = planned(new_directory(), person("1"), policy=policy)

    assert plan.changes == ()
    assert plan.notices == (Notice("1", Reason.VALUE_TOO_LONG, "initials: at most 6 characters"),)


def test_a_display_name_too_long_for_a_common_name_makes_no_account() -> None:
    long = saying(person("1"), displayName="d" * 65)

    plan = planned(new_directory(), long, policy=replace(POLICY, bundles=(NAMES,)))

    assert plan.changes == ()
    assert plan.notices == (Notice("1", Reason.VALUE_TOO_LONG, "cn: at most 64 characters"),)


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"countryCode": "42"}, {"countryCode": "0042"}),
        ({"msNPAllowDialin": "TRUE"}, {"msNPAllowDialin": "true"}),
        ({"otherTelephone": ("2", "1")}, {"otherTelephone": ("1", "2", "1")}),
        ({"accountExpires": "9223372036854775807"}, {"accountExpires": "0"}),
        ({"accountExpires": "135745632000000000"}, {"accountExpires": "2031-03-01T00:00:00+00:00"}),
        ({"thumbnailPhoto": "YWJjZA=="}, {"thumbnailPhoto": "YWJj ZA=="}),
    ],
)
def test_a_value_that_is_the_same_to_the_directory_is_no_change(
    held: dict[str, object], said: dict[str, object]
) -> None:
    directory = new_directory()
    new_account(directory, person("1"), **held)

    assert planned(directory, saying(person("1"), **said)).changes == ()


def test_a_value_is_planned_as_the_directory_spells_it() -> None:
    said = {"countryCode": "0042", "msNPAllowDialin": "yes", "otherTelephone": ("2", "1")}

    (change,) = planned(new_directory(), saying(person("1"), **said)).changes

    assert isinstance(change, CreateUser)
    assert {name: change.after[name] for name in said} == {
        "countryCode": "42", "msNPAllowDialin": "TRUE", "otherTelephone": ("1", "2"),
    }  # fmt: skip


@pytest.mark.parametrize("spell", [str.upper, str])
def test_a_reference_by_guid_or_name_is_written_by_guid(spell: type) -> None:
    directory = new_directory()
    guid = new_account(directory, person("2", "Bob"))
    dn = directory.users[guid].dn
    group = next(iter(directory.group_objects.values()))
    bob = person("2", "Bob")

    for text, wanted in ((guid, guid), (dn, guid), (group.dn, group.guid)):
        plan = planned(directory, saying(person("1"), assistant=spell(text), secretary=(spell(text), text)), bob)
        assert plan.changes[0].after["assistant"] == wanted
        assert plan.changes[0].after["secretary"] == (wanted,)


def test_values_that_come_in_addition_are_planned_with_those_that_are_there() -> None:
    directory = new_directory()
    new_account(directory, person("1"), proxyAddresses=("smtp:old@x", "SMTP:ann@x"))
    policy = replace(POLICY, additive=frozenset({"proxyAddresses"}))

    (change,) = planned(
        directory, saying(person("1"), proxyAddresses=("smtp:OLD@x", "smtp:new@x")), policy=policy
    ).changes

    assert change.after == {"proxyAddresses": ("SMTP:ann@x", "smtp:new@x", "smtp:old@x")}


@pytest.mark.parametrize(
    ("held", "after"),
    [({"accountExpires": "135745632000000000"}, {"accountExpires": "0"}), ({"accountExpires": "0"}, None), ({}, None)],
)
def test_an_end_that_is_cleared_becomes_never_once(held: dict[str, str], after: dict[str, str] | None) -> None:
    directory = new_directory()
    new_account(directory, person("1"), **held)

    plan = planned(directory, person("1", clear=frozenset({"accountExpires"})))

    assert [dict(change.after) for change in plan.changes] == ([after] if after else [])
