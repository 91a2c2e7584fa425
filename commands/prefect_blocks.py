"""Which blocks the Prefect server has: read over HTTP, because importing Prefect takes longer than all the rest."""

from __future__ import annotations

import ssl
import time
from collections.abc import Collection, Mapping
from typing import Any

import httpx

from commands.prefect_address import PrefectAddress

PATIENCE_S = 3.0
_PAGE, _MOST_PAGES = 200, 10
_MOST_BYTES = 5_000_000
_UNAUTHORIZED = frozenset({401, 403})


class NotCheckedError(Exception):
    """The server could not be asked; the text says why."""


def block_names(address: PrefectAddress, slugs: Collection[str]) -> dict[str, set[str]]:
    """Slug of a block type → names of its blocks. Values of blocks are neither asked for nor kept.

    Raises:
        NotCheckedError: No answer within three seconds, or none of a Prefect API.
    """
    names: dict[str, set[str]] = {slug: set() for slug in slugs}
    deadline = time.monotonic() + PATIENCE_S
    try:
        with _client(address) as client:
            for page in range(_MOST_PAGES):
                blocks = _read(client, _question(slugs, page), deadline)
                for block in blocks:
                    slug, name = block["block_type"]["slug"], block["name"]
                    if slug in names and isinstance(name, str):
                        names[slug].add(name)
                if len(blocks) < _PAGE:
                    return names
    except httpx.TimeoutException:
        raise NotCheckedError("the Prefect API does not answer in time") from None
    except httpx.HTTPStatusError as error:
        raise NotCheckedError(_refusal(error.response.status_code)) from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise NotCheckedError(f"the Prefect API cannot be reached ({type(error).__name__})") from None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NotCheckedError("what answers at PREFECT_API_URL is no Prefect API") from None
    raise NotCheckedError("the Prefect server has too many blocks")


def _client(address: PrefectAddress) -> httpx.Client:
    headers = {"Authorization": address.authorization} if address.authorization else {}
    verify: ssl.SSLContext | bool = True
    if address.ca_file:
        verify = ssl.create_default_context(cafile=address.ca_file)
    elif address.url.startswith("http://"):
        # It needs no authorities, and loading the system's takes time; this context trusts nobody.
        verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.Client(base_url=address.url, headers=headers, verify=verify, timeout=PATIENCE_S)


def _question(slugs: Collection[str], page: int) -> Mapping[str, Any]:
    return {
        "block_types": {"slug": {"any_": sorted(slugs)}},
        "block_documents": {"is_anonymous": {"eq_": False}},
        "include_secrets": False,
        "limit": _PAGE,
        "offset": page * _PAGE,
    }


def _read(client: httpx.Client, question: Mapping[str, Any], deadline: float) -> list[Any]:
    """One page; a server that answers byte by byte is not waited for either."""
    content = bytearray()
    with client.stream("POST", "/block_documents/filter", json=question) as response:
        for chunk in response.iter_bytes():
            content += chunk
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout("too slow")
            if len(content) > _MOST_BYTES:
                raise ValueError("too large")
        if not response.is_success:
            raise httpx.HTTPStatusError("", request=response.request, response=response)
    found = httpx.Response(200, content=bytes(content)).json()
    if not isinstance(found, list):
        raise TypeError(found)
    return found


def _refusal(status: int) -> str:
    if status in _UNAUTHORIZED:
        return f"the Prefect API refuses us ({status}): see PREFECT_API_AUTH_STRING and PREFECT_API_KEY"
    return f"the Prefect API answers {status}"
