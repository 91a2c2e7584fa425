"""How to reach one tenant through Microsoft Graph: as which application, at which hosts, how fast."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lifecycle.errors import ConfigurationError

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_THUMBPRINT = re.compile(r"[0-9A-Fa-f]{40}")


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """An application that proves itself by a secret."""

    secret: str = field(repr=False)

    def for_msal(self) -> str:
        """As MSAL takes it."""
        return self.secret


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """An application that proves itself by signing with the key of a registered certificate.

    Args:
        private_key: PEM, unencrypted.
        thumbprint: SHA-1 of the certificate, 40 hexadecimal digits, as the portal shows it.
    """

    private_key: str = field(repr=False)
    thumbprint: str

    def for_msal(self) -> dict[str, str]:
        """As MSAL takes it."""
        return {"private_key": self.private_key, "thumbprint": self.thumbprint}


@dataclass(frozen=True, slots=True)
class GraphConnection:
    """One tenant, as one application; checked when made.

    Args:
        tenant: GUID or domain of the tenant.
        client_id: GUID of the application.
        credential: How it proves itself.
        authority_host: Host that gives tokens; of a national cloud another, as ``graph_host``.
        graph_host: Host of Microsoft Graph.
        ca_file: PEM file with the authority that signed the hosts' certificates; None trusts the system's.
        requests_per_window: HTTP requests sent in one window at most; a batch is one.
        window_s: Length of the rolling window, seconds.
        timeout_s: Longest silence on one request, seconds.
        patience_s: For how long one read, or a write that was throttled, is tried again, seconds.

    Raises:
        ConfigurationError: A value cannot be used; a message never holds a secret.
    """

    tenant: str
    client_id: str
    credential: ClientSecret | ClientCertificate
    authority_host: str = "login.microsoftonline.com"
    graph_host: str = "graph.microsoft.com"
    ca_file: str | None = None
    requests_per_window: int = 600
    window_s: float = 60.0
    timeout_s: float = 60.0
    patience_s: float = 600.0

    def __post_init__(self) -> None:
        for name in ("authority_host", "graph_host"):
            if not _HOST.fullmatch(getattr(self, name)):
                raise _wrong(name, "a host name is needed, without https:// and without a path")
        if not _TENANT.fullmatch(self.tenant):
            raise _wrong("tenant", "the tenant's GUID or one of its domains is needed")
        if not self.client_id:
            raise _wrong("client_id", "is needed")
        match self.credential:
            case ClientSecret(secret) if not secret:
                raise _wrong("client_secret", "is needed")
            case ClientCertificate(private_key) if "PRIVATE KEY-----" not in private_key:
                raise _wrong("private_key", "a private key in PEM is needed")
            case ClientCertificate(_, thumbprint) if not _THUMBPRINT.fullmatch(thumbprint):
                raise _wrong("thumbprint", "40 hexadecimal digits are needed")
        for name in ("requests_per_window", "window_s", "timeout_s", "patience_s"):
            if not getattr(self, name) > 0:
                raise _wrong(name, "must be more than zero")

    @property
    def scope(self) -> str:
        """What a token is asked for: all that the application was granted."""
        return f"https://{self.graph_host}/.default"

    @property
    def base_url(self) -> str:
        """Version 1.0 of Graph."""
        return f"https://{self.graph_host}/v1.0"


def _wrong(name: str, problem: str) -> ConfigurationError:
    return ConfigurationError("credentials block", name, problem)
