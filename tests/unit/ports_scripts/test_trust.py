"""Which files are trusted, and that what was judged is what is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lifecycle.errors import ConfigurationError
from lifecycle.ports.scripts.runner import ScriptRunner
from lifecycle.ports.scripts.settings import ScriptSettings
from lifecycle.ports.scripts.trust import UntrustedError, open_trusted, read_trusted

Write = Callable[..., Path]
STRANGER = 54_321
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture
def below(folder: Path) -> Iterator[int]:
    """A descriptor of the allowed folder."""
    opened = os.open(folder, os.O_PATH)
    yield opened
    os.close(opened)


def read(path: str, below: int) -> bytes:
    return read_trusted(path, below, 1000)


def refusal(path: str, below: int) -> str:
    with pytest.raises(UntrustedError) as refused:
        read(path, below)
    return str(refused.value)


def test_file_of_ours_is_read(write: Write, below: int) -> None:
    write("one", "a.sh")
    write("two", "inner/b.sh")
    assert (read("a.sh", below), read("inner/b.sh", below)) == (b"one", b"two")


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o620, 0o777])
def test_file_that_others_may_write_is_refused(write: Write, below: int, mode: int) -> None:
    write("text", "a.sh", mode)
    assert refusal("a.sh", below) == "a.sh may be written by others: chmod go-w a.sh"


@pytest.mark.parametrize("mode", [0o775, 0o757, 0o1777])
def test_file_in_a_folder_that_others_may_write_is_refused(write: Write, below: int, folder: Path, mode: int) -> None:
    write("text", "inner/a.sh")
    (folder / "inner").chmod(mode)
    assert refusal("inner/a.sh", below).startswith("inner may be written by others")


@as_root
@pytest.mark.parametrize("theirs", ["inner", "inner/a.sh"])
def test_file_of_somebody_else_is_refused(write: Write, below: int, folder: Path, theirs: str) -> None:
    write("text", "inner/a.sh")
    os.chown(folder / theirs, STRANGER, STRANGER)
    name = theirs.rpartition("/")[2]
    assert refusal("inner/a.sh", below) == f"{name} belongs to another user than root and the one who runs this"


@as_root
def test_link_of_somebody_else_is_refused(write: Write, below: int, folder: Path) -> None:
    write("text", "a.sh")
    (folder / "link").symlink_to("a.sh")
    os.chown(folder / "link", STRANGER, STRANGER, follow_symlinks=False)
    assert refusal("link", below).startswith("link belongs to another user")


@pytest.mark.parametrize("target", ["a.sh", "./a.sh", "inner/../a.sh", "inner/up"])
def test_link_that_stays_inside_is_followed(write: Write, below: int, folder: Path, target: str) -> None:
    write("text", "a.sh")
    write("", "inner/other")
    (folder / "inner/up").symlink_to("../a.sh")
    (folder / "link").symlink_to(target)
    assert read("link", below) == b"text"


def test_link_of_a_mounted_volume_is_followed(folder: Path, below: int) -> None:
    """Kubernetes mounts a ConfigMap like this, so that it changes all at once."""
    (folder / "..2026").mkdir()
    (folder / "..2026/a.sh").write_text("text")
    (folder / "..data").symlink_to("..2026")
    (folder / "a.sh").symlink_to("..data/a.sh")
    assert read("a.sh", below) == b"text"


@pytest.mark.parametrize("target", ["../secret", "inner/../../secret", "{outside}", "/etc/passwd", "inner/out", ".."])
def test_link_that_leads_out_is_refused(write: Write, below: int, folder: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "secret").write_text("secret")
    write("", "inner/other")
    (folder / "inner/out").symlink_to("../../secret")
    (folder / "link").symlink_to(target.format(outside=tmp_path / "secret"))
    assert "leads out of the folder" in refusal("link", below)


def test_link_to_itself_is_refused(folder: Path, below: int) -> None:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    assert "too many links" in refusal("a", below)


def test_path_that_leads_nowhere_is_refused(write: Write, below: int, folder: Path) -> None:
    write("text", "a.sh")
    os.mkfifo(folder / "fifo")
    assert refusal("b.sh", below) == "b.sh: No such file or directory"
    assert refusal("a.sh/b.sh", below) == "b.sh: Not a directory"
    assert refusal("../allowed/a.sh", below) == ".. leads out of the folder"
    assert refusal("fifo", below) == "is no file", "it would wait for somebody to write"
    assert refusal(".", below) == "is no file"


def test_file_that_is_too_long_is_refused(write: Write, below: int) -> None:
    write("x" * 1000, "a.sh")
    assert len(read("a.sh", below)) == 1000
    write("x" * 1001, "a.sh")
    assert refusal("a.sh", below) == "is longer than 1000 bytes"


def test_file_that_is_swapped_after_it_was_judged_stays_the_one(write: Write, below: int, folder: Path) -> None:
    write("judged", "a.sh")
    write("other", "b.sh")
    (folder / "link").symlink_to("a.sh")
    judged = open_trusted("link", below)
    (folder / "b.sh").replace(folder / "a.sh")
    (folder / "link").unlink()
    (folder / "link").symlink_to("/etc/passwd")
    with open(f"/proc/self/fd/{judged}", "rb") as file:  # noqa: PTH123 - as the product does
        assert file.read() == b"judged"
    os.close(judged)
    assert "leads out" in refusal("link", below)


def test_folder_that_was_judged_stays_the_one(write: Write, below: int, folder: Path, tmp_path: Path) -> None:
    write("judged", "a.sh")
    folder.rename(tmp_path / "moved")
    folder.mkdir()
    write("other", "a.sh")
    assert read("a.sh", below) == b"judged"


def test_refusals_and_readings_leave_no_descriptor(write: Write, below: int, folder: Path) -> None:
    write("text", "a.sh")
    write("text", "shut.sh", 0o666)
    (folder / "out").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to("loop")
    before = os.listdir("/proc/self/fd")  # noqa: PTH208 - numbers are wanted
    for _ in range(20):
        read("a.sh", below)
        for path in ("shut.sh", "out", "loop", "none", "a.sh/b"):
            refusal(path, below)
    assert os.listdir("/proc/self/fd") == before  # noqa: PTH208 - numbers are wanted


def test_way_to_the_folder_is_judged_too(write: Write, folder: Path, tmp_path: Path) -> None:
    write("echo '{}'", "a.sh")

    def told(path: Path) -> str:
        with pytest.raises(ConfigurationError) as refused:
            ScriptRunner(ScriptSettings(str(path))).digest("a.sh")
        return str(refused.value)

    link = tmp_path / "current"
    link.symlink_to(folder)
    assert ScriptRunner(ScriptSettings(str(link))).digest("a.sh")
    folder.chmod(0o1777)
    assert told(link) == "script folder block: folder: allowed may be written by others: chmod go-w allowed"
    folder.chmod(0o755)
    tmp_path.chmod(0o1777)
    assert ScriptRunner(ScriptSettings(str(folder))).digest("a.sh"), "nobody may rename what is ours there"
    tmp_path.chmod(0o777)
    assert f"{tmp_path.name} may be written by others" in told(folder)
    tmp_path.chmod(0o700)


def test_refusal_names_the_script_as_it_is_configured(write: Write, folder: Path) -> None:
    write("echo '{}'", "inner/a.sh", 0o666)
    with pytest.raises(ConfigurationError) as refused:
        ScriptRunner(ScriptSettings(str(folder))).digest("inner/a.sh")
    assert str(refused.value) == f"{folder}/inner/a.sh: a.sh may be written by others: chmod go-w a.sh"
    with pytest.raises(ValueError, match="path: "):
        ScriptRunner(ScriptSettings(str(folder))).digest("../a.sh")
