"""Whether an address is where an administrator wrote that secrets may go."""

from __future__ import annotations

import httpx


def is_at(url: str | httpx.URL, host: str) -> bool:
    """Whether an address is HTTPS, at this host with its port, and names no user."""
    try:
        found, own = httpx.URL(url), httpx.URL(f"https://{host}")
    except httpx.InvalidURL:
        return False
    return found.scheme == "https" and not found.userinfo and (found.host, found.port) == (own.host, own.port)
