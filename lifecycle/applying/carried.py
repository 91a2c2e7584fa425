"""What a plan carried out, as an undo needs it: changes from the plan, accounts and members from the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lifecycle.actions.reset_password import ATTRIBUTE as SET_AT
from lifecycle.applying.stored_plans import plan_of
from lifecycle.applying.verdict import Fate
from lifecycle.directory.operation import Directory
from lifecycle.errors import ApprovalError, DirectoryError, TransientError
from lifecycle.planning.kept import Kept
from lifecycle.planning.restoring import Remains
from lifecycle.planning.undo import Carried
from lifecycle.store.status import EntryState
from lifecycle.store.store import Unit

_INSUFFICIENT_ACCESS = 50


def carried_out(unit: Unit, plan_id: str, numbers: Collection[int] = ()) -> tuple[Carried, ...]:
    """The changes of a plan that were really written, by us and then; what was so already is not among them.

    Args:
        unit: An open transaction.
        plan_id: The plan.
        numbers: Only these; all where there is none.

    Raises:
        ApprovalError: There is no such plan, it was altered in the store, or it has no change of such a number.
        StoreError: This build cannot read it.
    """
    stored = unit.plans.load(plan_id)
    if stored is None:
        raise ApprovalError(f"there is no plan {plan_id}")
    plan = plan_of(stored)
    if unknown := sorted(set(numbers) - set(range(len(plan.changes)))):
        raise ApprovalError(f"plan {plan_id} has no change {unknown[0]}; it has {len(plan.changes)}, counted from 0")
    return tuple(
        Carried(
            number=entry.number,
            change=plan.changes[entry.number],
            guid=entry.target_guid or "",
            members=tuple(map(str, entry.after.get("member", ()))),
            kept=Kept.read(entry.before),
        )
        for entry in unit.journal.of_plan(plan_id)
        if entry.state is EntryState.DONE
        and entry.error != Fate.DONE_ALREADY.value
        and (not numbers or entry.number in numbers)
    )


def remains_of(carried: Sequence[Carried], directory: Directory) -> Remains:
    """Look up what there is of the accounts that were deleted; nothing is read where none was.

    Raises:
        DirectoryError: A read failed. That the deleted objects may not be listed is no failure.
    """
    kept = [one.kept.snapshot for one in carried if one.kept]
    if not kept:
        return Remains()
    names = {name for snapshot in kept for name in snapshot.attributes}
    schema = directory.schema(names)
    guids = [snapshot.guid for snapshot in kept]
    returned = directory.accounts(guids, {SET_AT, *(name for snapshot in kept for name in snapshot.restorable(schema))})
    try:
        deleted, hidden = directory.deleted([guid for guid in guids if guid not in returned]), ""
    except DirectoryError as error:
        if isinstance(error, TransientError) or error.result_code != _INSUFFICIENT_ACCESS:
            raise
        deleted, hidden = {}, error.description
    return Remains(deleted, returned, schema, hidden)
