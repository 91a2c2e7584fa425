"""After the first load: what changes in HaloITSM is what changes in the directory, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from lifecycle.directory import dn
from sandbox.organisation import EXISTING_PERSON
from tests.support.pipeline import ENABLED, Pipeline

HANNAH = EXISTING_PERSON[2]


def someone(pipeline: Pipeline, department: str) -> int:
    """An ordinary person of a department: the lowest employeeID."""
    found = pipeline.find(f"(&{ENABLED}(department={department})(!(mail={HANNAH})))", "employeeID")
    return min(int(entry["employeeid"][0]) for entry in found)


@pytest.fixture(scope="module")
def day(loaded: Pipeline) -> dict[str, Any]:
    """A leaver in one run; then, in a second, two joiners of one name, movers, a rename, leavers, a rehire."""
    halo = loaded.halo
    who = {"rehired": someone(loaded, "Cardiology")}
    before_leaving = loaded.account(who["rehired"])
    halo.leave(who["rehired"])
    loaded.sync()
    while_away = loaded.account(who["rehired"])
    who |= {
        "twin1": halo.hire("Zoë", "O'Brien, Jr.", department="Surgery", manager_email=HANNAH),
        "twin2": halo.hire("Zoë", "O'Brien, Jr.", department="Surgery", manager_email=HANNAH),
        "mover": someone(loaded, "Finance"),
        "renamed": someone(loaded, "Nursing"),
        "leaver": someone(loaded, "Pharmacy"),
    }
    old = {name: loaded.account(key) for name, key in who.items() if not name.startswith("twin")}
    halo.move(who["mover"], department="Research, Development", manager_email=HANNAH)
    halo.rename(who["renamed"], surname="#Müller, geb. O'Neill")
    halo.leave(who["leaver"])
    halo.rehire(who["rehired"])
    before = loaded.stamps()
    result = loaded.sync()
    return {
        "who": who, "old": old, "result": result, "before": before, "after": loaded.stamps(),
        "before_leaving": before_leaving, "while_away": while_away,
    }  # fmt: skip


def memberships(pipeline: Pipeline, key: int) -> set[str]:
    (entry,) = pipeline.find(f"(employeeID={key})", "memberOf")
    return {dn.leaf_value(group) for group in entry.get("memberof", ())}


def test_daily_run_plans_exactly_what_changed(day):
    assert day["result"]["changes"] == {
        "add-to-group": 7,  # two joiners and the rehire in two groups each, the mover in one
        "create-user": 2,
        "disable-user": 1,
        "enable-user": 1,
        "modify-user": 2,
        "move-user": 4,  # the mover, the rename, the leaver, the rehire
        "remove-from-group": 3,  # the leaver from two, the mover from one
    }


def test_daily_run_touches_no_other_account(loaded, day):
    written = {guid for guid, stamp in day["after"].items() if day["before"].get(guid) != stamp}
    people = {loaded.find(f"(employeeID={key})", "objectGUID")[0]["objectguid"][0] for key in day["who"].values()}
    _, plan = loaded.newest_plan()
    groups = {change.group for change in plan.changes if hasattr(change, "group")}
    assert written == people | groups


def test_daily_run_two_joiners_of_one_name_get_two_accounts(loaded, day):
    first, second = (loaded.account(day["who"][name]) for name in ("twin1", "twin2"))
    assert first["samaccountname"] == ["zobrienjr"]
    assert second["samaccountname"] == ["zoeobrienjr"]
    assert first["userprincipalname"] == ["zoe.obrienjr@corp.example.test"]
    assert second["userprincipalname"] == ["zoe.obrienjr2@corp.example.test"]
    assert dn.leaf_value(first["dn"][0]) == "Zoë O'Brien, Jr."
    assert dn.leaf_value(second["dn"][0]) == "Zoë O'Brien, Jr. 2"


def test_daily_run_mover_gets_ou_manager_and_groups(loaded, day):
    key = day["who"]["mover"]
    now, (hannah,) = loaded.account(key), loaded.find(f"(mail={HANNAH})", "cn")
    assert now["objectguid"] == day["old"]["mover"]["objectguid"]
    assert dn.parse(now["dn"][0])[1] == ("OU", "Research, Development")
    assert now["manager"] == hannah["dn"]
    assert memberships(loaded, key) == {"All Staff", "Department Research, Development"}


def test_daily_run_rename_keeps_account_name_and_address(loaded, day):
    now, old = loaded.account(day["who"]["renamed"]), day["old"]["renamed"]
    assert now["objectguid"] == old["objectguid"]
    assert now["sn"] == ["#Müller, geb. O'Neill"]
    assert dn.leaf_value(now["dn"][0]) == f"{old['givenname'][0]} #Müller, geb. O'Neill"
    for kept in ("samaccountname", "userprincipalname", "mail"):
        assert now[kept] == old[kept]


def test_daily_run_leaver_is_disabled_and_set_aside_not_deleted(loaded, day):
    now, old = loaded.account(day["who"]["leaver"]), day["old"]["leaver"]
    assert now["objectguid"] == old["objectguid"]
    assert int(now["useraccountcontrol"][0]) == int(old["useraccountcontrol"][0]) | 2
    assert dn.parse(now["dn"][0])[1] == ("OU", "Leavers")
    assert memberships(loaded, day["who"]["leaver"]) == set()


def test_daily_run_rehire_gets_everything_back(loaded, day):
    away, before, now = day["while_away"], day["before_leaving"], loaded.account(day["who"]["rehired"])
    assert dn.parse(away["dn"][0])[1] == ("OU", "Leavers")
    assert int(away["useraccountcontrol"][0]) & 2
    ours = {
        "dn",
        "distinguishedname",
        "objectguid",
        "objectsid",
        "useraccountcontrol",
        "manager",
        "department",
        "mail",
    }
    assert {name: now.get(name) for name in ours} == {name: before.get(name) for name in ours}
    assert memberships(loaded, day["who"]["rehired"]) == {"All Staff", "Department Cardiology"}


def test_third_run_changes_and_writes_nothing(loaded, day):
    before = loaded.stamps()
    result = loaded.sync()
    assert result["changes"] == {}
    assert loaded.stamps() == before


def test_account_disabled_by_hand_is_not_enabled_again(loaded, day):
    key = someone(loaded, "Legal")
    loaded.modify(loaded.account(key)["dn"][0], userAccountControl="514")
    loaded.sync()
    assert loaded.account(key)["useraccountcontrol"] == ["514"]
    _, plan = loaded.newest_plan()
    assert [notice.key for notice in plan.notices if notice.reason == "disabled-by-hand"] == [str(key)]


def test_membership_given_by_hand_is_left(loaded, day):
    key = someone(loaded, "Oncology")
    (group,) = loaded.find("(cn=Department Finance)", "cn")
    loaded.modify_members(group["dn"][0], add=loaded.account(key)["dn"][0])
    assert loaded.sync()["changes"] == {}
    assert "Department Finance" in memberships(loaded, key)
