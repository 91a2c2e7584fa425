"""The sandbox's folder: in memory, its owner's alone, and the lock that says whether the sandbox lives.

The supervisor and its keeper hold a lock on the folder itself (``flock``). The kernel lets go of it when the last of
them is gone, so "is it up" is never guessed from a process number: a folder without a holder is a dead one's.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.errors import SandboxError

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
POLL_S = 0.02


def folder_of(name: str) -> Path:
    """Path of the folder of the sandbox ``name``: in memory where there is such a place.

    Raises:
        SandboxError: The name is not 1-20 lower-case letters, digits and hyphens.
    """
    if not NAME.fullmatch(name):
        raise SandboxError(f"a sandbox's name is 1-20 lower-case letters, digits and hyphens, not {name!r}")
    memory = Path("/dev/shm")  # noqa: S108 - the folder itself is made exclusively and private
    return (memory if memory.is_dir() else Path(tempfile.gettempdir())) / f"halo-ad-sandbox-{name}"


def claim(folder: Path) -> int | None:
    """Make ``folder`` (mode 0700) and lock it; what a dead sandbox left there is removed first.

    Returns:
        The descriptor that holds the lock, or ``None`` when a living sandbox holds it.

    Raises:
        SandboxError: Somebody else owns a folder of that name.
    """
    while True:
        remove_if_dead(folder)
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            return None
        descriptor = _open(folder)
        if descriptor is not None:
            if _try_lock(descriptor) and _is_same(descriptor, folder):
                return descriptor
            os.close(descriptor)  # another start took it for a dead one's in the moment before the lock: once more


def is_alive(folder: Path) -> bool:
    """Whether a sandbox holds ``folder``."""
    with _opened(folder) as descriptor:
        return descriptor is not None and not _try_lock(descriptor)


def remove_if_dead(folder: Path) -> bool:
    """Remove ``folder`` if no sandbox holds it; whether there was something to remove.

    Raises:
        SandboxError: The folder is there, dead, and not ours to remove.
    """
    with _opened(folder) as descriptor:
        if descriptor is None or not _try_lock(descriptor) or not _is_same(descriptor, folder):
            return False
        if os.fstat(descriptor).st_uid not in {os.geteuid(), invoking_user()}:
            raise SandboxError(f"{folder} belongs to somebody else: it is no sandbox of yours")
        try:
            shutil.rmtree(folder)
        except PermissionError as error:
            raise SandboxError(f"{folder} is what a dead sandbox left, and only root can remove it") from error
        return True


def wait_until_gone(folder: Path, timeout_s: float) -> bool:
    """Wait until no sandbox holds ``folder`` and remove what is left of it; ``False`` when the time is over."""
    deadline = time.monotonic() + timeout_s
    while is_alive(folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    remove_if_dead(folder)
    return True


def invoking_user() -> int:
    """User id of who typed the command, behind ``sudo`` too."""
    return int(os.environ.get("SUDO_UID", os.geteuid()))


def hand_over(path: Path) -> None:
    """Give ``path`` to who typed the command, so that a sandbox started with ``sudo`` can be used without it."""
    os.chown(path, invoking_user(), -1)


def write_state(folder: Path, file: str, state: dict[str, Any]) -> None:
    """Write ``state`` to ``folder/file`` (mode 0600) at once: a reader sees all of it or none."""
    draft = folder / f".{file}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(state, out, indent=2)
    hand_over(draft)
    draft.rename(folder / file)


def read_state(folder: Path, file: str) -> dict[str, Any] | None:
    """Read what :func:`write_state` wrote, or return ``None`` where nothing is written yet."""
    try:
        return json.loads((folder / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int | None]:
    descriptor = _open(folder)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _open(folder: Path) -> int | None:
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except (NotADirectoryError, PermissionError) as error:
        raise SandboxError(f"{folder} belongs to somebody else: it is no sandbox of yours") from error


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_same(descriptor: int, folder: Path) -> bool:
    """Whether ``folder`` is still the directory that ``descriptor`` was opened as."""
    try:
        return os.path.samestat(os.fstat(descriptor), folder.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False
