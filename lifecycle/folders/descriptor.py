"""Security descriptors in self-relative form ([MS-DTYP] 2.4.6): taken apart, compared, made.

A server may lay out the same descriptor in another order, so equality is that of the parts.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Self

DACL_PRESENT, SACL_PRESENT, SELF_RELATIVE = 0x0004, 0x0010, 0x8000
_DACL_AUTO_INHERIT_REQ, _SACL_AUTO_INHERIT_REQ = 0x0100, 0x0200
_DACL_AUTO_INHERITED, _SACL_AUTO_INHERITED = 0x0400, 0x0800
_DACL_PROTECTED, _SACL_PROTECTED = 0x1000, 0x2000
_KEPT = _DACL_AUTO_INHERITED | _SACL_AUTO_INHERITED | _DACL_PROTECTED | _SACL_PROTECTED
_HEADER = struct.Struct("<BBHIIII")
_ACL = struct.Struct("<BBHHH")
_ACE = struct.Struct("<BBHI")

_ACCESS_ALLOWED, _TO_FILES_AND_FOLDERS, _FULL_CONTROL = 0x00, 0x03, 0x001F01FF
SYSTEM_SID, ADMINISTRATORS_SID = "S-1-5-18", "S-1-5-32-544"


@dataclass(frozen=True, slots=True)
class SecurityDescriptor:
    """Owner, group and access control lists of a file or folder.

    Args:
        owner: SID, binary; empty where it is not told.
        group: SID, binary; empty where it is not told.
        dacl: The list of access, binary; None where there is none (everybody may everything).
        sacl: The list of auditing, binary; None where there is none, or it could not be read.
        control: Of the control word, whether a list is protected from inheritance and whether it was inherited.
    """

    owner: bytes = b""
    group: bytes = b""
    dacl: bytes | None = None
    sacl: bytes | None = None
    control: int = 0

    @classmethod
    def unpack(cls, raw: bytes) -> Self:
        """Take a self-relative descriptor apart.

        Raises:
            ValueError: It is none, or an offset leads out of it.
        """
        try:
            _, _, control, owner, group, sacl, dacl = _HEADER.unpack_from(raw)
            return cls(
                owner=_sid_at(raw, owner) if owner else b"",
                group=_sid_at(raw, group) if group else b"",
                dacl=_acl_at(raw, dacl) if control & DACL_PRESENT and dacl else None,
                sacl=_acl_at(raw, sacl) if control & SACL_PRESENT and sacl else None,
                control=control & _KEPT,
            )
        except (struct.error, IndexError) as error:
            raise ValueError("a security descriptor is cut short") from error

    def pack(self) -> bytes:
        """The self-relative form that a server takes; inherited lists stay marked as inherited."""
        control = self.control | SELF_RELATIVE | DACL_PRESENT
        control |= SACL_PRESENT if self.sacl is not None else 0
        # Windows clears "auto inherited" unless it is asked for ([MS-DTYP] 2.5.3.4.2).
        control |= _DACL_AUTO_INHERIT_REQ if control & _DACL_AUTO_INHERITED else 0
        control |= _SACL_AUTO_INHERIT_REQ if control & _SACL_AUTO_INHERITED else 0
        body, offsets = b"", []
        for part in (self.owner, self.group, self.sacl, self.dacl):
            offsets.append(_HEADER.size + len(body) if part else 0)
            body += (part or b"") + b"\0" * (-len(part or b"") % 4)
        return _HEADER.pack(1, 0, control, *offsets) + body

    @property
    def parts(self) -> int:
        """Which parts it has, as [MS-SMB2] 2.2.39 counts them: 1 owner, 2 group, 4 DACL, 8 SACL."""
        return (1 if self.owner else 0) | (2 if self.group else 0) | 4 | (8 if self.sacl is not None else 0)


def home_folder_descriptor(owner_sid: str) -> SecurityDescriptor:
    """A home folder's: full control for its owner, administrators and the system; nothing is inherited from above.

    Raises:
        ValueError: The text is no SID.
    """
    owner = sid_bytes(owner_sid)
    aces = b"".join(map(_full_control, (owner, sid_bytes(ADMINISTRATORS_SID), sid_bytes(SYSTEM_SID))))
    dacl = _ACL.pack(2, 0, _ACL.size + len(aces), 3, 0) + aces
    return SecurityDescriptor(owner=owner, dacl=dacl, control=_DACL_PROTECTED)


def sid_bytes(sid: str) -> bytes:
    """The binary form of a SID ([MS-DTYP] 2.4.2.2).

    Raises:
        ValueError: The text is no SID; it is not repeated.
    """
    prefix, _, rest = sid.partition("-")
    numbers = rest.split("-")
    if prefix != "S" or not all(number.isascii() and number.isdecimal() for number in numbers) or numbers[0] != "1":
        raise ValueError("not a SID")
    try:
        authority, *subs = map(int, numbers[1:])
        return bytes((1, len(subs))) + authority.to_bytes(6, "big") + struct.pack(f"<{len(subs)}I", *subs)
    except (ValueError, OverflowError, struct.error) as error:
        raise ValueError("not a SID") from error


def _full_control(sid: bytes) -> bytes:
    return _ACE.pack(_ACCESS_ALLOWED, _TO_FILES_AND_FOLDERS, _ACE.size + len(sid), _FULL_CONTROL) + sid


def _sid_at(raw: bytes, offset: int) -> bytes:
    length = 8 + 4 * raw[offset + 1]
    return _whole(raw, offset, length)


def _acl_at(raw: bytes, offset: int) -> bytes:
    return _whole(raw, offset, int(_ACL.unpack_from(raw, offset)[2]))


def _whole(raw: bytes, offset: int, length: int) -> bytes:
    found = raw[offset : offset + length]
    if len(found) != length or offset < _HEADER.size:
        raise ValueError("a security descriptor is cut short")
    return found
