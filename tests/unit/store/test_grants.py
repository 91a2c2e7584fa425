"""Grants."""

from __future__ import annotations

from datetime import UTC, datetime

from lifecycle.store import Store

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)


def test_load_gives_the_groups_of_each_account(store: Store) -> None:
    with store.begin() as unit:
        assert unit.grants.load("domain-1") == {}
        unit.grants.add("domain-1", [("ann", "sales"), ("ann", "all"), ("bob", "all")], "department", NOW)
        unit.grants.add("domain-2", [("ann", "other")], "department", NOW)
        unit.grants.add("domain-1", [("ann", "phones"), ("cid", "phones")], "of another automation", NOW)
    with store.begin() as unit:
        assert unit.grants.load("domain-1", {"of another automation", "never"}) == {
            "ann": frozenset({"sales", "all"}),
            "bob": frozenset({"all"}),
        }
        assert unit.grants.load("domain-1")["cid"] == {"phones"}


def test_add_and_remove_can_be_repeated(store: Store) -> None:
    with store.begin() as unit:
        for _ in range(2):
            unit.grants.add("domain-1", iter([("ann", "all"), ("ann", "all"), ("bob", "all")]), "everybody", NOW)
        assert unit.grants.load("domain-1") == {"ann": frozenset({"all"}), "bob": frozenset({"all"})}
        for _ in range(2):
            unit.grants.remove("domain-1", iter([("bob", "all"), ("bob", "never")]))
        assert unit.grants.load("domain-1") == {"ann": frozenset({"all"})}


def test_add_and_remove_take_nothing(store: Store) -> None:
    with store.begin() as unit:
        unit.grants.add("domain-1", [], "everybody", NOW)
        unit.grants.remove("domain-1", [])
        assert unit.grants.load("domain-1") == {}


def test_remove_leaves_other_directories_alone(store: Store) -> None:
    with store.begin() as unit:
        unit.grants.add("domain-1", [("ann", "all")], "everybody", NOW)
        unit.grants.remove("domain-2", [("ann", "all")])
        assert unit.grants.load("domain-1") == {"ann": frozenset({"all"})}


def test_what_is_given_by_hand_is_not_noted(store: Store) -> None:
    with store.begin() as unit:
        unit.grants.add("domain-1", [("ann", "all")], "", NOW)
        assert unit.grants.load("domain-1") == {}


def test_of_account_tells_the_rules_and_drop_forgets_them(store: Store) -> None:
    with store.begin() as unit:
        unit.grants.add("domain-1", [("ann", "all"), ("bob", "all")], "everybody", NOW)
        unit.grants.add("domain-1", [("ann", "phones")], "of another automation", NOW)
        unit.grants.add("domain-2", [("ann", "other")], "everybody", NOW)
        assert unit.grants.of_account("domain-1", "ann") == {"all": "everybody", "phones": "of another automation"}
        unit.grants.drop("domain-1", "ann")
        assert unit.grants.of_account("domain-1", "ann") == {}
        assert unit.grants.load("domain-1") == {"bob": frozenset({"all"})}
        assert unit.grants.load("domain-2") == {"ann": frozenset({"other"})}
