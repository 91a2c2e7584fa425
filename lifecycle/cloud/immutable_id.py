"""onPremisesImmutableId: the value that ties a cloud user to an account of Active Directory.

Directory synchronisation writes objectGUID there by default: its 16 bytes as AD stores them ([MS-DTYP] 2.3.4, the first
three fields little endian), in base64 (RFC 4648, section 4).
"""

from __future__ import annotations

import base64
import binascii
import uuid

_GUID_BYTES = 16


def immutable_id(guid: str) -> str:
    """The immutable id of an account: 24 characters of base64.

    Args:
        guid: objectGUID as text.

    Raises:
        ValueError: It is no GUID.
    """
    return base64.b64encode(uuid.UUID(guid).bytes_le).decode("ascii")


def guid_of(immutable: str) -> str | None:
    """The objectGUID, lower-case with hyphens; None where the value is something else.

    A tenant may be set up to synchronise another attribute; such a value is nobody's GUID.
    """
    try:
        raw = base64.b64decode(immutable, validate=True)
    except (binascii.Error, ValueError):
        return None
    return str(uuid.UUID(bytes_le=raw)) if len(raw) == _GUID_BYTES else None
