"""Everything that one running simulator holds."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.graph.board import Board
from sandbox.graph.tenant import Tenant
from sandbox.simulators.entra import LIFETIME_S, Application
from sandbox.simulators.tokens import Tokens


class Simulator:
    """The state behind every answer.

    Args:
        application: Who may have a token.
        token_lifetime_s: Seconds that a token is good for.
        clock: Seconds since the epoch.
    """

    is_apart = False

    def __init__(
        self, application: Application, *, token_lifetime_s: int = LIFETIME_S, clock: Callable[[], float] = time.time
    ) -> None:
        self.application, self.token_lifetime_s, self.clock = application, token_lifetime_s, clock
        self.tokens: Tokens[str] = Tokens()
        self.board = Board()
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
