"""Putting into a file what a trial has shown: a whole new file, checked before it takes the old one's place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifecycle.config.documents.document import Document
from lifecycle.config.documents.editing import UneditableError, with_values
from lifecycle.config.documents.file_text import UnreadableFileError, file_text
from lifecycle.config.loader import read_configuration
from lifecycle.errors import ConfigurationError
from lifecycle.trial.datatypes import Suggestion

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of the file.

    Args:
        file: Its path, as the user would type it.
        set: Fields whose datatype was set.
        added: Fields that were added.
        lifted: Whether it is no draft any more.
        problems: Why it stayed as it was, each with its place; empty where nothing was wrong.
    """

    file: str
    set: int = 0
    added: int = 0
    lifted: bool = False
    problems: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """In a sentence."""
        if self.problems:
            return f"{self.file} stays as it was: what would be saved does not check."
        done = [f"datatypes set: {self.set}"] if self.set else []
        done += [f"fields added: {self.added}"] if self.added else []
        done += ["a draft no longer"] if self.lifted else []
        return f"Saved in {self.file}: {', '.join(done)}." if done else f"Nothing to save: {self.file} says all of it."


def saved(folder: Path, file: str, found: Sequence[Suggestion] = ()) -> Saved:
    """Set datatypes in a file and lift its draft; whoever reads it meanwhile sees the old or the new one, whole.

    Args:
        folder: ``config/``.
        file: Below it, e.g. ``endpoints/halo-users.yaml``.
        found: Datatypes to set.

    Raises:
        ConfigurationError: The file cannot be read or written.
    """
    typed = str(folder / file)
    try:
        before = file_text(folder / file, folder)
    except UnreadableFileError as error:
        raise ConfigurationError(typed, "", error.problem) from None
    lifted = Document(before).value.get("draft") is True
    changes: dict[tuple[str, ...], Any] = {("fields", one.field): one.after for one in found}
    if lifted:
        changes["draft",] = False
    try:
        after = with_values(before, changes)
    except UneditableError as error:
        return Saved(typed, problems=(f"{typed}: {error}",))
    if after == before:
        return Saved(typed)
    problems = read_configuration(folder, {file: after}).problems
    if problems:
        return Saved(typed, problems=tuple(f"{one.place}: {one.sentence}" for one in problems))
    try:
        _replace((folder / file).resolve(), after)
    except OSError as error:
        raise ConfigurationError(typed, "", f"cannot be written: {error.strerror}") from None
    added = sum(one.before is None for one in found)
    return Saved(typed, len(found) - added, added, lifted)


def _replace(file: Path, text: str) -> None:
    """Write a new file beside the old one, and give it its name; owner, mode and byte order mark stay."""
    before = file.stat()
    mark = _BOM if file.read_bytes().startswith(_BOM) else b""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as new:
            new.write(mark + text.encode())
            new.flush()
            os.fchmod(new.fileno(), before.st_mode & 0o7777)
            if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()) and os.geteuid() == 0:
                os.fchown(new.fileno(), before.st_uid, before.st_gid)
            os.fsync(new.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink()
        raise
