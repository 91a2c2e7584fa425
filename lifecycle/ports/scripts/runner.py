"""The adapter of :class:`lifecycle.scripts.port.Scripts`: reads a script, judges it, and runs a copy of it."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from lifecycle.errors import ConfigurationError, TargetError, TargetUnavailableError
from lifecycle.ports.scripts.interpreter import command
from lifecycle.ports.scripts.process import Task, run
from lifecycle.ports.scripts.settings import ENVIRONMENT, ScriptSettings, refused
from lifecycle.ports.scripts.trust import UntrustedError, open_trusted, read_trusted
from lifecycle.scripts.call import ScriptCall, check_path
from lifecycle.scripts.outcome import UnreadableOutcomeError, read_outcome
from lifecycle.scripts.port import unheard
from lifecycle.scripts.result import ScriptResult

MAX_SCRIPT_BYTES = 1_048_576
_NO_ROOM = frozenset({errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT})


@contextmanager
def open_scripts(settings: ScriptSettings) -> Iterator[ScriptRunner]:
    """The scripts of a folder, which is looked at first.

    Raises:
        ConfigurationError: There is no such folder, or somebody else could change what is in it.
        TargetUnavailableError: The machine had no room.
    """
    runner = ScriptRunner(settings)
    with _translated("open"), runner.opened_folder():
        pass
    yield runner


class ScriptRunner:
    """Runs scripts of one folder. Holds nothing open between two runs; may be used by several threads.

    What runs is a copy of what was judged, under the same name in a folder that nobody else can enter: an edit in the
    middle of a run changes nothing, and the digest is that of what ran. So a script is one file. What several of them
    share is installed where their interpreter looks for it.

    A script runs as the user of the worker, and could do whatever that user may. The walls here are against
    accidents, and against other users; not against the script.

    Args:
        settings: The folder and how its scripts run.
        clock: Seconds from any point, never going back.
    """

    def __init__(self, settings: ScriptSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock = settings, clock

    def digest(self, path: str) -> str:
        """As :meth:`lifecycle.scripts.port.Scripts.digest`."""
        check_path(path)
        with _translated("read"):
            return sha256(self._content(path)).hexdigest()

    def run(self, call: ScriptCall, on_alive: Callable[[], None] = unheard) -> ScriptResult:
        """As :meth:`lifecycle.scripts.port.Scripts.run`."""
        began = self._clock()
        with _translated("start"):  # whatever comes after the start is told by the result
            content = self._content(call.path)
            digest = sha256(content).hexdigest()
            if call.digest not in {"", digest}:
                raise TargetError("scripts", "start", errno.ESTALE, "the script is not the one that was planned")
            program = command(call, content, self._settings)
            # What cannot be removed is told by the result; an exception would hide what the script has done.
            with TemporaryDirectory(prefix="halo-ad-script-", ignore_cleanup_errors=True) as name:
                folder = Path(name)
                ended = run(self._task(call, content, program, folder), self._clock, on_alive)
        outcome, unreadable = None, ""
        try:
            outcome = read_outcome(ended.answer)
        except UnreadableOutcomeError as error:
            unreadable = str(error)
        return ScriptResult(
            exit_code=ended.status,
            outcome=outcome,
            unreadable=unreadable,
            stderr_tail=ended.errors.decode("utf-8", "replace"),
            duration_s=self._clock() - began,
            timed_out=ended.timed_out,
            truncated=ended.truncated,
            left_behind=ended.left_behind or folder.exists(),
            digest=digest,
        )

    @contextmanager
    def opened_folder(self) -> Iterator[int]:
        """A descriptor of the folder, good for walking on from it.

        Raises:
            ConfigurationError: There is no such folder, or somebody else could change what is in it.
        """
        try:
            folder = open_trusted(str(Path.cwd() / self._settings.folder))
        except UntrustedError as error:
            raise refused("folder", str(error)) from error
        try:
            if not stat.S_ISDIR(os.fstat(folder).st_mode):
                raise refused("folder", "is no folder")
            yield folder
        finally:
            os.close(folder)

    def _content(self, path: str) -> bytes:
        with self.opened_folder() as folder:
            try:
                return read_trusted(path, folder, MAX_SCRIPT_BYTES)
            except UntrustedError as error:
                raise ConfigurationError(f"{self._settings.folder}/{path}", "", str(error)) from error

    def _task(self, call: ScriptCall, content: bytes, program: tuple[str, ...], folder: Path) -> Task:
        """What is to be run, with the copy of the script in its place."""
        # Under its own name, which interpreters look at and scripts show in their usage.
        script = folder / "script" / PurePosixPath(call.path).name
        script.parent.mkdir()
        script.write_bytes(content)
        work = folder / "work"
        work.mkdir()
        return Task(
            command=(*program, str(script), *call.argv),
            stdin=call.stdin,
            environment={**ENVIRONMENT, "HOME": str(work), "TMPDIR": str(work), **self._settings.environment},
            folder=folder,
            timeout_s=call.timeout_s,
            grace_s=self._settings.grace_s,
            memory_bytes=self._settings.memory_bytes,
            cpu_s=self._settings.cpu_s,
        )


@contextmanager
def _translated(operation: str) -> Iterator[None]:
    """Turn what the machine refuses into our errors."""
    try:
        yield
    except OSError as error:
        code = error.errno or 0
        kind = TargetUnavailableError if code in _NO_ROOM else TargetError
        # Without the exception itself: its text may hold a path, or an argument.
        raise kind("scripts", operation, code, errno.errorcode.get(code, "unknown")) from None
