r"""Distinguished names: escaping, parsing and comparing (RFC 4514, with Active Directory's habits).

Pure functions on text. Equality of names is equality of :func:`key`, never of the text: a directory may answer
``\2C`` where ``\,`` was written, and compares without regard to case.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SPECIAL = frozenset(',+"\\<>;=')
_HEX = frozenset("0123456789abcdefABCDEF")
_MANY_SPELLINGS = re.compile(r'[\\"]|^ | \Z| [,=]|[,=] ')
"""Escapes, quotation marks, and spaces that are no part of a value: what makes two spellings of one name differ."""


def escape_value(text: str) -> str:
    """Escape one attribute value for use in a distinguished name (RFC 4514, section 2.4)."""
    last = len(text) - 1
    escaped = []
    for position, character in enumerate(text):
        if character in _SPECIAL or (character == "#" and position == 0):
            escaped.append("\\" + character)
        elif character == " " and position in (0, last):
            escaped.append("\\ ")
        elif character < " " or character == "\x7f":
            escaped.append(f"\\{ord(character):02X}")
        else:
            escaped.append(character)
    return "".join(escaped)


def parse(dn: str) -> tuple[tuple[str, str], ...]:
    """Split a distinguished name into (attribute, value) pairs, values unescaped, leaf first.

    Raises:
        ValueError: The text is no distinguished name; the message does not repeat it.
    """
    return tuple(_parse_rdn(rdn) for rdn in _split(dn)) if dn else ()


def join(attribute: str, value: str, parent_dn: str) -> str:
    r"""The name of a child: ``join("CN", "Ann, Jr.", "OU=Staff")`` is ``CN=Ann\, Jr.,OU=Staff``."""
    return f"{attribute}={escape_value(value)},{parent_dn}" if parent_dn else f"{attribute}={escape_value(value)}"


def parent(dn: str) -> str:
    """The text of the name without its first component; empty for a single component."""
    first = _split(dn)[0]
    return dn[len(first) + 1 :].lstrip(" ")


def leaf_value(dn: str) -> str:
    """The unescaped value of the first component: a user's cn."""
    return _parse_rdn(_split(dn)[0])[1]


def key(dn: str) -> str:
    """A text that is the same for all spellings of one name; itself a spelling of it.

    A comma stands in it between components only, so that :func:`is_below` may compare ends.

    Raises:
        ValueError: A text with escapes or spaces is no distinguished name; a plainer one is not looked at closely.
    """
    return _parsed_key(dn) if _MANY_SPELLINGS.search(dn) else dn.casefold()


@lru_cache(maxsize=4096)
def _parsed_key(dn: str) -> str:
    return ",".join(f"{attribute.lower()}={_key_value(value)}" for attribute, value in parse(dn))


def _key_value(value: str) -> str:
    """One spelling of a value: escaped in hexadecimal, and only what would be read differently without."""
    last = len(value) - 1
    return "".join(
        f"\\{ord(character):02x}" if character in '\\,"' or (character == " " and position in (0, last)) else character
        for position, character in enumerate(value)
    ).casefold()


def split_extended(name: str) -> tuple[str, str]:
    """GUID and distinguished name of an extended name ([MS-ADTS] 3.1.1.3.4.1.5); GUID empty when there is none."""
    guid = ""
    while name.startswith("<"):
        part, _, name = name.partition(">;")
        if part.startswith("<GUID="):
            guid = part[len("<GUID=") :].lower()
    return guid, name


def is_below(dn: str, base_dn: str) -> bool:
    """Whether ``dn`` is ``base_dn`` or stands anywhere below it."""
    child, base = key(dn), key(base_dn)
    return child == base or child.endswith("," + base)


def _split(dn: str) -> list[str]:
    """Split at unescaped commas; the pieces keep their escapes."""
    if "\\" not in dn and '"' not in dn:
        return dn.split(",")
    pieces, start, position, quoted = [], 0, 0, False
    while position < len(dn):
        character = dn[position]
        if character == "\\":
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            pieces.append(dn[start:position])
            start = position + 1
        position += 1
    if quoted:
        raise ValueError("a distinguished name has an unclosed quotation mark")
    pieces.append(dn[start:])
    return pieces


def _parse_rdn(rdn: str) -> tuple[str, str]:
    attribute, equals, value = rdn.partition("=")
    if not equals or not attribute.strip():
        raise ValueError("a component of a distinguished name is not attribute=value")
    return attribute.strip(), _unescape(_strip(value))


def _strip(value: str) -> str:
    """Remove spaces that are not part of the value; an escaped last space is."""
    value = value.lstrip(" ")
    stripped = value.rstrip(" ")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if backslashes % 2 and len(stripped) < len(value) else stripped


def _unescape(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    if "\\" not in value:
        return value
    out, position = bytearray(), 0
    while position < len(value):
        character = value[position]
        if character != "\\":
            out += character.encode()
            position += 1
            continue
        pair = value[position + 1 : position + 3]
        if len(pair) == len("2C") and _HEX.issuperset(pair):
            out.append(int(pair, 16))
            position += 3
        elif pair:
            out += pair[0].encode()
            position += 2
        else:
            raise ValueError("a distinguished name ends in the middle of an escape")
    try:
        return out.decode()
    except UnicodeDecodeError:  # its text may hold a part of the name
        raise ValueError("the escapes of a distinguished name are not UTF-8") from None
