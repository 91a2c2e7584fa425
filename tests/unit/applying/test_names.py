"""What accounts are and were called is remembered with the change that says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lifecycle.planning.names import folded
from tests.support.world import ACCOUNT_NAME, ADDRESS, COMMON_NAME, POLICY, World, bundle, naming, new_account, person

MAIL = "ann.example@corp.example.test"
KEEPING = replace(
    POLICY,
    bundles=(
        bundle({"sAMAccountName": ACCOUNT_NAME, "mail": ADDRESS}, never_reuse=True, refresh="on_change"),
        bundle({"employeeNumber": naming("number", [[{"counter": {"width": 4}}]])}, never_reuse=True),
        COMMON_NAME,
    ),
)


def _names(world: World) -> dict[str, int]:
    """Name → how many accounts have or had it."""
    with world.store.begin() as unit:
        return {name: len(guids) for (_, name), guids in unit.names.load(world.directory.identity()).items()}


@pytest.fixture
def keeping(world: World) -> World:
    world.policy = KEEPING
    return world


def test_names_of_a_deleted_account_are_not_given_again(keeping: World) -> None:
    keeping.run(person("1"))
    (gone,) = keeping.directory.by_anchor("1")
    del keeping.directory.users[gone.guid]
    keeping.run(person("2"))

    (user,) = keeping.directory.by_anchor("2")
    assert user.attributes["sAMAccountName"] == "annexample"
    assert user.attributes["mail"] == "ann.example2@corp.example.test"
    assert user.attributes["employeeNumber"] == "0002"


def test_without_never_reuse_they_are(world: World) -> None:
    world.run(person("1"))
    world.directory.users.clear()
    world.run(person("2"))

    (user,) = world.directory.by_anchor("2")
    assert user.attributes["mail"] == MAIL


def test_names_of_earlier_days_count_once_it_is_asked_for(world: World) -> None:
    world.run(person("1"))
    world.directory.users.clear()
    world.policy = KEEPING
    world.run(person("2"))

    (user,) = world.directory.by_anchor("2")
    assert user.attributes["mail"] == "ann.example2@corp.example.test"


def test_a_former_name_is_free_for_its_own_account_alone(keeping: World) -> None:
    keeping.run(person("1"))
    keeping.run(person("1", "Ann", "Married"))
    keeping.run(person("1", "Ann", "Married"), person("2"))
    (other,) = keeping.directory.by_anchor("2")
    assert other.attributes["mail"] == "ann.example2@corp.example.test"

    keeping.run(person("1"), person("2"))
    (own,) = keeping.directory.by_anchor("1")
    assert own.attributes["mail"] == MAIL
    assert _names(keeping)[folded(MAIL)] == 1


def test_a_name_that_a_run_takes_from_an_account_is_not_given_to_another(keeping: World) -> None:
    """Somebody else gave it, but mail to it is still meant for the account."""
    new_account(keeping.directory, person("1"), userPrincipalName=None)
    keeping.run(person("1", "Ann", "Married"))
    keeping.run(person("1", "Ann", "Married"), person("2"))

    (other,) = keeping.directory.by_anchor("2")
    assert other.attributes["mail"] == "ann.example2@corp.example.test"


def test_a_killed_run_s_names_are_remembered_when_its_journal_is_settled(
    keeping: World, die: Callable[..., None], killed: type[BaseException]
) -> None:
    plan = keeping.plan(person("1"))
    keeping.directory.after_send = die
    with pytest.raises(killed):
        keeping.apply(plan)
    keeping.directory.after_send = lambda: None
    assert _names(keeping) == {}

    assert keeping.recover() == 1
    assert _names(keeping) == {"aexample": 1, MAIL: 1, "0001": 1}


def test_what_was_not_carried_out_is_not_remembered(keeping: World) -> None:
    plan = keeping.plan(person("1"))
    keeping.directory.new_user("CN=Other,DC=corp", sAMAccountName="aexample")
    keeping.apply(plan)
    assert _names(keeping) == {}
