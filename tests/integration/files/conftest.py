"""One sandbox for these tests, and home folders in it as people have them."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import shutil
import subprocess
import uuid
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lifecycle.directory.values import sid_from_bytes
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.client import FileServers, open_folders
from lifecycle.ports.files.connection import FileConnection
from sandbox.handle import Sandbox, Share
from sandbox.ldapsearch import command
from sandbox.organisation import DOMAIN, EXISTING_ACCOUNT

with warnings.catch_warnings():
    # ldap3 takes names of pyasn1 that are deprecated; it does so once, while it is imported
    warnings.filterwarnings("ignore", r"(tag|type)Map is deprecated", DeprecationWarning)
    import ldap3  # noqa: F401

SMALL_FILES = 300
BIG_FILE = 20 * 1024 * 1024


@pytest.fixture(scope="session")
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    return shared_sandbox


@pytest.fixture(scope="session")
def settings(sandbox: Sandbox) -> FileConnection:
    return FileConnection(
        user=sandbox.directory.user,
        password=sandbox.directory.password,
        roots=(root_of(sandbox.share), root_of(sandbox.second_share)),
        archive_roots=(root_of(sandbox.archive_share),),
        timeout_s=20,
    )


@pytest.fixture
def folders(settings: FileConnection) -> Iterator[FileServers]:
    with open_folders(settings) as opened:
        yield opened


def root_of(share: Share) -> UncPath:
    return UncPath(share.host, share.name)


@dataclass(frozen=True)
class Home:
    """A place on a share: as the product names it, and behind the share."""

    path: UncPath
    folder: Path
    share: Share
    sandbox: Sandbox

    def smbclient(self, command: str) -> str:
        """What another client says; each command fails the test if it fails."""
        return self._run("smbclient", f"//{self.share.host}/{self.share.name}", "-c", command)

    def acl(self, name: str = "") -> str:
        """Owner, group and entries, as another client reads them."""
        inside = "/".join(part for part in (self.path.name, name) if part)
        return self._run("smbcacls", f"//{self.share.host}/{self.share.name}", inside)

    def set_acl(self, name: str, owner_sid: str, *entries: str) -> None:
        """Add entries, and make an account the owner."""
        inside = "/".join(part for part in (self.path.name, name) if part)
        service = f"//{self.share.host}/{self.share.name}"
        self._run("smbcacls", service, inside, "-a", ",".join(entries))
        self._run("smbcacls", service, inside, "-C", owner_sid)

    def info(self, name: str = "") -> dict[str, str]:
        """Times, attributes and streams, as another client reads them."""
        inside = "\\".join(part for part in (self.path.name, name) if part)
        told = self.smbclient(f'allinfo "{inside}"')
        return dict(line.split(":", 1) for line in told.splitlines() if ":" in line)

    def _run(self, program: str, *arguments: str) -> str:
        account = self.sandbox.directory.user.partition("@")[0]
        done = subprocess.run(  # noqa: S603 - our own arguments
            [program, *arguments, "-U", f"{DOMAIN}\\{account}"],
            env={"PATH": os.environ["PATH"], "PASSWD": self.sandbox.directory.password, "LC_ALL": "C.UTF-8"},
            text=True, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "NT_STATUS" not in done.stdout, done.stdout
        return done.stdout


@pytest.fixture
def place(sandbox: Sandbox) -> Iterator[Callable[[Share, str], Home]]:
    """Places of this test alone, on a share; whatever is there in the end is removed."""
    mark, made = uuid.uuid4().hex[:8], []

    def at(share: Share, name: str) -> Home:
        whole = f"{mark}-{name}"
        home = Home(root_of(share).child(whole), Path(share.folder) / whole, share, sandbox)
        made.append(home)
        return home

    yield at
    for home in made:
        for left in home.folder.parent.glob(f"{mark}-*"):
            with contextlib.suppress(NotADirectoryError):
                shutil.rmtree(left)
            left.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def person_sid(sandbox: Sandbox) -> str:
    """The SID of the account that was there before."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        command(sandbox, f"(sAMAccountName={EXISTING_ACCOUNT})", "objectSid"),
        env={**os.environ, "LDAPTLS_CACERT": sandbox.ca_file}, text=True, capture_output=True, check=True,
    )  # fmt: skip
    (encoded,) = re.findall(r"^objectSid:: (\S+)$", done.stdout, re.MULTILINE)
    return sid_from_bytes(base64.b64decode(encoded))


@pytest.fixture
def home(sandbox: Sandbox, place: Callable[[Share, str], Home]) -> Home:
    """A folder with a few files."""
    made = place(sandbox.share, "ada")
    fill(made.folder, 40, 0)
    return made


@pytest.fixture
def full_home(sandbox: Sandbox, place: Callable[[Share, str], Home], person_sid: str) -> Home:
    """A folder with everything that people have: many small files, a large one, odd names, attributes, rights."""
    made = place(sandbox.share, "ada")
    fill(made.folder, SMALL_FILES, BIG_FILE)
    made.set_acl("", person_sid, f"ACL:{person_sid}:ALLOWED/OI|CI/FULL")
    made.set_acl("docs/0/file-0.txt", person_sid, f"ACL:{person_sid}:DENIED/0x0/W", f"ACL:{person_sid}:ALLOWED/0x0/R")
    made.set_acl("empty", person_sid, f"ACL:{person_sid}:ALLOWED/OI|CI|I/READ")
    name = made.path.name
    made.smbclient(
        f"setmode {name}\\docs\\1\\file-1.txt +r; setmode {name}\\docs\\2\\file-2.txt +hs;"
        f"utimes {name}\\docs\\0\\file-0.txt 2011:02:03-04:05:06 2012:02:03-04:05:06 2013:02:03-04:05:06 -1;"
        f"utimes {name}\\empty 2011:02:03-04:05:06 2012:02:03-04:05:06 2013:02:03-04:05:06 -1;"
        f'put /etc/hostname "{name}\\docs\\3\\file-3.txt:Zone.Identifier"'
    )
    return made


def fill(folder: Path, small: int, big: int) -> None:
    """Make a tree behind a share."""
    for number in range(10):
        (folder / "docs" / str(number)).mkdir(parents=True)
    for number in range(small):
        file = folder / "docs" / str(number % 10) / f"file-{number}.txt"
        file.write_bytes(f"{number} ".encode() * (number * 7 % 900))
        os.utime(file, (1_500_000_000 + number, 1_400_000_000.25 + number))
    (folder / "empty").mkdir()
    (folder / "nothing.dat").touch()
    (folder / "Zoë — 王 💾.txt").write_text("unicode", "utf-8")
    deep = folder / ("d" * 120) / ("e" * 120) / ("f" * 120)
    deep.mkdir(parents=True)
    (deep / "deep.txt").write_text("a path of more than 260 characters", "utf-8")
    (folder / "linked").hardlink_to(folder / "docs" / "4" / "file-4.txt")
    (folder / "medium.bin").write_bytes(os.urandom(200_000))
    if big:
        (folder / "big.bin").write_bytes(os.urandom(1024 * 1024) * (big // (1024 * 1024)) + b"tail")


def contents(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder; None of a folder."""
    return {str(file.relative_to(folder)): None if file.is_dir() else file.read_bytes() for file in folder.rglob("*")}


def write_times(folder: Path) -> dict[str, int]:
    """Times of last write of everything below a folder, in the hundreds of nanoseconds that SMB has."""
    return {str(file.relative_to(folder)): file.lstat().st_mtime_ns // 100 for file in folder.rglob("*")}
