"""What can be asked of file servers: five operations on home folders, and how a folder stands now.

Every operation may be sent again after whatever happened: what is done already is not done twice, what was begun is
finished, and until it is finished the folder that there was is there, whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from lifecycle.answer import Answer
from lifecycle.folders.unc_path import UncPath


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing has this name."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, as far as listings show it.

    Args:
        count: Files and folders in it, at any depth.
        size: Bytes of all its files.
        links: Symbolic links, junctions and other reparse points among them; they are never followed.
        digest: :func:`lifecycle.folders.manifest.digest_of` all of it.
        followed: Relative names of the links that the server itself follows: they can be neither copied nor removed.
        renamed: Relative names, as SMB shows them, of files and folders whose own names cannot be shown.
    """

    count: int
    size: int
    links: int
    digest: str
    followed: tuple[str, ...] = field(default=(), repr=False)
    renamed: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A file or a link has the name."""


FolderState = Absent | Folder | InTheWay


class MoveStage(StrEnum):
    """The stages of a move, each of which may be asked for alone and more than once."""

    COPY = "copy"
    """Copy into a folder beside the target, under a temporary name; what is there and equal is not copied again."""
    VERIFY = "verify"
    """Read both and compare names, sizes, times, attributes, descriptors and contents; then give the copy its name."""
    REMOVE_SOURCE = "remove source"
    """Remove the source, if it still is what was verified."""


@dataclass(frozen=True, slots=True)
class MoveFolder:
    """Move a folder, with descriptors, times and attributes.

    With all stages and both places on one share it is renamed, which is one step. Between ``VERIFY`` and
    ``REMOVE_SOURCE`` the directory is told of the new place.

    Args:
        source: The folder.
        target: Its new place; nothing may be there, unless it is the finished copy.
        stages: Which stages to go through, in their order.
        digest: What the source must still be. ``VERIFY`` refuses another one before the copy gets its name. For
            ``REMOVE_SOURCE`` it is what was verified; empty compares source and target once more, with their contents.
    """

    source: UncPath = field(repr=False)
    target: UncPath = field(repr=False)
    stages: tuple[MoveStage, ...] = tuple(MoveStage)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveFolder:
    """Write a folder into a ZIP file, with what ZIP has no place for in a manifest; read it back and compare.

    Args:
        source: The folder; it stays.
        archive: The file to write, its name ending in ``.zip``, below an archive root.
    """

    source: UncPath = field(repr=False)
    archive: UncPath = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeleteFolder:
    """Delete a folder; with an archive, only after it is written, read back and found equal.

    Args:
        path: The folder. Links in it are removed, and what they lead to stays.
        archive: Where to keep it, as for :class:`ArchiveFolder`; None keeps nothing.
        digest: Without an archive: what the folder must still be; empty where that does not matter.
    """

    path: UncPath = field(repr=False)
    archive: UncPath | None = field(default=None, repr=False)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class RestoreFolder:
    """Put a folder back from its archive, the inverse of :class:`DeleteFolder`; the archive stays."""

    archive: UncPath = field(repr=False)
    path: UncPath = field(repr=False)


@dataclass(frozen=True, slots=True)
class CreateFolder:
    """Make an empty home folder: owned by the account, full control for it, administrators and the system.

    Args:
        path: The folder; the one above it exists.
        owner_sid: objectSid of the account, as text.
    """

    path: UncPath = field(repr=False)
    owner_sid: str


FolderOperation = MoveFolder | ArchiveFolder | DeleteFolder | RestoreFolder | CreateFolder


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation is.

    Args:
        stage: What is being done, e.g. ``"copy"``.
        files: Files and folders dealt with in this stage.
        of_files: All of this stage; 0 while it is not known.
        size: Bytes dealt with in this stage.
    """

    stage: str
    files: int
    of_files: int
    size: int = 0


OnProgress = Callable[[Progress], None]
OnAlive = Callable[[], None]


def unheard() -> None:
    """For whom nobody listens."""


class Folders(Protocol):
    """The port to file servers. The adapter is :mod:`lifecycle.ports.files.client`."""

    @property
    def roots(self) -> tuple[UncPath, ...]:
        """Folders below which home folders stand."""
        ...

    def state(self, path: UncPath, on_alive: OnAlive = unheard) -> FolderState:
        """How a folder stands now; ``on_alive`` is called with every answer of the server.

        Raises:
            TargetError: The server could not be read; never an absent or a partial folder instead.
        """
        ...

    def send(self, operation: FolderOperation, on_progress: OnProgress, on_alive: OnAlive = unheard) -> Answer:
        """Carry an operation out, which may take hours.

        Meanwhile ``on_progress`` is called now and then, ``on_alive`` with every answer of the server. What they raise
        ends the operation, which may be sent again.

        Returns:
            Code 0: done, or done already. :data:`lifecycle.answer.NO_ANSWER`: the connection ended, send it again.
            Else an NTSTATUS and its name, or one of ours in lower case: nothing was lost.
        """
        ...
