"""The folder is one sandbox's at a time, and a dead one's is taken over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.folder import claim, folder_of, is_alive, read_state, remove_if_dead, write_state


@pytest.mark.parametrize("name", ["", "-a", "A", "a/b", "..", "a b", "é", "a" * 21])
def test_folder_of_refuses_what_is_no_name(name: str) -> None:
    with pytest.raises(SandboxError, match="lower-case letters, digits and hyphens"):
        folder_of(name)


def test_claim_is_given_once_and_the_folder_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    lock = claim(folder)
    assert lock is not None
    assert folder.stat().st_mode & 0o777 == 0o700
    assert is_alive(folder)
    assert claim(folder) is None
    assert not remove_if_dead(folder)
    os.close(lock)
    assert not is_alive(folder)


def test_claim_takes_over_what_a_dead_sandbox_left(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    lock = claim(folder)
    assert lock is not None
    (folder / "left").touch()
    os.close(lock)
    again = claim(folder)
    assert again is not None
    assert not (folder / "left").exists()
    os.close(again)


def test_claim_refuses_a_link_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "one").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SandboxError, match="belongs to somebody else"):
        claim(tmp_path / "one")
    assert (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_remove_if_dead_leaves_the_folder_of_another_user(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    os.chown(folder, 65_533, -1)
    with pytest.raises(SandboxError, match="belongs to somebody else"):
        remove_if_dead(folder)
    assert folder.exists()


def test_state_is_read_as_it_was_written_and_only_by_its_owner(tmp_path: Path) -> None:
    assert read_state(tmp_path, "status.json") is None
    write_state(tmp_path, "status.json", {"pid": 1})
    assert read_state(tmp_path, "status.json") == {"pid": 1}
    assert (tmp_path / "status.json").stat().st_mode & 0o777 == 0o600
