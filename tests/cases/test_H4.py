"""H4: a folder in which a file is open is refused with a bare STATUS_ACCESS_DENIED."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.organisation import DOMAIN, SERVICE_ACCOUNT
from tests.cases.shares import CaseShare, by_hand, contents, delete, homes, move, person, share
from tests.cases.world import World

_WAIT_S = 30.0


@contextmanager
def opened(world: World, where: CaseShare, path: str) -> Iterator[None]:
    """Another client has a file open, and shares it with nobody who would remove it."""
    with subprocess.Popen(  # noqa: S603 - our own arguments
        ["smbclient", f"//{where.host}/{where.name}", "-U", f"{DOMAIN}\\{SERVICE_ACCOUNT}"],  # noqa: S607
        env={"PATH": "/usr/bin:/bin", "PASSWD": world.sandbox.directory.password, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as client:  # fmt: skip
        assert client.stdin is not None
        assert client.stdout is not None
        client.stdin.write(f'open "{path}"\nls {path.partition(chr(92))[0]}\n')
        client.stdin.flush()
        deadline = time.monotonic() + _WAIT_S
        while "open file" not in (line := client.stdout.readline()):
            assert line, "the client ended"
            assert time.monotonic() < deadline
        yield
        client.stdin.close()
        client.stdout.read()


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
    assert "open" in done.told, done.told
    assert "in-use" in done.told
    assert contents(home) == before
    assert by_hand(world, name, action).result["not_carried_out"] == 0
    assert not Path(home).exists()
