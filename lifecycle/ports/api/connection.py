"""How to reach one API: its hosts, how requests are authorised, how fast they may come."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lifecycle.errors import ConfigurationError
from lifecycle.ports.api.authorization import Authorization, AuthorizationCode, OAuth
from lifecycle.ports.api.fence import Fence, is_host, parsed, shown_host

_TENANT = re.compile(r"[A-Za-z0-9._-]*")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class ApiConnection:
    """One tenant of one API and how it is read; checked when made.

    Args:
        host_name: Host that serves the API, with a port if it is not 443; fills ``{Host-Name}``.
        authorization: How requests are authorised.
        tenant: Name of the tenant; fills ``{tenantname}``. Empty where no URL needs it.
        other_hosts: Further hosts that requests may go to: of the token URL, of next links, of redirects.
        ca_file: PEM file with the authority that signed the server's certificate; None trusts the system's.
        requests_per_window: Requests that the tenant takes in one window.
        window_s: Length of the rolling window, seconds.
        timeout_s: Longest silence on one request, seconds.
        patience_s: For how long one read is tried again when the server is away or busy, seconds.

    Raises:
        ConfigurationError: A value cannot be used; a message never holds a secret.
    """

    host_name: str
    authorization: Authorization
    tenant: str = ""
    other_hosts: tuple[str, ...] = ()
    ca_file: str | None = None
    requests_per_window: int = 700
    window_s: float = 300.0
    timeout_s: float = 60.0
    patience_s: float = 900.0

    def __post_init__(self) -> None:
        if not is_host(self.host_name):
            raise _wrong("host_name", "a host name is needed, without https:// and without a path")
        if not all(is_host(host) for host in self.other_hosts):
            raise _wrong("other_hosts", "host names are needed, without https:// and without a path")
        if not _TENANT.fullmatch(self.tenant):
            raise _wrong("tenant", "letters, digits, dots, hyphens and underscores only")
        for name, problem in self.authorization.problems():
            raise _wrong(name, problem)
        for name in ("requests_per_window", "window_s", "timeout_s", "patience_s"):
            if not getattr(self, name) > 0:
                raise _wrong(name, "must be more than zero")
        # A wrong token URL is found now, not in the middle of a run: nothing has been sent yet.
        if isinstance(self.authorization, OAuth):
            self.token_endpoint(self.authorization)
        if isinstance(self.authorization, AuthorizationCode):
            self._inside("authorize_url", self.authorization.authorize_url)

    @property
    def fence(self) -> Fence:
        """Where requests may go."""
        return Fence((self.host_name, *self.other_hosts))

    def token_endpoint(self, oauth: OAuth) -> str:
        """The token URL with its placeholders filled.

        Raises:
            ConfigurationError: It is no HTTPS URL, or leads off the hosts that are named.
        """
        return self._inside("token_url", oauth.token_url)

    def authorize_page(self, oauth: AuthorizationCode) -> str:
        """The page where a user agrees, with its placeholders filled.

        Raises:
            ConfigurationError: As for :meth:`token_endpoint`.
        """
        return self._inside("authorize_url", oauth.authorize_url)

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
        address = parsed(filled)
        if address is None or address.scheme != "https" or not address.host or address.userinfo:
            raise _wrong(name, "must be a URL that begins with https:// and names no user")
        return filled

    def _inside(self, name: str, url: str) -> str:
        filled = self.fill(url, name=name)
        if not self.fence.admits(filled):
            raise _wrong(name, f"leads to {shown_host(filled)}: add it to other_hosts if it is to be trusted")
        return filled


def _wrong(name: str, problem: str) -> ConfigurationError:
    return ConfigurationError("credentials block", name, problem)
