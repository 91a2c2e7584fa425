"""One HTTP request to Exchange Online that is asked to wait, on clocks that stand still."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from lifecycle.errors import TargetUnavailableError
from lifecycle.mail.call import CmdletCall, Place
from lifecycle.ports.exchange.invoke import Invoker
from lifecycle.ports.exchange.patience import Patience

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PATIENCE_S = 8.0
CALL = CmdletCall(Place.ONLINE, "Get-User", {"Identity": "aaaaaaaa-0000-4000-8000-000000000001"})


class _Tokens:
    """A token that is good."""

    def bearer(self) -> str:
        return "token"


def asked_to_wait(retry_after: str) -> tuple[Invoker, list[httpx.Response]]:
    """What asks a server that is busy once, and the answers that it has left."""
    left = [httpx.Response(429, headers={"Retry-After": retry_after}), httpx.Response(200, json={"value": []})]
    http = httpx.Client(transport=httpx.MockTransport(lambda _: left.pop(0)))
    patience = Patience(PATIENCE_S, clock=lambda: 0.0)
    return Invoker(http, "exchange.example.test", "tenant", _Tokens(), patience, now=lambda: NOW), left  # type: ignore[arg-type]


@pytest.mark.parametrize("retry_after", ["7", "Mon, 23 Nov 2026 08:00:07 GMT", "soon"])
def test_a_pause_within_the_patience_is_kept(retry_after: str) -> None:
    invoker, left = asked_to_wait(retry_after)
    assert invoker.read(CALL) == []
    assert not left


@pytest.mark.parametrize("retry_after", ["9", "Mon, 23 Nov 2026 08:00:09 GMT"])
def test_a_pause_beyond_the_patience_ends_the_read(retry_after: str) -> None:
    invoker, left = asked_to_wait(retry_after)
    with pytest.raises(TargetUnavailableError, match="throttled"):
        invoker.read(CALL)
    assert len(left) == 1
