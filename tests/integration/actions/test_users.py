"""Actions on one user object, in the rhythm: dry, applied, read back by another program, nothing to do, undone."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.organisation import LEAVERS_OU, STAFF_OU
from tests.support.action_bench import ActionBench
from tests.support.bench import PASSWORD
from tests.support.others_bench import RIGHTS

pytestmark = pytest.mark.timeout(120)

DISABLED, LOCKED = "533", "775"
"""Windows' reasons not to let somebody log on."""


def _in_rhythm(bench: ActionBench, guid: str, item: dict[str, Any]) -> tuple[str, dict[str, list[str]]]:
    """Dry, applied, nothing left to do; answers the plan's identifier and what the account was."""
    before = bench.state(guid)
    plan = bench.request([item], [guid])
    assert plan.counts == {item["action"]: 1}
    assert bench.state(guid) == before, "a dry plan writes nothing"
    plan_id = bench.carry_out([item], [guid])
    assert bench.request([item], [guid]).changes == ()
    return plan_id, before


def test_modify_user_writes_what_differs_and_undo_puts_it_back(bench: ActionBench) -> None:
    guid = bench.account(title="Clerk", department="Finance", otherTelephone=("1", "2"))
    item = {
        "action": "modify-user",
        "set": {"title": "Head", "description": "Of %ad.sAMAccountName%", "otherTelephone": ["2", "3"]},
        "clear": ["department"],
    }
    plan_id, before = _in_rhythm(bench, guid, item)

    entry = bench.entry(guid)
    assert (entry["title"], sorted(entry["othertelephone"])) == (["Head"], ["2", "3"])
    assert entry["description"] == [f"Of {entry['samaccountname'][0]}"]
    assert "department" not in entry

    bench.undo(plan_id)
    assert bench.state(guid) == before


def test_modify_user_leaves_what_somebody_has_changed_since_the_plan(bench: ActionBench) -> None:
    guid = bench.account(title="Clerk")
    plan = bench.request([{"action": "modify-user", "set": {"title": "Head"}}], [guid])
    bench.modify(guid, title="Deputy")

    (failure,) = bench.apply(plan).failures

    assert (failure.why, bench.entry(guid)["title"]) == ("drifted", ["Deputy"])


def test_disable_and_enable_open_and_close_the_door(bench: ActionBench) -> None:
    guid = bench.account()
    name = bench.account_name(guid)
    plan_id, before = _in_rhythm(bench, guid, {"action": "disable-user"})
    assert bench.entry(guid)["useraccountcontrol"] == ["514"]
    assert bench.binds(name, PASSWORD) == DISABLED

    bench.undo(plan_id)
    assert bench.state(guid) == before
    assert bench.binds(name, PASSWORD) == ""


def test_an_account_that_was_disabled_and_moved_has_its_own_rights_again(bench: ActionBench, elsewhere: str) -> None:
    guid = bench.account()
    bench.set_rights(bench.dn(guid), "(A;;WP;;;AN)")
    before = bench.state(guid)
    items = [{"action": "disable-user"}, {"action": "move-user", "ou": elsewhere}]

    assert bench.request(items, [guid]).counts == {"disable-user": 1, "move-user": 1}
    assert bench.state(guid) == before, "a dry plan writes nothing"
    plan_id = bench.carry_out(items, [guid])

    state = bench.state(guid)
    assert (state["useraccountcontrol"], state["dn"][0].endswith(f",{elsewhere}")) == (["514"], True)
    assert state[RIGHTS] != before[RIGHTS], "it inherits from where it stands"
    assert bench.request(items, [guid]).changes == ()
    bench.undo(plan_id)
    assert bench.state(guid) == before


def test_unlock_user_lets_in_who_was_locked_out(bench: ActionBench) -> None:
    bench.samba_tool("domain", "passwordsettings", "set", "--account-lockout-threshold=3")
    try:
        guid = bench.account()
        name = bench.account_name(guid)
        assert bench.request([{"action": "unlock-user"}], [guid]).changes == ()
        assert [bench.binds(name, "wrong") for _ in range(4)][-1] == LOCKED

        plan_id, _ = _in_rhythm(bench, guid, {"action": "unlock-user"})

        assert bench.binds(name, PASSWORD) == ""
        assert bench.request([{"action": "unlock-user"}], [guid]).changes == (), "0 is not locked"
        undone = bench.undoing(plan_id)
        assert (undone.changes, [one.reason.value for one in undone.notices]) == ((), ["undo-impossible"])
    finally:
        bench.samba_tool("domain", "passwordsettings", "set", "--account-lockout-threshold=0")


def test_disable_lync_switches_off_and_keeps_the_rest(bench: ActionBench) -> None:
    guid = bench.account(**{"msRTCSIP-UserEnabled": "TRUE", "msRTCSIP-OptionFlags": "256"})
    plan_id, before = _in_rhythm(bench, guid, {"action": "disable-lync"})
    entry = bench.entry(guid)
    assert (entry["msrtcsip-userenabled"], entry["msrtcsip-optionflags"]) == (["FALSE"], ["256"])

    bench.undo(plan_id)
    assert bench.state(guid) == before


def test_disable_lync_has_nothing_to_do_where_it_was_never_on(bench: ActionBench) -> None:
    guid = bench.account()
    assert bench.request([{"action": "disable-lync"}], [guid]).changes == ()


def test_move_user_keeps_the_name_and_finds_another_where_it_is_taken(bench: ActionBench) -> None:
    first = bench.account(displayName="Sam Same, Jr")
    name = bench.entry(first)["dn"][0]
    plan_id, before = _in_rhythm(bench, first, {"action": "move-user", "ou": LEAVERS_OU})
    assert bench.entry(first)["dn"] == [name.replace(STAFF_OU, LEAVERS_OU)]

    second = bench.account(displayName="Sam Same, Jr")
    other_id, before_that = _in_rhythm(bench, second, {"action": "move-user", "ou": LEAVERS_OU})
    assert bench.entry(second)["cn"] == [f"Sam Same, Jr {second}"]
    bench.undo(other_id)
    assert bench.state(second) == before_that

    bench.modify(second, title="still there")
    undone = bench.undo(plan_id)
    assert bench.journal(bench.newest()) == {0: "failed"}, "its name is taken"
    assert undone.counts == {"move-user": 1}
    assert bench.state(first)["dn"] != before["dn"]
