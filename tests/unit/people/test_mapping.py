"""Mapping rows to people."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from lifecycle.config.configuration import Configuration
from lifecycle.notice import QUARANTINE, Notice, Reason
from lifecycle.people.mapping import Mapper
from lifecycle.people.person import People, Person, Standing
from tests.support.mapped_rows import HAS_DEPT, IN_RESEARCH, NOW, STAFF, MapRows, attributes


def test_row_becomes_a_person(map_rows: MapRows) -> None:
    source = attributes(displayName="%src.u.first% %src.u.last%", company="Example") | {
        "names": [{"attributes": {"mail": "account"}}, {"attributes": {"cn": "full"}, "scope": "container"}]
    }
    automation = {"correlate": [{"attribute": "mail", "value": "%src.u.mail%"}, {"attribute": "sn", "value": ""}]}
    people = map_rows({"id": "7", "first": "Ann", "last": "Lee", "mail": "a@x"}, source=source, automation=automation)
    values = {"employeeID": "7", "sAMAccountName": "Lee", "displayName": "Ann Lee", "company": "Example"}
    ann = Person(
        key="7",
        standing=Standing.EMPLOYED,
        anchor="7",
        correlate=(("mail", "a@x"),),
        create=values,
        update=values,
        ou=STAFF,
        fields={"u.first": "Ann", "u.last": "Lee"},
    )
    assert people == People((ann,), frozenset(), ())


@pytest.mark.parametrize(
    ("mapped", "title", "create", "update", "clear"),
    [
        ({}, "Nurse", "Nurse", "Nurse", False),
        ({}, "", None, None, False),
        ({"on_empty": "clear"}, "", None, None, True),
        ({"on_empty": "clear"}, "Nurse", "Nurse", "Nurse", False),
        ({"when": "create"}, "Nurse", "Nurse", None, False),
        ({"when": "create", "on_empty": "clear"}, "", None, None, False),
        ({"when": "update"}, "Nurse", None, "Nurse", False),
        ({"when": "update", "on_empty": "clear"}, "", None, None, True),
    ],
)
def test_attribute_is_mapped(
    mapped: dict[str, str], title: str, create: str | None, update: str | None, clear: bool, map_rows: MapRows
) -> None:
    source = attributes(title={"value": "%src.u.first%", **mapped})
    (person,) = map_rows({"id": "7", "last": "Lee", "first": title}, source=source).persons
    assert (person.create.get("title"), person.update.get("title")) == (create, update)
    assert person.clear == ({"title"} if clear else frozenset())


@pytest.mark.parametrize(
    ("mapped", "row", "texts"),
    [
        ({"field": "u.first"}, {"first": " as it is "}, " as it is "),
        ({"field": "u.first"}, {}, None),
        ({"format": "full"}, {"first": "Ann", "last": "Lee"}, "Ann Lee"),
        ({"format": "account"}, {"last": ""}, None),
        ({"values": ["%src.u.first%", "x%src.u.last%", "%src.u.dept%"]}, {"first": "a", "last": "b"}, ("a", "xb")),
        ({"values": ["%src.u.first%"]}, {}, None),
        ({"field": "u.first", "split": ";"}, {"first": " a ;; b;a"}, ("a", "b", "a")),
        ({"value": "%src.u.first%, %src.u.last%", "split": ", "}, {"first": "a", "last": "b"}, ("a", "b")),
        ({"field": "u.first", "split": ";"}, {"first": " ; "}, None),
        ({"value": r"\\fs\%src.u.first%\%src.u.last%"}, {"first": "a"}, "\\\\fs\\a\\"),
    ],
)
def test_value_comes_from_a_field_a_format_or_several_texts(
    mapped: dict[str, Any], row: dict[str, str], texts: object, map_rows: MapRows
) -> None:
    source = {"attributes": {"employeeID": "%src.u.id%", "sAMAccountName": "%src.u.id%", "ownAttribute": mapped}}
    (person,) = map_rows({"id": "7", **row}, source=source).persons
    assert person.create.get("ownAttribute") == person.update.get("ownAttribute") == texts


def test_path_with_a_hole_in_it_is_no_value(map_rows: MapRows) -> None:
    source = attributes(homeDirectory=r"\\fs\home$\%src.u.first%")
    (person,) = map_rows({"id": "7"}, source=source).persons
    assert "homeDirectory" not in person.create


def test_late_attribute_is_left_to_the_plan_with_the_fields_that_it_reads(map_rows: MapRows) -> None:
    source = attributes(info="%ad.sAMAccountName% %src.u.first%", title={"value": "%ad.info%", "on_empty": "reject"})
    (person,) = map_rows({"id": "7", "first": "Ann"}, source=source).persons
    assert not {"info", "title"} & (person.create.keys() | person.update.keys() | person.clear)
    assert person.fields == {"u.first": "Ann"}


@pytest.mark.parametrize("row", [{}, {"dept": "x", "inactive": "true"}])
def test_modification_needs_no_place(row: dict[str, str], map_rows: MapRows) -> None:
    source = {"automation_category": "user-modification", "attributes": {"employeeID": "%src.u.id%", "sn": "x"}}
    (person,) = map_rows({"id": "7", **row}, source=source, automation={"placement": [], "leavers": None}).persons
    assert (person.standing, person.ou, person.update["sn"]) == (Standing.EMPLOYED, "", "x")


@pytest.mark.parametrize(
    ("source", "automation", "row", "reason", "about"),
    [
        (attributes(title={"value": "%src.u.first%", "on_empty": "reject"}), {}, {}, Reason.MAPPING_EMPTY, "title"),
        (attributes(accountExpires="%fx.filetime(#%src.u.first%#)%"), {}, {"first": "Ms Secret"},
         Reason.FIELD_UNREADABLE, "accountExpires"),
        ({}, {"correlate": [{"attribute": "mail", "value": "%fx.truncate(a, #%src.u.first%#)%"}]}, {},
         Reason.FIELD_UNREADABLE, "correlate mail"),
        ({"manager": {"value": "%fx.filetime(#%src.u.boss%#)%", "matches": "u.mail"}}, {}, {"boss": "x"},
         Reason.FIELD_UNREADABLE, "manager"),
        ({}, {"placement": [{"ou": f"OU=Research,{STAFF}", "when": IN_RESEARCH}]}, {"dept": "IT"},
         Reason.PLACE_MISSING, "no placement applies"),
        ({}, {"placement": [{"ou": f"OU=%src.u.dept%,{STAFF}"}]}, {}, Reason.MAPPING_EMPTY, "placement.0"),
        ({}, {"groups": [{"group": f"CN=All,{STAFF}"}, {"group": f"CN=%src.u.dept%,{STAFF}"}]}, {},
         Reason.MAPPING_EMPTY, "groups.1"),
    ],
)  # fmt: skip
def test_row_that_cannot_be_mapped_is_quarantined_alone(
    source: dict[str, Any], automation: dict[str, Any], row: dict[str, str], reason: Reason, about: str,
    map_rows: MapRows,
) -> None:  # fmt: skip
    bad, good = {"id": "1", **row}, {
        "id": "2", "first": "2026-11-23T00:00:00+00:00", "boss": "", "dept": "Research", "last": "Lee",
    }  # fmt: skip
    if "correlate" in automation:
        good["first"] = "1"
    people = map_rows(bad, good, source=source, automation=automation)
    assert people.notices == (Notice("1", reason, about),)
    assert [person.key for person in people.persons] == ["2"]
    assert people.quarantined == {"1"}


def test_quarantined_person_keeps_their_anchor_and_nothing_else(map_rows: MapRows) -> None:
    source = {"attributes": {"employeeID": "P%src.u.first%", "sAMAccountName": "%src.u.last%"}}
    notices = [Notice("1", Reason.RULE_REQUIRED, "u.last"), Notice("2", Reason.ABSENT_PENDING)]
    people = map_rows({"id": "1", "first": "11"}, {"id": "2", "first": "22"}, source=source, notices=notices)
    assert people.quarantined == {"P11"}
    assert [person.anchor for person in people.persons] == ["P22"]
    assert people.notices == tuple(sorted(notices))


@pytest.mark.parametrize("reason", list(Reason))
def test_only_quarantine_reasons_keep_a_person_back(reason: Reason, map_rows: MapRows) -> None:
    people = map_rows({"id": "1"}, notices=[Notice("1", reason)])
    assert len(people.persons) == (reason not in QUARANTINE)
    assert people.quarantined == ({"1"} if reason in QUARANTINE else frozenset())


def test_first_placement_that_applies_is_taken_and_escaped(map_rows: MapRows) -> None:
    automation = {
        "placement": [
            {"ou": f"OU=Labs,{STAFF}", "when": IN_RESEARCH},
            {"ou": f"OU=%src.u.dept%,{STAFF}", "when": HAS_DEPT},
            {"ou": STAFF},
        ]
    }
    people = map_rows(
        {"id": "1", "dept": "Research"}, {"id": "2", "dept": "Research, Development"}, {"id": "3"},
        automation=automation,
    )  # fmt: skip
    assert [person.ou for person in people.persons] == [
        f"OU=Labs,{STAFF}", f"OU=Research\\, Development,{STAFF}", STAFF,
    ]  # fmt: skip


def test_groups_that_apply_are_named_with_their_rule(map_rows: MapRows) -> None:
    rule = "CN=Dept %src.u.dept%,%env.base%"
    automation = {"groups": [{"group": "CN=All,%env.base%"}, {"group": rule, "when": HAS_DEPT}]}
    people = map_rows({"id": "1", "dept": "R+D"}, {"id": "2"}, automation=automation)
    everybody = {"CN=All,DC=corp,DC=test": "CN=All,%env.base%"}
    assert [person.groups for person in people.persons] == [
        everybody | {"CN=Dept R\\+D,DC=corp,DC=test": rule},
        everybody,
    ]


@pytest.mark.parametrize(
    ("boss", "manager", "unknown"),
    [("boss@x", "9", False), (" BOSS@x ", "9", False), ("", "", False), ("no@x", "", True), ("twin@x", "", True)],
)
def test_manager_is_found_by_the_field_that_names_them(
    boss: str, manager: str, unknown: bool, map_rows: MapRows
) -> None:
    source = {"manager": {"value": "%src.u.boss%", "matches": "u.mail"}}
    people = map_rows(
        {"id": "1", "boss": boss}, {"id": "9", "mail": "Boss@X"}, {"id": "7", "mail": "twin@x"},
        {"id": "8", "mail": "TWIN@x"}, source=source,
    )  # fmt: skip
    (person,) = [one for one in people.persons if one.key == "1"]
    assert person.references == ({"manager": manager} if manager else {})
    assert person.unknown == ({"manager"} if unknown else frozenset())


def test_each_reference_has_a_field_that_it_matches(map_rows: MapRows) -> None:
    source = {
        "manager": {"value": "%src.u.boss%", "matches": "u.mail"},
        "references": {
            "assistant": {"value": "%src.u.dept%", "matches": "u.last"},
            "secretary": {"value": "%src.u.last%", "matches": "u.mail"},
            "seeAlso": {"value": "%src.u.first%", "matches": "u.last"},
        },
    }
    people = map_rows(
        {"id": "1", "boss": "b@x", "dept": " LEE", "last": "nobody"}, {"id": "2", "mail": "B@x", "last": "Lee"},
        source=source,
    )  # fmt: skip
    assert people.persons[0].references == {"manager": "2", "assistant": "2"}
    assert people.persons[0].unknown == {"secretary"}


def test_people_come_in_the_order_of_the_frame_and_nobody_maps_to_nobody(map_rows: MapRows) -> None:
    automation = {"groups": [{"group": "CN=All,%env.base%"}]}
    assert [person.key for person in map_rows({"id": "10"}, {"id": "9"}, automation=automation).persons] == ["10", "9"]
    assert map_rows(automation=automation) == People((), frozenset(), ())


def test_some_people_stay_some_people_and_may_be_none(
    make_configuration: Callable[..., Configuration], make_frame: Callable[..., pd.DataFrame]
) -> None:
    mapper = Mapper(make_configuration({"scope": HAS_DEPT}), "sync")

    assert mapper.map(make_frame(), (), NOW, is_partial=True) == People((), frozenset(), (), is_partial=True)
    assert mapper.map(make_frame({"id": "7", "dept": "x"}), (), NOW, is_partial=True).is_partial
    assert not mapper.map(make_frame({"id": "7", "dept": "x"}), (), NOW).is_partial
