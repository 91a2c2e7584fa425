"""Between text and the values of the directory, by the syntax of the attribute: pure, and the only place for it.

A value is kept in one spelling, so that equal values are equal texts: numbers without leading zeros, ``TRUE`` and
``FALSE``, references as the GUID of the object, octets as base64, security
identifiers as ``S-1-…``, times as ``YYYYMMDDHHMMSS.0Z``, several values as a
sorted tuple. What the directory answers is brought into the same spelling (:func:`spelled`), and what is sent is made
from it (:func:`encoded`).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from lifecycle.directory.account import Value
from lifecycle.directory.schema import TEXTS, AttributeFacts, Syntax
from lifecycle.directory.values import NEVER, filetime, sid_bytes, sid_from_bytes, wire

Find = Callable[[str], str | None]
"""From a GUID or a distinguished name to the GUID of the object; None when there is none."""

_BITS = {Syntax.INTEGER: 31, Syntax.LARGE_INTEGER: 63}
_WHOLE = re.compile(r"[+-]?[0-9]{1,20}")
_TIME = re.compile(r"([0-9]{14})(\.0+)?Z")
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_PRINTABLE = re.compile(r"[A-Za-z0-9 '()+,\-./:=?]*")
_NUMERIC = re.compile(r"[0-9 ]*")
_ENDLESS = frozenset({"accountExpires"})
"""FILETIME attributes of which 0, the greatest number and no value all mean "never" ([MS-ADA1] 2.2)."""
_NEVER = "0"
_FIRST_YEAR = 1601


class MisfitError(ValueError):
    """A text does not fit its attribute. The message names the attribute's rule, never the text."""


class TooLongError(MisfitError):
    """A text is longer than the attribute holds."""


def converted(facts: AttributeFacts, texts: Iterable[str], find: Find) -> Value:
    """Texts as the value of an attribute; values that the directory takes for one are one.

    Args:
        facts: The attribute.
        texts: At least one, none of them empty.
        find: Resolves references.

    Raises:
        MisfitError: A text does not fit the syntax or the range, or there are more values than the attribute holds.
        TooLongError: A text is too long.
    """
    values = dict[str, str]()
    for text in texts:
        value = _one(facts, text, find)
        values.setdefault(_fold(facts, value), value)
    if facts.single_valued:
        if len(values) > 1:
            raise MisfitError(f"one value at most; there are {len(values)}")
        return next(iter(values.values()))
    return tuple(sorted(values.values()))


def spelled(facts: AttributeFacts, raw: Sequence[bytes]) -> Value:
    """What a directory answered, in the one spelling; references are not for this function."""
    texts = [_decoded(facts, value) for value in raw]
    if facts.name in _ENDLESS and texts == [str(NEVER)]:
        texts = [_NEVER]
    return texts[0] if facts.single_valued and len(texts) == 1 else tuple(sorted(texts))


def encoded(facts: AttributeFacts, value: Value) -> list[str] | list[bytes]:
    """A value as an LDAP client sends it; references are not for this function."""
    texts = wire(value)
    match facts.syntax:
        case Syntax.OCTETS:
            return [base64.b64decode(text) for text in texts]
        case Syntax.SID:
            return [sid_bytes(text) for text in texts]
        case _:
            return texts


def cleared(facts: AttributeFacts) -> Value | None:
    """What an attribute holds when its value is taken away: nothing, or its way to say "never"."""
    return _NEVER if facts.name in _ENDLESS else None


def added(facts: AttributeFacts, present: Value | None, more: Value) -> Value:
    """The values of an attribute with some more; what is there stays as it is spelled there."""
    values = {_fold(facts, one): one for one in wire(more)}
    if present is not None:
        values |= {_fold(facts, one): one for one in wire(present)}
    return tuple(sorted(values.values()))


def same(facts: AttributeFacts, one: Value | None, other: Value | None) -> bool:
    """Whether two values are one to the directory, however they are spelled; the order of several does not matter."""
    return _comparable(facts, one) == _comparable(facts, other)


def _comparable(facts: AttributeFacts, value: Value | None) -> frozenset[object]:
    if value is None:
        return frozenset({0}) if facts.name in _ENDLESS else frozenset()
    texts = wire(value)
    match facts.syntax:
        case Syntax.INTEGER | Syntax.LARGE_INTEGER if all(map(_WHOLE.fullmatch, texts)):
            numbers = frozenset(map(int, texts))
            return frozenset({0}) if facts.name in _ENDLESS and numbers == {NEVER} else numbers
        case Syntax.BOOLEAN | Syntax.REFERENCE:
            return frozenset(map(str.casefold, texts))
        case _:
            return frozenset(texts)


def _fold(facts: AttributeFacts, value: str) -> str:
    """What a directory compares: of Unicode text it refuses a second value that differs in case alone."""
    return value.casefold() if facts.syntax is Syntax.UNICODE else value


def _one(facts: AttributeFacts, text: str, find: Find) -> str:
    match facts.syntax:
        case syntax if syntax in TEXTS:
            return _text(facts, text)
        case Syntax.INTEGER | Syntax.LARGE_INTEGER:
            return _number(facts, text.strip())
        case Syntax.BOOLEAN:
            return _boolean(text.strip().casefold())
        case Syntax.REFERENCE:
            guid = find(text.strip())
            if guid is None:
                raise MisfitError("must be the GUID or the distinguished name of an account or group of this domain")
            return guid
        case Syntax.OCTETS:
            return _octets(facts, text)
        case Syntax.TIME:
            return _time(text.strip())
        case _:
            raise MisfitError("has a syntax that is never mapped")


def _text(facts: AttributeFacts, text: str) -> str:
    rules: dict[Syntax, Callable[[str], object]] = {
        Syntax.UNICODE: lambda value: "\0" not in value,
        Syntax.IA5: lambda value: value.isascii() and "\0" not in value,
        Syntax.PRINTABLE: _PRINTABLE.fullmatch,
        Syntax.NUMERIC: _NUMERIC.fullmatch,
    }
    try:
        length = len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError:  # half of a pair of surrogates; its text holds the value
        raise MisfitError("is no Unicode text") from None
    if not rules[facts.syntax](text):
        raise MisfitError(f"must be {facts.syntax.value}")
    _in_range(facts, length, "characters")
    return text


def _in_range(facts: AttributeFacts, length: int, unit: str) -> None:
    if facts.range_upper is not None and length > facts.range_upper:
        raise TooLongError(f"at most {facts.range_upper} {unit}")
    if facts.range_lower is not None and length < facts.range_lower:
        raise MisfitError(f"at least {facts.range_lower} {unit}")


def _number(facts: AttributeFacts, text: str) -> str:
    if _WHOLE.fullmatch(text):
        number = int(text)
    elif facts.syntax is Syntax.LARGE_INTEGER:
        number = filetime(_moment(text))
    else:
        raise MisfitError("must be a whole number in digits")
    most = 1 << _BITS[facts.syntax]
    low, high = facts.range_lower, facts.range_upper
    least, most = (-most if low is None else low), (most - 1 if high is None else high)
    if not least <= number <= most:
        raise MisfitError(f"must be from {least} to {most}")
    return _NEVER if facts.name in _ENDLESS and number == NEVER else str(number)


def _boolean(text: str) -> str:
    if text in _TRUE:
        return "TRUE"
    if text in _FALSE:
        return "FALSE"
    raise MisfitError("must be true, false, yes, no, 1 or 0")


def _octets(facts: AttributeFacts, text: str) -> str:
    try:
        octets = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise MisfitError("must be bytes in base64") from None
    _in_range(facts, len(octets), "bytes")
    return base64.b64encode(octets).decode()


def _time(text: str) -> str:
    given = _TIME.fullmatch(text)
    moment = _moment(f"{given[1][:8]}T{given[1][8:]}Z" if given else text)
    return f"{moment:%Y%m%d%H%M%S}.0Z"


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and moment.year >= _FIRST_YEAR:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # their texts hold the value
        pass
    raise MisfitError(f"must be a timestamp in ISO 8601 with its offset, from the year {_FIRST_YEAR} on")


def _decoded(facts: AttributeFacts, value: bytes) -> str:
    """Text as it is; a binary value of an attribute that is not octets as hex digits, which compare as well."""
    if facts.syntax is Syntax.OCTETS:
        return base64.b64encode(value).decode()
    if facts.syntax is Syntax.SID:
        return sid_from_bytes(value)
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()
