"""Thousands of people at once."""

from __future__ import annotations

import pytest

from lifecycle.directory.operation import ChangeMembers, Operation
from sandbox.organisation import GROUPS_OU
from tests.support.action_bench import ActionBench
from tests.support.crowd import CROWD_OU, USERS

pytestmark = pytest.mark.timeout(200)


def _size(bench: ActionBench, group_dn: str) -> int:
    """How many direct members a group has, as another client reads them."""
    (entry,) = bench.find("(objectClass=group)", "member", base=group_dn)
    return len(entry.get("member", []))


@pytest.mark.usefixtures("_crowd")
def test_two_thousand_people_join_a_group_in_a_handful_of_operations(
    bench: ActionBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One operation for five hundred memberships, whoever asks for them."""
    group = f"CN=All Staff,{GROUPS_OU}"
    people = [entry["objectguid"][0] for entry in bench.find("(objectClass=user)", "objectGUID", base=CROWD_OU)]
    assert len(people) == USERS
    before = _size(bench, group)
    sent, send = list[Operation](), type(bench.directory).send
    monkeypatch.setattr(
        type(bench.directory), "send", lambda self, given, *more: (sent.extend(given), send(self, given, *more))[1]
    )

    plan_id = bench.carry_out([{"action": "add-to-groups", "groups": [group]}], people)

    assert [(type(one), len(one.add_guids)) for one in sent] == [(ChangeMembers, 500)] * 4
    assert _size(bench, group) == USERS + before

    sent.clear()
    bench.undo(plan_id)

    assert [(type(one), len(one.remove_guids)) for one in sent] == [(ChangeMembers, 500)] * 4
    assert _size(bench, group) == before
