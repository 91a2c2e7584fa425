"""Home folders on real shares: made, moved, deleted, put back; read back by Samba's client and behind the shares."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from lifecycle.config.automation import Limit
from lifecycle.directory.values import sid_from_bytes
from lifecycle.folders.descriptor import ADMINISTRATORS_SID, SYSTEM_SID
from lifecycle.planning.plan import Plan
from lifecycle.store.steps import Step
from sandbox.handle import Share
from tests.support.action_bench import ActionBench
from tests.support.killed import kill_between, kill_unanswered
from tests.support.sandbox_systems import root_of

pytestmark = pytest.mark.timeout(120)


@dataclass(frozen=True)
class Place:
    """A name on a share: as the directory has it, and behind the share."""

    share: Share
    name: str

    @property
    def unc(self) -> str:
        """As a UNC path."""
        return str(root_of(self.share).child(self.name))

    @property
    def folder(self) -> Path:
        """Behind the share."""
        return Path(self.share.folder) / self.name

    @property
    def is_there(self) -> bool:
        """Whether a folder stands there."""
        return self.folder.is_dir()

    def fill(self) -> None:
        """Put something in it."""
        (self.folder / "letters" / "old").mkdir(parents=True)
        for number in range(12):
            file = self.folder / "letters" / f"letter {number}.txt"
            file.write_text(f"Dear {number}" * number, "utf-8")
            os.utime(file, (1_500_000_000, 1_400_000_000.5 + number))
        (self.folder / "Zoë.bin").write_bytes(os.urandom(70_000))

    def contents(self) -> dict[str, tuple[bytes | None, int]]:
        """Name → content and time of last write."""
        return {
            str(file.relative_to(self.folder)): (
                None if file.is_dir() else file.read_bytes(),
                file.stat().st_mtime_ns // 100,
            )
            for file in self.folder.rglob("*")
        }

    def rights(self, bench: ActionBench, inside: str = "") -> str:
        """Owner and entries, as another client reads them."""
        return bench.smbcacls(self.share, f"{self.name}/{inside}".rstrip("/"))


@pytest.fixture
def shares(bench: ActionBench) -> Iterator[tuple[Share, Share, Share]]:
    """Both shares of homes and that of archives, empty again afterwards, and named by nobody."""
    sandbox = bench.sandbox
    three = sandbox.share, sandbox.second_share, sandbox.archive_share
    yield three
    for share in three:
        for left in Path(share.folder).iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    for entry in bench.find("(homeDirectory=*)", "sAMAccountName"):
        bench.modify(bench.guid(entry["samaccountname"][0]), homeDirectory="")


@dataclass(frozen=True)
class Person:
    """An account, and where its home folder stands or will stand."""

    guid: str
    name: str
    home: Place


@pytest.fixture
def person(bench: ActionBench, shares: tuple[Share, Share, Share]) -> Callable[..., Person]:
    """Accounts with a home folder with something in it, given by the product; ``bare`` without one."""

    def made(*, bare: bool = False) -> Person:
        guid = bench.account()
        name = bench.account_name(guid)
        home = Place(shares[0], name)
        if not bare:
            bench.carry_out([create(home.share)], [guid])
            home.fill()
        return Person(guid, name, home)

    return made


def create(share: Share, name: str = "%sAMAccountName%") -> dict[str, Any]:
    return {"action": "create-home-folder", "path": rf"\\{share.host}\{share.name}\{name}"}


def move(share: Share, name: str = "%sAMAccountName%", **more: object) -> dict[str, Any]:
    return {"action": "move-home-folder", "to": rf"\\{share.host}\{share.name}\{name}", **more}


def delete(archives: Share | None) -> dict[str, Any]:
    where = rf"\\{archives.host}\{archives.name}\%sAMAccountName%.zip" if archives else "none"
    return {"action": "delete-home-folder", "archive": where}


def actions(plan: Plan) -> list[str]:
    return [change.action for change in plan.changes]


def abouts(plan: Plan) -> list[str]:
    return [notice.about.partition(": ")[2] for notice in plan.notices]


def test_a_home_folder_is_made_for_its_owner_alone(bench: ActionBench, person: Callable[..., Person]) -> None:
    ann = person(bare=True)
    before = bench.state(ann.guid)
    items = [create(ann.home.share)]

    dry = bench.request(items, [ann.guid])
    assert (actions(dry), bench.state(ann.guid)) == (["create-home-folder", "modify-user"], before)
    assert not ann.home.is_there
    plan_id = bench.carry_out(items, [ann.guid])

    entry = bench.entry(ann.guid)
    assert (entry["homedirectory"], entry["homedrive"]) == ([ann.home.unc], ["H:"])
    rights = ann.home.rights(bench)
    sid = sid_from_bytes(bytes.fromhex(entry["objectsid"][0]))
    assert re.findall(r"^OWNER:(.+)$", rights, re.MULTILINE) == [sid]
    granted = re.findall(r"^ACL:(.+):ALLOWED/OI\|CI/FULL$", rights, re.MULTILINE)
    assert granted == [sid, ADMINISTRATORS_SID, SYSTEM_SID]
    assert rights.count("ACL:") == len(granted), rights
    assert actions(bench.request(items, [ann.guid])) == []
    bench.undo(plan_id)
    assert (bench.state(ann.guid), ann.home.is_there) == (before, False)


def test_a_made_folder_that_is_in_use_outlives_the_undo(bench: ActionBench, person: Callable[..., Person]) -> None:
    ann = person(bare=True)
    plan_id = bench.carry_out([create(ann.home.share)], [ann.guid])
    (ann.home.folder / "letter.txt").write_text("mine", "utf-8")

    undone = bench.undo(plan_id)

    assert actions(undone) == ["modify-user"]
    assert [notice.reason.value for notice in undone.notices] == ["undo-drifted"]
    assert (ann.home.folder / "letter.txt").read_text("utf-8") == "mine"


def test_a_folder_of_somebody_else_is_not_taken(bench: ActionBench, person: Callable[..., Person]) -> None:
    ann = person(bare=True)
    ann.home.fill()

    applied = bench.apply(bench.request([create(ann.home.share)], [ann.guid]))

    assert [(one.action, one.why.partition(" ")[0]) for one in applied.failures] == [
        ("create-home-folder", "in-the-way"),
        ("modify-user", "held-back"),
    ]
    assert "homedirectory" not in bench.entry(ann.guid)


def test_two_accounts_are_never_given_one_folder(bench: ActionBench, person: Callable[..., Person]) -> None:
    ann, bob, eve = person(bare=True), person(bare=True), person()
    share = ann.home.share

    plan = bench.request([create(share, "shared")], [ann.guid, bob.guid])
    assert sorted(actions(plan)) == ["create-home-folder", "modify-user"]
    assert abouts(plan) == ["folder-of-another-account"]

    for name in (eve.name, rf"{eve.name}\inside"):
        assert abouts(bench.request([create(share, name)], [ann.guid])) == ["folder-of-another-account"]
    bench.modify(bob.guid, homeDirectory=f"{eve.home.unc.upper()}\\")  # Windows takes both for one
    for items in ([move(bench.sandbox.second_share)], [delete(None)]):
        plan = bench.request(items, [eve.guid])
        assert (actions(plan), abouts(plan)) == ([], ["folder-of-another-account"])
    assert eve.home.is_there


def test_who_names_a_folder_after_the_plan_was_made_keeps_it(bench: ActionBench, person: Callable[..., Person]) -> None:
    ann, bob = person(), person(bare=True)
    plan = bench.request([delete(None)], [ann.guid])
    bench.modify(bob.guid, homeDirectory=ann.home.unc)

    applied = bench.apply(plan)

    assert [one.why for one in applied.failures] == ["drifted", "held-back"]
    assert ann.home.contents()


@pytest.mark.parametrize(
    ("home", "why"),
    [
        (r"\\{host}\{share}", "folder-is-root"),
        (r"\\{host}\{archives}\ann", "folder-outside-roots"),
        (r"\\elsewhere\home\ann", "folder-outside-roots"),
        (r"D:\home\ann", "folder-path-invalid"),
        (r"\\{host}\{share}\..\ann", "folder-path-invalid"),
    ],
)
def test_folders_outside_the_roots_are_left_alone(
    bench: ActionBench, shares: tuple[Share, Share, Share], home: str, why: str
) -> None:
    first, second, archives = shares
    named = home.format(host=first.host, share=first.name, archives=archives.name)
    guid = bench.account(homeDirectory=named, homeDrive="H:")
    for items in ([move(second)], [delete(archives)], [delete(None)]):
        plan = bench.request(items, [guid])
        assert (actions(plan), abouts(plan)) == ([], [why])


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


def _begin(bench: ActionBench, guid: str, item: dict[str, Any]) -> None:
    """A step of a list that waits for the account, as the beginning of a list leaves it."""
    now = bench.clock()
    step = Step(
        f"step-{guid}", f"course-{guid}", bench.directory.identity(), bench.policy.automation, guid, "", "movers",
        "mover", 0, item["action"], json.dumps(item), now, now,
    )  # fmt: skip
    with bench.store.begin() as unit:
        unit.steps.begin([step])
