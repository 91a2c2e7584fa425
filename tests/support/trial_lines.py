"""Lines to an API for trials, each with tokens and a pacer of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer
from lifecycle.trial.trial import Line, OpenLine


def opener(connection: ApiConnection) -> OpenLine:
    """Opens this connection, whatever block is named."""

    @contextmanager
    def opened(_block: str) -> Iterator[Line]:
        with ApiClient(connection, tokens=TokenCache(), pacer=Pacer(10_000, 1.0)) as client:
            yield Line(client, connection)

    return opened
