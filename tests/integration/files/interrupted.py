"""Sends one operation, and is killed by the system before its n-th chain of requests goes out.

``python interrupted.py``, with a pickled (settings, operation, n) on standard input. Prints how many chains it took
when it was not killed.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys

from lifecycle.folders.operation import FolderOperation
from lifecycle.ports.files.client import open_folders
from lifecycle.ports.files.connection import FileConnection
from lifecycle.ports.files.exchange import Chain, Exchange, Pending


def main() -> None:
    """Run it."""
    given: tuple[FileConnection, FolderOperation, int] = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own test's
    settings, operation, last = given
    sent, post = 0, Exchange.post

    def counted(self: Exchange, chain: Chain) -> Pending:
        nonlocal sent
        sent += 1
        if sent == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return post(self, chain)

    Exchange.post = counted  # type: ignore[method-assign]
    with open_folders(settings) as folders:
        answer = folders.send(operation, lambda _: None)
    assert answer.ok, answer
    sys.stdout.write(str(sent))


if __name__ == "__main__":
    main()
