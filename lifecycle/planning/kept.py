"""What the journal keeps of an account that is deleted: the whole of it, and what the store knew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lifecycle.directory.snapshot import AccountSnapshot

_SNAPSHOT, _GRANTS, _DEPARTED = "account.snapshot", "account.grants", "account.departed"


@dataclass(frozen=True, slots=True)
class Kept:
    """An account as it was immediately before it was deleted.

    Args:
        snapshot: All that the directory showed of it.
        grants: Group → the rule that gave the membership; the others somebody gave by hand.
        departed: Whether a run of ours had disabled it.
    """

    snapshot: AccountSnapshot
    grants: Mapping[str, str] = field(default_factory=dict)
    departed: bool = False

    def journalled(self) -> dict[str, Any]:
        """As keys of what the journal says of the time before."""
        return {_SNAPSHOT: self.snapshot.to_json(), _GRANTS: dict(self.grants), _DEPARTED: self.departed}

    @classmethod
    def read(cls, before: Mapping[str, Any]) -> Kept | None:
        """From what the journal says of the time before; None where it keeps no account.

        Raises:
            NewerVersionError: A newer build kept it.
            ValueError: What is kept is no snapshot.
        """
        if _SNAPSHOT not in before:
            return None
        return cls(AccountSnapshot.from_json(before[_SNAPSHOT]), dict(before[_GRANTS]), before[_DEPARTED])
