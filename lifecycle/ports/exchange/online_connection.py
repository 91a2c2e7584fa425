"""How to reach Exchange Online: the tenant, and the application that may manage it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from lifecycle.errors import ConfigurationError
from lifecycle.ports.exchange.failures import SYSTEM
from lifecycle.ports.exchange.invoke import Invoker
from lifecycle.ports.exchange.online import ExchangeOnline
from lifecycle.ports.exchange.patience import Patience
from lifecycle.ports.https.app_tokens import AppTokens
from lifecycle.ports.https.trust import trusting

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class OnlineConnection:
    """One tenant of Exchange Online and the application that works on it; checked when made.

    The application needs the permission ``Exchange.ManageAsApp`` and a role such as Exchange Administrator
    (learn.microsoft.com/powershell/exchange/app-only-auth-powershell-v2).

    Args:
        tenant: Id of the tenant, or one of its domains.
        client_id: Application (client) id.
        client_secret: Its secret; empty where a certificate is used.
        certificate: Key and certificate in PEM; empty where a secret is used.
        host: Host of Exchange Online; another in national clouds.
        login_host: Host that gives tokens.
        ca_file: PEM file with the authority that signed the servers' certificates; None trusts the system's.
        timeout_s: Longest silence on one request, seconds; cmdlets may take a minute.
        patience_s: For how long one read is tried again when Exchange is away or busy, seconds.

    Raises:
        ConfigurationError: A value cannot be used; a message never holds a secret.
    """

    tenant: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    host: str = "outlook.office365.com"
    login_host: str = "login.microsoftonline.com"
    ca_file: str | None = None
    timeout_s: float = 120.0
    patience_s: float = 600.0

    def __post_init__(self) -> None:
        if not _TENANT.fullmatch(self.tenant):
            raise _wrong("tenant", "the tenant's id or one of its domains is needed")
        if not self.client_id:
            raise _wrong("client_id", "is needed")
        if bool(self.client_secret) == bool(self.certificate):
            raise _wrong("client_secret", "either a secret or a certificate is needed")
        for name in ("host", "login_host"):
            if not _HOST.fullmatch(getattr(self, name)):
                raise _wrong(name, "a host name is needed, without https:// and without a path")
        for name in ("timeout_s", "patience_s"):
            if not getattr(self, name) > 0:
                raise _wrong(name, "must be more than zero")

    @contextmanager
    def open(self) -> Iterator[ExchangeOnline]:
        """A client that has a token; closed at the end.

        Raises:
            ConfigurationError: The certificate or the file of authorities cannot be read.
            TargetAuthorizationError: The application gets no token.
            TargetUnavailableError: Nobody answers.
        """
        patience = Patience(self.patience_s)
        # Redirects are not followed: a token goes to the hosts that an administrator wrote down.
        with httpx.Client(verify=trusting(self.ca_file), timeout=self.timeout_s, follow_redirects=False) as http:
            tokens = AppTokens(
                http,
                system=SYSTEM,
                authority_host=self.login_host,
                tenant=self.tenant,
                client_id=self.client_id,
                credential=self.client_secret
                or {"private_key": self.certificate, "public_certificate": self.certificate},
                scope=f"https://{self.host}/.default",
            )
            patience.read(tokens.bearer)
            yield ExchangeOnline(Invoker(http, self.host, self.tenant, tokens, patience))


def _wrong(name: str, problem: str) -> ConfigurationError:
    return ConfigurationError("credentials block", name, problem)
