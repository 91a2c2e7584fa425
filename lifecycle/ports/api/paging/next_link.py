"""Pages found by the address that the page before names."""

from __future__ import annotations

from typing import Any

import httpx

from lifecycle.config.endpoint import Endpoint
from lifecycle.config.pagination import NextLinkPagination
from lifecycle.language.fields.selector import MISSING, Selector
from lifecycle.ports.api.paging.page import Answer, Page
from lifecycle.ports.api.paging.proof import Proof
from lifecycle.ports.api.request import ApiRequest


class NextLinks:
    """Ends when the server names no further address. Whether an address may be asked is for the client to say."""

    def __init__(self, endpoint: Endpoint, settings: NextLinkPagination, request: ApiRequest) -> None:
        self._request = request
        self._link = Selector(settings.link) if settings.link is not None else None
        self._proof = Proof(endpoint, settings.total, settings.max_pages)
        self.upcoming: ApiRequest | None = request

    def read(self, answer: Answer) -> Page:
        """Take the answer to the page asked for last."""
        page = self._proof.take(answer.content)
        link = header_link(answer.headers) if self._link is None else self._named(self._link, answer.content)
        if not link:
            self._proof.end(page)
            self.upcoming = None
        else:
            self._proof.go_on()
            address = self._joined(answer.address, link)
            self._proof.new_mark(address, "next link")
            self.upcoming = self._request.at(address)
        return page

    def _named(self, place: Selector, content: Any) -> str:
        link = place.read(content)
        if link is MISSING or link is None:
            return ""
        if not isinstance(link, str):
            raise self._proof.broken(f"{place.text} is no text")
        return link

    def _joined(self, base: str, link: str) -> str:
        """The address of the next page; a relative one starts where the answer came from (RFC 3986, section 5)."""
        try:
            return str(httpx.URL(base).join(link).copy_with(fragment=None))
        except httpx.InvalidURL:
            pass
        raise self._proof.broken("the next link is no URL")


def header_link(headers: httpx.Headers) -> str:
    """The address of ``rel="next"`` in a Link header (RFC 8288); empty where there is none."""
    only = {"Link": headers.get("Link", "")}
    for link in httpx.Response(200, headers=only).links.values():
        if "next" in link.get("rel", "").lower().split():
            return link.get("url", "")
    return ""
