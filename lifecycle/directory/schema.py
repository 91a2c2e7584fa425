"""What the directory's schema says of an attribute: syntax, number of values, range ([MS-ADTS] 3.1.1.2.2).

Pure. The directory port reads the facts; :mod:`lifecycle.directory.usual_attributes` holds those of the attributes that
most mappings speak of, for checks that need no directory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Syntax(StrEnum):
    """The kinds of value that the product knows; the text is what messages call them."""

    UNICODE = "text"
    IA5 = "ASCII text"
    PRINTABLE = "printable text"
    NUMERIC = "digits and spaces"
    INTEGER = "whole number"
    LARGE_INTEGER = "large whole number or timestamp"
    BOOLEAN = "true or false"
    REFERENCE = "reference to an object"
    OCTETS = "bytes in base64"
    TIME = "timestamp"
    SID = "security identifier"
    OTHER = "syntax that is never mapped"


UNMAPPED = frozenset({Syntax.SID, Syntax.OTHER})
"""No mapping writes these: who an account is to Windows is no business of a source."""

TEXTS = frozenset({Syntax.UNICODE, Syntax.IA5, Syntax.PRINTABLE, Syntax.NUMERIC})


@dataclass(frozen=True, slots=True)
class AttributeFacts:
    """One attribute, as far as user objects are concerned.

    Args:
        name: lDAPDisplayName, spelled as the schema does.
        syntax: What its values are.
        single_valued: Whether it holds one value at most.
        range_lower, range_upper: Least and most: UTF-16 code units of a text, bytes of octets, the value of a number.
        writable: Whether an ordinary write may set it: not systemOnly, not constructed, no back link.
        linked: Whether it is a forward or back link.
        of_users: Whether the class ``user`` may hold it.
    """

    name: str
    syntax: Syntax = Syntax.UNICODE
    single_valued: bool = True
    range_lower: int | None = None
    range_upper: int | None = None
    writable: bool = True
    linked: bool = False
    of_users: bool = True


Schema = Mapping[str, AttributeFacts]
"""Facts by the name of the attribute."""


def syntax_of(attribute_syntax: str, om_syntax: int) -> Syntax:
    """The syntax that attributeSyntax and oMSyntax mean together ([MS-ADTS] 3.1.1.2.2.2)."""
    return _SYNTAXES.get((attribute_syntax, om_syntax), Syntax.OTHER)


_SYNTAXES: Mapping[tuple[str, int], Syntax] = {
    ("2.5.5.1", 127): Syntax.REFERENCE,
    ("2.5.5.3", 27): Syntax.IA5,
    ("2.5.5.4", 20): Syntax.IA5,
    ("2.5.5.5", 19): Syntax.PRINTABLE,
    ("2.5.5.5", 22): Syntax.IA5,
    ("2.5.5.6", 18): Syntax.NUMERIC,
    ("2.5.5.8", 1): Syntax.BOOLEAN,
    ("2.5.5.9", 2): Syntax.INTEGER,
    ("2.5.5.9", 10): Syntax.INTEGER,
    ("2.5.5.10", 4): Syntax.OCTETS,
    ("2.5.5.11", 24): Syntax.TIME,
    ("2.5.5.12", 64): Syntax.UNICODE,
    ("2.5.5.16", 65): Syntax.LARGE_INTEGER,
    ("2.5.5.17", 4): Syntax.SID,
}

_NOT_REPLICATED, _CONSTRUCTED = 0x1, 0x4


def may_be_written(system_only: bool, system_flags: int, link_id: int | None) -> bool:
    """Whether an ordinary write may set the attribute.

    Args:
        system_only: systemOnly.
        system_flags: Bits ([MS-ADTS] 2.2.10); what is not replicated is a domain controller's own, as lastLogon is.
        link_id: linkID; odd numbers are back links, which the directory computes.
    """
    return not (system_only or system_flags & (_NOT_REPLICATED | _CONSTRUCTED) or (link_id or 0) % 2)


LONGEST_ACCOUNT_NAME = 20
"""Characters of a user's sAMAccountName; the schema says 256, the account database 20 ([MS-SAMR] 3.1.1.6)."""


def as_users_hold_it(facts: AttributeFacts) -> AttributeFacts:
    """The facts with what the account database asks of user objects beyond the schema ([MS-SAMR] 3.1.1)."""
    match facts.name:
        case "sAMAccountName":
            return replace(facts, range_lower=1, range_upper=LONGEST_ACCOUNT_NAME)
        case "description":
            return replace(facts, single_valued=True)
        case _:
            return facts
