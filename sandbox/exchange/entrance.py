"""Who may open a session on the server: basic authentication, or Negotiate with NTLM inside (RFC 4559, [MS-NLMP])."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import spnego
from spnego.exceptions import SpnegoError

NTLM_USER_FILE = "NTLM_USER_FILE"
"""Environment variable with the file that pyspnego looks accounts up in; without it Negotiate is not offered."""


@dataclass(frozen=True)
class Account:
    """Who may open a session.

    Args:
        user: Name of the account.
        password: Its password.
    """

    user: str
    password: str = field(repr=False)


class Entrance:
    """Lets connections in.

    Args:
        account: The one that is known.
    """

    def __init__(self, account: Account) -> None:
        self._basic = base64.b64encode(f"{account.user}:{account.password}".encode())
        self._contexts: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def refusal(self, connection: Any, authorization: str) -> dict[str, str] | None:
        """The header of a refusal; None for who may come in, and on the same connection may stay.

        Args:
            connection: The transport that the request came on.
            authorization: The request's header of this name.
        """
        kind, _, token = authorization.partition(" ")
        if kind == "Basic" and hmac.compare_digest(token.encode(), self._basic):
            return None
        offered = "Negotiate" if os.environ.get(NTLM_USER_FILE) else 'Basic realm="WSMAN"'
        if kind == "Negotiate" and offered == kind:
            return self._negotiated(connection, token)
        context = self._contexts.get(connection)
        return None if not kind and context is not None and context.complete else {"WWW-Authenticate": offered}

    def _negotiated(self, connection: Any, token: str) -> dict[str, str] | None:
        context = self._contexts.get(connection)
        if context is None or context.complete:
            context = self._contexts[connection] = spnego.server(service="HTTP", protocol="negotiate")
        try:
            answer = context.step(base64.b64decode(token, validate=True))
        except (SpnegoError, binascii.Error, ValueError):
            del self._contexts[connection]
            return {"WWW-Authenticate": "Negotiate"}
        if context.complete:
            return None
        return {"WWW-Authenticate": f"Negotiate {base64.b64encode(answer or b'').decode()}"}
