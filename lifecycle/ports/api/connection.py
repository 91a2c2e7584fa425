"""How to reach one tenant of HaloITSM, and the fence around it: HTTPS, and one host only."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field

import httpx

from lifecycle.errors import ConfigurationError

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_TENANT = re.compile(r"[A-Za-z0-9._-]*")
_LAST_PORT = 65_535
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class ApiConnection:
    """One tenant and the client that reads it; checked when made.

    Args:
        host_name: Host that serves the API, with a port if it is not 443; fills ``{Host-Name}``.
        tenant: Name of the tenant; fills ``{tenantname}``. Empty where the token URL needs none.
        token_url: Where the token is exchanged; may hold both placeholders, and may be on another host.
        client_id: Identifier of the API application.
        client_secret: Its secret.
        scopes: Scopes asked for, all of which must be granted.
        ca_file: PEM file with the authority that signed the server's certificate; None trusts the system's.
        requests_per_window: Requests that the tenant takes in one window.
        window_s: Length of the rolling window, seconds.
        timeout_s: Longest silence on one request, seconds.
        patience_s: For how long one read is tried again when HaloITSM is away or busy, seconds.

    Raises:
        ConfigurationError: A value cannot be used; a message never holds the secret.
    """

    host_name: str
    tenant: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...]
    ca_file: str | None = None
    requests_per_window: int = 700
    window_s: float = 300.0
    timeout_s: float = 60.0
    patience_s: float = 900.0

    def __post_init__(self) -> None:
        if not _is_host(self.host_name):
            raise _wrong("host_name", "a host name is needed, without https:// and without a path")
        if not _TENANT.fullmatch(self.tenant):
            raise _wrong("tenant", "letters, digits, dots, hyphens and underscores only")
        if not self.client_id:
            raise _wrong("client_id", "is empty")
        if not self.client_secret:
            raise _wrong("client_secret", "is empty")
        if not self.scopes or any(not scope or len(scope.split()) != 1 for scope in self.scopes):
            raise _wrong("scopes", "at least one scope is needed, each one word, e.g. read:customers")
        for name in ("requests_per_window", "window_s", "timeout_s", "patience_s"):
            if not getattr(self, name) > 0:
                raise _wrong(name, "must be more than zero")
        self.token_endpoint  # noqa: B018  (a wrong token URL is found now, not in the middle of a run)

    @property
    def token_endpoint(self) -> str:
        """The token URL with its placeholders filled."""
        return self.fill(self.token_url, name="token_url")

    def fill(self, url: str, *, name: str = "url") -> str:
        """Fill ``{Host-Name}`` and ``{tenantname}``.

        Args:
            url: The URL as configured, macros already rendered.
            name: What the URL is called in an error.

        Raises:
            ConfigurationError: A placeholder is unknown or has no value, or the result is no HTTPS URL.
        """
        if "{tenantname}" in url and not self.tenant:
            raise _wrong(name, "holds {tenantname}, but no tenant is configured")
        values = {"{Host-Name}": self.host_name, "{tenantname}": self.tenant}
        filled = _PLACEHOLDER.sub(lambda found: values.get(found[0], found[0]), url)
        if "{" in filled or "}" in filled:
            raise _wrong(name, "holds a placeholder other than {Host-Name} and {tenantname}")
        parsed = _parsed(filled)
        if parsed is None or parsed.scheme != "https" or not parsed.host or parsed.userinfo:
            raise _wrong(name, "must be a URL that begins with https:// and names no user")
        return filled

    def allows(self, url: str) -> bool:
        """Whether a request, and the token with it, may go there: HTTPS, this host, this port, no user part."""
        parsed, own = _parsed(url), httpx.URL(f"https://{self.host_name}")
        return (
            parsed is not None
            and not parsed.userinfo
            and (parsed.scheme, parsed.host, parsed.port) == (own.scheme, own.host, own.port)
        )

    def trust(self) -> ssl.SSLContext:
        """What server certificates are verified against; verification is never off.

        Raises:
            ConfigurationError: The file is missing or holds no certificate.
        """
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise _wrong("ca_file", "cannot be read as PEM certificates") from error


def _is_host(text: str) -> bool:
    address = _parsed(f"https://{text}") if _HOST.fullmatch(text) else None
    return address is not None and (address.port is None or 0 < address.port <= _LAST_PORT)


def _parsed(url: str) -> httpx.URL | None:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        return None


def _wrong(name: str, problem: str) -> ConfigurationError:
    return ConfigurationError("HaloITSM connection", name, problem)
