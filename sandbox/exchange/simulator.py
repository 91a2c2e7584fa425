"""Everything that one running simulator holds."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.exchange.cmdlets import Cmdlets
from sandbox.exchange.entrance import Entrance
from sandbox.exchange.faults import Board
from sandbox.exchange.organisation import Effect, Organisation
from sandbox.exchange.shells import Shells


@dataclass(frozen=True)
class Credentials:
    """Who may come in: an application to Exchange Online, an account to the server.

    Args:
        tenant: The one tenant.
        client_id: Its application.
        client_secret: The application's secret.
        user: Account of the server.
        password: Its password.
        client_certificate: PEM certificate that an application may prove itself with instead; empty for none.
    """

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    user: str
    password: str = field(repr=False)
    client_certificate: str = ""


class Simulator:
    """The state behind every answer.

    Args:
        credentials: Who may come in.
        on_effect: Called with each write into Active Directory.
    """

    def __init__(self, credentials: Credentials, on_effect: Callable[[Effect], None] | None = None) -> None:
        self.credentials, self.board = credentials, Board()
        self.entrance = Entrance(credentials.user, credentials.password)
        self.organisation = Organisation(on_effect)
        self.online = Cmdlets(self.organisation, "online")
        self.shells = Shells({face: Cmdlets(self.organisation, face) for face in ("server", "skype")}, self.board)
        self.tokens: set[str] = set()
        self.token_exchanges = 0

    def issue_token(self) -> str:
        """Return a new token."""
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        self.token_exchanges += 1
        return token

    def reset(self) -> None:
        """Forget accounts, mailboxes, faults and counts; tokens and sessions stay good."""
        self.organisation.reset()
        self.board.clear()
        self.token_exchanges = 0
