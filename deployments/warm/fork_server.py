"""``python -m deployments.warm.fork_server NAME WORKER ENGINE MODULE…``: has everything loaded, and forks runs.

Begun by :mod:`deployments.warm.start`; ends when the worker does. A fork is safe as long as there is one thread:
nothing is started here but processes, and where an import has started a thread no run is taken.
"""

from __future__ import annotations

import gc
import importlib
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deployments.warm.loaded import Loaded
from deployments.warm.wire import HungUpError, receive, send, user_of

CHECKOUT = Path(__file__).resolve().parents[2]
_REQUEST_S = 5.0
_IDLE_S = 24 * 60 * 60.0
"""So long without a run, and it ends: one whose worker is not known to have ended is not left behind for good."""


@dataclass(frozen=True, slots=True)
class Order:
    """A run that is to be carried out in the process that was forked for it.

    Args:
        environment: Its environment.
        folder: Its working folder.
        descriptors: Its standard input, output and error.
    """

    environment: dict[str, str]
    folder: str
    descriptors: tuple[int, ...]


class ForkServer:
    """Forks runs until its worker ends or the code changes, and stays for those that go on.

    Args:
        listener: Bound, not listening yet.
        worker: A descriptor of the worker's process (pidfd_open(2)).
        loaded: What was loaded.
    """

    def __init__(self, listener: socket.socket, worker: int, loaded: Loaded) -> None:
        self._listener, self._worker, self._loaded = listener, worker, loaded
        self._events = selectors.DefaultSelector()
        self._starters: dict[int, socket.socket] = {}
        self._is_open = True

    def serve(self) -> Order | None:
        """Answers a run's order in the process that was forked for it; in the server's own, None when it ends."""
        self._listener.listen()
        self._events.register(self._listener, selectors.EVENT_READ, self._asked)
        self._events.register(self._worker, selectors.EVENT_READ, self._close)
        while self._is_open or self._starters:
            events = self._events.select(_IDLE_S)
            if not events and not self._starters:
                self._close()
            for key, _ in events:
                order: Order | None = key.data()
                if order is not None:
                    return order
        return None

    def _close(self) -> None:
        """Take no more runs."""
        if self._is_open:
            self._is_open = False
            self._events.unregister(self._listener)
            self._events.unregister(self._worker)
            self._listener.close()

    def _asked(self) -> Order | None:
        """Fork a run; answers its order in its process."""
        starter, _ = self._listener.accept()
        try:
            order = self._order(starter)
        except HungUpError:
            starter.close()
            return None
        run = os.fork()
        if run == 0:
            self._forget()
            starter.close()
            return order
        for one in order.descriptors:
            os.close(one)
        self._starters[run] = starter
        watched = os.pidfd_open(run)
        self._events.register(watched, selectors.EVENT_READ, partial(self._ended, run, watched))
        self._events.register(starter, selectors.EVENT_READ, partial(self._left, run))
        self._tell(starter, {"process": run})
        return None

    def _order(self, starter: socket.socket) -> Order:
        """What is asked for.

        Raises:
            HungUpError: Nobody who may ask does so, or the code has changed.
        """
        if user_of(starter) != os.getuid():
            raise HungUpError
        starter.settimeout(_REQUEST_S)
        message, descriptors = receive(starter, 3)
        if self._loaded.has_changed:
            self._close()
            self._tell(starter, {"refused": "the code has changed since it was loaded"})
            for one in descriptors:
                os.close(one)
            raise HungUpError
        return Order(message["environment"], message["folder"], descriptors)

    def _ended(self, run: int, watched: int) -> None:
        """A run has ended: its starter is to end as it did."""
        _, status = os.waitpid(run, 0)
        self._events.unregister(watched)
        os.close(watched)
        starter = self._starters.pop(run)
        if starter in self._events.get_map():
            self._events.unregister(starter)
        self._tell(starter, {"status": os.waitstatus_to_exitcode(status)})
        starter.close()

    def _left(self, run: int) -> None:
        """A starter has ended before its run: it was killed, and its run is."""
        self._events.unregister(self._starters[run])
        os.kill(run, signal.SIGKILL)  # it has not been waited for: the number is still its own

    def _tell(self, starter: socket.socket, message: dict[str, object]) -> None:
        try:
            send(starter, message)
        except HungUpError:  # seen as well by the selector, which ends its run
            return

    def _forget(self) -> None:
        """In a forked process: what belongs to the server, and to other runs."""
        watched = [key.fd for key in self._events.get_map().values() if isinstance(key.fileobj, int)]
        self._events.close()
        self._listener.close()
        for one in watched:
            os.close(one)
        for starter in self._starters.values():
            starter.close()


def main(arguments: Sequence[str]) -> None:
    """Serve, or carry out a run in a process that was forked for it.

    Args:
        arguments: Name of the socket, number of the worker's process, the engine's module, what is imported.
    """
    name, worker, engine, *needed = arguments
    watched = os.pidfd_open(int(worker))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(f"\0{name}")
        for module in needed:
            importlib.import_module(module)
        if threading.active_count() > 1:
            sys.exit("an import has started a thread: nothing can be forked")
        gc.collect()
        gc.freeze()
        order = ForkServer(listener, watched, Loaded.now(CHECKOUT)).serve()
    if order is not None:
        _carry_out(order, engine)


def _carry_out(order: Order, engine: str) -> None:
    os.setpgid(0, 0)
    for descriptor, standard in zip(order.descriptors, (0, 1, 2), strict=True):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    sys.argv = [engine]
    runpy.run_module(engine, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
