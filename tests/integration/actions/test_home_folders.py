"""Home folders on real shares, made and given; read back by Samba's client and behind the shares."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from lifecycle.directory.values import sid_from_bytes
from lifecycle.folders.descriptor import ADMINISTRATORS_SID, SYSTEM_SID
from lifecycle.planning.plan import Plan
from sandbox.handle import Share
from tests.support.action_bench import ActionBench
from tests.support.home_places import Person, create, delete, move

pytestmark = pytest.mark.timeout(120)


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
