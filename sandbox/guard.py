"""What a process starts beside itself is ended, also when that process is killed and has no time to clean up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.handle import PROJECT, Sandbox, start, stop

# A line says that all is well; the end of the input says that whoever held it is gone.
_WAIT = 'read -r _ || exec "$@"'


@contextmanager
def guarded_by(*command: str) -> Iterator[None]:
    """Have ``command`` run if this process ends within the block, in any way at all; else it is never run.

    A shell of its own session waits for the end of a pipe that this process alone holds, and the kernel closes that
    one whatever happens.

    Args:
        *command: Program and arguments. Started in the project's folder.
    """
    with subprocess.Popen(  # noqa: S603 - our own command lines
        ["/bin/sh", "-c", _WAIT, "guard", *command],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is not for it
    ) as guard:
        try:
            yield
        finally:
            guard.communicate(b"\n")


@contextmanager
def guarded_sandbox(name: str, *, with_halo: bool = True) -> Iterator[Sandbox]:
    """A sandbox that is gone after the block, and when this process is gone.

    Args:
        name: A name that nobody else uses.
        with_halo: Whether to start the simulated HaloITSM too.
    """
    with guarded_by(sys.executable, "-m", "sandbox", "down", "--name", name):
        try:
            yield start(name, with_halo=with_halo)
        finally:
            stop(name)
