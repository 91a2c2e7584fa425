"""Conversions between Active Directory's encodings and plain values: SID, GUID, FILETIME, password."""

from __future__ import annotations

import re
import struct
import uuid
from datetime import UTC, datetime, timedelta

from lifecycle.directory.account import Value

_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SID = re.compile(r"S-1-[0-9]{1,15}(-[0-9]{1,10}){1,15}")
NEVER = 0x7FFFFFFFFFFFFFFF
"""accountExpires of an account that does not expire; 0 means the same ([MS-ADA1] 2.2)."""


def guid_from_bytes(raw: bytes) -> str:
    """The text form of objectGUID (16 bytes, [MS-DTYP] 2.3.4), lower-case with hyphens."""
    return str(uuid.UUID(bytes_le=raw))


def is_guid(text: str) -> bool:
    """Whether a text is a GUID with hyphens, in either case."""
    return bool(_GUID.fullmatch(text))


def guid_filter(guid: str) -> str:
    """The LDAP filter that finds an object by its GUID (bytes escaped per RFC 4515)."""
    return "(objectGUID=" + "".join(f"\\{byte:02x}" for byte in uuid.UUID(guid).bytes_le) + ")"


def sid_from_bytes(raw: bytes) -> str:
    """The text form of objectSid ([MS-DTYP] 2.4.2.2): ``S-1-5-21-…``."""
    revision, count = raw[0], raw[1]
    authority = int.from_bytes(raw[2:8], "big")
    subs = struct.unpack(f"<{count}I", raw[8 : 8 + 4 * count])
    return "-".join(["S", str(revision), str(authority), *map(str, subs)])


def sid_bytes(sid: str) -> bytes:
    """The binary form of a SID ([MS-DTYP] 2.4.2.2); the inverse of :func:`sid_from_bytes`.

    Raises:
        ValueError: The text is no SID.
    """
    if not _SID.fullmatch(sid):
        raise ValueError("no security identifier")
    revision, authority, *subs = map(int, sid.split("-")[1:])
    try:
        return struct.pack(f"<BB6s{len(subs)}I", revision, len(subs), authority.to_bytes(6, "big"), *subs)
    except (struct.error, OverflowError):
        raise ValueError("no security identifier") from None


def rid_of(sid: str) -> int:
    """The relative identifier: the last number of a SID."""
    return int(sid.rpartition("-")[2])


def filetime(moment: datetime) -> int:
    """Hundreds of nanoseconds since 1601 for an aware datetime.

    Raises:
        ValueError: The datetime is naive.
    """
    if moment.tzinfo is None:
        raise ValueError("a FILETIME needs an aware datetime")
    return (moment - _FILETIME_EPOCH) // timedelta(microseconds=1) * 10


def password_bytes(password: str) -> bytes:
    """unicodePwd: the quoted password in UTF-16LE ([MS-ADTS] 3.1.1.3.1.5)."""
    return f'"{password}"'.encode("utf-16-le")


def wire(value: Value) -> list[str]:
    """A value as the list of texts that an LDAP client sends."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, bool):
        return ["TRUE" if value else "FALSE"]
    return [str(value)]
