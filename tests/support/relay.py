"""A wire between the product and a simulator, in the hands of a test: it decides what of an answer arrives.

What goes over it is TLS from end to end. So a test does not read it; it asks the simulator what has happened there.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

_PIECE = 65_536


@contextmanager
def relay(host: str, port: int, passes: Callable[[], bool]) -> Iterator[int]:
    """Hand on what comes to another port of the same address; yields that port.

    Args:
        host: Address of the simulator; the names in its certificate hold for the wire as well.
        port: Its port.
        passes: Asked before each piece of an answer; once it says no, that connection is silent.
    """
    with socket.create_server((host, 0)) as listener, ExitStack() as ends:
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    near, _ = listener.accept()
                except OSError:  # it is closed: the test is over
                    return
                far = socket.create_connection((host, port))
                for end in (near, far):
                    ends.callback(_end, end)
                for pump in ((near, far, lambda: True), (far, near, passes)):
                    threads.append(threading.Thread(target=_pump, args=pump))
                    threads[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join(10)
            ends.close()
            for thread in threads:
                thread.join(10)


def _pump(source: socket.socket, target: socket.socket, passes: Callable[[], bool]) -> None:
    with contextlib.suppress(OSError):  # either end is gone
        while piece := source.recv(_PIECE):
            if not passes():
                return
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
