"""Reading a security descriptor as far as deleting is concerned ([MS-DTYP] 2.4.6): pure, on bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lifecycle.directory.values import sid_from_bytes

OWNER, GROUP, DACL = 0x1, 0x2, 0x4
"""Parts that a client asks for ([MS-ADTS] 3.1.1.3.4.1.11); the fourth, the SACL, needs a privilege."""

EVERYONE = "S-1-1-0"
DELETE, DELETE_TREE = 0x00010000, 0x00000040
_DENIED, _DENIED_OBJECT = 0x01, 0x06
_INHERIT_ONLY = 0x08
_HAS_TYPE, _HAS_INHERITED_TYPE = 0x1, 0x2
_GUID_LENGTH, _SMALLEST_ENTRY = 16, 8
_NONE = "no security descriptor"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One access control entry: kind, flags, rights, whom it speaks of."""

    kind: int
    flags: int
    mask: int
    sid: str


def denies_deletion(descriptor: bytes) -> bool:
    """Whether "protect object from accidental deletion" is ticked: everyone is denied to delete the object.

    Denials of anybody else are the directory's to enforce; this mark is looked for because a directory lets the object
    be deleted all the same by those who may delete children of its parent.

    Args:
        descriptor: nTSecurityDescriptor, self-relative, with its DACL.

    Raises:
        ValueError: The bytes are no security descriptor.
    """
    try:
        return any(
            entry.kind in (_DENIED, _DENIED_OBJECT)
            and not entry.flags & _INHERIT_ONLY
            and entry.mask & (DELETE | DELETE_TREE)
            and entry.sid == EVERYONE
            for entry in _entries(descriptor)
        )
    except (struct.error, IndexError):
        raise ValueError(_NONE) from None


def _entries(descriptor: bytes) -> Iterator[_Entry]:
    (start,) = struct.unpack_from("<I", descriptor, 16)
    if not start:  # no DACL: everybody may do everything
        return
    (count,) = struct.unpack_from("<H", descriptor, start + 4)
    place = start + 8
    for _ in range(count):
        kind, flags, size, mask = struct.unpack_from("<BBHI", descriptor, place)
        if size < _SMALLEST_ENTRY or place + size > len(descriptor):
            raise ValueError(_NONE)
        sid = place + 8
        if kind == _DENIED_OBJECT:
            (present,) = struct.unpack_from("<I", descriptor, sid)
            sid += 4 + _GUID_LENGTH * (bool(present & _HAS_TYPE) + bool(present & _HAS_INHERITED_TYPE))
        # Other kinds are of no interest, and where their SID stands differs.
        known = kind in (_DENIED, _DENIED_OBJECT)
        yield _Entry(kind, flags, mask, sid_from_bytes(descriptor[sid : place + size]) if known else "")
        place += size
