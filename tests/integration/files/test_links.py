"""Links that Samba follows by itself, its default: nothing behind them is read, kept, moved or removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lifecycle.errors import TargetError
from lifecycle.folders.operation import (
    ArchiveFolder,
    DeleteFolder,
    Folder,
    FolderOperation,
    MoveFolder,
    MoveStage,
    Progress,
)
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.client import FileServers, open_folders
from lifecycle.ports.files.connection import FileConnection
from lifecycle.ports.files.failures import Reason
from sandbox.handle import Sandbox
from sandbox.organisation import DOMAIN, SERVICE_ACCOUNT
from tests.integration.files.conftest import contents, root_of

COPY = (MoveStage.COPY, MoveStage.VERIFY)


@pytest.fixture(scope="module")
def followed(sandbox: Sandbox) -> tuple[UncPath, Path]:
    """A share as Samba has them unless it is configured otherwise, and the folder behind it."""
    folder = Path(sandbox.folder) / "followed"
    folder.mkdir()
    text = (
        f"\n[followed]\npath = {folder}\nread only = no\nadmin users = {DOMAIN}\\{SERVICE_ACCOUNT}\n"
        "vfs objects = dfs_samba4 acl_xattr streams_xattr\n"
    )
    with (Path(sandbox.folder) / "smb.conf").open("a", encoding="utf-8") as file:
        file.write(text)
    return UncPath(sandbox.share.host, "followed"), folder


@pytest.fixture
def homes(followed: tuple[UncPath, Path]) -> Iterator[Path]:
    """The folder behind the share, with the homes of two people."""
    folder = followed[1]
    for file in ("ann/docs/hers.txt", "ann/hers.txt", "bob/his.txt", "bob/docs/his.txt", "bob/docs/old/his.txt"):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("mine", "utf-8")
    yield folder
    for one in folder.iterdir():
        one.unlink() if one.is_symlink() else shutil.rmtree(one)


@pytest.fixture
def servers(settings: FileConnection, followed: tuple[UncPath, Path]) -> Iterator[FileServers]:
    with open_folders(replace(settings, roots=(*settings.roots, followed[0]))) as opened:
        yield opened


def _quiet(_progress: Progress) -> None:
    return


Sent = Callable[[UncPath, Sandbox], FolderOperation]
OPERATIONS: dict[str, Sent] = {
    "delete": lambda path, _: DeleteFolder(path),
    "delete with an archive": lambda path, box: DeleteFolder(
        path, root_of(box.archive_share).child(f"{path.name}.zip")
    ),
    "archive": lambda path, box: ArchiveFolder(path, root_of(box.archive_share).child(f"{path.name}.zip")),
    "copy": lambda path, box: MoveFolder(path, root_of(box.second_share).child(path.name), COPY),
    "move": lambda path, box: MoveFolder(path, root_of(box.second_share).child(path.name)),
    "remove a source": lambda path, box: MoveFolder(
        path, root_of(box.second_share).child(path.name), (MoveStage.REMOVE_SOURCE,), "x"
    ),
}
LINKS = {
    "to a colleague's folder": ("bob/shared", "../ann/docs"),
    "to a colleague's home": ("bob/docs/old/shared", "../../../ann"),
    "to a neighbour in the same folder": ("bob/docs/newer", "old"),
    "to the folder itself": ("bob/docs/again", "."),
    "to all home folders": ("bob/all", ".."),
}


@pytest.mark.parametrize("operation", list(OPERATIONS))
@pytest.mark.parametrize("link", list(LINKS))
def test_nothing_behind_a_link_in_a_folder_is_touched(
    homes: Path, servers: FileServers, followed: tuple[UncPath, Path], sandbox: Sandbox, link: str, operation: str
) -> None:
    place, target = LINKS[link]
    (homes / place).symlink_to(target)
    before, path = contents(homes), followed[0].child("bob")
    if operation == "remove a source":
        (Path(sandbox.second_share.folder) / "bob").mkdir()

    answer = servers.send(OPERATIONS[operation](path, sandbox), _quiet)

    assert (answer.code, "holds-links" in answer.description) == (Reason.HOLDS_LINKS, True), answer
    assert contents(homes) == before
    assert not list(Path(sandbox.archive_share.folder).glob("bob.zip*"))
    copied = Path(sandbox.second_share.folder) / "bob"
    assert not copied.exists() or not list(copied.iterdir())
    shutil.rmtree(copied, ignore_errors=True)
    state = servers.state(path)
    assert isinstance(state, Folder)
    assert state.links == len(state.followed) > 0


@pytest.mark.parametrize("operation", list(OPERATIONS))
@pytest.mark.parametrize("name", ["bob.old", "bob"])
def test_two_names_of_one_folder_are_both_left_alone(
    homes: Path, servers: FileServers, followed: tuple[UncPath, Path], sandbox: Sandbox, name: str, operation: str
) -> None:
    """Which of the two is the link, SMB does not show."""
    (homes / "bob.old").symlink_to("bob")
    before, path = contents(homes), followed[0].child(name)
    answer = servers.send(OPERATIONS[operation](path, sandbox), _quiet)
    assert answer.code == Reason.THROUGH_LINK
    with pytest.raises(TargetError, match="through-link"):
        servers.state(path)
    assert contents(homes) == before
    (homes / "bob.old").unlink()
    assert isinstance(servers.state(path.parent.child("bob")), Folder)


def test_home_folder_that_is_a_link_elsewhere_is_left_alone(
    homes: Path, servers: FileServers, followed: tuple[UncPath, Path]
) -> None:
    (homes / "carl").symlink_to("ann/docs")
    before = contents(homes)
    for operation in (DeleteFolder(followed[0].child("carl")), DeleteFolder(followed[0].child("carl").child("x"))):
        assert servers.send(operation, _quiet).code == Reason.THROUGH_LINK
    assert contents(homes) == before


@pytest.mark.parametrize("suffix", [".halo-ad-removed", ".halo-ad-leaving", ".halo-ad-begun"])
def test_link_with_a_temporary_name_is_not_followed(
    homes: Path, servers: FileServers, followed: tuple[UncPath, Path], sandbox: Sandbox, suffix: str
) -> None:
    """One that an earlier build has left, say."""
    path = followed[0].child("bob")
    (homes / f"bob{suffix}").symlink_to("ann")
    before = contents(homes / "ann")
    servers.send(DeleteFolder(path), _quiet)
    servers.send(MoveFolder(path, followed[0].child("bob2")), _quiet)
    servers.send(MoveFolder(root_of(sandbox.share).child("none"), path), _quiet)
    servers.send(MoveFolder(followed[0].child("ann").child("docs"), path, COPY), _quiet)
    assert contents(homes / "ann") == before
    assert (homes / f"bob{suffix}").is_symlink()


def test_without_links_everything_is_done(
    homes: Path, servers: FileServers, followed: tuple[UncPath, Path], sandbox: Sandbox
) -> None:
    """A link to a single file is the exception: SMB does not show it, and what it leads to stays."""
    (homes / "bob" / "link.txt").symlink_to("../ann/hers.txt")
    path = followed[0].child("bob")
    archive = root_of(sandbox.archive_share).child("bob-whole.zip")
    assert servers.send(DeleteFolder(path, archive), _quiet).ok
    assert not (homes / "bob").exists()
    assert (homes / "ann" / "hers.txt").read_text("utf-8") == "mine"
    (Path(sandbox.archive_share.folder) / "bob-whole.zip").unlink()


def test_what_a_share_hides_is_named_when_it_is_in_the_way(
    homes: Path, servers: FileServers, followed: tuple[UncPath, Path]
) -> None:
    (homes / "bob" / "docs" / "old" / "dangling").symlink_to("nowhere")
    answer = servers.send(DeleteFolder(followed[0].child("bob")), _quiet)
    assert answer.code == Reason.HIDDEN_CONTENT
    assert r"docs\old" in answer.description
    assert (homes / "bob.halo-ad-removed" / "docs" / "old" / "dangling").is_symlink()


def test_names_that_smb_cannot_show_are_kept(
    homes: Path, servers: FileServers, followed: tuple[UncPath, Path], sandbox: Sandbox
) -> None:
    for name in ("Budget: 2026.xlsx", "notes.", "plan?.doc", "REALLY~1.TXT"):
        (homes / "bob" / name).write_text("mine", "utf-8")
    before, path = contents(homes), followed[0].child("bob")
    state = servers.state(path)
    assert isinstance(state, Folder)
    assert len(state.renamed) == 3
    for operation in ("delete with an archive", "archive", "copy", "move"):
        answer = servers.send(OPERATIONS[operation](path, sandbox), _quiet)
        assert answer.code == Reason.NAMES_NOT_KEPT, operation
    assert contents(homes) == before
    renamed = servers.send(MoveFolder(path, followed[0].child("bob.new")), _quiet)
    assert renamed.description == "renamed", "within a share the names go along"
    assert "Budget: 2026.xlsx" in {file.name for file in (homes / "bob.new").iterdir()}
