"""People whose row leaves something open: without an anchor, unreadable for a filter, not at work here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from lifecycle.config.configuration import Configuration
from lifecycle.notice import Notice, Reason
from lifecycle.people.mapping import Mapper
from lifecycle.people.person import People, Person, Standing
from tests.support.mapped_rows import HAS_DEPT, NOW, STAFF, MapRows, attributes

ANCHORED = {"attributes": {"employeeID": "%src.u.first%", "sAMAccountName": "%src.u.last%"}}
LEAVERS = ANCHORED | {
    "person": {"starts": "u.start", "ends": "u.end"},
    "active": {"field": "u.inactive", "operator": "is_not", "value": "true"},
    "scope": {"field": "u.dept", "operator": "is_not", "value": "External"},
}


@pytest.mark.parametrize(
    ("row", "notices", "nameless"),
    [
        ({}, (), True),
        ({"start": "2099-01-01T00:00:00+00:00"}, (), True),
        ({"inactive": "true"}, (), False),
        ({"end": "2001-01-01T00:00:00+00:00"}, (), False),
        ({"dept": "External"}, (), False),
        ({"inactive": "true"}, (Notice("1", Reason.RULE_UNIQUE, "u.mail"),), True),
    ],
)
def test_person_without_an_anchor_makes_absence_prove_nothing(
    row: dict[str, str], notices: tuple[Notice, ...], nameless: bool, map_rows: MapRows
) -> None:
    """They may be behind any account; who has left anyway is behind one that may go."""
    people = map_rows({"id": "1", **row}, source=LEAVERS, notices=notices)
    assert people.persons == ()
    assert people.quarantined == frozenset()
    assert (Notice("1", Reason.KEY_EMPTY, "employeeID") in people.notices) is nameless


def test_anchor_that_cannot_be_read_counts_as_none(map_rows: MapRows) -> None:
    source = {"attributes": {"employeeID": "%fx.filetime(#%src.u.first%#)%", "sAMAccountName": "x"}}
    people = map_rows({"id": "1", "first": "x"}, source=source)
    assert people == People((), frozenset(), (Notice("1", Reason.KEY_EMPTY, "employeeID"),))


@pytest.mark.parametrize(
    ("row", "standing"),
    [
        ({"inactive": "true"}, Standing.INACTIVE),
        ({"end": "2001-01-01T00:00:00+00:00"}, Standing.ENDED),
        ({"start": "2099-01-01T00:00:00+00:00"}, Standing.NOT_STARTED),
        ({"dept": "External"}, Standing.OUT_OF_SCOPE),
    ],
)
def test_who_does_not_work_here_is_key_standing_and_anchor(
    row: dict[str, str], standing: Standing, map_rows: MapRows
) -> None:
    """What else is wrong with them does not matter: here the OU and a mandatory attribute have no value."""
    source = LEAVERS | {"attributes": LEAVERS["attributes"] | {"title": {"value": "", "on_empty": "reject"}}}
    automation = {"placement": [{"ou": f"OU=%src.u.last%,{STAFF}"}]}
    people = map_rows({"id": "1", "first": "P1", **row}, source=source, automation=automation)
    assert people == People((Person("1", standing, "P1"),), frozenset(), ())


IS_OLD = {"field": "u.first", "operator": ">", "value": 40}


@pytest.mark.parametrize(
    ("source", "automation"),
    [
        ({"scope": IS_OLD}, {}),
        ({"active": {"not": IS_OLD}}, {}),
        ({}, {"placement": [{"ou": STAFF}, {"ou": STAFF, "when": IS_OLD}]}),
        ({}, {"groups": [{"group": f"CN=All,{STAFF}", "when": {"any": [IS_OLD, HAS_DEPT]}}]}),
    ],
)
def test_person_whom_a_filter_cannot_read_is_neither_in_nor_out(
    source: dict[str, Any], automation: dict[str, Any], map_rows: MapRows
) -> None:
    rows = {"id": "1", "first": "old", "dept": "IT"}, {"id": "2", "first": "41"}
    people = map_rows(*rows, source=source, automation=automation)
    assert people.notices == (Notice("1", Reason.FIELD_UNREADABLE, "u.first"),)
    assert people.quarantined == {"1"}
    assert [person.key for person in people.persons] == ["2"]


def test_person_who_does_not_work_here_needs_no_place_that_can_be_read(map_rows: MapRows) -> None:
    automation = {"placement": [{"ou": STAFF, "when": IS_OLD}], "groups": [{"group": STAFF, "when": IS_OLD}]}
    people = map_rows({"id": "1", "first": "old", "inactive": "true"}, source={
        "active": {"field": "u.inactive", "operator": "is_not", "value": "true"}
    }, automation=automation)  # fmt: skip
    assert people == People((Person("1", Standing.INACTIVE, "1"),), frozenset(), ())


def test_person_whom_a_filter_cannot_read_and_without_an_anchor_is_nameless(map_rows: MapRows) -> None:
    source = attributes(employeeID="%src.u.mail%") | {"scope": IS_OLD}
    people = map_rows({"id": "1", "first": "old"}, source=source)
    assert people.quarantined == frozenset()
    assert Notice("1", Reason.KEY_EMPTY, "employeeID") in people.notices


def test_filters_go_by_the_zone_of_the_settings(
    make_configuration: Callable[..., Configuration], make_frame: Callable[..., pd.DataFrame]
) -> None:
    configuration = make_configuration({"scope": {"field": "u.end", "operator": "on", "value": "2026-11-24"}})
    people = make_frame({"id": "1", "end": "2026-11-23T12:00:00+00:00"})
    found = []
    for zone in ("UTC", "Pacific/Auckland"):
        settings = configuration.settings.model_copy(update={"timezone": zone})
        mapped = Mapper(replace(configuration, settings=settings), "sync").map(people, (), NOW)
        found.append(mapped.persons[0].standing)
    assert found == [Standing.OUT_OF_SCOPE, Standing.EMPLOYED]
