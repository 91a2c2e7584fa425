"""Everything that one running simulator holds."""

from __future__ import annotations

import time
from collections.abc import Callable

from sandbox.exchange.board import Board
from sandbox.exchange.cmdlets import Cmdlets
from sandbox.exchange.entrance import Account, Entrance
from sandbox.exchange.organisation import Effect, Organisation
from sandbox.exchange.shells import Shells
from sandbox.simulators.entra import LIFETIME_S, Application
from sandbox.simulators.tokens import Tokens


class Simulator:
    """The state behind every answer.

    Args:
        application: Who may have a token of the tenant.
        account: Who may open a session on the server.
        on_effect: Called with each write into Active Directory.
        clock: Seconds since the epoch.
    """

    token_lifetime_s = LIFETIME_S
    is_apart = True  # the login host and the tenant may have different names here

    def __init__(
        self,
        application: Application,
        account: Account,
        on_effect: Callable[[Effect], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.application, self.clock, self.board = application, clock, Board()
        self.entrance = Entrance(account)
        self.organisation = Organisation(on_effect)
        self.online = Cmdlets(self.organisation, "online")
        self.shells = Shells({face: Cmdlets(self.organisation, face) for face in ("server", "skype")}, self.board)
        self.tokens: Tokens[str] = Tokens()

    def reset(self) -> None:
        """Forget accounts, mailboxes, faults and counts; tokens and sessions stay good."""
        self.organisation.reset()
        self.board.clear()
        self.tokens.exchanges = 0
