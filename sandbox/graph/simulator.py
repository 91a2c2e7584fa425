"""Everything that one running simulator holds."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.graph.board import Board
from sandbox.graph.tenant import Tenant
from sandbox.graph.tokens import Tokens


@dataclass(frozen=True)
class Application:
    """The one application of the tenant, as it is registered in Microsoft Entra ID.

    Attributes:
        tenant: Name of the tenant.
        client_id: GUID of the application.
        client_secret: Its secret.
        certificate: PEM certificate that it may sign with instead; None without one.
    """

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    certificate: bytes | None = None


class Simulator:
    """The state behind every answer.

    Args:
        application: Who may have a token.
        token_lifetime_s: Seconds that a token is good for.
        clock: Seconds since the epoch.
    """

    def __init__(
        self, application: Application, *, token_lifetime_s: int = 3599, clock: Callable[[], float] = time.time
    ) -> None:
        self.application, self.token_lifetime_s, self.clock = application, token_lifetime_s, clock
        self.tokens, self.board = Tokens(), Board()
        self.tenant = Tenant(self.now)
        self.requests: Counter[str] = Counter()

    def now(self) -> datetime:
        """Return the time of the simulator's clock, aware."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def reset(self) -> None:
        """Return to an empty tenant: no faults, no counts; tokens stay good."""
        self.tenant.reset()
        self.board.clear()
        self.requests.clear()
        self.tokens.exchanges = 0
