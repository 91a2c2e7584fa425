"""Approval of a stored plan by its hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from lifecycle.applying.approval import approved_plan
from lifecycle.applying.stored_plans import stored_plan
from lifecycle.errors import ApprovalError, NewerVersionError, StoreError
from lifecycle.planning.plan import Plan
from lifecycle.store import PlanStatus, StoredPlan
from lifecycle.store.plans import context_hash
from tests.support.world import NOW, new_directory, people, person, plan_of

DAY = timedelta(hours=24)
PLAN = plan_of(people(person("1", "Secretname")), new_directory())
STORED = stored_plan(PLAN, "p1", "run-1", PlanStatus.WAITING)


def _stored(**changes: object) -> StoredPlan:
    return replace(STORED, **changes)


def _approve(stored: StoredPlan | None, plan_hash: str = PLAN.hash, age: timedelta = DAY) -> Plan:
    return approved_plan(stored, "p1", plan_hash, PLAN.directory, DAY, NOW + age)


@pytest.mark.parametrize("typed", [PLAN.hash, f"  {PLAN.hash.upper()}\n"], ids=["as told", "as copied"])
@pytest.mark.parametrize("status", [PlanStatus.PROPOSED, PlanStatus.WAITING])
def test_the_right_hash_in_time_approves(typed: str, status: PlanStatus) -> None:
    approved = _approve(_stored(status=status), typed)

    assert approved == PLAN
    assert approved.hash == PLAN.hash


def _altered(**changes: object) -> str:
    return json.dumps(json.loads(STORED.intent) | changes)


def _context(**changes: object) -> str:
    return json.dumps(json.loads(STORED.context) | changes)


_OTHER_RULE = [json.loads(STORED.intent)["changes"][0] | {"rule": "another"}]
_ELSEWHERE = stored_plan(plan_of(people(person("2")), new_directory()), "p2", "run-1", PlanStatus.WAITING)


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
        (_stored(created_at=NOW + DAY), PLAN.hash, 2 * DAY, "plan p1 is older than 24 hours: plan again"),
        (_stored(intent=_altered(changes=_OTHER_RULE)), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(intent=_altered(changes=[])), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(intent=_altered(directory="another")), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(intent=_altered(changes=[{"action": "x"}])), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(intent=_altered(version=0)), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(intent=json.dumps(json.loads(STORED.intent))), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(intent="not even JSON"), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(context=_context(released=["guid"])), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(context=_context(void_steps=[["s", "x"]])), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (_stored(context="not even JSON"), PLAN.hash, DAY, "plan p1 was altered in the store"),
        (
            _stored(context=_ELSEWHERE.context, context_hash=_ELSEWHERE.context_hash),
            PLAN.hash, DAY, "plan p1 was altered in the store",
        ),
    ],
    ids=_name,
)  # fmt: skip
def test_anything_else_is_refused(stored: StoredPlan | None, typed: str, age: timedelta, message: str) -> None:
    with pytest.raises(ApprovalError) as caught:
        _approve(stored, typed, age)

    assert str(caught.value).startswith(message)
    assert "Secretname" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_plan_whose_row_was_pointed_at_this_directory_is_refused() -> None:
    """The hash covers the directory in the intent; the column beside it is not covered."""
    other = Plan(**{name: getattr(PLAN, name) for name in Plan.model_fields} | {"directory": "another"})
    stored = replace(stored_plan(other, "p1", "run-1", PlanStatus.WAITING), directory=PLAN.directory)

    with pytest.raises(ApprovalError, match="made for another directory"):
        _approve(stored, other.hash)


def _rewritten(**changes: object) -> StoredPlan:
    """As another build would store it: its hashes fit."""
    intent = _altered(**changes)
    plan_hash = hashlib.sha256(intent.encode()).hexdigest()
    return _stored(intent=intent, plan_hash=plan_hash, context_hash=context_hash(plan_hash, STORED.context))


def test_a_plan_of_a_newer_build_is_refused_with_the_way_out() -> None:
    stored = _rewritten(version=9)

    with pytest.raises(NewerVersionError, match=r"plan in the state store is of version 9; .*: upgrade halo-ad"):
        _approve(stored, stored.plan_hash)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"changes": [{"action": "Secretname"}]}, "changes.0: union_tag_invalid"),
        ({"changes": [json.loads(STORED.intent)["changes"][0] | {"more": "Secretname"}]}, "create-user.more: extra_"),
        ({"version": "Secretname"}, "no plan: its version is none"),
    ],
)
def test_what_this_build_cannot_read_is_no_alteration_and_quotes_nothing(changes: dict[str, object], why: str) -> None:
    stored = _rewritten(**changes)

    with pytest.raises(StoreError, match="is as it was stored, but this version of halo-ad cannot read it") as caught:
        _approve(stored, stored.plan_hash)

    assert why in str(caught.value)
    assert "Secretname" not in str(caught.value)
    assert caught.value.__suppress_context__
