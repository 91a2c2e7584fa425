"""Archiving, deleting, restoring and making home folders."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable

import pytest

from lifecycle.folders.operation import (
    Absent,
    ArchiveFolder,
    CreateFolder,
    DeleteFolder,
    Folder,
    Progress,
    RestoreFolder,
)
from lifecycle.ports.files.client import FileServers
from lifecycle.ports.files.failures import Reason
from sandbox.handle import Sandbox, Share
from tests.integration.files.conftest import Home, contents, write_times


def _quiet(_progress: Progress) -> None:
    return


@pytest.fixture
def archive(sandbox: Sandbox, place: Callable[[Share, str], Home]) -> Home:
    return place(sandbox.archive_share, "ada.zip")


def test_deleted_folder_comes_back_from_its_archive(full_home: Home, archive: Home, folders: FileServers) -> None:
    home = full_home
    looked_at = ("", "docs/0/file-0.txt", "docs/2/file-2.txt", "empty")
    before, times = contents(home.folder), write_times(home.folder)
    acls = {name: home.acl(name) for name in looked_at}
    attributes = home.info("docs\\2\\file-2.txt")["attributes"]
    created = home.info("empty")["create_time"]
    delete = DeleteFolder(home.path, archive.path)
    deleted = folders.send(delete, _quiet)
    assert deleted.ok, deleted
    assert not list(home.folder.parent.glob(home.folder.name + "*"))
    with zipfile.ZipFile(archive.folder) as opened:
        assert opened.testzip() is None
        assert opened.read("content/Zoë — 王 💾.txt") == b"unicode"
        manifest = [json.loads(line) for line in opened.read("halo-ad-manifest.jsonl").splitlines()]
        assert manifest[0]["count"] == len(before) + 1 == len(manifest) - 1
    assert folders.send(delete, _quiet).ok, "deleting it once more is no error"

    restore = RestoreFolder(archive.path, home.path)
    assert folders.send(restore, _quiet).ok
    assert contents(home.folder) == before
    assert write_times(home.folder) == times
    assert {name: home.acl(name) for name in looked_at} == acls
    assert home.info("docs\\2\\file-2.txt")["attributes"] == attributes
    assert home.info("empty")["create_time"] == created
    stream = home.smbclient(f'get "{home.path.name}\\docs\\3\\file-3.txt:Zone.Identifier" -')
    assert stream.strip()
    state = folders.state(home.path)
    assert isinstance(state, Folder)
    assert state.digest == deleted.detail
    assert folders.send(restore, _quiet).description == "done already"
    assert archive.folder.exists(), "the archive stays"


def test_archive_that_is_there_is_read_to_its_end_before_anything_is_deleted(
    home: Home, archive: Home, folders: FileServers
) -> None:
    assert folders.send(ArchiveFolder(home.path, archive.path), _quiet).description == "archived"
    assert folders.send(ArchiveFolder(home.path, archive.path), _quiet).description == "done already"
    with zipfile.ZipFile(archive.folder) as opened:
        member = opened.getinfo("content/medium.bin")
    whole = bytearray(archive.folder.read_bytes())
    whole[member.header_offset + 1_000] ^= 1
    archive.folder.write_bytes(whole)
    before = contents(home.folder)
    answer = folders.send(DeleteFolder(home.path, archive.path), _quiet)
    assert answer.code in {Reason.NOT_AN_ARCHIVE, Reason.DIFFERS}
    assert contents(home.folder) == before
    assert archive.folder.read_bytes() == whole


@pytest.mark.parametrize("content", [b"", b"somebody's file", b"PK\x05\x06" + b"\0" * 18])
def test_file_with_the_archives_name_is_left_alone(
    home: Home, archive: Home, folders: FileServers, content: bytes
) -> None:
    archive.folder.write_bytes(content)
    before = contents(home.folder)
    assert folders.send(DeleteFolder(home.path, archive.path), _quiet).code == Reason.NOT_AN_ARCHIVE
    assert folders.send(RestoreFolder(archive.path, home.path.beside("-new")), _quiet).code == Reason.NOT_AN_ARCHIVE
    assert contents(home.folder) == before
    assert archive.folder.read_bytes() == content


def test_archive_of_another_folder_is_not_taken_for_this_ones(home: Home, archive: Home, folders: FileServers) -> None:
    assert folders.send(ArchiveFolder(home.path, archive.path), _quiet).ok
    (home.folder / "new.txt").write_text("not in the archive", "utf-8")
    assert folders.send(DeleteFolder(home.path, archive.path), _quiet).code == Reason.IN_THE_WAY
    assert (home.folder / "new.txt").exists()
    assert folders.send(RestoreFolder(archive.path, home.path), _quiet).code == Reason.IN_THE_WAY
    assert (home.folder / "new.txt").exists()


def test_folder_is_deleted_without_an_archive_when_none_is_asked_for(home: Home, folders: FileServers) -> None:
    assert folders.send(DeleteFolder(home.path), _quiet).ok
    assert folders.state(home.path) == Absent()
    assert not list(home.folder.parent.glob(home.folder.name + "*"))
    assert folders.send(DeleteFolder(home.path), _quiet).description == "done already"


def test_archive_has_its_name_and_place(home: Home, archive: Home, folders: FileServers) -> None:
    other_name = ArchiveFolder(home.path, archive.path.parent.child("ada.rar"))
    assert folders.send(other_name, _quiet).code == Reason.NOT_AN_ARCHIVE
    beside_the_homes = ArchiveFolder(home.path, home.path.beside(".zip"))
    assert folders.send(beside_the_homes, _quiet).code == Reason.OUTSIDE_ROOTS


def test_new_folder_is_its_owners(
    sandbox: Sandbox, place: Callable[[Share, str], Home], folders: FileServers, person_sid: str
) -> None:
    new = place(sandbox.share, "new")
    create = CreateFolder(new.path, person_sid)
    assert folders.send(create, _quiet).description == "created"
    acl = new.acl()
    assert f"OWNER:{person_sid}" in acl
    entries = [line for line in acl.splitlines() if line.startswith("ACL:")]
    sids = (person_sid, "S-1-5-32-544", "S-1-5-18")
    assert sorted(entries) == sorted(f"ACL:{sid}:ALLOWED/OI|CI/FULL" for sid in sids)
    assert folders.send(create, _quiet).description == "done already"
    assert folders.send(CreateFolder(new.path, "S-1-5-32-544"), _quiet).code == Reason.IN_THE_WAY
    assert folders.send(CreateFolder(new.path.child("a").child("b"), person_sid), _quiet).code not in {0, -1}
    assert folders.send(CreateFolder(new.path.beside("2"), "nobody"), _quiet).code == Reason.NO_OWNER
    assert not new.folder.with_name(new.folder.name + "2").exists()
