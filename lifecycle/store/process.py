"""Which process holds something, and whether it is gone for certain.

A process number is reused, a host name is shared by containers: so a process is named by its start time as well,
and its host by boot and PID namespace. Where the system tells none of this (anything but Linux), no process is ever
said to be gone, and whoever waits for it waits for a deadline instead.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """A process.

    Args:
        host: Host name, boot and PID namespace: where its number means something.
        pid: Process number.
        started: Clock ticks from boot to its start (proc(5), field 22 of stat); 0 when the system does not tell.
    """

    host: str
    pid: int
    started: int

    @property
    def host_name(self) -> str:
        """The host's name alone, for messages."""
        return self.host.partition(" ")[0]


def this_process(proc: Path = PROC) -> Process:
    """The process that asks."""
    pid = os.getpid()
    try:
        boot = (proc / "sys/kernel/random/boot_id").read_text().strip()
        namespace = (proc / "self/ns/pid").readlink()
        _, started = _state_and_start(pid, proc)
    except OSError:
        return Process(socket.gethostname(), pid, 0)
    return Process(f"{socket.gethostname()} {boot} {namespace}", pid, started)


def is_gone(process: Process, proc: Path = PROC) -> bool:
    """Whether the process has certainly ended; False wherever that cannot be told."""
    if not process.started or process.host != this_process(proc).host:
        return False
    try:
        os.kill(process.pid, 0)  # asks only; unlike /proc it also sees what hidepid hides
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it is there and belongs to somebody else
    try:
        state, started = _state_and_start(process.pid, proc)
    except OSError:
        return False  # hidden from us, or ended this instant: the next to ask will know
    return started != process.started or state in "ZX"  # a zombie has ended, its parent has only not asked yet


def _state_and_start(pid: int, proc: Path) -> tuple[str, int]:
    # The second field is the program's name in brackets, which may itself hold spaces and brackets.
    fields = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return fields[0], int(fields[19])
