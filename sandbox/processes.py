"""The supervisor's side of the keeper: start a server, wait for a command, learn that something ended."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.errors import SandboxError

KEEPER = Path(__file__).with_name("keeper.py")
POLL_S = 0.05


class Processes:
    """What runs in one sandbox. Leaving the context ends all of it and removes the folder.

    Args:
        folder: The sandbox's folder; logs go below ``log`` in it.
        held: Descriptors the keeper holds as long as it lives: the folder's lock, the address's reservation.
    """

    def __init__(self, folder: Path, held: Iterable[int]) -> None:
        self._folder = folder
        self._log_folder = folder / "log"
        self._log_folder.mkdir(exist_ok=True)
        self._ended: dict[str, int] = {}
        self._partial = b""
        self._keeper = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", "-S", str(KEEPER), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone
            pass_fds=tuple(held),
            cwd="/",
            bufsize=0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keeper.stdin.close()
        self._keeper.stdout.close()
        self._keeper.wait()

    def start(
        self,
        name: str,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        text: str | None = None,
    ) -> None:
        """Start ``argv`` in its own session, its output in ``log/<name>.log``.

        Args:
            name: What messages and the log call it.
            argv: Absolute program and arguments.
            environment: Added to an environment of nothing but PATH, LANG, HOME and TMPDIR.
            text: Written to its standard input, which then ends; without it the input stays open and silent.
        """
        self.log(name).touch()
        order = {
            "name": name,
            "argv": list(argv),
            "input": text,
            "log": str(self.log(name)),
            "environment": {
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                "LANG": "C.UTF-8",
                "HOME": str(self._folder),
                "TMPDIR": str(self._folder),
                **(environment or {}),
            },
        }
        try:
            self._keeper.stdin.write(json.dumps(order).encode() + b"\n")
        except BrokenPipeError as error:
            raise SandboxError("the sandbox's keeper ended: nothing more can be started") from error

    def log(self, name: str) -> Path:
        """Path of the log of the process ``name``."""
        return self._log_folder / f"{name}.log"

    def run(
        self,
        name: str,
        argv: Sequence[str],
        timeout_s: float,
        *,
        environment: Mapping[str, str] | None = None,
        text: str | None = None,
    ) -> None:
        """Run a command to its end; arguments as for :meth:`start`.

        Raises:
            SandboxError: It failed, took too long, or a server ended meanwhile.
        """
        self.start(name, argv, environment=environment, text=text)
        deadline = time.monotonic() + timeout_s
        while name not in self._ended:
            self._listen(deadline - time.monotonic())
            if time.monotonic() > deadline:
                raise SandboxError(f"{name} did not end within {timeout_s:.0f} s")
            self._complain_of_ended(besides=name)
        if self._ended.pop(name) != 0:
            raise SandboxError(f"{name} failed: {self._last_words(name)}")

    def wait_until(self, what: str, condition: Callable[[], bool], timeout_s: float) -> None:
        """Ask ``condition`` again and again until it holds.

        Raises:
            SandboxError: The time is over, or a server ended meanwhile.
        """
        deadline = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > deadline:
                raise SandboxError(f"{what} did not answer within {timeout_s:.0f} s")
            self._listen(POLL_S)
            self._complain_of_ended()

    def watch(self) -> None:
        """Wait for ever; a server that ends is an error.

        Raises:
            SandboxError: A server, or the keeper, ended.
        """
        while True:
            self._listen(None)
            self._complain_of_ended()

    def _listen(self, timeout_s: float | None) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._keeper.stdout, selectors.EVENT_READ)
            if not selector.select(timeout_s if timeout_s is None else max(timeout_s, 0)):
                return
        arrived = os.read(self._keeper.stdout.fileno(), 65_536)
        if not arrived:
            raise SandboxError("the sandbox's keeper ended before its time")
        *lines, self._partial = (self._partial + arrived).split(b"\n")
        for line in lines:
            news = json.loads(line)
            self._ended[news["name"]] = news["status"]

    def _complain_of_ended(self, besides: str = "") -> None:
        for name, status in self._ended.items():
            if name != besides:
                raise SandboxError(f"{name} ended with status {status}: {self._last_words(name)}")

    def _last_words(self, name: str) -> str:
        lines = self.log(name).read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it left no word in its log")
