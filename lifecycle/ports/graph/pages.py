"""Walking collections: every page of each, several collections at once in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from lifecycle.ports.graph.batch import BatchRequest, BatchResponse
from lifecycle.ports.graph.exchange import Exchange
from lifecycle.ports.graph.failures import broken
from lifecycle.ports.graph.shapes import page_of
from lifecycle.ports.https.hosts import is_at

_MOST_PAGES = 10_000


class Pages:
    """Reads whole collections.

    Args:
        exchange: Sends batches.
        base_url: Version of Graph, e.g. ``https://graph.microsoft.com/v1.0``.
    """

    def __init__(self, exchange: Exchange, base_url: str) -> None:
        self._exchange, self._base = exchange, httpx.URL(base_url)

    def walk(self, operation: str, urls: Sequence[str]) -> list[list[Any] | BatchResponse]:
        """All records of each collection, in the order of ``urls``; for one that is refused, the refusal.

        Args:
            operation: What is read, for messages.
            urls: Relative to the version.

        Raises:
            TargetContractError: An answer is no page, or a link leads elsewhere or in a circle.
            TargetError: As for :meth:`lifecycle.ports.graph.exchange.Exchange.read`.
        """
        found: list[list[Any] | BatchResponse] = [[] for _ in urls]
        seen: list[set[str]] = [{url} for url in urls]
        upcoming = dict(enumerate(urls))
        while upcoming:
            responses = self._exchange.read(operation, [BatchRequest("GET", url) for url in upcoming.values()])
            following: dict[int, str] = {}
            for position, response in zip(upcoming, responses, strict=True):
                records = found[position]
                if not response.ok:
                    found[position] = response
                    continue
                page, link = page_of(operation, response.body)
                if isinstance(records, list):
                    records += page
                if link is not None:
                    following[position] = self._relative(operation, link)
                    if following[position] in seen[position] or len(seen[position]) >= _MOST_PAGES:
                        raise broken(operation, "the next link leads in a circle")
                    seen[position].add(following[position])
            upcoming = following
        return found

    def _relative(self, operation: str, link: str) -> str:
        """A next link as a batch takes it; it must stay at the same host and version."""
        prefix = self._base.path + "/"
        if not is_at(link, self._base.netloc.decode("ascii")) or not httpx.URL(link).path.startswith(prefix):
            raise broken(operation, "the next link leads elsewhere")
        return httpx.URL(link).raw_path.decode("ascii")[len(self._base.path) :]
