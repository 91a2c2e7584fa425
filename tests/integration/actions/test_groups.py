"""Memberships on a real domain controller: each way and back."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.action_bench import ActionBench

pytestmark = pytest.mark.timeout(120)


def _members(bench: ActionBench, group_dn: str) -> set[str]:
    """Distinguished names of a group's direct members, as another client reads them."""
    (entry,) = bench.find("(objectClass=group)", "member", base=group_dn)
    return set(entry.get("member", []))


def _groups(bench: ActionBench, count: int) -> list[tuple[str, str]]:
    """Distinguished name and GUID of groups that may be filled."""
    names = {group.guid: group.dn for group in bench.directory.groups().values()}
    return [(names[guid], guid) for guid in bench.groups()[:count]]


def test_accounts_join_leave_and_change_groups_and_undo_takes_each_back(bench: ActionBench) -> None:
    (first, first_guid), (second, second_guid) = _groups(bench, 2)
    guids = [bench.account() for _ in range(3)]
    names = {bench.dn(guid) for guid in guids}
    bench.join(guids[0], first_guid)
    everybody = [*guids, first_guid, second_guid]
    states, plans = [[bench.state(guid) for guid in everybody]], list[str]()
    for items in (
        [{"action": "add-to-groups", "groups": [first]}],
        [{"action": "move-across-groups", "from": [first], "to": [second]}],
        [{"action": "remove-from-groups", "groups": "all"}],
    ):
        assert bench.request(items, guids).changes
        assert [bench.state(guid) for guid in everybody] == states[-1], "a dry plan writes nothing"
        plans.append(bench.carry_out(items, guids))
        assert bench.request(items, guids).changes == ()
        states.append([bench.state(guid) for guid in everybody])
    assert not names & (_members(bench, first) | _members(bench, second))
    assert all("memberof" in one for state in states[1:3] for one in state[: len(guids)])
    assert all(one != two for one, two in pairwise(states))

    for number, plan_id in reversed(list(enumerate(plans))):
        bench.undo(plan_id)
        assert [bench.state(guid) for guid in everybody] == states[number], plan_id
    assert _members(bench, first) & names == {bench.dn(guids[0])}, "who was a member before is one still"
