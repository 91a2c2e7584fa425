"""Moving a home folder between shares, seen through another client and behind the shares."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lifecycle.folders.operation import Absent, Folder, InTheWay, MoveFolder, MoveStage, Progress
from lifecycle.ports.files.client import FileServers
from lifecycle.ports.files.failures import Reason
from sandbox.handle import Sandbox, Share
from tests.integration.files.conftest import Home, contents, fill, write_times

COPY_AND_VERIFY = (MoveStage.COPY, MoveStage.VERIFY)
LOOKED_AT = ("", "empty", "docs/0/file-0.txt", "docs/1/file-1.txt", "docs/2/file-2.txt", "nothing.dat", "big.bin")
KEPT = ("create_time", "write_time", "attributes")
"""What smbclient tells of a file that a copy has as well."""


def _quiet(_progress: Progress) -> None:
    return


@pytest.fixture
def target(sandbox: Sandbox, place: Callable[[Share, str], Home]) -> Home:
    return place(sandbox.second_share, "ada")


def _names_beside(home: Home) -> list[str]:
    mark = home.path.name.partition("-")[0]
    return sorted(found.name for found in home.folder.parent.glob(f"{mark}-*"))


def _acls(home: Home) -> dict[str, str]:
    return {name: home.acl(name) for name in LOOKED_AT}


def _infos(home: Home) -> dict[str, list[str | None]]:
    return {name: [home.info(name.replace("/", "\\")).get(key) for key in KEPT] for name in LOOKED_AT[1:4]}


def test_move_keeps_contents_rights_times_and_attributes(
    full_home: Home, target: Home, folders: FileServers, person_sid: str
) -> None:
    home = full_home
    before, acls, times, infos = contents(home.folder), _acls(home), write_times(home.folder), _infos(home)
    assert f"OWNER:{person_sid}" in acls["docs/0/file-0.txt"]
    assert "2011" in str(infos["empty"][0])
    told: list[Progress] = []
    copied = folders.send(MoveFolder(home.path, target.path, COPY_AND_VERIFY), told.append)
    assert copied.ok, copied
    assert contents(target.folder) == before
    assert _acls(target) == acls
    assert write_times(target.folder) == times
    assert _infos(target) == infos
    stream = target.smbclient(f'get "{target.path.name}\\docs\\3\\file-3.txt:Zone.Identifier" -')
    assert Path("/etc/hostname").read_text("utf-8").strip() in stream
    assert contents(home.folder) == before, "the source stays until it is asked to go"
    assert told[-1].files == told[-1].of_files

    state = folders.state(target.path)
    assert isinstance(state, Folder)
    assert state == folders.state(home.path)
    assert (state.count, state.links) == (len(before), 0)
    assert state.digest == copied.detail

    removed = folders.send(MoveFolder(home.path, target.path, (MoveStage.REMOVE_SOURCE,), copied.detail), _quiet)
    assert removed.ok, removed
    assert folders.state(home.path) == Absent()
    assert _names_beside(home) == []
    assert _names_beside(target) == [target.path.name]
    assert contents(target.folder) == before
    again = folders.send(MoveFolder(home.path, target.path), _quiet)
    assert again.ok, "a move that is done is done"


def test_copy_brings_nothing_twice(home: Home, target: Home, folders: FileServers) -> None:
    copy = MoveFolder(home.path, target.path, (MoveStage.COPY,))
    assert folders.send(copy, _quiet).ok
    begun = target.folder.with_name(target.folder.name + ".halo-ad-begun")
    assert not target.folder.exists(), "a copy that is not compared has a temporary name"
    first = {file: (file.stat().st_ino, file.stat().st_ctime_ns) for file in begun.rglob("*") if file.is_file()}
    (begun / "docs" / "5" / "file-5.txt").unlink()
    (begun / "not-in-the-source").write_bytes(b"x")
    assert folders.send(copy, _quiet).ok
    again = {file: (file.stat().st_ino, file.stat().st_ctime_ns) for file in begun.rglob("*") if file.is_file()}
    assert {file.name for file in first if first[file] != again[file]} == {"file-5.txt"}
    assert folders.send(replace(copy, stages=(MoveStage.VERIFY,)), _quiet).ok
    assert contents(target.folder) == contents(home.folder)


def test_verify_finds_one_wrong_byte_and_the_next_copy_mends_it(home: Home, target: Home, folders: FileServers) -> None:
    copy = MoveFolder(home.path, target.path, (MoveStage.COPY,))
    verify = replace(copy, stages=(MoveStage.VERIFY,))
    assert folders.send(copy, _quiet).ok
    begun = target.folder.with_name(target.folder.name + ".halo-ad-begun")
    wrong = begun / "medium.bin"
    times = wrong.stat()
    with wrong.open("r+b") as file:
        file.write(bytes([wrong.read_bytes()[0] ^ 1]))
    os.utime(wrong, ns=(times.st_atime_ns, times.st_mtime_ns))
    answer = folders.send(verify, _quiet)
    assert (answer.code, answer.description) == (Reason.DIFFERS, "differs: 1")
    assert folders.state(target.path) == Absent()
    assert folders.send(MoveFolder(home.path, target.path, COPY_AND_VERIFY), _quiet).ok
    assert contents(target.folder) == contents(home.folder)


def test_source_that_changed_since_is_not_removed(home: Home, target: Home, folders: FileServers) -> None:
    copied = folders.send(MoveFolder(home.path, target.path, COPY_AND_VERIFY), _quiet)
    (home.folder / "docs" / "late.txt").write_text("written after the copy", "utf-8")
    answer = folders.send(MoveFolder(home.path, target.path, (MoveStage.REMOVE_SOURCE,), copied.detail), _quiet)
    assert answer.code == Reason.CHANGED_MEANWHILE
    assert (home.folder / "docs" / "late.txt").read_text("utf-8") == "written after the copy"
    without_digest = folders.send(MoveFolder(home.path, target.path, (MoveStage.REMOVE_SOURCE,)), _quiet)
    assert without_digest.code == Reason.DIFFERS
    assert (home.folder / "docs" / "late.txt").exists()


def test_source_is_not_removed_while_no_copy_is_there(home: Home, target: Home, folders: FileServers) -> None:
    before = contents(home.folder)
    answer = folders.send(MoveFolder(home.path, target.path, (MoveStage.REMOVE_SOURCE,)), _quiet)
    assert answer.code == Reason.NOTHING_THERE
    assert contents(home.folder) == before


def test_move_within_a_share_is_one_rename(
    home: Home, sandbox: Sandbox, place: Callable[[Share, str], Home], folders: FileServers
) -> None:
    new = place(sandbox.share, "renamed")
    before, acl, number = contents(home.folder), home.acl(), home.folder.stat().st_ino
    move = MoveFolder(home.path, new.path)
    assert folders.send(move, _quiet).description == "renamed"
    assert (contents(new.folder), new.acl(), new.folder.stat().st_ino) == (before, acl, number)
    assert folders.send(move, _quiet).ok
    assert not home.folder.exists()


def test_copy_within_a_share_is_the_servers(
    home: Home, sandbox: Sandbox, place: Callable[[Share, str], Home], folders: FileServers
) -> None:
    new = place(sandbox.share, "copied")
    (home.folder / "large.bin").write_bytes(os.urandom(1024) * 20_000)
    assert folders.send(MoveFolder(home.path, new.path, COPY_AND_VERIFY), _quiet).ok
    assert contents(new.folder) == contents(home.folder)


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_is_in_the_way_is_left_alone(home: Home, target: Home, folders: FileServers, what: str) -> None:
    if what == "folder":
        fill(target.folder, 10, 0)
    else:
        target.folder.write_bytes(b"somebody's file")
        assert folders.state(target.path) == InTheWay()
    before = write_times(target.folder.parent)
    answer = folders.send(MoveFolder(home.path, target.path), _quiet)
    assert answer.code == Reason.IN_THE_WAY
    assert write_times(target.folder.parent) == before
    assert len(contents(home.folder)) > 40


def test_nothing_is_followed_out_of_the_folder(home: Home, target: Home, folders: FileServers, tmp_path: Path) -> None:
    secret = tmp_path / "outside"
    secret.mkdir()
    (secret / "canary.txt").write_text("not to be copied, nor removed", "utf-8")
    (home.folder / "link").symlink_to(secret)
    (home.folder / "docs" / "link.txt").symlink_to(secret / "canary.txt")
    copied = folders.send(MoveFolder(home.path, target.path, COPY_AND_VERIFY), _quiet)
    assert copied.ok
    assert not [name for name in contents(target.folder) if "canary" in name or "link" in name.removeprefix("linked")]
    folders.send(MoveFolder(home.path, target.path, (MoveStage.REMOVE_SOURCE,), copied.detail), _quiet)
    assert (secret / "canary.txt").read_text("utf-8") == "not to be copied, nor removed"


def test_places_outside_the_roots_are_not_touched(home: Home, sandbox: Sandbox, folders: FileServers) -> None:
    roots = [home.path.parent, home.path.parent.child("x").parent]
    archive = home.path.parent.__class__(sandbox.archive_share.host, sandbox.archive_share.name, ("x",))
    for source, target in ((home.path, archive), (archive, home.path.beside("-new")), (roots[0], home.path)):
        answer = folders.send(MoveFolder(source, target), _quiet)
        assert answer.code == Reason.OUTSIDE_ROOTS
    assert len(contents(home.folder)) > 40


def test_nothing_there_is_told(target: Home, sandbox: Sandbox, place: Callable[[Share, str], Home],
                               folders: FileServers) -> None:  # fmt: skip
    nobody = place(sandbox.share, "nobody")
    assert folders.state(nobody.path) == Absent()
    assert folders.state(nobody.path.child("deeper")) == Absent()
    assert folders.send(MoveFolder(nobody.path, target.path), _quiet).code == Reason.NOTHING_THERE
