"""The plan as rows that a reviewer reads: what, to whom, why, and from what to what."""

from __future__ import annotations

from lifecycle.actions.begin_policy import BeginPolicy
from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Change
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_user import DeleteUser, RestoreUser
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.actions.move_user import MoveUser
from lifecycle.actions.reset_password import AFTER as RESET
from lifecycle.actions.reset_password import ResetPassword
from lifecycle.actions.set_reference import SetReference
from lifecycle.directory import dn
from lifecycle.directory.account import Value
from lifecycle.directory.values import is_guid
from lifecycle.planning.plan import Plan

LONGEST_VALUE = 200
"""A value that is longer, as a photo is, is cut short."""
MOST_ROWS = 200
"""Rows of the table in Prefect; the whole plan is in the store."""


def plan_rows(plan: Plan, *, show_values: bool, most: int | None = MOST_ROWS) -> list[dict[str, str]]:
    """One row a change, in the order in which they are carried out.

    Args:
        plan: The plan.
        show_values: Whether attribute values and names are shown; else only which attributes change.
        most: Cut after so many rows.
    """
    changes = plan.changes[:most] if most is not None else plan.changes
    return [
        {
            "#": str(number),
            "action": change.action,
            "person": _person(change),
            "why": change.cause.value,
            "what": _what(change, show_values=show_values),
        }
        for number, change in enumerate(changes)
    ]


def table_title(plan: Plan, plan_id: str) -> str:
    """What stands above the table: how much of the plan it shows, and where the whole is."""
    shown = min(len(plan.changes), MOST_ROWS)
    whole = f" Whole plan: python -m deployments.show_plan {plan_id}" if shown < len(plan.changes) else ""
    return f"{shown} of {len(plan.changes)} changes, in the order in which they are carried out.{whole}"


def _person(change: AnyChange) -> str:
    if isinstance(change, AddToGroup | RemoveFromGroup):
        return f"{change.size()} accounts"
    return change.person or change.account


def _what(change: AnyChange, *, show_values: bool) -> str:
    match change:
        case AddToGroup() | RemoveFromGroup():
            sign = "+" if isinstance(change, AddToGroup) else "-"
            what = f"{sign}{change.size()} in {dn.leaf_value(change.group_dn)}"
        case BeginPolicy():
            what = ", ".join(f"{one.action} after {one.after}" if one.after else one.action for one in change.waiting)
        case SetReference():
            what = f"{change.attribute} → person {change.target.person}" if change.target.person else change.attribute
        case CreateUser() if show_values:
            what = f"{change.cn} ({change.after.get('userPrincipalName', '')}) in {_ou(change.dn)}"
        case DeleteUser() | RestoreUser() | ResetPassword():
            what = _account(change, show_values=show_values)
        case MoveUser() if show_values:
            before, after = (str(values["distinguishedName"]) for values in (change.before, change.after))
            what = f"{_short(before)} → {_short(after)}"
        case _:
            what = _differences(change, show_values=show_values)
    return what


def _account(change: DeleteUser | RestoreUser | ResetPassword, *, show_values: bool) -> str:
    """What concerns an account as a whole, and no attribute of it that could be read."""
    if isinstance(change, ResetPassword):
        return str(change.after[RESET])
    if isinstance(change, RestoreUser):
        return _short(change.dn) if show_values else "the account"
    name = f"{change.before.get('sAMAccountName')} in {_leaf(change.ou)}" if show_values else "the account"
    return f"{name}, with all that stands below it" if change.tree else name


def _differences(change: Change, *, show_values: bool) -> str:
    if not show_values:
        return ", ".join(sorted(change.after))
    return "; ".join(
        f"{name}: {_value(change.before.get(name))} → {_value(value)}" for name, value in sorted(change.after.items())
    )


def _value(value: Value | None) -> str:
    """A value as text; a reference by the beginning of its GUID, which is enough to see that it changes."""
    if value is None:
        return "∅"
    if isinstance(value, tuple):
        return ", ".join(map(_value, value))
    text = str(value)
    return f"{text[:8]}…" if is_guid(text) or len(text) > LONGEST_VALUE else text


def _ou(name: str) -> str:
    return dn.leaf_value(dn.parent(name))


def _leaf(name: str) -> str:
    return dn.leaf_value(name) if name else ""


def _short(name: str) -> str:
    """A common name with its OU, which is what a reader wants of a distinguished name."""
    return f"{dn.leaf_value(name)} in {_ou(name)}"
