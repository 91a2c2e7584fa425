"""Custom scripts for accounts: called as approved, once, and taken back by a script."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lifecycle.planning.plan import Plan
from lifecycle.store.steps import Step
from lifecycle.store.tables import steps
from tests.support.action_bench import ActionBench
from tests.support.bench import PROJECT
from tests.support.killed import kill_unanswered

pytestmark = pytest.mark.timeout(120)

COUNTING = """
import json, pathlib, sys
file = pathlib.Path(sys.argv[1])
calls = int(file.read_text() or 0) if file.exists() else 0
file.write_text(str(calls + 1))
print(json.dumps({"calls": calls + 1}))
sys.exit(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
"""


@pytest.fixture
def orders(bench: ActionBench, tmp_path: Path) -> Iterator[Path]:
    """The folder where the door system collects its orders; the shipped example puts them there."""
    shutil.copy(PROJECT / "config" / "scripts" / "door_badge.py", bench.scripts)
    (bench.scripts / "count.py").write_text(COUNTING, "utf-8")
    yield tmp_path
    for script in bench.scripts.iterdir():
        script.unlink()


def badge(orders: Path, **more: object) -> dict[str, Any]:
    return {
        "action": "run-script", "script": "door_badge.py", "arguments": [str(orders)], "input": ["displayName"],
        "exit_codes": {"done_already": [10], "retry_later": [75]},
        "undo_script": "door_badge.py", "undo_arguments": [str(orders), "--withdraw"], **more,
    }  # fmt: skip


def count(file: Path, *arguments: str, **more: object) -> dict[str, Any]:
    return {"action": "run-script", "script": "count.py", "arguments": [str(file), *arguments], **more}


def found(folder: Path) -> dict[str, Any]:
    return {file.name: json.loads(file.read_text("utf-8")) for file in folder.iterdir()}


def test_a_script_runs_for_the_account_and_is_taken_back(bench: ActionBench, orders: Path) -> None:
    guid = bench.account(displayName="Ann Example 1")

    dry = bench.request([badge(orders)], [guid])
    assert ([change.action for change in dry.changes], found(orders)) == (["run-script"], {})
    plan_id = bench.carry_out([badge(orders)], [guid])

    assert found(orders) == {f"{guid}.json": {"name": "Ann Example 1"}}
    again = bench.carry_out([badge(orders)], [guid])
    assert bench.journal(again) == {0: "done"}
    bench.undo(plan_id)
    assert found(orders) == {}


def test_without_an_undo_script_nothing_takes_it_back(bench: ActionBench, orders: Path) -> None:
    guid = bench.account(displayName="Ann Example 2")
    plan_id = bench.carry_out([badge(orders, undo_script=None, undo_arguments=[])], [guid])

    undo = bench.undoing(plan_id)

    assert (undo.changes, [notice.reason.value for notice in undo.notices]) == ((), ["undo-impossible"])


def test_a_script_that_was_changed_after_the_approval_does_not_run(bench: ActionBench, orders: Path) -> None:
    guid = bench.account(displayName="Ann Example 3")
    plan = bench.request([badge(orders)], [guid])
    script = bench.scripts / "door_badge.py"
    script.write_text(script.read_text("utf-8") + "# mended\n", "utf-8")

    applied = bench.apply(plan)

    assert ([one.why for one in applied.failures], found(orders)) == (["drifted"], {})


@pytest.mark.parametrize(
    ("item", "about"),
    [
        ({"arguments": ["%department%"]}, "run-script"),
        ({"arguments": ["%title%"]}, "run-script"),
        ({"arguments": ["x" * 40_000]}, "run-script: argument 1 has 40000 bytes; 32768 are allowed"),
        ({"script": "missing.py"}, "scripts: missing.py: No such file or directory"),
    ],
)
def test_what_cannot_be_called_for_a_person_is_said(
    bench: ActionBench, orders: Path, item: dict[str, Any], about: str
) -> None:
    guid = bench.account(title="--withdraw Example")
    other = bench.account(title="Nurse", department="Ward")
    plan = bench.request([{**count(orders / "calls"), **item}], [guid, other])

    assert {notice.about for notice in plan.notices} == {about}
    assert "Example" not in "".join(notice.about for notice in plan.notices)
    if "%" in item.get("arguments", [""])[0]:
        assert [change.account for change in plan.changes] == [other], "one person stops nobody else"


def test_a_failed_script_fails_and_holds_back_the_rest(bench: ActionBench, orders: Path) -> None:
    guid = bench.account()
    items = [count(orders / "calls", "3"), {"action": "modify-user", "set": {"title": "Left"}}]

    applied = bench.apply(bench.request(items, [guid]))

    assert [one.why for one in applied.failures] == ["failed (3)", "held-back"]


def test_a_killed_run_never_calls_a_script_twice(bench: ActionBench, orders: Path) -> None:
    guid, file = bench.account(), orders / "calls"
    begin(bench, guid, count(file))
    plan_id = kill_unanswered(bench, due(bench), 1)

    assert bench.recover() == 1
    assert bench.journal(plan_id) == {0: "unknown"}
    assert (bench.due().changes, status(bench, guid), file.read_text()) == ((), "failed", "1")


def test_one_that_may_be_repeated_is_called_again(bench: ActionBench, orders: Path) -> None:
    guid, file = bench.account(), orders / "calls"
    begin(bench, guid, count(file, repeatable=True))
    kill_unanswered(bench, due(bench), 1)
    bench.recover()

    bench.due()

    assert (status(bench, guid), file.read_text()) == ("done", "2")


def test_one_that_was_not_ready_is_called_again(bench: ActionBench, orders: Path) -> None:
    guid = bench.account(displayName="Ann Example 4")
    folder = orders / "not there yet"
    begin(bench, guid, badge(folder))

    bench.due()
    assert status(bench, guid) == "waiting"
    folder.mkdir()
    bench.due()

    assert (status(bench, guid), list(found(folder))) == ("done", [f"{guid}.json"])


@pytest.mark.usefixtures("orders")
def test_one_that_ran_too_long_counts_as_unknown(bench: ActionBench) -> None:
    guid = bench.account()
    (bench.scripts / "slow.sh").write_text("sleep 30\n", "utf-8")
    begin(bench, guid, {"action": "run-script", "script": "slow.sh", "timeout_s": 0.2})

    bench.due()
    bench.recover()

    assert (status(bench, guid), bench.due().changes) == ("failed", ())


def begin(bench: ActionBench, guid: str, item: dict[str, Any]) -> None:
    """A step of a list that waits for the account, as the beginning of a list leaves it."""
    now = bench.clock()
    step = Step(
        f"step-{guid}", f"course-{guid}", bench.directory.identity(), bench.policy.automation, guid, "", "movers",
        "mover", 0, item["action"], json.dumps(item), now, now,
    )  # fmt: skip
    with bench.store.begin() as unit:
        unit.steps.begin([step])


def due(bench: ActionBench) -> Plan:
    """What is due, planned and not carried out."""
    return bench.planned_due()


def status(bench: ActionBench, guid: str) -> str:
    with bench.store.begin() as unit:
        row = unit.steps.connection.execute(steps.select().where(steps.c.step_id == f"step-{guid}")).one()
    return str(row.status.value)
