"""H3: names that SMB cannot show are archived under Samba's substitutes and then deleted, and the names are lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.shares import CaseShare, by_hand, contents, delete, homes, move, person, share
from tests.cases.world import World

NAMES = ("Budget: 2026.xlsx", "notes.", "plan?.doc", "tail ", "aux.txt")


@pytest.fixture(scope="module")
def made(world: World) -> CaseShare:
    made = share(world, "h3homes", {})
    homes(world, made, share(world, "h3second", {}))
    return made


@pytest.mark.parametrize("way", ["archive", "move"])
@pytest.mark.parametrize("number", range(len(NAMES) + 1))
def test_names_that_smb_cannot_show_are_not_lost(world: World, made: CaseShare, number: int, way: str) -> None:
    """Each by itself, and at last a folder."""
    name = f"case.h3{way[0]}{number}"
    home = made.folder / name
    (home / "docs").mkdir(parents=True)
    if number < len(NAMES):
        (home / "docs" / NAMES[number]).write_text("his", "utf-8")
    else:
        (home / "a: folder").mkdir()
        (home / "a: folder" / "one.txt").write_text("his", "utf-8")
    before = contents(home)
    person(world, name, made.unc(name))
    to = rf"\\{made.host}\h3second\{name}"

    done = by_hand(world, name, delete(world, f"{name}.zip") if way == "archive" else move(to))

    assert contents(home) == before
    assert not (Path(world.sandbox.folder) / "h3second" / name).exists()
    assert "names" in done.report, done


def test_a_name_that_only_looks_like_a_substitute_is_one(world: World, made: CaseShare) -> None:
    home = made.folder / "case.h3x"
    home.mkdir()
    (home / "REALLY~1.TXT").write_text("his", "utf-8")
    (home / "IMG_0001.JPG").write_text("his", "utf-8")
    person(world, "case.h3x", made.unc("case.h3x"))
    done = by_hand(world, "case.h3x", delete(world, "case.h3x.zip"))
    assert done.result["carried_out"]["delete-home-folder"] == 1
    assert not home.exists()
