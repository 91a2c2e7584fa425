"""Security descriptors as a directory gives them, made from a few entries ([MS-DTYP] 2.4.6)."""

from __future__ import annotations

import struct

from lifecycle.directory.security_descriptor import DELETE, DELETE_TREE, EVERYONE
from lifecycle.directory.values import sid_bytes

ALLOWED, DENIED, ALLOWED_OBJECT, DENIED_OBJECT = 0, 1, 5, 6
SYSTEM = "S-1-5-18"
FULL_CONTROL = 0x000F01FF
_SELF_RELATIVE, _DACL_PRESENT = 0x8000, 0x0004


def entry(kind: int, mask: int, sid: str, *, flags: int = 0, types: tuple[bytes, ...] | None = None) -> bytes:
    """One access control entry; ``types`` are the GUIDs of an object entry: none, one (the type) or two."""
    body = sid_bytes(sid)
    if types is not None:
        body = struct.pack("<I", (1 << len(types)) - 1) + b"".join(types) + body
    return struct.pack("<BBHI", kind, flags, 8 + len(body), mask) + body


def descriptor(*entries: bytes, protected: bool = False) -> bytes:
    """A self-relative descriptor with an owner and a DACL; ``protected`` ticks "protect from accidental deletion"."""
    marks = (entry(DENIED, DELETE | DELETE_TREE, EVERYONE),) if protected else ()
    listed = [*marks, *entries, entry(ALLOWED, FULL_CONTROL, SYSTEM)]
    owner, acl = sid_bytes(SYSTEM), b"".join(listed)
    dacl = struct.pack("<BBHHH", 4, 0, 8 + len(acl), len(listed), 0) + acl
    header = struct.pack("<BBHIIII", 1, 0, _SELF_RELATIVE | _DACL_PRESENT, 20, 0, 0, 20 + len(owner))
    return header + owner + dacl
