"""H1: a server that follows symbolic links shows a colleague's folder inside a leaver's, as if it were his.

Seen: the colleague's files were deleted, and were in the leaver's archive; links counted: 0.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases.shares import CaseShare, by_hand, contents, delete, homes, move, person, share
from tests.cases.world import World

COLLEAGUE = {"docs": None, "docs/budget.txt": "hers", "docs/old": None, "docs/old/plan.txt": "hers, too"}


@pytest.fixture(scope="module")
def followed(world: World) -> CaseShare:
    """A share with Samba's default."""
    made = share(world, "h1homes", {"follow symlinks": "yes"})
    homes(world, made, share(world, "h1second", {"follow symlinks": "yes"}))
    return made


@pytest.fixture
def leaver(world: World, followed: CaseShare, request: pytest.FixtureRequest) -> Iterator[str]:
    """An account whose home folder has a link to a colleague's folder; its name."""
    name = f"leaver{len(request.node.name)}"
    home = followed.folder / name
    (home / "own").mkdir(parents=True)
    (home / "own" / "letter.txt").write_text("his", "utf-8")
    for folder in ("colleague/docs/old",):
        (followed.folder / folder).mkdir(parents=True, exist_ok=True)
    (followed.folder / "colleague/docs/budget.txt").write_text("hers", "utf-8")
    (followed.folder / "colleague/docs/old/plan.txt").write_text("hers, too", "utf-8")
    (home / "shared-docs").symlink_to("../colleague/docs")
    dn = person(world, name, followed.unc(name))
    yield name
    world.delete(dn)


@pytest.mark.parametrize("way", ["delete", "archive", "move"])
def test_a_colleagues_files_behind_a_link_stay(world: World, followed: CaseShare, leaver: str, way: str) -> None:
    archive = Path(world.sandbox.archive_share.folder) / f"{leaver}.zip"
    actions = {
        "delete": delete(world),
        "archive": delete(world, f"{leaver}.zip"),
        "move": move(rf"\\{followed.host}\h1second\{leaver}"),
    }

    by_hand(world, leaver, actions[way])

    assert contents(followed.folder / "colleague") == COLLEAGUE
    if archive.exists():
        with zipfile.ZipFile(archive) as opened:
            assert not [name for name in opened.namelist() if "shared-docs/" in name]
    moved = Path(world.sandbox.folder) / "h1second" / leaver
    assert not (moved / "shared-docs" / "budget.txt").exists()


def test_it_says_that_there_is_a_link(world: World, followed: CaseShare, leaver: str) -> None:
    done = by_hand(world, leaver, delete(world))
    assert "links" in done.report, done
    home = followed.folder / leaver
    assert contents(home) == {"own": None, "own/letter.txt": "his", "shared-docs": "-> ../colleague/docs"}

    (home / "shared-docs").unlink()
    assert by_hand(world, leaver, delete(world)).result["carried_out"]["delete-home-folder"] == 1
    assert not home.exists()
