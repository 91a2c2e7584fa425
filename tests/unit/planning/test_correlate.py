"""Which account belongs to which person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.notice import Reason
from lifecycle.people.person import Person, Standing
from lifecycle.planning.correlate import Correlated, correlate
from lifecycle.planning.managed_accounts import Guard
from lifecycle.planning.policy import Policy
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import ATTRIBUTES, OUTSIDE, POLICY, gone, new_account, new_directory, person

MAIL = "ann.example@corp.example.test"
BY_MAIL = (("mail", MAIL),)
BY_BOTH = (("mail", MAIL), ("userPrincipalName", MAIL))


def _correlated(
    directory: MemoryDirectory, *persons: Person, policy: Policy = POLICY, quarantined: frozenset[str] = frozenset()
) -> Correlated:
    view = directory.view(ATTRIBUTES)
    guard = Guard(policy.managed_ous, view.privileged_guids, view.own_guid, policy.excluded)
    return correlate(persons, view.accounts, policy, guard, quarantined)


def _guids(found: Correlated) -> dict[str, str]:
    return {key: account.guid for key, account in found.accounts.items()}


def _reasons(found: Correlated) -> dict[str, Reason]:
    return {notice.key: notice.reason for notice in found.notices}


def test_the_anchor_is_asked_before_the_rules() -> None:
    directory = new_directory()
    anchored = new_account(directory, person("1"), mail="another@corp.example.test", userPrincipalName=None)
    new_account(directory, person("", "Ann", "Example"), employeeID=None, cn="By Mail", sAMAccountName="x")

    found = _correlated(directory, person("1", correlate=BY_MAIL))

    assert _guids(found) == {"1": anchored}
    assert found.adopted == frozenset()


def test_the_anchor_is_compared_without_regard_to_case() -> None:
    directory = new_directory()
    guid = new_account(directory, person("AB1"))

    assert _guids(_correlated(directory, person("ab1"))) == {"ab1": guid}


def test_the_rules_are_asked_in_their_order() -> None:
    directory = new_directory()
    by_mail = new_account(directory, person(""), employeeID=None, userPrincipalName="m@corp.example.test")
    new_account(directory, person(""), employeeID=None, mail=None, cn="Other", sAMAccountName="other")

    found = _correlated(directory, person("1", correlate=BY_BOTH))

    assert _guids(found) == {"1": by_mail}
    assert found.adopted == {"1"}


def test_a_later_rule_is_asked_when_the_earlier_finds_nobody() -> None:
    directory = new_directory()
    guid = new_account(directory, person(""), employeeID=None, mail=None)

    assert _guids(_correlated(directory, person("1", correlate=BY_BOTH))) == {"1": guid}


def test_each_value_of_an_attribute_with_several_is_found() -> None:
    directory = new_directory()
    proxies = ("SMTP:main@corp.example.test", "smtp:Old@corp.example.test")
    guid = new_account(directory, person(""), employeeID=None, proxyAddresses=proxies)
    policy = replace(POLICY, correlate=("proxyAddresses",))

    found = _correlated(
        directory, person("1", correlate=(("proxyAddresses", "smtp:old@corp.example.test"),)), policy=policy
    )

    assert _guids(found) == {"1": guid}


def test_two_accounts_with_one_anchor_quarantine_the_person() -> None:
    directory = new_directory()
    new_account(directory, person("1"))
    new_account(directory, person("1"), cn="Second")

    found = _correlated(directory, person("1"))

    assert _reasons(found) == {"1": Reason.MATCH_AMBIGUOUS}
    assert (found.accounts, found.untouchable) == ({}, {"1"})


def test_two_accounts_found_by_one_rule_quarantine_the_person() -> None:
    directory = new_directory()
    new_account(directory, person(""), employeeID=None)
    new_account(directory, person(""), employeeID=None, cn="Second")

    assert _reasons(_correlated(directory, person("1", correlate=BY_MAIL))) == {"1": Reason.MATCH_AMBIGUOUS}


def test_two_people_on_one_account_are_both_quarantined() -> None:
    directory = new_directory()
    new_account(directory, person(""), employeeID=None)

    found = _correlated(directory, person("1", correlate=BY_MAIL), person("2", correlate=BY_MAIL))

    assert _reasons(found) == {"1": Reason.MATCH_SHARED, "2": Reason.MATCH_SHARED}
    assert (found.accounts, found.references, found.adopted) == ({}, {}, frozenset())


@pytest.mark.parametrize("has_account", [True, False])
def test_two_people_with_one_anchor_are_both_quarantined(has_account: bool) -> None:
    directory = new_directory()
    if has_account:
        new_account(directory, person("a7"))

    found = _correlated(directory, person("1", anchor="a7"), person("2", anchor="A7"), person("3"))

    assert _reasons(found) == {"1": Reason.MATCH_SHARED, "2": Reason.MATCH_SHARED}
    assert found.untouchable == {"1", "2"}


def test_a_person_with_the_anchor_of_somebody_quarantined_is_quarantined_too() -> None:
    directory = new_directory()
    new_account(directory, person("7"))

    found = _correlated(directory, person("1", anchor="7"), quarantined=frozenset({"7"}))

    assert _reasons(found) == {"1": Reason.MATCH_SHARED}


def test_a_leaver_is_matched_by_the_anchor_alone() -> None:
    directory = new_directory()
    new_account(directory, person(""), employeeID=None)
    anchored = new_account(directory, person("2"), cn="Two")

    found = _correlated(directory, replace(gone("1"), correlate=BY_MAIL), gone("2"))

    assert _guids(found) == {"2": anchored}
    assert found.notices == ()


@pytest.mark.parametrize("others", [(), (gone("9"),)])
def test_an_account_anchored_to_somebody_who_left_is_a_conflict_and_no_reference(others: tuple[Person, ...]) -> None:
    """It may be the person's own, under an earlier record."""
    directory = new_directory()
    new_account(directory, person("9"))

    found = _correlated(directory, person("1", correlate=BY_MAIL), *others)

    assert _reasons(found) == {"1": Reason.MATCH_CONFLICT}
    assert "1" not in found.references


@pytest.mark.parametrize(
    ("others", "quarantined"),
    [((person("A9"),), ()), ((person("a9", standing=Standing.NOT_STARTED),), ()), ((), ("a9",))],
)
def test_a_rule_passes_over_the_accounts_of_others_who_are_here(
    others: tuple[Person, ...], quarantined: tuple[str, ...]
) -> None:
    """Two people of one name may share an address between HaloITSM and the directory."""
    directory = new_directory()
    new_account(directory, person("A9"))
    own = new_account(directory, person(""), employeeID=None, mail=None, cn="Own", sAMAccountName="own")

    found = _correlated(directory, person("1", correlate=BY_BOTH), *others, quarantined=frozenset(quarantined))

    assert _guids(found)["1"] == own
    assert found.notices == ()


@pytest.mark.parametrize(
    ("standing", "reason"),
    [(Standing.EMPLOYED, Reason.MATCH_PROTECTED), (Standing.INACTIVE, Reason.LEAVER_PROTECTED)],
)
def test_a_protected_account_is_never_matched_but_may_be_referred_to(standing: Standing, reason: Reason) -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"), ou=OUTSIDE)

    found = _correlated(directory, person("1", standing=standing))

    assert _reasons(found) == {"1": reason}
    assert (found.accounts, found.untouchable) == ({}, {"1"})
    assert found.references["1"].guid == guid


def test_a_protected_account_found_by_a_rule_ends_the_search() -> None:
    directory = new_directory()
    new_account(directory, person(""), employeeID=None, ou=OUTSIDE, userPrincipalName="x@corp.example.test")
    new_account(directory, person(""), employeeID=None, mail=None)

    assert _reasons(_correlated(directory, person("1", correlate=BY_BOTH))) == {"1": Reason.MATCH_PROTECTED}


@pytest.mark.parametrize(
    ("on_exists", "reasons", "accounts"),
    [("update", {}, 1), ("skip", {"1": Reason.EXISTS_ALREADY}, 0), ("fail", {"1": Reason.EXISTS_REFUSED}, 0)],
)
def test_on_exists_decides_on_an_account_without_an_anchor(
    on_exists: str, reasons: dict[str, Reason], accounts: int
) -> None:
    directory = new_directory()
    new_account(directory, person(""), employeeID=None)
    new_account(directory, person("2", "Bob"))

    found = _correlated(
        directory, person("1", correlate=BY_MAIL), person("2", "Bob"), policy=replace(POLICY, on_exists=on_exists)
    )

    assert _reasons(found) == reasons
    assert len(found.accounts) == accounts + 1, "an anchored account is updated whatever on_exists says"
