"""The primary key in one spelling: 95, 95.0 and ``" 95 "`` are one key."""

from __future__ import annotations

import re

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+(\.0*)?")


def normalise_key(text: str) -> str:
    """Trim a key and drop the fraction of a whole number; other text is kept as it is.

    Leading zeros are kept (``0095`` and ``95`` are two badge numbers).
    """
    key = text.replace("\0", "").strip()
    return key.partition(".")[0] if _WHOLE_NUMBER.fullmatch(key) else key
