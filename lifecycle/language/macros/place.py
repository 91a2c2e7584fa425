"""The places where a text with macros lands, and how a value is made safe for each.

A value is whatever differs from record to record, or comes out of a function. The text around it, and the settings in
it, are the configuration's own: they give a URL, a distinguished name or a path its shape, and stand as they are
written. In a document (JSON, XML, markdown) and in an LDAP filter a setting is a value as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

from lifecycle.directory.dn import escape_value

Place = Literal["prose", "url", "header", "json", "xml", "ldap_filter", "dn", "path", "argv", "markdown", "strict"]

_SEPARATOR_OF_PATHS = re.compile(r"[/\\]")
_SEPARATOR_OF_URLS = re.compile(r"[/\\?#&=;]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*]')
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{device}{number}" for device in ("COM", "LPT") for number in "0123456789¹²³"}
)
_DASHES = ("-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\ufe63", "\uff0d")
"""PowerShell takes some of these for a hyphen as well; the others look like one."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a place asks for. Each function raises ValueError for what the place cannot hold.

    Args:
        meaning: What the place is.
        treatment: What becomes of a value.
        escape: A value made safe; None where every value may stand as it is.
        strict: Whether a macro without a value is an error.
        settings_are_values: Whether settings are escaped like values.
        first: Checks a value that nothing stands before.
        literal: Checks the text of the configuration itself.
        separator: Between two of these stands a part that ``part`` checks as a whole, if a value is in it.
        part: Checks such a part.
        whole: Finishes the rendered text.
    """

    meaning: str
    treatment: str
    escape: Callable[[str], str] | None = None
    strict: bool = False
    settings_are_values: bool = False
    first: Callable[[str], None] | None = None
    literal: Callable[[str], None] | None = None
    separator: re.Pattern[str] | None = None
    part: Callable[[str], None] | None = None
    whole: Callable[[str], str] | None = None


def _header(value: str) -> str:
    """RFC 9110, 5.5: a line end would begin another header."""
    _no_control(value)
    value.encode("latin-1")
    return value


def _no_control(text: str) -> None:
    if _CONTROL.search(text):
        raise ValueError("control characters cannot stand here")


def _header_text(text: str) -> None:
    _header(text)


def _trimmed(text: str) -> str:
    """HTTP gives spaces around a header's value no meaning, and refuses to send them."""
    return text.strip(" ")


def _no_step_up(segment: str) -> None:
    # No escape helps: servers take %2E%2E for a step up as well.
    if len(segment) <= len("%2E%2E") and unquote(segment) in {".", ".."}:
        raise ValueError("a step in a path")


def _json(value: str) -> str:
    return _AS_JSON(value)[1:-1]


_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


def _xml(value: str) -> str:
    """For text and for attributes alike; a parser would make spaces of raw line ends in an attribute."""
    if _NOT_IN_XML.search(value):
        raise ValueError("characters that XML 1.0 cannot hold")
    return value.translate(_AS_XML)


# Not xml.sax.saxutils: with it come urllib.request, http and ssl, for one table.
_AS_XML = str.maketrans(
    {
        "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;",
        "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
    }
)  # fmt: skip


def _ldap_filter(value: str) -> str:
    """RFC 4515, section 3; outer white space too, because parsers trim it."""
    return _by_ends(value, _IN_FILTERS, lambda space: "".join(f"\\{byte:02x}" for byte in space.encode("utf-8")))


_IN_FILTERS = {ord(character): f"\\{ord(character):02x}" for character in "\\*()\0"}


def _no_nul(text: str) -> None:
    if "\0" in text:
        raise ValueError("NUL ends an argument")


def _argument(value: str) -> str:
    _no_nul(value)
    return value


def _no_option(value: str) -> None:
    if value.startswith(_DASHES):
        raise ValueError("a value must not become an option")


def _file_name(text: str) -> None:
    """A component of a path that Windows and others take as it is ("Naming Files, Paths, and Namespaces")."""
    if text in {".", ".."} or text.endswith((".", " ")):
        raise ValueError("a step in a path, or an end that Windows drops")
    if text.partition(".")[0].strip().upper() in _DEVICES:
        raise ValueError("a device of Windows")
    _no_separator(text)


def _no_separator(text: str) -> None:
    if _NOT_IN_FILE_NAMES.search(text):
        raise ValueError("characters that a file name cannot hold")


def _path(value: str) -> str:
    _no_separator(value)
    return value


def _markdown(value: str) -> str:
    """CommonMark 2.4: a backslash takes its meaning from every ASCII punctuation mark; outer spaces have one too."""
    shown = _NOT_SHOWN.sub("\ufffd", value)
    return _by_ends(shown, _IN_MARKDOWN, lambda space: "".join(f"&#{ord(one)};" for one in space))


def _by_ends(value: str, inside: Mapping[int, str], outside: Callable[[str], str]) -> str:
    """A value with its inside translated, and the white space around it too."""
    inner = value.strip()
    before = value[: len(value) - len(value.lstrip())]
    after = value[len(before) + len(inner) :]
    return outside(before) + inner.translate(inside) + outside(after)


_IN_MARKDOWN: Mapping[int, str] = {
    **{ord(mark): f"\\{mark}" for mark in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"},
    **{ord(space): f"&#{ord(space)};" for space in "\t\n\r"},
}
_NOT_SHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""CommonMark 2.3 makes a replacement character of NUL; other control characters fare no better in its readers."""

PLACES: Mapping[Place, Rules] = {
    "prose": Rules("Text for people, and attributes of an account.", "As it is."),
    "strict": Rules("Text that must not lack anything, such as a primary key.", "As it is.", strict=True),
    "url": Rules(
        "A path or query part of a URL.",
        "Percent-encoded. Refused: a part that is `.` or `..`.",
        escape=lambda value: quote(value, safe=""),
        strict=True,
        separator=_SEPARATOR_OF_URLS,
        part=_no_step_up,
    ),
    "header": Rules(
        "The value of an HTTP header.",
        "As it is, without outer spaces. Refused: control characters, characters outside Latin-1.",
        escape=_header,
        literal=_header_text,
        whole=_trimmed,
    ),
    "json": Rules(
        "Between the quotation marks of a JSON text.", "Escaped for JSON.", escape=_json, settings_are_values=True
    ),
    "xml": Rules(
        "Text or attribute of an XML document.",
        "Escaped for XML. Refused: characters that XML cannot hold.",
        escape=_xml,
        settings_are_values=True,
    ),
    "ldap_filter": Rules(
        "A value in an LDAP filter.",
        "Escaped by RFC 4515.",
        escape=_ldap_filter,
        strict=True,
        settings_are_values=True,
    ),
    "dn": Rules("A value in a distinguished name.", "Escaped by RFC 4514.", escape=escape_value, strict=True),
    "path": Rules(
        "A folder or file in a path.",
        'As it is. Refused: control characters, each of / \\ < > : " | ? *, and a component that is `.` or `..`, '
        "ends in a dot or a space, or is a device of Windows (`CON`, `NUL.txt`).",
        escape=_path,
        strict=True,
        separator=_SEPARATOR_OF_PATHS,
        part=_file_name,
    ),
    "argv": Rules(
        "One argument of a script.",
        "As it is; no shell reads it. Refused: NUL, and a dash where the value begins the argument, so that it never "
        "becomes an option.",
        escape=_argument,
        strict=True,
        first=_no_option,
        literal=_no_nul,
    ),
    "markdown": Rules(
        "Text of a report or a ticket in markdown.",
        "Escaped for CommonMark; control characters become `�`.",
        escape=_markdown,
        settings_are_values=True,
    ),
}
