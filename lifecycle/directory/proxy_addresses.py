"""proxyAddresses: ``SMTP:`` marks the address that mail is sent from, ``smtp:`` further ones that it is received at.

Other kinds (``X500:``, ``SIP:`` …) belong to somebody else and are kept as they are.
"""

from __future__ import annotations

from lifecycle.directory.account import Value

_PRIMARY, _FURTHER = "SMTP:", "smtp:"


def entries(value: Value | None) -> tuple[str, ...]:
    """All values of the attribute."""
    return () if value is None else value if isinstance(value, tuple) else (str(value),)


def smtp_addresses(value: Value | None) -> tuple[str, ...]:
    """The mail addresses, primary or not, without their prefix."""
    return tuple(one[len(_FURTHER) :] for one in entries(value) if one.lower().startswith(_FURTHER))


def primary_address(value: Value | None) -> str:
    """The primary address; empty when there is none."""
    return next((one[len(_PRIMARY) :] for one in entries(value) if one.startswith(_PRIMARY)), "")


def with_primary(address: str, value: Value | None) -> tuple[str, ...]:
    """The values with another primary address: the former one becomes a further one, and nothing is lost."""
    wanted = _PRIMARY + address
    present = entries(value)
    if wanted in present and sum(one.startswith(_PRIMARY) for one in present) == 1:
        return present
    further = (_FURTHER + one[len(_PRIMARY) :] if one.startswith(_PRIMARY) else one for one in present)
    return (wanted, *(one for one in further if one.lower() != wanted.lower()))
