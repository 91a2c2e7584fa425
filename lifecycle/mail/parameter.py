"""Kinds of cmdlet parameters: what each takes, checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from lifecycle.mail.mailbox import GUID, NO_GUID, Purgeable

ParameterValue = str | bool | Purgeable | None

_ADDRESS = re.compile(r"[^\s@,;<>*?\"'()\[\]\\]+@[^\s@,;<>*?\"'()\[\]\\]+")
_ALIAS = re.compile(r"[A-Za-z0-9!#$%&'+/=?^_`{|}~\-]+(\.[A-Za-z0-9!#$%&'+/=?^_`{|}~\-]+)*")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LONGEST_ALIAS = 64
_LONGEST_NAME = 256
_LONGEST_TEXT = 128 * 1024


class Kind(Enum):
    """What a parameter takes."""

    GUID = "one GUID"
    ADDRESS = "one address, without wildcards"
    GUID_OR_ADDRESS = "one GUID, or one address without wildcards"
    SIP_ADDRESS = "one address that begins with sip:"
    ALIAS = "1-64 characters of an alias"
    NAME = "a name of 1-256 printable characters without wildcards"
    TEXT = "any text up to 128 KiB"
    FLAG = "true or false"
    SWITCH = "true"
    NO = "false"
    MOMENT = "a moment in UTC"
    CHOICE = "one of the values allowed"
    PURGEABLE = "a mailbox that was read as disconnected and under no hold"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a cmdlet.

    Args:
        kind: What it takes.
        required: Whether the cmdlet is refused without it.
        allowed: The values of a choice.
        nullable: Whether ``None`` clears what it sets.
    """

    kind: Kind
    required: bool = False
    allowed: tuple[str, ...] = ()
    nullable: bool = False

    def takes(self, value: object) -> bool:
        """Whether the value fits."""
        if value is None:
            return self.nullable
        if isinstance(value, bool):
            return self.kind is Kind.FLAG or self.kind is (Kind.SWITCH if value else Kind.NO)
        if isinstance(value, Purgeable):
            return self.kind is Kind.PURGEABLE
        return isinstance(value, str) and _text_fits(self, value)


def _text_fits(parameter: Parameter, text: str) -> bool:  # noqa: PLR0911 (a table of kinds)
    match parameter.kind:
        case Kind.GUID:
            return bool(GUID.fullmatch(text)) and text != NO_GUID
        case Kind.ADDRESS:
            return len(text) <= _LONGEST_NAME and bool(_ADDRESS.fullmatch(text))
        case Kind.GUID_OR_ADDRESS:
            return any(Parameter(kind).takes(text) for kind in (Kind.GUID, Kind.ADDRESS))
        case Kind.SIP_ADDRESS:
            return len(text) <= _LONGEST_NAME and text.startswith("sip:") and bool(_ADDRESS.fullmatch(text[4:]))
        case Kind.ALIAS:
            return len(text) <= _LONGEST_ALIAS and bool(_ALIAS.fullmatch(text))
        case Kind.NAME:
            return 0 < len(text) <= _LONGEST_NAME and text.isprintable() and not set(text) & set("*?")
        case Kind.TEXT:
            return len(text) <= _LONGEST_TEXT
        case Kind.MOMENT:
            return bool(_MOMENT.fullmatch(text))
        case Kind.CHOICE:
            return text in parameter.allowed
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Cmdlet:
    """One cmdlet, with the parameters that the product may give it.

    Args:
        name: Its name, e.g. ``"Disable-Mailbox"``.
        parameters: Name → what it takes; the cmdlet knows others, and gets none of them.
        source: Page of its documentation.
    """

    name: str
    parameters: Mapping[str, Parameter]
    source: str

    @property
    def reads(self) -> bool:
        """Whether it only reads, so that it may be repeated."""
        return self.name.startswith("Get-")


def cmdlet(name: str, **parameters: Parameter) -> tuple[str, Cmdlet]:
    """A row of the table, with the page that the documentation has for every cmdlet."""
    page = f"https://learn.microsoft.com/powershell/module/exchangepowershell/{name.lower()}"
    if "-Cs" in name:
        page = f"https://learn.microsoft.com/powershell/module/skype/{name.lower()}"
    return name, Cmdlet(name, MappingProxyType(parameters), page)
