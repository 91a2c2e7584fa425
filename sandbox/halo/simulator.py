"""Everything that one running simulator holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field

from sandbox.halo.board import Board
from sandbox.halo.desk import Desk
from sandbox.halo.grants import Codes, RefreshTokens
from sandbox.halo.register import Register
from sandbox.halo.scopes import Scopes
from sandbox.halo.traffic import Traffic
from sandbox.halo.webhooks import Webhooks
from sandbox.halo.writes import Overdue
from sandbox.simulators.tokens import Tokens


@dataclass(frozen=True)
class Application:
    """The one API application of the tenant, as an administrator of HaloITSM registers it, and its one user."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    user_name: str = "agent"
    user_password: str = field(default="sandbox-only", repr=False)


class Settings(BaseModel):
    """What the admin side can set; the defaults let nothing wait."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requests_per_window: int = Field(1_000_000, ge=1)
    window_s: float = Field(300.0, gt=0)
    retry_after: bool = True
    token_lifetime_s: int = Field(3600, ge=1)
    newest_token_only: bool = False


class Simulator:
    """The state behind every answer.

    Args:
        application: Who may have a token.
        settings: Where the settings start, and return to at a reset.
        clock: Seconds since the epoch.
    """

    def __init__(
        self, application: Application, settings: Settings | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.application, self.clock = application, clock
        self._start = self.settings = settings or Settings()
        self.overdue = Overdue()
        self.tokens: Tokens[Scopes] = Tokens()
        self.traffic, self.board = Traffic(), Board()
        self.codes, self.refresh_tokens = Codes(), RefreshTokens()
        self.webhooks = Webhooks()
        self.register, self.desk = Register(self.now, self.webhooks.tell), Desk(self.now)

    def now(self) -> datetime:
        """Return the time of the simulator's clock, aware."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def reset(self) -> None:
        """Return to the seed: no tickets, faults or counts, the settings of the start; tokens stay good."""
        self.overdue = Overdue()
        self.register.reset()
        self.desk.reset()
        self.traffic.reset()
        self.webhooks.reset()
        self.board.clear()
        self.tokens.exchanges = 0
        self.settings = self._start
