"""The text of a configuration file: an ordinary file of the folder, of a bounded size, in UTF-8."""

from __future__ import annotations

import stat
from pathlib import Path

MOST_BYTES = 128 * 1024
"""A larger file is refused: YAML is read in pure Python, some hundred kilobytes in a second."""

_BOM = "\ufeff"


class UnreadableFileError(ValueError):
    """A file has no text that could be read as YAML.

    Args:
        problem: What is wrong with it.
        text: As much of it as is text, so that the place can be shown; empty where there is none.
        offset: Character of that text at which it goes wrong; None for the file as a whole.
    """

    def __init__(self, problem: str, text: str = "", offset: int | None = None) -> None:
        super().__init__(problem, text, offset)
        self.problem, self.text, self.offset = problem, text, offset


def file_text(file: Path, folder: Path) -> str:
    """The text of a file, without a byte order mark.

    Args:
        file: What to read.
        folder: The configuration; a link that leads out of it is not followed, so that what was reviewed there is
            what is read, and nothing else is ever quoted in a message.

    Raises:
        UnreadableFileError: It is missing, no ordinary file, too large, or no UTF-8.
    """
    data = _bytes(file, folder)
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(f"is larger than {MOST_BYTES // 1024} KiB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError("is not UTF-8 text, but UTF-16: save it as UTF-8")
    try:
        return data.decode().removeprefix(_BOM)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode().removeprefix(_BOM)
        shown = data.decode(errors="replace").removeprefix(_BOM)
        raise UnreadableFileError("is not UTF-8 text", shown, len(before)) from None


def _bytes(file: Path, folder: Path) -> bytes:
    try:
        real = file.resolve(strict=True)
        if not real.is_relative_to(folder.resolve()):
            raise UnreadableFileError("is a link that leads out of the folder: it is not followed")
        mode = real.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # a pipe would keep us waiting
            raise UnreadableFileError("is no ordinary file")
        with real.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableFileError("no such file") from None
    except RuntimeError:  # how pathlib tells of links that lead in a circle
        raise UnreadableFileError("is a link that leads to itself") from None
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror}") from None
