"""Items of lists, each an action on a mailbox."""

from __future__ import annotations

DISABLE, DELETE, CONVERT = ({"action": f"{verb}-mailbox"} for verb in ("disable", "delete", "convert"))
HIDE = {"action": "hide-from-address-lists"}
