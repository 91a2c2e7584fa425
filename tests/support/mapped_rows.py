"""What maps rows in tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lifecycle.people.person import People

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
STAFF = "OU=Staff,DC=corp,DC=test"
IN_RESEARCH = {"field": "u.dept", "operator": "is", "value": "research"}
HAS_DEPT = {"field": "u.dept", "operator": "not_empty"}
MapRows = Callable[..., People]


def attributes(**more: Any) -> dict[str, Any]:
    return {"attributes": {"employeeID": "%src.u.id%", "sAMAccountName": "%src.u.last%", **more}}
