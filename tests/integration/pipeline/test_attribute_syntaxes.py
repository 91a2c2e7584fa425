"""Attributes of every syntax on a real directory: what is planned arrives, reads back, and leaves nothing to plan."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lifecycle.directory.usual_attributes import USUAL
from lifecycle.people.person import People, Person, Standing
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_changes import plan_changes
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.prior_state import PriorState
from lifecycle.ports.directory.client import ActiveDirectory, open_directory
from lifecycle.ports.directory.connection import DirectoryConnection
from lifecycle.runs.applying import apply_changes
from lifecycle.runs.gate import check_gate
from lifecycle.runs.recording import finish, recorded
from lifecycle.runs.run import Run, RunPorts
from lifecycle.runs.turn import writing
from lifecycle.store import Store
from sandbox.ldapsearch import Entry, ldapsearch
from sandbox.organisation import EXISTING_ACCOUNT, LEAVERS_OU, STAFF_OU
from tests.support.run_rules import run_rules
from tests.support.world import POLICY

PHOTO = base64.b64encode(bytes(range(256))).decode()
KEY = "syntax-1"
LONG_KEYS = tuple(f"long-{length}" for length in range(20))
CREATED = {
    "employeeID": KEY,
    "sAMAccountName": "esyntax",
    "displayName": "Eve Syntax, née 中 😀",
    "description": "  a text with\r\ntwo lines ",
    "otherTelephone": ("+49 2", "+49 1", "+49 2"),
    "proxyAddresses": ("SMTP:eve@corp.example.test",),
    "countryCode": "0049",
    "accountExpires": "2031-03-01T00:00:00+00:00",
    "msNPAllowDialin": "yes",
    "msTSExpireDate": "2031-03-01T12:30:00+02:00",
    "thumbnailPhoto": PHOTO,
    "loginShell": "/bin/sh",
    "x121Address": "12 34",
    "serialNumber": ("A-1",),
    "homeDirectory": r"\\fs\home$\eve",
}
ATTRIBUTES = (*CREATED, "secretary", "assistant", "manager", "department", "initials")
POLICY_HERE = replace(POLICY, managed_ous=(STAFF_OU, LEAVERS_OU), leavers_ou=LEAVERS_OU, bundles=())
FILETIME = "135745632000000000"


@pytest.fixture(scope="module")
def connection(sandbox) -> DirectoryConnection:
    directory = sandbox.directory
    return DirectoryConnection(directory.host, directory.user, directory.password, ca_file=sandbox.ca_file)


@pytest.fixture(scope="module")
def directory(connection: DirectoryConnection) -> Iterator[ActiveDirectory]:
    """Nothing that these tests make is left to the modules that share the sandbox."""
    with open_directory(connection) as opened:
        yield opened
        made = opened.holders("employeeID", [KEY, *LONG_KEYS], ())
    with connection.open() as session:
        for one in (account for accounts in made.values() for account in accounts):
            _, result = session.result(session.ldap.delete(f"<GUID={one.guid}>"), "delete")
            assert result["result"] == 0, result["description"]


@pytest.fixture(scope="module")
def colleague(sandbox) -> tuple[str, str]:
    """GUID and distinguished name of an account that is there."""
    (entry,) = ldapsearch(sandbox, f"(sAMAccountName={EXISTING_ACCOUNT})", "objectGUID")
    return entry["objectguid"][0], entry["dn"][0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/state.db") as opened:
        yield opened


def planned(directory: ActiveDirectory, person: Person, *, additive: frozenset[str] = frozenset()) -> Plan:
    view = directory.view(ATTRIBUTES)
    policy = replace(POLICY_HERE, additive=additive)
    everybody = People((person,), frozenset(), ())
    return plan_changes(everybody, PlanInputs(view, policy, PriorState(), directory.identity(), datetime.now(UTC)))


def carried_out(directory: ActiveDirectory, plan: Plan, store: Store) -> None:
    rules = run_rules(POLICY_HERE, "nobody's", ATTRIBUTES)
    ports = RunPorts(lambda: nullcontext(store), lambda: nullcontext(directory), lambda: datetime.now(UTC))
    run = Run(secrets.token_hex(6), rules, ports, datetime.now(UTC), dry_run=False)
    with recorded(run, "test"), writing(run) as begun:
        gated = check_gate(begun, plan)
        applied = apply_changes(begun, gated.plan_id)
        finish(begun, gated, applied)
    assert applied.failures == []


def account(sandbox) -> Entry:
    (entry,) = ldapsearch(sandbox, f"(employeeID={KEY})", "*")
    return entry


def test_the_table_of_usual_attributes_says_what_the_schema_says(directory: ActiveDirectory) -> None:
    assert directory.schema(USUAL) == {**USUAL, **directory.schema(["pwdLastSet"])}


def test_the_schema_tells_what_users_may_not_hold_and_nobody_may_write(directory: ActiveDirectory) -> None:
    schema = directory.schema(["groupType", "whenChanged", "directReports", "lastLogon", "noSuchThing", "SN"])
    assert "noSuchThing" not in schema
    assert schema["sn"].of_users
    assert not schema["groupType"].of_users
    assert [name for name in ("whenChanged", "directReports", "lastLogon") if schema[name].writable] == []


def test_every_syntax_is_created_changed_cleared_and_added_to(
    sandbox, directory: ActiveDirectory, colleague: tuple[str, str], store: Store
) -> None:
    guid, name = colleague
    mapped = {**CREATED, "assistant": guid.upper(), "secretary": (name, guid)}
    person = Person(KEY, Standing.EMPLOYED, KEY, create=mapped, update=mapped, ou=STAFF_OU)

    made = planned(directory, person)
    assert [change.action for change in made.changes] == ["create-user"]
    carried_out(directory, made, store)

    assert planned(directory, person).changes == ()
    entry = account(sandbox)
    assert entry["description"] == ["  a text with\r\ntwo lines "]
    assert entry["displayname"] == ["Eve Syntax, née 中 😀"]
    assert sorted(entry["othertelephone"]) == ["+49 1", "+49 2"]
    assert entry["countrycode"] == ["49"]
    assert entry["accountexpires"] == [FILETIME]
    assert entry["msnpallowdialin"] == ["TRUE"]
    assert entry["mstsexpiredate"] == ["20310301103000.0Z"]
    assert entry["thumbnailphoto"] == [bytes(range(256)).hex()]
    assert (entry["assistant"], entry["secretary"]) == ([name], [name])

    moved = {
        **mapped, "countryCode": "44", "msNPAllowDialin": "0", "otherTelephone": ("+49 3",),
        "thumbnailPhoto": base64.b64encode(b"\xff\xd8").decode(),
        "proxyAddresses": ("smtp:e.syntax@corp.example.test",),
    }  # fmt: skip
    cleared = ("accountExpires", "secretary", "msTSExpireDate", "description")
    kept = {key: value for key, value in moved.items() if key not in cleared}
    person = replace(person, update=kept, clear=frozenset(cleared))
    additive = frozenset({"proxyAddresses"})

    changed = planned(directory, person, additive=additive)
    assert [change.action for change in changed.changes] == ["modify-user"]
    carried_out(directory, changed, store)

    assert planned(directory, person, additive=additive).changes == ()
    entry = account(sandbox)
    assert entry["othertelephone"] == ["+49 3"]
    assert entry["msnpallowdialin"] == ["FALSE"]
    assert entry["accountexpires"][0] in {"0", str(2**63 - 1)}
    assert entry["thumbnailphoto"] == ["ffd8"]
    assert sorted(entry["proxyaddresses"]) == ["SMTP:eve@corp.example.test", "smtp:e.syntax@corp.example.test"]
    assert not {"secretary", "mstsexpiredate", "description"} & entry.keys()


@pytest.mark.parametrize(
    ("attribute", "fits", "too_much"),
    [
        ("department", "d" * 64, "d" * 65),
        ("initials", "😀😀😀", "😀😀😀x"),
        ("thumbnailPhoto", base64.b64encode(bytes(102400)).decode(), base64.b64encode(bytes(102401)).decode()),
    ],
)
def test_the_longest_value_that_is_planned_is_the_longest_that_the_directory_takes(
    directory: ActiveDirectory, store: Store, attribute: str, fits: str, too_much: str
) -> None:
    key = f"long-{len(attribute)}"
    said = {"employeeID": key, "sAMAccountName": key, "displayName": key, attribute: fits}
    person = Person(key, Standing.EMPLOYED, key, create=said, update=said, ou=STAFF_OU)
    carried_out(directory, planned(directory, person), store)

    longer = replace(person, update={**said, attribute: too_much})
    plan = planned(directory, longer)

    assert plan.changes == ()
    assert {notice.reason.value for notice in plan.notices if notice.key == key} == {"value-too-long"}
