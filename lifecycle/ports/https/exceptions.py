"""The exceptions of httpx, all of which a port translates into ours."""

from __future__ import annotations

import httpx

HttpxError = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
"""The roots of httpx's exceptions; a test walks its tree and finds none outside."""
