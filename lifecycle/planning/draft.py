"""A plan whose lists of actions are still to be made into changes: what they look up elsewhere is known by now."""

from __future__ import annotations

from dataclasses import dataclass

from lifecycle.actions.outside import Outside, Wanted
from lifecycle.planning.lists import Lists, order
from lifecycle.planning.plan import Plan

_NOTHING = Outside()


@dataclass(slots=True)
class Draft:
    """A plan whose lists of actions are still to be made into changes.

    Args:
        lists: Whom they are for.
        plan: Everything else, in no order yet.
    """

    lists: Lists
    plan: Plan

    @property
    def wanted(self) -> Wanted:
        """What has to be looked up, and for which accounts."""
        return self.lists.wanted()

    def finished(self, outside: Outside = _NOTHING) -> Plan:
        """The plan; to be asked once, when all that the lists need was read."""
        idle = self.lists.expand(outside)
        return self.plan.model_copy(
            update={
                "changes": tuple(sorted((*self.plan.changes, *self.lists.changes), key=order)),
                "notices": tuple(sorted({*self.plan.notices, *self.lists.notices})),
                "idle_steps": tuple(sorted(idle)),
            }
        )
