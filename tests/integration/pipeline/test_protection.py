"""What must never be written, and what the service account could not write if it tried."""

from __future__ import annotations

import pytest

from lifecycle.directory.operation import AddUser, ChangeMembers, Modify, Move
from lifecycle.ports.directory.client import open_directory
from lifecycle.ports.directory.connection import DirectoryConnection
from sandbox.organisation import BASE_DN, PRIVILEGED_PERSON
from tests.support.pipeline import ENABLED, Pipeline

INSUFFICIENT_ACCESS = 50


@pytest.fixture(scope="module")
def service(loaded: Pipeline) -> DirectoryConnection:
    directory = loaded.sandbox.directory
    return DirectoryConnection(directory.host, directory.user, directory.password, ca_file=loaded.sandbox.ca_file)


def guid_of(pipeline: Pipeline, filter_text: str) -> str:
    (entry,) = pipeline.find(filter_text, "objectGUID")
    return entry["objectguid"][0]


def test_service_account_cannot_write_outside_the_managed_ous(loaded, service):
    grace = guid_of(loaded, f"(mail={PRIVILEGED_PERSON[2]})")
    administrator = guid_of(loaded, "(sAMAccountName=Administrator)")
    admins = guid_of(loaded, "(cn=Domain Admins)")
    somebody = guid_of(loaded, "(employeeID=60)")
    before = loaded.stamps()
    with open_directory(service) as directory:
        answers = directory.send(
            [
                AddUser(f"CN=Intruder,CN=Users,{BASE_DN}", {"sAMAccountName": "intruder"}, "Aa1!" + "x" * 20),
                Modify(administrator, {"description": "written"}),
                Modify(grace, {"description": "written"}),
                ChangeMembers(admins, add_guids=(somebody,)),
                Move(somebody, "Somebody", f"CN=Users,{BASE_DN}"),
            ]
        )
    assert [answer.code for answer in answers] == [INSUFFICIENT_ACCESS] * 5
    assert loaded.stamps() == before


def test_administrator_with_the_anchor_of_a_person_is_never_matched(loaded):
    """Not by the anchor either: a protected account is reported, and its person is left alone."""
    (grace,) = loaded.find(f"(mail={PRIVILEGED_PERSON[2]})", "*")
    loaded.modify(grace["dn"][0], employeeID="53")
    before = loaded.stamps()
    result = loaded.sync()
    assert result["changes"] == {}
    assert loaded.stamps() == before
    notices = [notice for notice in loaded.newest_plan()[1].notices if notice.key == "53"]
    assert [(notice.reason.value, notice.about) for notice in notices] == [("match-protected", "adminCount is 1")]
    loaded.modify(grace["dn"][0], employeeID="")


def test_account_that_becomes_privileged_between_plan_and_apply_is_not_written(loaded):
    (entry,) = list(loaded.find(f"(&{ENABLED}(department=Legal))", "*"))[:1]
    key = int(entry["employeeid"][0])
    loaded.halo.rename(key, surname="Changed")
    made = loaded.dry_run()
    assert made["changes"]["modify-user"] == 1
    loaded.modify(entry["dn"][0], adminCount="1")
    outcome = loaded.approve(made["plan_id"], made["plan_hash"])
    assert outcome["carried_out"] == {}
    assert outcome["not_carried_out"] == len(loaded.newest_plan()[1].changes)
    assert loaded.account(key)["sn"] == entry["sn"]
    loaded.modify(entry["dn"][0], adminCount="")
    loaded.sync()
    assert loaded.account(key)["sn"] == ["Changed"]


def test_account_that_drifts_between_plan_and_apply_is_left_and_planned_again(loaded):
    (entry,) = list(loaded.find(f"(&{ENABLED}(department=Finance))", "*"))[:1]
    key = int(entry["employeeid"][0])
    loaded.halo.rename(key, surname="Newname")
    made = loaded.dry_run()
    loaded.modify(entry["dn"][0], sn="By Hand")
    outcome = loaded.approve(made["plan_id"], made["plan_hash"])
    assert outcome["not_carried_out"] == 1
    assert loaded.account(key)["sn"] == ["By Hand"]
    loaded.sync()
    assert loaded.account(key)["sn"] == ["Newname"]
