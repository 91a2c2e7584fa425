"""H2: a share that does not follow links hides them; a folder that holds one is emptied, and cannot be removed.

Seen: all that is visible goes, then 0xC0000101 for ever.
"""

from __future__ import annotations

import pytest

from tests.cases.shares import by_hand, delete, homes, person, share
from tests.cases.world import World


@pytest.mark.parametrize(("follow", "target"), [("no", "/etc"), ("yes", "nowhere")], ids=["not followed", "dangling"])
def test_it_says_that_the_share_hides_something_and_where(world: World, follow: str, target: str) -> None:
    made = share(world, f"h2{follow}", {"follow symlinks": follow})
    homes(world, made)
    name = f"case.h2{follow}"
    home = made.folder / name
    (home / "docs" / "drafts").mkdir(parents=True)
    (home / "docs" / "drafts" / "one.txt").write_text("his", "utf-8")
    (home / "docs" / "drafts" / "hidden").symlink_to(target)
    person(world, name, made.unc(name))

    done = by_hand(world, name, delete(world))

    assert done.result["not_carried_out"] > 0
    assert r"docs\drafts" in done.report, done.report
    assert "hides" in done.report
    assert "0xC0000101" not in done.report
