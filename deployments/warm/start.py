"""``python -m deployments.warm.start CHECKOUT``: the command of a run, in place of ``python -m prefect.engine``.

A run needs seconds until Prefect, pandas and Great Expectations are imported. The first run of a worker begins as
slowly as ever, and leaves a fork server behind; whatever the worker runs after it is forked from that, and begins at
once. The starter stands for its run: it hands signals on, ends as the run ends, and takes it along where it is killed.
Where anything is not as it should be, the run begins the slow way, and a line says why.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from deployments.warm.wire import HungUpError, receive, send, user_of

ENGINE = "prefect.engine"
NEEDED = ("prefect.flow_engine", "prefect.deployments.steps.pull", "flows.sync_people", "flows.deliver_outbox",
          "great_expectations")  # fmt: skip
"""What the fork server imports; the flows bring the rest along."""
OF_ONE_RUN = "PREFECT__"
"""Variables that begin so are those of one run, and not of the worker."""
_FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_ANSWER_S = 10.0


class ColdError(Exception):
    """The run cannot be forked; says why.

    Args:
        why: In a sentence.
        for_good: Whether a fork server would not help the next run either.
    """

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


def main(arguments: Sequence[str], engine: str = ENGINE, needed: Sequence[str] = NEEDED) -> NoReturn:
    """Run the engine, and end as it ends.

    Args:
        arguments: The checkout that the deployment was made from.
        engine: The module that carries out the run that the environment names.
        needed: Modules that a fork server imports.
    """
    try:
        _check(arguments)
        with _connected() as connection:
            status = _forked(connection)
    except ColdError as error:
        print(f"This run begins slowly: {error}.", flush=True)
        if not error.for_good:
            _begin_server(engine, needed)
        os.execv(sys.executable, [sys.executable, "-m", engine])  # noqa: S606 - this very Python
    _end_with(status)


def _check(arguments: Sequence[str]) -> None:
    here = Path(__file__).resolve().parents[2]
    if not sys.platform.startswith("linux"):
        raise ColdError("it can be forked on Linux alone", for_good=True)
    if [Path(one).resolve() for one in arguments] != [here]:
        why = "the deployment was made from another checkout than the one that is installed"
        raise ColdError(why, for_good=True)


def _connected() -> socket.socket:
    """A connection to the fork server.

    Raises:
        ColdError: There is none that takes runs.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(_name())
    except OSError:
        connection.close()
        raise ColdError("no fork server is there yet") from None
    if user_of(connection) != os.getuid():
        connection.close()
        raise ColdError("another user has taken the name of its fork server", for_good=True)
    return connection


def _name() -> str:
    """Of the fork server for runs of this worker with this environment; Linux's abstract namespace (unix(7))."""
    about = json.dumps([sys.executable, sorted(_environment_of_worker().items())]).encode()
    return f"\0halo-ad-{os.getuid()}-{os.getppid()}-{hashlib.sha256(about).hexdigest()[:24]}"


def _environment_of_worker() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(OF_ONE_RUN)}


def _begin_server(engine: str, needed: Sequence[str]) -> None:
    """Begin a fork server that lives as long as the worker does; where one is there already, it ends by itself."""
    module = "deployments.warm.fork_server"
    command = [sys.executable, "-m", module, _name()[1:], str(os.getppid()), engine, *needed]
    nothing = subprocess.DEVNULL  # an inherited pipe would keep the worker waiting for its end
    subprocess.Popen(  # noqa: S603 - this very program
        command, cwd=Path(__file__).parents[2], env=_environment_of_worker(), stdin=nothing, stdout=nothing,
        stderr=nothing, start_new_session=True,
    )  # fmt: skip


def _forked(connection: socket.socket) -> int:
    """Let the run be forked, and answer how it ended: its exit status, or the negative number of a signal.

    Raises:
        ColdError: It was not begun, for certain.
    """
    came: list[int] = []
    run: list[int] = []  # a descriptor of its process, once it is known: a number could be another's by then

    def hand_on(number: int, _frame: FrameType | None = None) -> None:
        came.append(number)
        for one in run:
            _signal(one, number)

    for one in _FORWARDED:
        signal.signal(one, hand_on)
    try:
        connection.settimeout(_ANSWER_S)
        send(connection, {"environment": dict(os.environ), "folder": str(Path.cwd())}, (0, 1, 2))
        answer, _ = receive(connection)
        if "refused" in answer:
            if came:
                return -came[0]
            raise ColdError(answer["refused"])
        with suppress(ProcessLookupError):  # it has ended already
            run.append(os.pidfd_open(answer["process"]))
        for number in tuple(came):
            hand_on(number)
        connection.settimeout(None)
        answer, _ = receive(connection)
        return int(answer["status"])
    except HungUpError:  # whether it was forked, nobody knows: to begin it again might be to run it twice
        print("The fork server of this run has gone.", file=sys.stderr, flush=True)
        hand_on(signal.SIGKILL)
        return 1
    finally:
        for one in _FORWARDED:
            signal.signal(one, signal.SIG_DFL)


def _signal(run: int, number: int) -> None:
    with suppress(ProcessLookupError):  # it has just ended
        signal.pidfd_send_signal(run, number)


def _end_with(status: int) -> NoReturn:
    if status < 0:
        if -status != signal.SIGKILL:  # which nobody can catch
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


if __name__ == "__main__":
    main(sys.argv[1:])
