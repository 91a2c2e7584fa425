"""The fence: HTTPS, to the hosts that the credentials block names, and to nobody else."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_LAST_PORT = 65_535
_LONGEST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Fence:
    """Where requests, and secrets with them, may go.

    Args:
        hosts: Host names, with a port where it is not 443.
    """

    hosts: tuple[str, ...]

    def admits(self, url: str | httpx.URL) -> bool:
        """Whether a request may go there: HTTPS, one of the hosts with its port, no user part."""
        found = parsed(url)
        return (
            found is not None
            and not found.userinfo
            and found.scheme == "https"
            and any((found.host, found.port) == (own.host, own.port) for own in map(_address, self.hosts))
        )


def is_host(text: str) -> bool:
    """Whether a text is a host name, with or without a port, and nothing else."""
    address = parsed(f"https://{text}") if _HOST.fullmatch(text) else None
    return address is not None and (address.port is None or 0 < address.port <= _LAST_PORT)


def parsed(url: str | httpx.URL) -> httpx.URL | None:
    """The URL, or None where it is none."""
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        return None


def shown_host(url: str | httpx.URL) -> str:
    """The host of an address for a message; what a server sent is shown only if it is a plain host name."""
    found = parsed(url)
    if found is None or not found.host:
        return "no host"
    host = found.netloc.rpartition(b"@")[2].decode("ascii", "replace")
    return host if is_host(host) and len(host) <= _LONGEST_SHOWN else "a host with an unusual name"


def _address(host: str) -> httpx.URL:
    return httpx.URL(f"https://{host}")
