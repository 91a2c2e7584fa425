"""The process between the worker and one script: it starts the script, and sees to it that nothing outlives it.

Everything a script starts is a descendant of the guard: the kernel hands it every orphan
(``PR_SET_CHILD_SUBREAPER``), so neither a daemon's forks nor new sessions escape it. The worker itself could not do
this: it has threads and children of its own, which such orphans and their statuses would be mixed up with.

The guard is called with the script's own environment, and with these arguments: seconds of grace, bytes of memory and
seconds of processor time (0 sets no limit), the script's standard input, output and error as descriptors, the folder
of the run, and the command. On its standard input it takes two orders, a byte each: ``+`` to start the script, which
comes when the worker is ready to watch it, and any other to end it. If the input ends instead, the worker is gone, and
the guard ends the script and removes the folder as well.

On standard output it says ``exited STATUS`` (as :func:`os.waitstatus_to_exitcode` has it) when the script has ended,
and ``left 0`` when all it started has ended too; ``left 1`` where something is left that it may not end. Or it says
``refused ERRNO``, because the script could not be started.

Imports little, so that it is up in a moment, and nothing of this package.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
START = b"+"
KILL_S = 5.0
"""For how long what was killed is waited for: a process deep in the kernel ends when it comes out."""

_REQUESTS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""What a service manager sends to every process of a service that is to stop."""

_libc = ctypes.CDLL(None, use_errno=True)


def main(arguments: list[str]) -> None:
    """Run one script, and end all of it."""
    grace_s, memory_bytes, cpu_s, *rest = arguments
    streams, folder, command = [int(one) for one in rest[:3]], rest[3], rest[4:]
    if _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        _tell(f"refused {ctypes.get_errno()}")
        return
    if os.read(0, 1) != START:
        return
    try:
        wakeup = _told_of_children()
        script = _start(command, streams, int(memory_bytes), int(cpu_s))
    except OSError as error:
        _tell(f"refused {error.errno}")
        return
    statuses: dict[int, int] = {}
    is_orphaned = _wait_for(script, wakeup, statuses)
    _tell_exit(script, statuses)  # at once: the worker counts the script's time
    is_all_gone = _end(wakeup, statuses, float(grace_s))
    _tell_exit(script, statuses)
    if is_orphaned:
        import shutil  # noqa: PLC0415 - hardly ever needed, and slow

        shutil.rmtree(folder, ignore_errors=True)  # nobody is there who could be told
    _tell(f"left {int(not is_all_gone)}")


def _told_of_children() -> int:
    """A descriptor that can be read once a child has ended, or the guard itself is asked to end."""
    wakeup, told = os.pipe()
    os.set_blocking(wakeup, False)
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, *_REQUESTS):
        signal.signal(number, lambda *_: None)  # what counts is the byte in the pipe
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # the worker's thread may have held signals back
    return wakeup


def _start(command: list[str], streams: list[int], memory_bytes: int, cpu_s: int) -> int:
    """Fork and execute; the process number of the script.

    Raises:
        OSError: It could not be executed.
    """
    for stream in streams:
        os.set_inheritable(stream, False)
    reading, writing = os.pipe()
    script = os.fork()
    if script == 0:
        try:
            _become(command, streams, memory_bytes, cpu_s)
        except OSError as error:
            os.write(writing, str(error.errno).encode())
        finally:
            os._exit(127)
    os.close(writing)
    for stream in streams:
        os.close(stream)
    problem = os.read(reading, 16)  # ends with nothing when the script is executed: the descriptor is not passed on
    os.close(reading)
    if problem:
        os.waitpid(script, 0)
        raise OSError(int(problem), os.strerror(int(problem)))
    return script


def _become(command: list[str], streams: list[int], memory_bytes: int, cpu_s: int) -> None:
    os.setsid()
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # for the day somebody kills the guard itself
    for number in (signal.SIGPIPE, signal.SIGXFSZ, *_REQUESTS):
        signal.signal(number, signal.SIG_DFL)  # Python ignores the first two, and what is ignored is passed on
    os.umask(0o077)
    _limit(resource.RLIMIT_CORE, 0)  # a core holds what the script was given
    if memory_bytes:
        _limit(resource.RLIMIT_AS, memory_bytes)
    if cpu_s:
        _limit(resource.RLIMIT_CPU, cpu_s)
    for ours, theirs in enumerate(streams):
        os.dup2(theirs, ours)
    os.execve(command[0], command, _given_environment())  # noqa: S606 - no shell is wanted


def _given_environment() -> dict[bytes, bytes]:
    """The environment that the guard was started with: Python adds to its own where it knows no locale (PEP 538)."""
    with open("/proc/self/environ", "rb") as file:  # noqa: PTH123 - pathlib is slow to import
        variables = (line.partition(b"=") for line in file.read().split(b"\0") if line)
    return {name: value for name, _, value in variables}


def _limit(kind: int, wanted: int) -> None:
    """Bound what a process may use; a bound that is there already is never widened."""
    _, hard = resource.getrlimit(kind)
    bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (bound, bound))


def _wait_for(script: int, wakeup: int, statuses: dict[int, int]) -> bool:
    """Wait until the script ends or is to be ended; whether the worker is gone."""
    while script not in statuses:
        ready, _, _ = select.select([0, wakeup], [], [])
        if wakeup in ready:
            is_asked = bool(set(_arrived(wakeup)) - {signal.SIGCHLD})
            _reap(statuses)
            if is_asked:
                return False
        elif 0 in ready:
            return not os.read(0, 1)
    return False


def _end(wakeup: int, statuses: dict[int, int], grace_s: float) -> bool:
    """End every descendant, first by request; whether none is left."""
    asked: set[int] = set()
    return _are_gone(wakeup, statuses, grace_s, lambda: _ask(asked)) or _are_gone(wakeup, statuses, KILL_S, _kill)


def _are_gone(wakeup: int, statuses: dict[int, int], patience_s: float, send: Callable[[], None]) -> bool:
    """Wait until there is no child, sending signals whenever one has ended."""
    deadline = time.monotonic() + patience_s
    while _reap(statuses):
        send()
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            return False
        select.select([wakeup], [], [], left_s)
        _arrived(wakeup)
    return True


def _ask(asked: set[int]) -> None:
    """Ask every descendant to end, once, parents first: a shell whose child alone is ended goes on with its next line.

    Of those that come later only orphans are asked; what a script starts in order to tidy up is left in peace.
    """
    is_first = not asked
    for pid, parent in _descendants():
        if pid not in asked and (is_first or parent == os.getpid()):
            asked.add(pid)
            _signal(pid, parent, signal.SIGTERM)
            _signal(pid, parent, signal.SIGCONT)  # who is stopped hears no request


def _kill() -> None:
    """Kill every descendant; an orphan becomes a child before its dead parent can be waited for."""
    for pid, parent in _descendants():
        _signal(pid, parent, signal.SIGKILL)


def _arrived(wakeup: int) -> bytes:
    """The signals that have come."""
    try:
        return os.read(wakeup, 65_536)
    except BlockingIOError:
        return b""


def _reap(statuses: dict[int, int]) -> bool:
    """Take note of every child that has ended, orphans too; whether there are others."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return True
            statuses[pid] = os.waitstatus_to_exitcode(status)
    return False


def _signal(pid: int, parent: int, number: int) -> None:
    """Send a signal to a descendant.

    Its number may have become somebody else's since it was read. So the process is held (pidfd_open(2)) and asked once
    more whose child it is, before anything is sent to it: its parent's still, or, as an orphan, the guard's.
    """
    # It may have ended, or be another user's: whether all have ended is seen by waiting for them.
    with contextlib.suppress(OSError):
        held = os.pidfd_open(pid)
        try:
            if _parent(pid) in {parent, os.getpid()}:
                signal.pidfd_send_signal(held, number)
        finally:
            os.close(held)


def _descendants() -> Iterator[tuple[int, int]]:
    """Everything below the guard as it is now, with its parent, parents first."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208 - pathlib is slow to import
        if entry.isdigit():
            with contextlib.suppress(OSError):  # it ended between the listing and the reading
                children.setdefault(_parent(int(entry)), []).append(int(entry))
    waiting = [os.getpid()]
    while waiting:
        parent = waiting.pop(0)
        for pid in children.get(parent, ()):
            waiting.append(pid)
            yield pid, parent


def _parent(pid: int) -> int:
    """Field 4 of stat (proc(5)); the second is the program's name in brackets, which may hold anything."""
    with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - pathlib is slow to import
        return int(file.read().rpartition(b")")[2].split()[1])


def _tell_exit(script: int, statuses: dict[int, int]) -> None:
    if script in statuses:
        _tell(f"exited {statuses[script]}")


def _tell(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # the worker is gone
        os.write(1, line.encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
