"""Home folders on real shares, moved and put back, also by runs that are killed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lifecycle.planning.plan import Plan
from lifecycle.store.steps import Step
from sandbox.handle import Share
from tests.support.action_bench import ActionBench
from tests.support.home_places import Person, Place, move
from tests.support.killed import kill_between, kill_unanswered

pytestmark = pytest.mark.timeout(120)


def actions(plan: Plan) -> list[str]:
    return [change.action for change in plan.changes]


def abouts(plan: Plan) -> list[str]:
    return [notice.about.partition(": ")[2] for notice in plan.notices]


def test_a_folder_moves_to_another_share_and_back(
    bench: ActionBench, person: Callable[..., Person], shares: tuple[Share, Share, Share]
) -> None:
    ann, second = person(), shares[1]
    new = Place(second, ann.name)
    before, contents, rights = bench.state(ann.guid), ann.home.contents(), ann.home.rights(bench)
    items = [move(second, drive="U:")]

    dry = bench.request(items, [ann.guid])
    assert actions(dry) == ["copy-home-folder", "modify-user", "remove-old-home-folder"]
    assert (bench.state(ann.guid), new.is_there) == (before, False)
    plan_id = bench.carry_out(items, [ann.guid])

    entry = bench.entry(ann.guid)
    assert (entry["homedirectory"], entry["homedrive"]) == ([new.unc], ["U:"])
    assert (new.contents(), new.rights(bench)) == (contents, rights)
    assert [one.name for one in Path(ann.home.share.folder).iterdir()] == []
    assert actions(bench.request(items, [ann.guid])) == []

    (new.folder / "since.txt").write_text("written in between", "utf-8")
    bench.undo(plan_id)
    assert bench.state(ann.guid) == before
    assert (ann.home.folder / "since.txt").read_text("utf-8") == "written in between"
    (ann.home.folder / "since.txt").unlink()
    assert (ann.home.contents(), ann.home.rights(bench), new.is_there) == (contents, rights, False)


def test_an_undo_that_cannot_copy_back_leaves_the_account_its_folder(
    bench: ActionBench, person: Callable[..., Person], shares: tuple[Share, Share, Share]
) -> None:
    ann = person()
    new = Place(shares[1], ann.name)
    plan_id = bench.carry_out([move(shares[1])], [ann.guid])
    undo = bench.undoing(plan_id)
    ann.home.folder.write_text("in the way", "utf-8")

    applied = bench.apply(undo)

    assert [one.why for one in applied.failures] == ["drifted", "held-back", "held-back"]
    assert (bench.entry(ann.guid)["homedirectory"], bool(new.contents())) == ([new.unc], True)


def test_on_one_share_a_folder_is_renamed(bench: ActionBench, person: Callable[..., Person]) -> None:
    ann = person()
    new = Place(ann.home.share, f"{ann.name}-new")
    before, contents, inode = bench.state(ann.guid), ann.home.contents(), ann.home.folder.stat().st_ino
    items = [move(ann.home.share, "%sAMAccountName%-new")]

    dry = bench.request(items, [ann.guid])
    assert actions(dry) == ["rename-home-folder", "modify-user"]
    assert (bench.state(ann.guid), ann.home.contents(), new.is_there) == (before, contents, False)
    plan_id = bench.carry_out(items, [ann.guid])

    assert (new.contents(), new.folder.stat().st_ino, ann.home.is_there) == (contents, inode, False)
    assert bench.entry(ann.guid)["homedirectory"] == [new.unc]
    assert actions(bench.request(items, [ann.guid])) == []
    bench.undo(plan_id)
    assert (bench.state(ann.guid), ann.home.contents(), new.is_there) == (before, contents, False)


@pytest.mark.parametrize("kill", ["after copying", "copied unheard", "after naming", "removed unheard"])
def test_a_move_that_is_killed_is_finished_by_the_next_run(
    bench: ActionBench, person: Callable[..., Person], shares: tuple[Share, Share, Share], kill: str
) -> None:
    ann = person()
    new = Place(shares[1], ann.name)
    contents, items = ann.home.contents(), [move(shares[1])]
    plan = bench.request(items, [ann.guid])
    if kill.endswith("unheard"):
        kill_unanswered(bench, plan, 1 if kill.startswith("copied") else 2)
    else:
        kill_between(bench, plan, 1 if kill == "after copying" else 2)
    is_named = bench.entry(ann.guid)["homedirectory"] == [new.unc]
    assert (new if is_named else ann.home).contents() == contents, "the account has its folder, whole"
    assert bench.recover() == kill.endswith("unheard")
    if is_named:  # what is written at the new place by then is no reason to keep the old folder
        (new.folder / "since.txt").write_text("later", "utf-8")

    bench.carry_out(items, [ann.guid])

    assert bench.entry(ann.guid)["homedirectory"] == [new.unc]
    (new.folder / "since.txt").unlink(missing_ok=True)
    assert (new.contents().keys(), ann.home.is_there) == (contents.keys(), False)
    assert actions(bench.request(items, [ann.guid])) == []


def test_a_rename_that_is_killed_is_finished_by_the_next_run(bench: ActionBench, person: Callable[..., Person]) -> None:
    ann = person()
    new = Place(ann.home.share, f"{ann.name}-new")
    items = [move(ann.home.share, "%sAMAccountName%-new")]
    plan_id = kill_unanswered(bench, bench.request(items, [ann.guid]), 1)
    assert (bench.recover(), bench.journal(plan_id)) == (1, {0: "done"})

    assert actions(bench.request(items, [ann.guid])) == ["modify-user"]
    bench.carry_out(items, [ann.guid])

    assert (bench.entry(ann.guid)["homedirectory"], new.is_there) == ([new.unc], True)


def test_an_old_folder_that_changes_is_kept_and_said(
    bench: ActionBench, person: Callable[..., Person], shares: tuple[Share, Share, Share]
) -> None:
    ann, items = person(), [move(shares[1])]
    kill_between(bench, bench.request(items, [ann.guid]), 2)
    (ann.home.folder / "late.txt").write_text("saved where it used to be", "utf-8")

    again = bench.request(items, [ann.guid])

    assert (actions(again), abouts(again)) == ([], ["the old folder has changed since it was copied"])
    (ann.home.folder / "late.txt").unlink()
    os.utime(ann.home.folder, ns=(0, Place(shares[1], ann.name).folder.stat().st_mtime_ns))
    bench.carry_out(items, [ann.guid])
    assert not ann.home.is_there


def test_a_folder_that_changes_after_the_plan_is_not_moved(
    bench: ActionBench, person: Callable[..., Person], shares: tuple[Share, Share, Share]
) -> None:
    ann = person()
    plan = bench.request([move(shares[1])], [ann.guid])
    (ann.home.folder / "new.txt").write_text("since", "utf-8")

    applied = bench.apply(plan)

    assert [one.why for one in applied.failures] == ["drifted", "held-back", "held-back"]
    assert not Place(shares[1], ann.name).is_there


def test_a_step_that_is_killed_is_finished_when_it_is_tried_again(
    bench: ActionBench, person: Callable[..., Person], shares: tuple[Share, Share, Share]
) -> None:
    ann = person()
    _begin(bench, ann.guid, move(shares[1]))
    kill_between(bench, bench.planned_due(), 2)
    assert ann.home.is_there

    assert actions(bench.due()) == ["remove-old-home-folder"]
    assert not ann.home.is_there
    assert bench.due().changes == ()


def _begin(bench: ActionBench, guid: str, item: dict[str, Any]) -> None:
    """A step of a list that waits for the account, as the beginning of a list leaves it."""
    now = bench.clock()
    step = Step(
        f"step-{guid}", f"course-{guid}", bench.directory.identity(), bench.policy.automation, guid, "", "movers",
        "mover", 0, item["action"], json.dumps(item), now, now,
    )  # fmt: skip
    with bench.store.begin() as unit:
        unit.steps.begin([step])
