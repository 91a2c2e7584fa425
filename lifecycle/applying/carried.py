"""What a plan carried out, as an undo needs it: changes from the plan, accounts and members from the journal."""

from __future__ import annotations

from collections.abc import Collection

from lifecycle.applying.verdict import Fate
from lifecycle.errors import ApprovalError
from lifecycle.planning.plan import Plan
from lifecycle.planning.undo import Carried
from lifecycle.store.status import EntryState
from lifecycle.store.store import Unit


def carried_out(unit: Unit, plan_id: str, numbers: Collection[int] = ()) -> tuple[Carried, ...]:
    """The changes of a plan that were really written, by us and then; what was so already is not among them.

    Args:
        unit: An open transaction.
        plan_id: The plan.
        numbers: Only these; all where there is none.

    Raises:
        ApprovalError: There is no such plan, or it has no change of such a number.
    """
    stored = unit.plans.load(plan_id)
    if stored is None:
        raise ApprovalError(f"there is no plan {plan_id}")
    plan = Plan.model_validate_json(stored.body)
    if unknown := sorted(set(numbers) - set(range(len(plan.changes)))):
        raise ApprovalError(f"plan {plan_id} has no change {unknown[0]}; it has {len(plan.changes)}, counted from 0")
    return tuple(
        Carried(
            number=entry.number,
            change=plan.changes[entry.number],
            guid=entry.target_guid or "",
            members=tuple(map(str, entry.after.get("member", ()))),
        )
        for entry in unit.journal.of_plan(plan_id)
        if entry.state is EntryState.DONE
        and entry.error != Fate.DONE_ALREADY.value
        and (not numbers or entry.number in numbers)
    )
