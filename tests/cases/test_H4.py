"""H4: a folder in which a file is open is refused with a bare STATUS_ACCESS_DENIED."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import smbclient
from smbprotocol.connection import Connection

from tests.cases.shares import CaseShare, by_hand, contents, delete, homes, move, person, share
from tests.cases.world import World


@contextmanager
def opened(world: World, where: CaseShare, path: str) -> Iterator[None]:
    """Another client has a file open, and shares it with nobody who would remove it."""
    directory = world.sandbox.directory
    cache: dict[str, Connection] = {}
    try:
        with smbclient.open_file(
            where.unc(path), mode="rb", share_access="rw", username=directory.user, password=directory.password,
            auth_protocol="ntlm", connection_cache=cache,
        ):  # fmt: skip
            yield
    finally:
        smbclient.reset_connection_cache(connection_cache=cache)


@pytest.mark.parametrize("way", ["delete", "rename"])
def test_it_says_that_the_folder_is_in_use(world: World, way: str) -> None:
    """As on Windows: no folder is renamed while a file in it is open."""
    name = f"case.h4{way}"
    made = share(world, f"h4{way}", {"strict rename": "yes"})
    homes(world, made)
    home = made.folder / name
    (home / "docs").mkdir(parents=True)
    (home / "docs" / "open.txt").write_text("his", "utf-8")
    before = contents(home)
    person(world, name, made.unc(name))
    action = delete(world) if way == "delete" else move(made.unc(f"{name}.new"))

    with opened(world, made, rf"{name}\docs\open.txt"):
        done = by_hand(world, name, action)

    assert done.result["not_carried_out"] > 0
    assert "open" in done.report, done.report
    assert "in-use" in done.report
    assert contents(home) == before
    assert by_hand(world, name, action).result["not_carried_out"] == 0
    assert not Path(home).exists()
