"""Home folders on real shares, deleted and brought back from their archive, also by runs that are killed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lifecycle.config.automation import Limit
from lifecycle.planning.plan import Plan
from sandbox.handle import Share
from tests.support.action_bench import ActionBench
from tests.support.home_places import Person, delete
from tests.support.killed import kill_between, kill_unanswered

pytestmark = pytest.mark.timeout(120)


def actions(plan: Plan) -> list[str]:
    return [change.action for change in plan.changes]


def test_a_deleted_folder_comes_back_from_its_archive(
    bench: ActionBench, person: Callable[..., Person], shares: tuple[Share, Share, Share]
) -> None:
    ann, archives = person(), shares[2]
    before, contents, rights = bench.state(ann.guid), ann.home.contents(), ann.home.rights(bench, "letters")
    items = [delete(archives)]

    dry = bench.request(items, [ann.guid])
    assert (actions(dry), ann.home.contents()) == (["delete-home-folder", "modify-user"], contents)
    plan_id = bench.carry_out(items, [ann.guid])

    entry = bench.entry(ann.guid)
    assert (ann.home.is_there, "homedirectory" in entry, "homedrive" in entry) == (False, False, False)
    with zipfile.ZipFile(Path(archives.folder) / f"{ann.name}.zip") as archive:
        assert archive.testzip() is None
        assert archive.read("content/Zoë.bin") == contents["Zoë.bin"][0]
    assert bench.request(items, [ann.guid]).changes == ()
    bench.undo(plan_id)
    assert (bench.state(ann.guid), ann.home.contents()) == (before, contents)
    assert ann.home.rights(bench, "letters") == rights


def test_without_an_archive_nothing_comes_back(bench: ActionBench, person: Callable[..., Person]) -> None:
    ann = person()
    plan = bench.request([delete(None)], [ann.guid])
    (ann.home.folder / "new.txt").write_text("since the plan", "utf-8")
    assert [one.why for one in bench.apply(plan).failures] == ["drifted", "held-back"]
    assert ann.home.is_there

    plan_id = bench.carry_out([delete(None)], [ann.guid])

    assert not ann.home.is_there
    undo = bench.undoing(plan_id)
    assert [notice.reason.value for notice in undo.notices] == ["undo-impossible"]


@pytest.mark.parametrize("kill", [kill_between, kill_unanswered])
def test_a_deletion_that_is_killed_is_finished_by_the_next_run(
    bench: ActionBench, person: Callable[..., Person], shares: tuple[Share, Share, Share], kill: Callable[..., str]
) -> None:
    ann, items = person(), [delete(shares[2])]
    plan_id = kill(bench, bench.request(items, [ann.guid]), 1)
    bench.recover()
    assert bench.journal(plan_id) == {0: "done"}

    bench.carry_out(items, [ann.guid])

    assert "homedirectory" not in bench.entry(ann.guid)
    undone = bench.undo(plan_id)
    assert (actions(undone), bool(ann.home.contents())) == (["restore-home-folder"], True)


def test_a_limit_of_its_own_stops_many_deletions(bench: ActionBench, person: Callable[..., Person]) -> None:
    people = [person().guid for _ in range(2)]
    limits = bench.policy.limits.model_copy(update={"actions": {"delete-home-folder": Limit(count=1)}})
    careful = replace(bench, policy=replace(bench.policy, limits=limits))

    (over,) = careful.over_limits(careful.request([delete(None)], people))

    assert over.startswith("delete-home-folder: 2")
