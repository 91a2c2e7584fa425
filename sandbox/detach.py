"""Leaves the supervisor in the background, and waits in the foreground until it is up or says why not."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from sandbox.errors import SandboxError

UP = "up"


def detach(work: Callable[[Callable[[], None]], NoReturn]) -> None:
    """Run ``work`` in a process of its own session without a terminal, and return when it says that it is up.

    Args:
        work: Called in the new process with the function to call when everything answers; it ends with an exception.

    Raises:
        SandboxError: ``work`` ended before it was up; the message is that of its own ``SandboxError``.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_background(work, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as news:
        try:
            message = news.read()
        except BaseException:  # Ctrl-C while waiting: who does not wait for it does not want it
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
            raise
    if message != UP:
        os.waitpid(child, 0)
        raise SandboxError(message or "the sandbox ended before it was up")


def _be_the_background(work: Callable[[Callable[[], None]], NoReturn], news: int) -> NoReturn:
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):  # whoever reads our output to its end must not wait for the sandbox's
        os.dup2(null, standard)
    said = False

    def say(message: str) -> None:
        nonlocal said
        if not said:
            os.write(news, message.encode())
            os.close(news)
            said = True

    status = 1
    try:
        work(lambda: say(UP))
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else 1
    except SandboxError as error:
        say(str(error))
    except BaseException as error:  # noqa: BLE001 - this process has nobody above it to tell
        say(f"{type(error).__name__}: {error}")
    finally:
        os._exit(status)
