"""Values in the plan table: short enough to read, references by the beginning of a GUID."""

from __future__ import annotations

import pytest

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause, Member
from lifecycle.actions.delete_user import DELETED, DeleteUser, RestoreUser
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.reset_password import resetting
from lifecycle.actions.set_reference import SetReference
from lifecycle.planning.plan import Plan
from lifecycle.reporting.plan_table import plan_rows
from tests.support.world import NOW

ANN = "0f1e2d3c-0000-4444-8888-000000000001"


def what(change: AnyChange, *, show_values: bool = True) -> str:
    plan = Plan(automation="a", directory="d", created_at=NOW, changes=(change,))
    return plan_rows(plan, show_values=show_values)[0]["what"]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Clerk", "Head", "title: Clerk → Head"),
        (None, ("b", "a"), "title: ∅ → b, a"),
        (ANN, None, "title: 0f1e2d3c… → ∅"),
        ((ANN,), "x" * 201, "title: 0f1e2d3c… → xxxxxxxx…"),
    ],
)
def test_values_are_shown_in_short(before: object, after: object, shown: str) -> None:
    change = ModifyUser(account=ANN, cause=Cause.MOVER, before={"title": before}, after={"title": after})
    assert what(change) == shown
    assert what(change, show_values=False) == "title"


def test_a_reference_names_its_attribute_and_the_key_of_the_person() -> None:
    change = SetReference(person="1", cause=Cause.JOINER, attribute="assistant", target=Member(person="2"))
    assert what(change) == "assistant → person 2"


def test_what_concerns_a_whole_account_is_told_in_words() -> None:
    told = {"account": ANN, "cause": Cause.REQUEST, "ou": "OU=Leavers,DC=x"}
    delete = DeleteUser(**told, tree=True, before={"sAMAccountName": "ann"}, after={DELETED: True})
    restore = RestoreUser(**told, after={DELETED: False, "distinguishedName": "CN=Ann,OU=Leavers,DC=x"})
    reset = resetting(**told, secret="first-day", unlock=True)

    assert [what(one) for one in (delete, restore, reset)] == [
        "ann in Leavers, with all that stands below it",
        "Ann in Leavers",
        "from a secret, to be changed, unlocked",
    ]
    assert [what(one, show_values=False) for one in (delete, restore, reset)] == [
        "the account, with all that stands below it",
        "the account",
        "from a secret, to be changed, unlocked",
    ]
