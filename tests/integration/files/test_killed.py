"""Killed at any point, nothing is lost, and sending the operation again finishes it."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.folders.operation import DeleteFolder, FolderOperation, MoveFolder, Progress, RestoreFolder
from lifecycle.ports.files.client import FileServers
from lifecycle.ports.files.connection import FileConnection
from sandbox.handle import Sandbox, Share
from tests.integration.files.conftest import Home, contents, fill, write_times

PROJECT = Path(__file__).parents[3]
POINTS = (0.05, 0.3, 0.6, 0.8, 0.9, 0.97)
"""Parts of all requests after which the process is killed."""


@pytest.fixture
def few(sandbox: Sandbox, place: Callable[[Share, str], Home]) -> Home:
    """A folder with fewer files yet: each is there for a point at which to be killed."""
    made = place(sandbox.share, "ada")
    fill(made.folder, 10, 0)
    return made


def _quiet(_progress: Progress) -> None:
    return


def _run(settings: FileConnection, operation: FolderOperation, last: int) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(Path(__file__).with_name("interrupted.py"))],
        input=pickle.dumps((settings, operation, last)),
        env={"PYTHONPATH": str(PROJECT)}, capture_output=True, check=False, timeout=60,
    )  # fmt: skip


def _kills(
    settings: FileConnection, operation: FolderOperation, undo: Callable[[], object], see: Callable[[], None]
) -> None:
    """Kill the operation at each point, one after the other on what the last one left, and see that nothing is lost."""
    whole = _run(settings, operation, 0)
    assert whole.returncode == 0, whole.stderr.decode()
    chains = int(whole.stdout)
    undo()
    for point in POINTS:
        killed = _run(settings, operation, max(1, int(chains * point)))
        assert killed.returncode in {-signal.SIGKILL, 0}, killed.stderr.decode()
        see()
        if killed.returncode == 0:  # what earlier tries had done made it shorter: begin anew
            undo()


def test_killed_move_loses_nothing_and_is_finished(
    few: Home, sandbox: Sandbox, place: Callable[[Share, str], Home], settings: FileConnection, folders: FileServers
) -> None:
    home, target = few, place(sandbox.second_share, "ada")
    before, times = contents(home.folder), write_times(home.folder)

    def see() -> None:
        sides = [contents(side.folder) for side in (home, target) if side.folder.exists()]
        leaving = home.folder.with_name(home.folder.name + ".halo-ad-leaving")
        sides += [contents(leaving)] if leaving.exists() else []
        assert sides, "neither source nor target is there"
        assert all(side == before for side in sides), "a folder is half there under its own name"

    move = MoveFolder(home.path, target.path)
    _kills(settings, move, lambda: folders.send(MoveFolder(target.path, home.path), _quiet), see)
    assert folders.send(move, _quiet).ok
    assert contents(target.folder) == before
    assert write_times(target.folder) == times
    mark = home.path.name.partition("-")[0]
    for share in (home.folder.parent, target.folder.parent):
        wanted = [target.path.name] if share == target.folder.parent else []
        assert [found.name for found in share.glob(f"{mark}-*")] == wanted


def test_killed_delete_and_restore_lose_nothing_and_are_finished(
    few: Home, sandbox: Sandbox, place: Callable[[Share, str], Home], settings: FileConnection, folders: FileServers
) -> None:
    home, archive = few, place(sandbox.archive_share, "ada.zip")
    before = contents(home.folder)
    delete, restore = DeleteFolder(home.path, archive.path), RestoreFolder(archive.path, home.path)

    def see() -> None:
        leaving = home.folder.with_name(home.folder.name + ".halo-ad-leaving")
        for there in (home.folder, leaving):
            if there.exists():
                assert contents(there) == before
                return
        with zipfile.ZipFile(archive.folder) as opened:
            assert opened.testzip() is None

    _kills(settings, delete, lambda: folders.send(restore, _quiet), see)
    assert folders.send(delete, _quiet).ok
    assert not list(home.folder.parent.glob(home.folder.name + "*"))
    _kills(settings, restore, lambda: folders.send(delete, _quiet), see)
    assert folders.send(restore, _quiet).ok
    assert contents(home.folder) == before
