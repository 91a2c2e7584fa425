"""Files that nobody but root and this program's own user can change, opened so that they stay the same.

A path is walked from one descriptor to the next, never twice by name: what was judged is what is opened, whatever is
renamed meanwhile. Every folder and link on the way is judged, because whoever can change one of them chooses the file.
Of access control lists the group's permissions tell enough: they bound what every named user may do (acl(5)).
"""

from __future__ import annotations

import errno
import os
import stat
from collections import deque

_MOST_LINKS = 40
"""As many as the kernel follows (path_resolution(7))."""
_LEADS_NOWHERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ENAMETOOLONG})
"""What is wrong with a path; all else is wrong with the machine."""
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class UntrustedError(Exception):
    """A path does not lead to a file that can be trusted; the text says why, by the name of one part of it."""


def open_trusted(path: str, below: int | None = None) -> int:
    """A descriptor of what a path leads to, good for nothing but its facts and for opening it (``O_PATH``).

    Args:
        path: An absolute path; with ``below`` one that begins there and does not lead out, by links neither.
        below: Descriptor of a folder that is trusted.

    Returns:
        The descriptor; the caller closes it.

    Raises:
        UntrustedError: Something on the way is missing, not ours, writable by others, or leads out.
        OSError: The machine has no room.
    """
    here = os.dup(below) if below is not None else _opened("/", None)
    pending = deque(_parts(path))
    depth = links = 0
    try:
        while pending:
            name = pending.popleft()
            depth += -1 if name == ".." else 1
            if depth < 0:
                _stay_inside(below, name)
                depth = 0
            there = _opened(name, here)
            try:
                facts = os.fstat(there)
                _judge(facts, name, may_be_sticky=below is None and bool(pending))
                if not stat.S_ISLNK(facts.st_mode):
                    here, there = there, here
                    continue
                links, depth = links + 1, depth - 1
                if links > _MOST_LINKS:
                    raise UntrustedError(f"{name}: too many links")
                target = os.readlink("", dir_fd=there)
                pending.extendleft(reversed(_parts(target)))
                if target.startswith("/"):
                    _stay_inside(below, name)
                    root, depth = _opened("/", None), 0
                    os.close(here)
                    here = root
            finally:
                os.close(there)
    except BaseException:
        os.close(here)
        raise
    return here


def read_trusted(path: str, below: int, most_bytes: int) -> bytes:
    """The content of a file below a folder, as it was when it was judged.

    Raises:
        UntrustedError: As :func:`open_trusted`; or it is no file, cannot be read, or is longer than ``most_bytes``.
    """
    found = open_trusted(path, below)
    try:
        if not stat.S_ISREG(os.fstat(found).st_mode):
            raise UntrustedError("is no file")
        with os.fdopen(os.open(f"/proc/self/fd/{found}", os.O_RDONLY | os.O_CLOEXEC), "rb") as file:
            content = file.read(most_bytes + 1)
    except PermissionError as error:
        raise UntrustedError(f"cannot be read: {error.strerror}") from error
    finally:
        os.close(found)
    if len(content) > most_bytes:
        raise UntrustedError(f"is longer than {most_bytes} bytes")
    return content


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in {"", "."}]


def _opened(name: str, folder: int | None) -> int:
    try:
        return os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        if error.errno not in _LEADS_NOWHERE:
            raise
        raise UntrustedError(f"{name}: {error.strerror}") from error


def _stay_inside(below: int | None, name: str) -> None:
    """Above the folder there is nothing; above the root there is the root."""
    if below is not None:
        raise UntrustedError(f"{name} leads out of the folder")


def _judge(facts: os.stat_result, name: str, *, may_be_sticky: bool) -> None:
    """Refuse what others can change.

    Of a folder where everybody may write but nobody may rename what is others' (``/tmp``), what lies in it is judged
    instead; not so where scripts themselves lie, as anybody could put a further name of a file there.
    """
    if facts.st_uid not in {0, os.geteuid()}:
        raise UntrustedError(f"{name} belongs to another user than root and the one who runs this")
    if stat.S_ISLNK(facts.st_mode) or not facts.st_mode & _OTHERS_WRITE:
        return
    if not (may_be_sticky and facts.st_mode & stat.S_ISVTX):
        raise UntrustedError(f"{name} may be written by others: chmod go-w {name}")
