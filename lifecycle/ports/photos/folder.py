"""Pictures of people from the files of one folder, made as small and as plain as an account may bear them.

The folder may be filled by others. So a file is opened from one folder to the next, no link is followed, nothing but
plain files of a bounded size is read, and what is handed on is made anew from the pixels.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lifecycle.directory.picture import LARGE_SIDE, Picture
from lifecycle.errors import ConfigurationError
from lifecycle.ports.photos.portrait import MOST_BYTES, portrait

LARGE_BYTES = 1_048_576
"""Most bytes of a large picture; one of this size has some tens of thousands."""
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe would never open


class PhotoFolder:
    """Pictures below a folder.

    Args:
        folder: Descriptor of the folder.
    """

    def __init__(self, folder: int) -> None:
        self._folder = folder

    def picture(self, name: str) -> Picture | None:
        """The picture in a file, large and as a thumbnail.

        Args:
            name: Path below the folder, with ``/`` between its parts.

        Returns:
            None where there is no such file.

        Raises:
            ValueError: It is no path below the folder, no plain file, or no picture; the message holds no name.
        """
        content = self._content(name)
        if content is None:
            return None
        large = portrait(content, side=LARGE_SIDE, most_bytes=LARGE_BYTES)
        return Picture(large, portrait(large))

    def _content(self, name: str) -> bytes | None:
        *folders, file = _parts(name)
        here = os.dup(self._folder)
        try:
            for part in folders:
                there = os.open(part, _FLAGS | os.O_DIRECTORY, dir_fd=here)
                os.close(here)
                here = there
            with os.fdopen(os.open(file, _FLAGS, dir_fd=here), "rb") as opened:
                if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                    raise ValueError("it is no plain file")
                return opened.read(MOST_BYTES + 1)
        except OSError as error:
            if error.errno in _ABSENT:
                return None
            raise ValueError(f"it cannot be read: {errno.errorcode.get(error.errno or 0, 'unknown')}") from None
        finally:
            os.close(here)


def _parts(name: str) -> list[str]:
    parts = name.split("/")
    if "\\" in name or "\0" in name or any(part in {"", ".", ".."} for part in parts):
        raise ValueError("it is no path below the folder")
    return parts


@contextmanager
def open_photos(folder: Path) -> Iterator[PhotoFolder]:
    """The pictures of a folder; one that is not absolute is looked for below the current one.

    Raises:
        ConfigurationError: There is no such folder, or it cannot be read.
    """
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, "unknown")
        raise ConfigurationError("automation", "photos", f"the folder cannot be opened: {code}") from None
    try:
        yield PhotoFolder(opened)
    finally:
        os.close(opened)
