"""Actions by hand: the same plan, gate and journal; taken back by undo-run until all is as it was."""

from __future__ import annotations

import pytest

from lifecycle.errors import LimitExceededError, RequestError
from lifecycle.planning.selection import Accounts
from sandbox.organisation import GROUPS_OU, LEAVERS_OU
from tests.support.pipeline import Pipeline

OWN_DOING = {"usnchanged", "whenchanged", "dscorepropagationdata"}
"""What a directory writes into an object by itself whenever something else of it is written."""


def _all_of(pipeline: Pipeline, key: int) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in pipeline.account(key).items() if name not in OWN_DOING}


@pytest.fixture
def person(loaded: Pipeline) -> int:
    """Somebody who works here and has a manager."""
    (entry, *_) = loaded.find(
        "(&(employeeID=*)(manager=*)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))", "employeeID"
    )
    return int(entry["employeeid"][0])


def test_a_request_is_planned_applied_and_taken_back(loaded, person) -> None:
    before, stamps = _all_of(loaded, person), loaded.stamps()
    accounts = Accounts(names=(before["samaccountname"][0],))
    actions = (
        {"action": "disable-user"},
        {"action": "modify-user", "set": {"comment": "asked for by hand, was %ad.title%"}, "clear": ["title"]},
        {"action": "remove-from-groups", "groups": "all"},
        {"action": "move-user", "ou": LEAVERS_OU},
    )

    dry = loaded.request(accounts, *actions, dry_run=True)
    assert loaded.stamps() == stamps, "a dry run writes nothing"
    done = loaded.request(accounts, *actions)
    after = _all_of(loaded, person)
    again = loaded.request(accounts, *actions, dry_run=True)

    assert dry["changes"] == done["changes"] == {**done["carried_out"]}
    assert (after["useraccountcontrol"], "title" in after, "memberof" in after) == (["514"], False, False)
    assert after["comment"] == [f"asked for by hand, was {before['title'][0]}"]
    assert again["changes"] == {"modify-user": 1}, "comment reads a title that is gone by now"

    assert loaded.undo(done["plan_id"], dry_run=True)["changes"]
    undone = loaded.undo(done["plan_id"])
    assert undone["not_carried_out"] == 0
    assert _all_of(loaded, person) == before
    assert loaded.undo(done["plan_id"], dry_run=True)["changes"] == {}


def test_accounts_are_named_by_a_table_or_not_at_all(loaded, person) -> None:
    mail = _all_of(loaded, person)["mail"][0]
    action = {"action": "modify-user", "set": {"comment": "from a table"}}

    planned = loaded.request(Accounts(table=f"name;mail\nsomebody;{mail}\n"), action, dry_run=True)
    with pytest.raises(RequestError, match="name 2 of 2 means no account"):
        loaded.request(Accounts(names=(mail, "nobody@corp.example.test")), action)

    assert planned["changes"] == {"modify-user": 1}
    assert "comment" not in _all_of(loaded, person)


def test_a_request_goes_through_the_gate(loaded) -> None:
    stamps = loaded.stamps()
    everybody = Accounts.model_validate({"where": {"field": "employeeID", "operator": "not_empty"}})

    with pytest.raises(LimitExceededError) as stopped:
        loaded.request(everybody, {"action": "disable-user"})

    assert "disable: " in str(stopped.value)
    assert loaded.stamps() == stamps


def test_who_is_protected_is_left(loaded) -> None:
    planned = loaded.request(Accounts(names=("Administrator",)), {"action": "disable-user"}, dry_run=True)

    assert planned["changes"] == {}


def test_two_memberships_are_moved_and_come_back(loaded, person) -> None:
    before = _all_of(loaded, person)
    held = next(group for group in before["memberof"] if "Department" in group)
    others = [
        entry["dn"][0] for entry in loaded.find("(objectClass=group)", "cn") if entry["dn"][0].endswith(GROUPS_OU)
    ]
    target = next(group for group in others if group not in before["memberof"])
    accounts = Accounts(names=(before["userprincipalname"][0],))

    done = loaded.request(accounts, {"action": "move-across-groups", "from": [held], "to": [target]})
    moved = set(_all_of(loaded, person)["memberof"])
    loaded.undo(done["plan_id"])

    assert (held in moved, target in moved) == (False, True)
    assert _all_of(loaded, person) == before
