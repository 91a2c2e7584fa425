"""The adapter of the folders port: home folders on file servers, over SMB 3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import stamina

from lifecycle.answer import Answer
from lifecycle.errors import TargetError, TransientError
from lifecycle.folders.identity import Surroundings
from lifecycle.folders.operation import (
    ArchiveFolder,
    CreateFolder,
    DeleteFolder,
    FolderOperation,
    FolderState,
    MoveFolder,
    OnAlive,
    OnProgress,
    RestoreFolder,
    unheard,
)
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.archive import archive_folder
from lifecycle.ports.files.connection import FileConnection, OnLogon, Servers, Share, silent
from lifecycle.ports.files.creating import create_folder
from lifecycle.ports.files.failures import Reason, answer_to, refused
from lifecycle.ports.files.listing import folder_state
from lifecycle.ports.files.moving import move_folder
from lifecycle.ports.files.removal import delete_folder
from lifecycle.ports.files.restoring import restore_folder
from lifecycle.ports.files.workplace import Workplace

_ATTEMPTS = 3


class FileServers:
    """Implements :class:`lifecycle.folders.operation.Folders`. Not for several threads.

    Args:
        settings: Whom to log on as, and below which folders.
        servers: The connections.
    """

    def __init__(self, settings: FileConnection, servers: Servers) -> None:
        self._settings = settings
        self._servers = servers
        self._surroundings: dict[tuple[Share, str], Surroundings] = {}

    @property
    def roots(self) -> tuple[UncPath, ...]:
        """Folders below which home folders stand."""
        return self._settings.roots

    def state(self, path: UncPath, on_alive: OnAlive = unheard) -> FolderState:
        """How a folder stands now; asked again when a server is away for a moment.

        Raises:
            TargetError: The server could not be read, or the path is outside all roots.
        """
        self._check(self._settings.roots, path)
        for attempt in stamina.retry_context(on=_is_transient, attempts=_ATTEMPTS):
            with attempt, self._cleared():
                work = Workplace(self._servers, on_alive, self._surroundings)
                work.walk(path, self._settings.roots)
                return folder_state(work.exchange, work.place(path))
        raise AssertionError  # pragma: no cover  (stamina raises what the last attempt raised)

    def send(self, operation: FolderOperation, on_progress: OnProgress, on_alive: OnAlive = unheard) -> Answer:
        """Carry an operation out; it is sent once, and may be sent again by whoever asked."""
        self._surroundings.clear()
        try:
            with self._cleared():
                return self._carry_out(operation, Workplace(self._servers, on_alive), on_progress)
        except TargetError as error:
            return answer_to(error)

    def _carry_out(self, operation: FolderOperation, work: Workplace, on_progress: OnProgress) -> Answer:
        roots, archives = self._settings.roots, self._settings.archive_roots
        match operation:
            case MoveFolder():
                self._enter(work, roots, operation.source, operation.target)
                return move_folder(work, operation, on_progress)
            case ArchiveFolder():
                self._enter(work, roots, operation.source)
                self._enter(work, archives, operation.archive)
                return archive_folder(work, operation.source, operation.archive, on_progress)
            case DeleteFolder():
                self._enter(work, roots, operation.path)
                if operation.archive is not None:
                    self._enter(work, archives, operation.archive)
                return delete_folder(work, operation, on_progress)
            case RestoreFolder():
                self._enter(work, roots, operation.path)
                self._enter(work, archives, operation.archive)
                return restore_folder(work, operation.archive, operation.path, on_progress)
            case CreateFolder():
                self._enter(work, roots, operation.path)
                return create_folder(work, operation)

    def _enter(self, work: Workplace, roots: tuple[UncPath, ...], *paths: UncPath) -> None:
        self._check(roots, *paths)
        for path in paths:
            work.walk(path, roots)

    def _check(self, roots: tuple[UncPath, ...], *paths: UncPath) -> None:
        for path in paths:
            if not any(path.is_inside(root) for root in roots) or any(root.is_inside(path) for root in roots):
                raise refused("check", Reason.OUTSIDE_ROOTS)

    @contextmanager
    def _cleared(self) -> Iterator[None]:
        """After a failure begin with a new connection: what was open, and what is still on its way, ends with it."""
        try:
            yield
        except BaseException:
            self._surroundings.clear()
            self._servers.close()
            raise


def _is_transient(error: Exception) -> bool:
    return isinstance(error, TransientError)


@contextmanager
def open_folders(settings: FileConnection, on_logon: OnLogon = silent) -> Iterator[FileServers]:
    """File servers; connections end with the ``with``.

    Args:
        settings: Whom to log on as, and below which folders.
        on_logon: Called with each server's name and how the account proved itself there.
    """
    with settings.open(on_logon) as servers:
        yield FileServers(settings, servers)
