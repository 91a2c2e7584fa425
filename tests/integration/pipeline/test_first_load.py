"""The first load: what HaloITSM says is what ldapsearch finds."""

from __future__ import annotations

from collections import Counter

import pytest

from lifecycle.directory import dn
from lifecycle.ports.directory.connection import DirectoryConnection
from sandbox.organisation import DEPARTMENTS, EXISTING_PERSON, PRIVILEGED_PERSON
from tests.support.pipeline import ENABLED, PEOPLE, PEOPLE_COUNT, Pipeline

CITIES = {"Main Campus": "Leeds", "North Clinic": "Inverness", "Harbour House": "Bristol"}
"""As config/tables/cities.yaml has it."""


@pytest.fixture(scope="module")
def first(empty: Pipeline) -> Pipeline:
    """A dry run that writes nothing, then the apply that the gate stopped and a hash approved."""
    before = empty.stamps()
    empty.dry_run()
    assert empty.stamps() == before, "a dry run wrote to the directory"
    outcome = empty.load()
    assert outcome["not_carried_out"] == 0
    return empty


@pytest.fixture(scope="module")
def users(first: Pipeline) -> dict[str, dict[str, object]]:
    """HaloITSM's own state: primary key → user."""
    return {str(user["id"]): user for user in first.halo.state()["users"]}


@pytest.fixture(scope="module")
def entries(first: Pipeline) -> dict[str, dict[str, list[str]]]:
    """What ldapsearch finds: employeeID → entry."""
    return {entry["employeeid"][0]: entry for entry in first.find(PEOPLE, "*", "memberOf")}


def test_first_load_creates_everybody_but_the_left_out(first, users, entries):
    _, plan = first.newest_plan()
    left_out = {notice.key for notice in plan.notices if notice.key}
    inactive = {key for key, user in users.items() if user["inactive"]}
    service = {key for key, user in users.items() if user["isserviceaccount"]}
    assert len(users) == PEOPLE_COUNT + 1
    assert set(entries) == set(users) - left_out - inactive - service
    assert len(first.find(ENABLED, "cn")) == len(entries) == 232


def test_first_load_maps_every_attribute(users, entries):
    for key, entry in entries.items():
        user = users[key]
        first, last = str(user["firstname"]).strip(), str(user["surname"]).strip()
        assert entry["givenname"] == [first]
        assert entry["sn"] == [last]
        assert entry["displayname"] == [f"{first} {last}"]
        assert entry.get("title", [""]) == [user["title"] or ""]
        assert entry.get("telephonenumber", [""]) == [str(user["phonenumber"] or "").replace(" ", "")]
        assert entry.get("mobile", [""]) == [user["mobilenumber"] or ""]
        assert entry.get("department", [""]) == [user["department"] or ""]
        assert entry["physicaldeliveryofficename"] == [user["site_name"]]
        assert entry["company"] == ["Example Hospital"]
        assert entry["l"] == [CITIES[str(user["site_name"])]]
        assert entry["proxyaddresses"] == [f"SMTP:{entry['mail'][0]}"]
        home = [rf"\\files.corp.example.test\home$\{entry['samaccountname'][0]}"]
        made = entry["mail"][0] != EXISTING_PERSON[2]
        assert entry.get("homedirectory", []) == (home if made else [])
        assert entry["displaynameprintable"][0].isascii()
        assert ("info" in entry) == made


def test_first_load_puts_everybody_in_their_ou(users, entries):
    for key, entry in entries.items():
        department = users[key]["department"]
        wanted = ("OU", department) if department else ("OU", "Staff")
        assert dn.parse(entry["dn"][0])[1] == wanted


def test_first_load_gives_the_groups_of_the_rules(users, entries):
    for key, entry in entries.items():
        department = users[key]["department"]
        wanted = {"All Staff", f"Department {department}"} if department else {"All Staff"}
        assert {dn.leaf_value(group) for group in entry["memberof"]} == wanted


def test_first_load_sets_managers_also_those_created_later(users, entries):
    by_mail = {str(user["emailaddress"]).lower(): key for key, user in users.items()}
    later = 0
    for key, entry in entries.items():
        manager = by_mail.get(str(users[key]["manager_email"] or "").lower())
        if manager in entries:
            assert entry["manager"] == entries[manager]["dn"]
            later += int(entry["usncreated"][0]) < int(entries[manager]["usncreated"][0])
        else:
            assert "manager" not in entry
    assert later > 50, "the seed should have people who were created before their manager"


def test_first_load_names_are_unique_and_follow_the_formats(entries):
    for attribute in ("samaccountname", "userprincipalname", "mail"):
        values = [entry[attribute][0].lower() for entry in entries.values()]
        assert len(set(values)) == len(values)
    assert all(len(entry["samaccountname"][0]) <= 20 for entry in entries.values())
    assert all(entry["userprincipalname"][0].isascii() for entry in entries.values())


def test_first_load_gives_two_people_of_one_name_the_next_name(users, entries):
    names = Counter((users[key]["firstname"], users[key]["surname"]) for key in entries)
    ((first, last), count) = names.most_common(1)[0]
    twins = [
        entry for key, entry in entries.items() if users[key]["firstname"] == first and users[key]["surname"] == last
    ]
    assert count == len(twins) == 3
    accounts = sorted(entry["samaccountname"][0] for entry in twins)
    assert len(set(accounts)) == 3
    assert len({entry["cn"][0] for entry in twins}) == 2, (
        "cn is unique in its OU: two stand in one, the third elsewhere"
    )


@pytest.mark.parametrize("character", ["'", ",", "#", "-", "ł", "ß", "ø"])
def test_first_load_keeps_awkward_names_to_the_dn_and_back(users, entries, character):
    found = 0
    for key, entry in entries.items():
        full = f"{str(users[key]['firstname']).strip()} {str(users[key]['surname']).strip()}"
        if character in full:
            found += 1
            assert dn.leaf_value(entry["dn"][0])[: len(full[:64])].rstrip() == full[:64].rstrip()
    assert found, f"the seed should have a name with {character}"


def test_first_load_adopts_the_account_that_was_there(first, entries):
    (entry,) = first.find(f"(mail={EXISTING_PERSON[2]})", "*")
    assert entry["samaccountname"] == ["hberger"]
    assert entry["employeeid"][0] in entries


def test_first_load_never_touches_the_administrator(first):
    (entry,) = first.find(f"(mail={PRIVILEGED_PERSON[2]})", "*")
    assert "employeeid" not in entry
    assert entry["admincount"] == ["1"]
    _, plan = first.newest_plan()
    assert [(notice.reason.value, notice.about) for notice in plan.notices if "protected" in notice.reason] == [
        ("match-protected", "adminCount is 1")
    ]


def test_first_load_reports_every_quarantined_person(first):
    _, plan = first.newest_plan()
    reasons = Counter(notice.reason.value for notice in plan.notices)
    assert reasons == {"rule-unique": 2, "rule-required": 1, "match-protected": 1, "not-started": 1}


def test_first_load_new_account_must_change_its_password_and_can_bind(first, entries):
    key = min(first.passwords)
    entry = entries[key]
    assert entry["pwdlastset"] == ["0"]
    connection = DirectoryConnection(
        first.sandbox.directory.host, entry["userprincipalname"][0], first.passwords[key], ca_file=first.sandbox.ca_file
    )
    first.modify(entry["dn"][0], pwdLastSet="-1")
    with connection.open() as bound:
        assert bound.ldap.bound


def test_first_load_every_department_has_its_people(entries):
    assert {entry["department"][0] for entry in entries.values() if "department" in entry} == set(DEPARTMENTS)
