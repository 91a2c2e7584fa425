"""The process that starts the sandbox's servers and outlives the supervisor just long enough to leave no trace.

Everything the sandbox runs is a descendant of the keeper: it is the parent of what it starts, and the kernel hands it
every orphan (``PR_SET_CHILD_SUBREAPER``), so neither a daemon's forks nor their new sessions escape it. When its
standard input ends — the supervisor closed it, or died in any way at all — it kills until it has no child left, and
removes the folder. That is the only way a sandbox is taken down.

Orders come as lines of JSON on standard input, ``{"name", "argv", "input", "log", "environment"}``; news go out on
standard output, ``{"name", "status"}`` when a process that was ordered has ended.

Imports the standard library only, so that it is up in a moment.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

NOT_STARTED = 127
"""Status of what could not be started, as a shell reports it."""

_libc = ctypes.CDLL(None, use_errno=True)


def keep(folder: Path) -> None:
    """Serve orders until standard input ends, then end every descendant and remove ``folder``."""
    if _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "this kernel hands orphans to nobody but init")
    wakeup, told = os.pipe()
    os.set_blocking(wakeup, False)
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    # A handler that does nothing: what counts is the byte in the pipe, and that calls are not ended by the signal.
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    try:
        _serve(wakeup)
    finally:
        _end_descendants()
        shutil.rmtree(folder)


def _serve(wakeup: int) -> None:
    names: dict[int, str] = {}
    lifelines: list[int] = []  # the writing ends of the children's standard inputs: open as long as the keeper lives
    orders = b""
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        selector.register(wakeup, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                arrived = os.read(key.fd, 65_536)
                if key.fd == wakeup:
                    if set(arrived) - {signal.SIGCHLD}:
                        return
                    _tell_ended(names)
                    continue
                if not arrived:
                    return
                *lines, orders = (orders + arrived).split(b"\n")
                for line in lines:
                    _start(json.loads(line), names, lifelines)


def _start(order: dict[str, object], names: dict[int, str], lifelines: list[int]) -> None:
    reading, writing = os.pipe()
    with open(str(order["log"]), "ab") as log:  # noqa: PTH123 - pathlib would only add to the start-up
        try:
            child = subprocess.Popen(  # noqa: S603 - the supervisor is the only one who can write orders
                order["argv"],
                stdin=reading,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=order["environment"],
                start_new_session=True,
                preexec_fn=_die_with_keeper,  # noqa: PLW1509 - the keeper has one thread
            )
        except OSError as error:
            log.write(f"{error}\n".encode())
            log.flush()  # whoever is told reads it at once
            os.close(writing)
            _tell(str(order["name"]), NOT_STARTED)
            return
        finally:
            os.close(reading)
    child.returncode = 0  # it is reaped here, with the orphans, not by subprocess
    names[child.pid] = str(order["name"])
    if order["input"] is None:
        lifelines.append(writing)
    else:
        os.write(writing, str(order["input"]).encode())  # a few hundred bytes: the pipe takes them at once
        os.close(writing)


def _die_with_keeper() -> None:
    """Tie a child to the keeper, for the day somebody kills the keeper itself."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _tell_ended(names: dict[int, str]) -> None:
    """Reap whatever has ended, orphans too, and report those that were ordered."""
    with contextlib.suppress(ChildProcessError):  # there is no child at the moment
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            if pid in names:
                _tell(names.pop(pid), os.waitstatus_to_exitcode(status))


def _tell(name: str, status: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # the supervisor is gone: the end of standard input follows
        os.write(1, json.dumps({"name": name, "status": status}).encode() + b"\n")


def _end_descendants() -> None:
    """Kill children until there are none: an orphan becomes a child before its dead parent can be waited for."""
    while True:
        for pid in _children():
            os.kill(pid, signal.SIGKILL)  # it is there until it is waited for, which happens here only
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    own = str(os.getpid())
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it ended between the listing and the reading
                # the name in brackets may hold anything; state and parent follow the last bracket (proc(5))
                _, _, rest = Path(entry.path, "stat").read_text(errors="replace").rpartition(")")
                if rest.split()[1] == own:
                    found.append(int(entry.name))
    return found


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
