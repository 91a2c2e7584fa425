"""How large the crowd is that :mod:`tests.support.samba_crowd` makes, and where."""

from __future__ import annotations

from sandbox.organisation import STAFF_OU

CROWD_OU = f"OU=Crowd,{STAFF_OU}"
USERS, CONTACTS, GROUPS = 2_000, 3_000, 250
