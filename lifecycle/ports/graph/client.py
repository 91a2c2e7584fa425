"""The adapter of the cloud port: Microsoft 365 through Microsoft Graph."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from lifecycle.answer import Answer, Permit, freely
from lifecycle.cloud.operation import CloudOperation, Sku
from lifecycle.cloud.user import CloudIdentity, CloudPart, CloudUser
from lifecycle.ports.graph.connection import GraphConnection
from lifecycle.ports.graph.exchange import Exchange
from lifecycle.ports.graph.reader import Reader
from lifecycle.ports.graph.sender import Sender
from lifecycle.ports.graph.writer import Writer
from lifecycle.ports.https.pacing import Pacer


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class MicrosoftGraph:
    """Implements :class:`lifecycle.cloud.operation.Cloud` for one tenant. Not for several threads.

    Args:
        connection: Where to, as whom, how fast.
        sender: Sends requests.
        pacer: What paces them.
        clock: Monotonic time in seconds, for patience.
    """

    def __init__(
        self, connection: GraphConnection, sender: Sender, pacer: Pacer, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connection, self._sender = connection, sender
        self._exchange = Exchange(sender, pacer, connection.patience_s, clock)
        self._reader = Reader(self._exchange, connection.base_url)
        self._writer = Writer(self._exchange, sender, connection.base_url)

    def __repr__(self) -> str:
        return f"MicrosoftGraph({self._connection!r})"

    def authorize(self) -> None:
        """Make sure of a token.

        Raises:
            TargetAuthorizationError: Tenant, application, secret or certificate are wrong.
            TargetUnavailableError: No answer within the patience.
            TargetContractError: The answer is no token.
        """
        self._exchange.patiently(self._sender.authorize)

    def users(self, identities: Iterable[CloudIdentity], wanted: Collection[CloudPart]) -> dict[str, CloudUser]:
        """The users of these accounts as they are now; who has none is absent."""
        return self._reader.users(identities, wanted)

    def skus(self) -> dict[str, Sku]:
        """Every product of the tenant."""
        return self._reader.skus()

    def send(self, operations: Sequence[CloudOperation], permit: Permit = freely) -> list[Answer]:
        """Carry operations out; answers in their order."""
        self.authorize()  # patiently, so that no write is lost to an authority that is busy
        return self._writer.send(operations, permit)


@contextmanager
def open_graph(
    connection: GraphConnection,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], datetime] = utc_now,
) -> Iterator[MicrosoftGraph]:
    """A client of a tenant; its connections are closed at the end.

    Args:
        connection: Where to, as whom, how fast.
        clock: Monotonic time, seconds.
        sleep: Waits so many seconds.
        now: The time, UTC.

    Raises:
        ConfigurationError: The file of certificate authorities cannot be read.
    """
    pacer = Pacer(connection.requests_per_window, connection.window_s, clock=clock, sleep=sleep)
    sender = Sender(connection, pacer, now)
    try:
        yield MicrosoftGraph(connection, sender, pacer, clock)
    finally:
        sender.close()
