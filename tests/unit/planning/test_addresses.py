"""Addresses of accounts: the primary one, further ones, and names that somebody else had."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.actions.create_user import CreateUser
from lifecycle.directory.account import Value
from lifecycle.planning.plan import Plan
from tests.support.name_allocators import BURNT, EMPTY, HOST, TWO, allocated, an_account, an_allocator
from tests.support.world import (
    ACCOUNT_NAME,
    ADDRESS,
    NAMES,
    NOW,
    POLICY,
    bundle,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
)

WITH_PROXIES = bundle({"sAMAccountName": ACCOUNT_NAME, "mail": ADDRESS, "proxyAddresses": ADDRESS}, refresh="on_change")


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
    assert (an_allocator(WITH_PROXIES, view).allocate(WITH_PROXIES, person("1")) or {})["proxyAddresses"] == (
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
    allocator = an_allocator(one, replace(EMPTY, accounts=(own,)))
    assert allocator.renamed(one, person("1"), own) == given_names


ONCE = bundle(TWO, never_reuse=True)


def test_a_name_that_another_account_had_is_not_given_again() -> None:
    assert allocated(an_allocator(ONCE, prior=BURNT), ONCE, [person("1")], "mail") == [f"ann.example2@{HOST}"]
    assert allocated(an_allocator(NAMES, prior=BURNT), NAMES, [person("1")], "mail") == [f"ann.example@{HOST}"]


@pytest.mark.parametrize(("guid", "number"), [("guid-1", ""), ("guid-2", "2")])
def test_an_account_may_return_to_a_name_of_its_own(guid: str, number: str) -> None:
    own = replace(an_account(sAMAccountName="x", mail=f"x@{HOST}"), guid=guid)
    allocator = an_allocator(ONCE, replace(EMPTY, accounts=(own,)), BURNT)
    assert (allocator.allocate(ONCE, person("1"), own) or {})["mail"] == f"ann.example{number}@{HOST}"
