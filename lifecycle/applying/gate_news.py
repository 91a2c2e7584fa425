"""What the gate tells: a plan that waits for approval, and people who are newly reported."""

from __future__ import annotations

from dataclasses import dataclass

from lifecycle.config.webhook import Occasion
from lifecycle.notice import QUARANTINE
from lifecycle.outbound.event import Event
from lifecycle.outbound.freezing import Announcer
from lifecycle.planning.plan import Plan
from lifecycle.store.store import Unit


@dataclass(frozen=True, slots=True)
class GateNews:
    """Tells of one plan.

    Args:
        announcer: The webhooks.
        plan: The plan.
        plan_id: Under which the store keeps it.
        run_id: The run that made it.
    """

    announcer: Announcer
    plan: Plan
    plan_id: str
    run_id: str

    def tell(self, unit: Unit, *, is_over: bool, counts_people: bool) -> tuple[tuple[str, str], ...]:
        """Queue what webhooks say; answers who is newly reported: primary key and reason.

        Args:
            unit: The open transaction.
            is_over: Whether a limit is breached; the same plan is told once, however often it is made.
            counts_people: Whether the plan is of all people: only then is who is not reported any more well again.
        """
        events = [self._event(Occasion.AWAITING_APPROVAL, self.plan.hash)] if is_over else []
        new: list[tuple[str, str]] = []
        if counts_people:
            reported = {(one.key, one.reason.value) for one in self.plan.notices if one.reason in QUARANTINE}
            new = unit.reported.replace(self.plan.automation, reported, self.plan_id)
            for key, reason in new:
                events.append(
                    self._event(Occasion.QUARANTINED, f"{self.plan_id} {key} {reason}", person=key, reason=reason)
                )
        unit.outbox.add(self.announcer.calls(events), self.plan.created_at)
        return tuple(new)

    def _event(self, occasion: Occasion, about: str, *, person: str = "", reason: str = "") -> Event:
        return Event(
            occasion=occasion,
            automation=self.plan.automation,
            directory=self.plan.directory,
            at=self.plan.created_at,
            run_id=self.run_id,
            plan_id=self.plan_id,
            about=about,
            person=person,
            reason=reason,
            plan_hash=self.plan.hash,
            changes=", ".join(f"{count} {action}" for action, count in sorted(self.plan.counts.items())),
        )
