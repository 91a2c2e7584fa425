"""What a run that writes works with, all of it open: passed whole to what applies, and to what recovers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from lifecycle.applying.password import Passwords
from lifecycle.applying.systems import NO_SYSTEMS, Systems
from lifecycle.directory.operation import Directory
from lifecycle.outbound.freezing import Announcer
from lifecycle.planning.managed_accounts import Guard
from lifecycle.planning.policy import Policy
from lifecycle.store.lease import Lease
from lifecycle.store.store import Store


@dataclass(frozen=True, slots=True)
class WriteSession:
    """What a run that writes works with.

    Args:
        run_id: The run.
        policy: The rules, for protection.
        store: The state store.
        lease: Held on the directory, so that two runs never write at once.
        directory: Connected.
        clock: Returns the present moment, UTC.
        systems: What is connected besides the directory.
        passwords: Where the passwords of accounts come from.
        announcer: The webhooks that are told what became of each change.
    """

    run_id: str
    policy: Policy
    store: Store
    lease: Lease
    directory: Directory
    clock: Callable[[], datetime]
    systems: Systems = NO_SYSTEMS
    passwords: Passwords = field(default_factory=Passwords)
    announcer: Announcer = field(default_factory=Announcer)

    def guard(self) -> Guard:
        """Who may be written, by what the directory says now of privileged groups."""
        policy, directory = self.policy, self.directory
        return Guard(policy.managed_ous, directory.privileged_guids(), directory.own_guid(), policy.excluded)
