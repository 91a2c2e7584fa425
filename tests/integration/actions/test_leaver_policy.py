"""The shipped leaver policy, whole, on fifty people: its order, one item that fails, and thirty days later."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from lifecycle.config.loader import load_configuration
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.people.person import People, Person, Standing
from lifecycle.planning.action_list import LEAVERS, action_list
from lifecycle.planning.plan import Plan
from sandbox.organisation import LEAVERS_OU, STAFF_OU
from tests.support.action_bench import ActionBench

CONFIG = Path(__file__).parents[3] / "config"
COUNT = 50
SHARED, REHIRED = 7, 20
"""Whose home folder another account names as well; who comes back within thirty days."""


@pytest.fixture(scope="module")
def office(bench: ActionBench) -> ActionBench:
    """The bench with the shipped policy, its settings those of the sandbox."""
    shares = {"homes": bench.sandbox.share, "home_archive": bench.sandbox.archive_share}
    env = load_configuration(CONFIG).settings.env | {
        name: rf"\\{share.host}\{share.name}" for name, share in shares.items()
    }
    policy = load_configuration(CONFIG).policies["leaver"]
    words = Vocabulary(env=env)
    listed = action_list(LEAVERS, policy.actions, words)
    return replace(bench, words=words, policy=replace(bench.policy, lists={LEAVERS: listed}))


@pytest.fixture(scope="module")
def guids(office: ActionBench) -> list[str]:
    """Fifty people with mailbox, licence, group and home folder; one more names the folder of one of them."""
    share = office.sandbox.share
    found = []
    for number in range(COUNT):
        name = f"leaver{number}"
        home = rf"\\{share.host}\{share.name}\{name}"
        guid = office.account(
            sAMAccountName=name, userPrincipalName=f"{name}@corp.example.test", employeeID=f"L{number}",
            displayName=f"Lea Ver {number}", department="Archive", homeDirectory=home, homeDrive="H:",
        )  # fmt: skip
        folder = Path(share.folder, name)
        folder.mkdir()
        (folder / "notes.txt").write_text(f"of {name}")
        office.graph.sync_user(guid, upn=f"{name}@corp.example.test")
        office.graph.give_licence(guid, "SPE_E3")
        office.exchange.sync_user(guid, f"{name}@corp.example.test")
        office.exchange.give_mailbox(guid)
        found.append(guid)
    office.account(homeDirectory=rf"\\{share.host}\{share.name}\leaver{SHARED}\inside")
    return found


def _plan(office: ActionBench, *persons: Person) -> Plan:
    people = People(tuple(sorted(persons, key=lambda one: one.key)), frozenset(), ())
    return office.sync(people, {"mail", *office.policy.lists[LEAVERS].attributes})


def test_the_whole_policy_on_fifty_people_and_thirty_days_later(office: ActionBench, guids: list[str]) -> None:
    gone = [Person(f"L{number}", Standing.INACTIVE, f"L{number}") for number in range(COUNT)]

    plan = _plan(office, *gone)
    applied = office.apply(plan)

    order = [action for action, _ in groupby(change.action for change in plan.changes)]
    assert order == [
        "begin-policy", "disable-user", "revoke-sessions", "set-auto-reply", "convert-mailbox",
        "hide-from-address-lists", "change-licences", "delete-home-folder", "modify-user", "move-user",
    ]  # fmt: skip
    told = [(notice.key, notice.reason.value) for notice in plan.notices if notice.key.startswith("L")]
    assert told == [(f"L{SHARED}", "target-refused")], "the one item that fails; the rest of that list is done"
    assert applied.failures == []
    for number, guid in enumerate(guids):
        entry, cloud, mail = office.entry(guid), office.graph.state(guid), office.exchange.state(guid)
        assert entry["dn"][0].endswith(LEAVERS_OU)
        assert entry["useraccountcontrol"] == ["514"]
        assert not cloud["licenseAssignmentStates"]
        assert "homedirectory" in entry if number == SHARED else "homedirectory" not in entry
        assert Path(office.sandbox.share.folder, f"leaver{number}").exists() == (number == SHARED)
        archived = Path(office.sandbox.archive_share.folder, f"leaver{number}-L{number}.zip")
        assert archived.exists() == (number != SHARED)
        assert (mail["server"]["kind"], mail["server"]["auto_reply"]["AutoReplyState"]) == ("SharedMailbox", "Enabled")

    back = Person(f"L{REHIRED}", Standing.EMPLOYED, f"L{REHIRED}", ou=STAFF_OU)
    still_gone = [one for one in gone if one.key != back.key]
    returned = _plan(office, back, *still_gone)
    assert office.apply(returned).failures == []
    assert {change.action for change in returned.changes if change.person == back.key} >= {"enable-user", "move-user"}

    office.clock.wait(days=29)
    assert "delete-user" not in {change.action for change in office.due().changes}
    office.clock.wait(days=2)
    fired = office.due()

    assert fired.counts["delete-user"] == COUNT - 1
    left = [number for number, guid in enumerate(guids) if office.find(f"(employeeID=L{number})", "cn") and guid]
    assert left == [REHIRED]
    assert dict(office.steps(guids[REHIRED]))["delete-user"] == "cancelled"
