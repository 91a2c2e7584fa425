"""Approval of a stored plan by its hash."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from lifecycle.applying.approval import approved_plan
from lifecycle.errors import ApprovalError
from lifecycle.planning.plan import Plan
from lifecycle.store import PlanStatus, StoredPlan
from tests.support.world import NOW, new_directory, people, person, plan_of

DAY = timedelta(hours=24)
PLAN = plan_of(people(person("1", "Secretname")), new_directory())


def _stored(**changes: object) -> StoredPlan:
    stored = StoredPlan(
        "p1", PLAN.automation, PLAN.directory, "run-1", PLAN.hash, PLAN.model_dump_json(), PlanStatus.WAITING, NOW
    )
    return replace(stored, **changes)


def _approve(stored: StoredPlan | None, plan_hash: str = PLAN.hash, age: timedelta = DAY) -> Plan:
    return approved_plan(stored, "p1", plan_hash, PLAN.directory, DAY, NOW + age)


@pytest.mark.parametrize("typed", [PLAN.hash, f"  {PLAN.hash.upper()}\n"], ids=["as told", "as copied"])
@pytest.mark.parametrize("status", [PlanStatus.PROPOSED, PlanStatus.WAITING])
def test_the_right_hash_in_time_approves(typed: str, status: PlanStatus) -> None:
    assert _approve(_stored(status=status), typed) == PLAN


def _altered(**changes: object) -> str:
    return json.dumps(json.loads(PLAN.model_dump_json()) | changes)


_OTHER_TITLE = [json.loads(PLAN.model_dump_json())["changes"][0] | {"rule": "another"}]


def _name(value: object) -> str | None:
    """A hash that no other process has is not part of a test's name: processes share the tests by their names."""
    return "the hash" if isinstance(value, str) and value.startswith(PLAN.hash[:8]) else None


@pytest.mark.parametrize(
    ("stored", "typed", "age", "message"),
    [
        (None, PLAN.hash, DAY, "there is no plan p1"),
        (_stored(), "0" * 64, DAY, "the hash is not that of plan p1: nothing was written"),
        (_stored(), "", DAY, "the hash is not that of plan p1: nothing was written"),
        (_stored(), PLAN.hash[:-1], DAY, "the hash is not that of plan p1: nothing was written"),
        (_stored(), "ä" * 64, DAY, "the hash is not that of plan p1: nothing was written"),
        (_stored(status="applied"), PLAN.hash, DAY, "plan p1 is applied and cannot be applied: plan again"),
        (_stored(status="applying"), PLAN.hash, DAY, "plan p1 is applying and cannot be applied: plan again"),
        (_stored(status="interrupted"), PLAN.hash, DAY, "plan p1 is interrupted and cannot be applied: plan again"),
        (_stored(status="superseded"), PLAN.hash, DAY, "plan p1 is superseded and cannot be applied: plan again"),
        (_stored(directory="another"), PLAN.hash, DAY, "plan p1 was made for another directory"),
        (_stored(), PLAN.hash, DAY + timedelta(seconds=1), "plan p1 is older than 24 hours: plan again"),
        (_stored(body=_altered(changes=_OTHER_TITLE)), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(body=_altered(changes=[])), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(body=_altered(directory="another")), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(body=_altered(changes=[{"action": "x"}])), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(body="not even JSON"), PLAN.hash, DAY, "plan p1 was altered in the store"),
    ],
    ids=_name,
)
def test_anything_else_is_refused(stored: StoredPlan | None, typed: str, age: timedelta, message: str) -> None:
    with pytest.raises(ApprovalError) as caught:
        _approve(stored, typed, age)

    assert str(caught.value).startswith(message)
    assert "Secretname" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_plan_whose_row_was_pointed_at_this_directory_is_refused() -> None:
    """The hash covers the directory in the body; the column beside it is not covered."""
    other = Plan(**{name: getattr(PLAN, name) for name in Plan.model_fields} | {"directory": "another"})
    stored = _stored(plan_hash=other.hash, body=other.model_dump_json())

    with pytest.raises(ApprovalError, match="made for another directory"):
        _approve(stored, other.hash)
