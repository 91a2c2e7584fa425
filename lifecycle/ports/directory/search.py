"""Paged searches that are either complete or an error: every entry, and every value of each.

A directory gives at most some values of an attribute in one answer (1,500 by default on Windows), as
``member;range=0-1499``; the others are asked for until the answer says that it is the last ([MS-ADTS] 3.1.1.3.1.3.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import ldap3
from ldap3.protocol.microsoft import extended_dn_control

from lifecycle.directory.dn import split_extended
from lifecycle.errors import DirectoryError
from lifecycle.ports.directory.connection import Session, refusal, translated

PAGE_SIZE = 1000
_PAGED = "1.2.840.113556.1.4.319"
_RANGED = re.compile(r"(?P<name>.+);range=(?P<first>[0-9]+)-(?P<last>[0-9]+|\*)", re.IGNORECASE)

Control = tuple[str, bool, Any]
"""Object identifier, whether it must be understood, value (RFC 4511, 4.1.11)."""
SHOW_DELETED: Control = ("1.2.840.113556.1.4.417", True, None)
"""Deleted objects are found as well ([MS-ADTS] 3.1.1.3.4.1.14)."""

Scope = Literal["BASE", "LEVEL", "SUBTREE"]


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


def search(
    session: Session,
    base: str,
    filter_text: str,
    attributes: Iterable[str],
    scope: Scope = ldap3.SUBTREE,
    controls: Sequence[Control] = (),
) -> Iterator[Entry]:
    """Every entry below ``base`` that the filter holds for; the next page is asked for before this one is decoded.

    Raises:
        DirectoryError: The directory refused, or the search is not complete: a limit was exceeded, or the values of an
            attribute ended before the directory said so.
        DirectoryUnavailableError: The connection failed.
    """
    wanted = list(attributes) or [ldap3.NO_ATTRIBUTES]
    cookie: bytes | None = None

    def ask() -> int:
        with translated("search"):
            message: int = session.ldap.search(
                base, filter_text, scope, attributes=wanted,
                paged_size=PAGE_SIZE, paged_cookie=cookie, controls=[extended_dn_control(criticality=True), *controls],
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
                entry = Entry(response)
                _complete(session, entry, controls)
                yield entry
        if not cookie:
            return


def _complete(session: Session, entry: Entry, controls: Sequence[Control]) -> None:
    """Put the whole of each attribute where a part of it stands."""
    for found in [found for name in entry.raw if (found := _RANGED.fullmatch(name))]:
        values, last, attribute = entry.raw.pop(found[0]), found["last"], found["name"]
        while last != "*":
            more, last = _part(session, entry.guid, attribute, int(last) + 1, controls)
            values += more
        entry.raw[attribute] = values


def _part(
    session: Session, guid: str, attribute: str, first: int, controls: Sequence[Control]
) -> tuple[list[bytes], str]:
    """Values from the ``first`` on, and the number of the last of them; ``*`` when no more follow.

    Raises:
        DirectoryError: There are no such values: the object was changed or deleted while it was read.
    """
    with translated("search"):
        message: int = session.ldap.search(
            f"<GUID={guid}>", "(objectClass=*)", ldap3.BASE, attributes=[f"{attribute};range={first}-*"],
            controls=[extended_dn_control(criticality=True), *controls],
        )  # fmt: skip
    responses, result = session.result(message, "search")
    if result["result"] != 0:
        raise refusal("search", result)
    for response in responses:
        if response["type"] == "searchResEntry":
            for name, values in response["raw_attributes"].items():
                found = _RANGED.fullmatch(name)
                if found and found["name"].lower() == attribute.lower() and int(found["first"]) == first and values:
                    return values, found["last"]
    raise DirectoryError("search", 0, "values of an attribute ended before the directory said so")
