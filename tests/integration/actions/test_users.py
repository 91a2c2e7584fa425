"""Actions on one user object, in the rhythm: dry, applied, read back by another program, nothing to do, undone."""

from __future__ import annotations

import pytest

from tests.support.action_bench import ActionBench

pytestmark = pytest.mark.timeout(120)


def test_modify_user_writes_what_differs_and_undo_puts_it_back(bench: ActionBench) -> None:
    guid = bench.account(title="Clerk", department="Finance")
    items = [
        {"action": "modify-user", "set": {"title": "Head", "description": "Was %ad.title%"}, "clear": ["department"]}
    ]
    before = bench.state(guid)

    plan = bench.request(items, [guid])
    assert (plan.counts, bench.state(guid)) == ({"modify-user": 1}, before)
    plan_id = bench.carry_out(items, [guid])

    entry = bench.entry(guid)
    assert (entry["title"], entry["description"], "department" in entry) == (["Head"], ["Was Clerk"], False)
    assert bench.request([{"action": "modify-user", "set": {"title": "Head"}}], [guid]).changes == ()
    bench.undo(plan_id)
    assert bench.state(guid) == before
