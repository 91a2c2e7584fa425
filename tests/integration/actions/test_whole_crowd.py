"""Thousands of people at once; the last file of its folder, as everything is slower afterwards."""

from __future__ import annotations

import pytest

from lifecycle.directory.operation import ChangeMembers, Operation
from sandbox.organisation import GROUPS_OU, STAFF_OU
from tests.support.action_bench import ActionBench

pytestmark = pytest.mark.timeout(200)

USERS = 2_000


def _size(bench: ActionBench, group_dn: str) -> int:
    """How many direct members a group has, as another client reads them."""
    (entry,) = bench.find("(objectClass=group)", "member", base=group_dn)
    return len(entry.get("member", []))


def test_two_thousand_people_join_a_group_in_a_handful_of_operations(
    bench: ActionBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One operation for five hundred memberships, whoever asks for them."""
    bench.samba_python("tests.support.samba_crowd", str(USERS), "0", "0")
    crowd, group = f"OU=Crowd,{STAFF_OU}", f"CN=All Staff,{GROUPS_OU}"
    people = [entry["objectguid"][0] for entry in bench.find("(objectClass=user)", "objectGUID", base=crowd)]
    assert len(people) == USERS
    before = _size(bench, group)
    sent, send = list[Operation](), type(bench.directory).send
    monkeypatch.setattr(type(bench.directory), "send", lambda self, given: (sent.extend(given), send(self, given))[1])

    bench.carry_out([{"action": "add-to-groups", "groups": [group]}], people)

    assert [(type(one), len(one.add_guids)) for one in sent] == [(ChangeMembers, 500)] * 4
    assert _size(bench, group) == USERS + before
