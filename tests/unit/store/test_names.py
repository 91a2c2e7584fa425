"""Names that accounts have or had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from lifecycle.store import Store
from lifecycle.store.tables import names

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
ANN, MAIL = ("sAMAccountName", "ann"), ("address", "ann@x.test")


def test_load_says_who_has_or_had_each_name(store: Store) -> None:
    with store.begin() as unit:
        assert unit.names.load("domain-1") == {}
        unit.names.add("domain-1", "guid-1", iter([ANN, MAIL, ANN]), NOW)
        unit.names.add("domain-1", "guid-2", [MAIL, ("displayName", "ann")], NOW)
        unit.names.add("domain-2", "guid-3", [ANN], NOW)
        unit.names.add("domain-2", "guid-3", [], NOW)
    with store.begin() as unit:
        assert unit.names.load("domain-1") == {
            ANN: frozenset({"guid-1"}),
            MAIL: frozenset({"guid-1", "guid-2"}),
            ("displayName", "ann"): frozenset({"guid-2"}),
        }


def test_add_again_keeps_the_first_date(store: Store) -> None:
    with store.begin() as unit:
        unit.names.add("domain-1", "guid-1", [ANN], NOW)
        unit.names.add("domain-1", "guid-1", [ANN, MAIL], NOW + timedelta(days=1))
        rows = unit.names.connection.execute(select(names.c.name, names.c.given_at))
        dates = {row.name: row.given_at for row in rows}
    assert dates == {"ann": NOW, "ann@x.test": NOW + timedelta(days=1)}
