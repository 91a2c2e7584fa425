"""H6: as H1, but the link leads to a neighbour in the same folder: ``ann.smith -> ann``, left when Ann was renamed.

Seen: delete-home-folder of ``ann.smith`` took all of ``ann`` away, and left the link as ``ann.smith.halo-ad-removed``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cases.shares import CaseShare, by_hand, contents, delete, homes, move, person, share
from tests.cases.world import World

ANN = {"letters": None, "letters/one.txt": "Ann's"}


@dataclass(frozen=True)
class Place:
    """A folder with home folders in it: the root of a share, or a folder below it."""

    share: CaseShare
    inside: str

    @property
    def folder(self) -> Path:
        """Behind the share."""
        return self.share.folder / self.inside

    def unc(self, name: str) -> str:
        """As the directory has it."""
        return self.share.unc(f"{self.inside}\\{name}" if self.inside else name)


@pytest.fixture(scope="module", params=["", "staff"], ids=["at the share's root", "below it"])
def place(world: World, request: pytest.FixtureRequest) -> Place:
    made = share(world, f"h6{request.param}", {"follow symlinks": "yes"})
    (made.folder / request.param).mkdir(exist_ok=True)
    homes(world, made, share(world, f"h6second{request.param}", {}))
    return Place(made, request.param)


@contextmanager
def account(world: World, name: str, home: str) -> Iterator[None]:
    """An account with this home folder, which is gone afterwards whatever was found."""
    dn = person(world, name, home)
    try:
        yield
    finally:
        world.delete(dn)


@pytest.fixture
def smith(world: World, place: Place) -> Iterator[str]:
    (place.folder / "ann" / "letters").mkdir(parents=True, exist_ok=True)
    (place.folder / "ann" / "letters" / "one.txt").write_text("Ann's", "utf-8")
    (place.folder / "ann.smith").unlink(missing_ok=True)
    (place.folder / "ann.smith").symlink_to("ann")
    with account(world, "case.smith", place.unc("ann.smith")):
        yield "case.smith"


@pytest.mark.parametrize("way", ["delete", "archive", "copy", "rename"])
def test_a_neighbours_folder_behind_a_link_stays(world: World, place: Place, smith: str, way: str) -> None:
    actions = {
        "delete": delete(world),
        "archive": delete(world, f"smith{place.inside}.zip"),
        "copy": move(rf"\\{place.share.host}\h6second{place.inside}\ann.smith"),
        "rename": move(place.unc("ann.moved")),
    }

    done = by_hand(world, smith, actions[way])

    assert contents(place.folder / "ann") == ANN
    assert sorted(one.name for one in place.folder.iterdir()) == ["ann", "ann.smith"]
    assert "link" in done.report, done


def test_a_link_left_under_a_temporary_name_is_not_followed(world: World, place: Place) -> None:
    """What the fault has left is not followed later either."""
    (place.folder / "bob").mkdir()
    (place.folder / "bob" / "his.txt").write_text("Bob's", "utf-8")
    (place.folder / "ann.smith").unlink(missing_ok=True)
    (place.folder / "bob.halo-ad-removed").symlink_to("ann")

    with account(world, "case.bob", place.unc("bob")):
        by_hand(world, "case.bob", delete(world))

    assert contents(place.folder / "ann") == ANN
    (place.folder / "bob.halo-ad-removed").unlink()


def test_without_the_link_the_folder_is_deleted(world: World, place: Place) -> None:
    home = place.folder / "eve"
    home.mkdir()
    with account(world, "case.eve", place.unc("eve")):
        assert by_hand(world, "case.eve", delete(world)).result["carried_out"]["delete-home-folder"] == 1
    assert not home.exists()
