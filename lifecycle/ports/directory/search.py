"""Paged searches that are either complete or an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import ldap3
from ldap3.protocol.microsoft import extended_dn_control

from lifecycle.ports.directory.connection import Session, refusal, translated

PAGE_SIZE = 1000
_PAGED = "1.2.840.113556.1.4.319"


class Entry:
    """One search result: name, GUID and raw attribute values (bytes).

    The extended DN control makes the directory write names as ``<GUID=…>;<SID=…>;name``, so that references are read
    by identity.
    """

    __slots__ = ("dn", "guid", "raw")

    def __init__(self, response: dict[str, Any]) -> None:
        self.guid, self.dn = split_extended(response["dn"])
        self.raw: dict[str, list[bytes]] = response["raw_attributes"]

    def text(self, attribute: str) -> str:
        """The first value as text; empty when there is none."""
        values = self.raw.get(attribute)
        return values[0].decode() if values else ""

    def texts(self, attribute: str) -> list[str]:
        """All values as text."""
        return [value.decode() for value in self.raw.get(attribute, ())]

    def number(self, attribute: str) -> int:
        """The first value as a number; 0 when there is none."""
        values = self.raw.get(attribute)
        return int(values[0]) if values else 0


def split_extended(name: str) -> tuple[str, str]:
    """GUID and distinguished name of an extended name; GUID empty when the directory gave none."""
    guid = ""
    while name.startswith("<"):
        part, _, name = name.partition(">;")
        if part.startswith("<GUID="):
            guid = part[len("<GUID=") :].lower()
    return guid, name


def search(
    session: Session,
    base: str,
    filter_text: str,
    attributes: Iterable[str],
    scope: Literal["BASE", "SUBTREE"] = ldap3.SUBTREE,
) -> Iterator[Entry]:
    """Every entry below ``base`` that the filter holds for; the next page is asked for before this one is decoded.

    Raises:
        DirectoryError: The directory refused, or the search is not complete (a limit was exceeded).
        DirectoryUnavailableError: The connection failed.
    """
    wanted = list(attributes) or [ldap3.NO_ATTRIBUTES]
    cookie: bytes | None = None

    def ask() -> int:
        with translated("search"):
            message: int = session.ldap.search(
                base, filter_text, scope, attributes=wanted,
                paged_size=PAGE_SIZE, paged_cookie=cookie, controls=[extended_dn_control(criticality=True)],
            )  # fmt: skip
        return message

    outstanding = ask()
    while True:
        responses, result = session.result(outstanding, "search")
        if result["result"] != 0:
            raise refusal("search", result)
        cookie = result.get("controls", {}).get(_PAGED, {}).get("value", {}).get("cookie")
        if cookie:
            outstanding = ask()
        for response in responses:
            if response["type"] == "searchResEntry":
                yield Entry(response)
        if not cookie:
            return
