"""Something that happened, as webhooks and notifications are told of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lifecycle.actions.change import Cause
from lifecycle.config.webhook import OF_TICKETS, Occasion

KEY_PREFIX = "halo-ad-"
"""Before each key, so that one that is met in a ticket tells where it comes from."""
_DIGITS = 24


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Args:
        occasion: What.
        automation: Whose.
        directory: objectGUID of the domain.
        at: When, UTC.
        run_id: The run.
        plan_id: The plan.
        about: What makes it this event and no other, besides the occasion; the same whoever notes it and how often.
        person: Primary key; empty where the source no longer knows the person, or nobody is meant.
        account: objectGUID; empty where there is no account.
        action: Name of the action.
        cause: Why the change was planned.
        reason: Why something was not done, as a code.
        plan_hash: Hash of the plan, where it waits for approval.
        changes: How many changes the plan has, by action, where that is told.
        attributes: LDAP name → text: the account as it is after the change.
    """

    occasion: Occasion
    automation: str
    directory: str
    at: datetime
    run_id: str
    plan_id: str
    about: str
    person: str = ""
    account: str = ""
    action: str = ""
    cause: Cause | None = None
    reason: str = ""
    plan_hash: str = ""
    changes: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def subject(self) -> str:
        """Events of one subject are told in their order: the ticket, the account, or the person who has none yet."""
        if self.occasion in OF_TICKETS:
            return f"{self.automation}/{self.person}"
        return self.account or (f"{self.automation}/{self.person}" if self.person else f"{self.automation}/")

    def key_for(self, webhook: str) -> str:
        """What a call bears that a webhook makes of this event, and no other call."""
        name = f"{webhook} {self.directory} {self.automation} {self.occasion.value} {self.about}"
        return KEY_PREFIX + hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]

    def told(self) -> dict[str, str]:
        """What ``%act.…%`` says of it; key and ticket come when it is sent, the timestamp with its zone."""
        return {
            "run": self.run_id,
            "plan": self.plan_id,
            "hash": self.plan_hash,
            "automation": self.automation,
            "action": self.action,
            "person": self.person,
            "account": self.account,
            "outcome": self.occasion.value,
            "cause": self.cause.value if self.cause else "",
            "reason": self.reason,
            "changes": self.changes,
        }
