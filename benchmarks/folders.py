"""How fast home folders are copied, compared, archived and removed, against smbclient in the same run.

``python -m benchmarks.folders [--files 10000] [--size 1024]`` starts a sandbox of its own, makes a folder of small
files and one large file (MiB) behind its share, and prints for each kind of work our time, the peer's and the ratio.
smbclient copies by way of a local folder (``mget``, then ``mput``) and keeps neither rights nor times. Ratios travel
between machines; times do not.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lifecycle.folders.operation import (
    ArchiveFolder,
    DeleteFolder,
    FolderOperation,
    MoveFolder,
    MoveStage,
    Progress,
    RestoreFolder,
)
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.client import FileServers, open_folders
from lifecycle.ports.files.connection import FileConnection
from sandbox.handle import Sandbox, Share, start, stop
from sandbox.machine import SMBCLIENT
from sandbox.organisation import DOMAIN

NAME = f"benchmark-{os.getpid()}"
KILOBYTE = 1024
FOLDERS = 100


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=1024)
    arguments = parser.parse_args()
    sandbox = start(NAME, with_halo=False)
    try:
        homes = Path(sandbox.share.folder)
        _make(homes / "small", arguments.files)
        (homes / "large").mkdir()
        with (homes / "large" / "large.bin").open("wb") as out:
            for _ in range(arguments.size):
                out.write(os.urandom(KILOBYTE) * KILOBYTE)
        settings = FileConnection(
            user=sandbox.directory.user,
            password=sandbox.directory.password,
            roots=(_root(sandbox.share), _root(sandbox.second_share)),
            archive_roots=(_root(sandbox.archive_share),),
            timeout_s=300,
        )
        print(f"{arguments.files} files of 0 to 8 KiB, one of {arguments.size} MiB; encrypted")
        print(f"{'work':34} {'ours':>9} {'smbclient':>10} {'ratio':>7}")
        with open_folders(settings) as ours:
            _large(sandbox, ours)
            _small(sandbox, ours)
    finally:
        stop(NAME)


def _small(sandbox: Sandbox, ours: FileServers) -> None:
    home, other = _root(sandbox.share).child("small"), _root(sandbox.second_share).child("small")
    archive = _root(sandbox.archive_share).child("small.zip")
    stages = (MoveStage.COPY,), (MoveStage.VERIFY,), (MoveStage.REMOVE_SOURCE,)
    theirs = _timed(lambda: _peer_copies(sandbox, "small"))
    _row("small: state", _timed(lambda: ours.state(home)))
    _row("small: copy, with rights and times", _timed(lambda: _must(ours, MoveFolder(home, other, stages[0]))), theirs)
    _row("small: copy again", _timed(lambda: _must(ours, MoveFolder(home, other, stages[0]))))
    digests: list[str] = []
    verify = MoveFolder(home, other, stages[1])
    _row("small: verify", _timed(lambda: digests.append(_must(ours, verify))))
    _row("small: archive, read back", _timed(lambda: _must(ours, ArchiveFolder(home, archive))))
    removal = _timed(lambda: _must(ours, MoveFolder(home, other, stages[2], digests[0])))
    _row("small: remove source", removal, _timed(lambda: _peer(sandbox, sandbox.second_share, "deltree peer")))
    _row("small: restore, compared", _timed(lambda: _must(ours, RestoreFolder(archive, home))))


def _large(sandbox: Sandbox, ours: FileServers) -> None:
    home, other = _root(sandbox.share).child("large"), _root(sandbox.second_share).child("large")
    archive = _root(sandbox.archive_share).child("large.zip")
    theirs = _timed(lambda: _peer_copies(sandbox, "large"))
    _row("large: copy, by the server", _timed(lambda: _must(ours, MoveFolder(home, other, (MoveStage.COPY,)))), theirs)
    _row("large: verify", _timed(lambda: _must(ours, MoveFolder(home, other, (MoveStage.VERIFY,)))))
    _row("large: archive, read back", _timed(lambda: _must(ours, ArchiveFolder(home, archive))))
    _must(ours, DeleteFolder(home))
    _row("large: restore, compared", _timed(lambda: _must(ours, RestoreFolder(archive, home))))


def _make(folder: Path, files: int) -> None:
    for number in range(FOLDERS):
        (folder / str(number)).mkdir(parents=True)
    for number in range(files):
        (folder / str(number % FOLDERS) / f"file-{number}.txt").write_bytes(os.urandom(number * 7 % (8 * KILOBYTE)))


def _peer_copies(sandbox: Sandbox, name: str) -> None:
    with tempfile.TemporaryDirectory(dir=Path(sandbox.folder).parent) as local:
        fetch = f"lcd {local}; recurse on; prompt off; mget {name}"
        _peer(sandbox, sandbox.share, fetch)
        _peer(sandbox, sandbox.second_share, f"mkdir peer; cd peer; lcd {local}; recurse on; prompt off; mput {name}")
        shutil.rmtree(Path(local) / name)


def _peer(sandbox: Sandbox, share: Share, command: str) -> None:
    account = sandbox.directory.user.partition("@")[0]
    subprocess.run(  # noqa: S603 - our own arguments
        [
            SMBCLIENT, f"//{share.host}/{share.name}", "-U", f"{DOMAIN}\\{account}", "--client-protection=encrypt",
            "-t", "300", "-c", command,
        ],
        env={"PATH": os.environ["PATH"], "PASSWD": sandbox.directory.password}, capture_output=True, check=True,
    )  # fmt: skip


def _must(ours: FileServers, operation: FolderOperation) -> str:
    answer = ours.send(operation, _quiet)
    if not answer.ok:
        raise SystemExit(f"refused: {answer}")
    return answer.detail


def _quiet(_progress: Progress) -> None:
    return


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _row(work: str, ours: float, theirs: float | None = None) -> None:
    peer = f"{theirs:>8.1f} s {theirs / ours:>6.2f}×" if theirs else ""
    print(f"{work:34} {ours:>7.1f} s {peer}", flush=True)


def _root(share: Share) -> UncPath:
    return UncPath(share.host, share.name)


if __name__ == "__main__":
    main()
