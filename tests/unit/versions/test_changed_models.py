"""A build whose models have changed knows what an older one stored: the plan that waits, and the run to be undone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from pydantic.fields import FieldInfo

from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.modify_user import ModifyUser, ModifyUserParameters
from lifecycle.actions.stored_parameters import parameters_text, read_parameters
from lifecycle.errors import NewerVersionError, StoreError
from lifecycle.versions import PARAMETERS, PLAN, Body, converted_changes, renamed, unchanged
from tests.support.changed_models import changed_model, new_version
from tests.support.old_store import OldStore
from tests.support.world import person


@contextmanager
def a_field_more() -> Iterator[None]:
    """Accounts that are made and changed get a note: nothing has to be converted."""
    with ExitStack() as changed:
        for model in (CreateUser, ModifyUser):
            changed.enter_context(changed_model(model, note=FieldInfo(annotation=str, default="")))
        changed.enter_context(new_version(PLAN, unchanged))
        yield


@contextmanager
def a_field_renamed() -> Iterator[None]:
    """What was ``must_change`` is ``change_at_logon``, and has no default."""

    def convert(body: Body) -> Body:
        return converted_changes(body, "create-user", lambda one: renamed(one, {"must_change": "change_at_logon"}))

    with pytest.MonkeyPatch.context() as patch, ExitStack() as changed:
        changed.enter_context(changed_model(CreateUser, "must_change", change_at_logon=FieldInfo(annotation=bool)))
        patch.setattr(CreateUser, "must_change", property(lambda one: one.change_at_logon), raising=False)
        changed.enter_context(new_version(PLAN, convert))
        yield


CHANGES = pytest.mark.parametrize("changed", [a_field_more, a_field_renamed])
Changed = Callable[[], "contextmanager[None]"]


@CHANGES
def test_the_waiting_plan_is_still_approved_by_its_hash_and_applied(old: OldStore, changed: Changed) -> None:
    waiting = old.facts["waiting"]
    with changed():
        plan = old.apply(waiting["plan_id"], waiting["hash"])

    assert plan.hash == waiting["hash"], "what reports name is what was approved"
    assert set(old.world.journal(waiting["plan_id"]).values()) == {"done"}
    (made,) = old.world.directory.by_anchor("11")
    assert made.attributes["pwdLastSet"] == "0"
    assert old.world.directory.users[old.guid("3")].attributes["title"] == "Lead"


@CHANGES
def test_the_applied_run_is_still_undone(old: OldStore, changed: Changed) -> None:
    with changed():
        undone = old.world.undo(old.facts["applied"]["plan_id"])

    assert undone.notices == ()
    assert old.world.directory.by_anchor("10") == []
    assert old.world.directory.users[old.guid("3")].attributes["title"] == "Head"


@CHANGES
def test_what_a_killed_run_left_is_still_settled(old: OldStore, changed: Changed) -> None:
    with changed():
        assert old.world.recover() == 1

    assert old.world.journal("people-to-ad-killed") == {0: "failed"}


def test_dry_run_and_the_run_behind_it_show_one_hash(old: OldStore) -> None:
    with a_field_more():
        plans = [old.world.plan(person("13", "Ned")) for _ in range(2)]
        texts = [(plan.intent, plan.hash) for plan in plans]

    assert plans[0].changes
    assert texts[0] == texts[1]
    assert json.loads(plans[0].intent)["version"] == PLAN.version + 1


def test_without_a_converter_it_is_said_that_this_build_cannot_read_it(old: OldStore) -> None:
    """Not that somebody had altered it: who reads that would look for an intruder."""
    waiting = old.facts["waiting"]
    model = changed_model(CreateUser, "must_change", change_at_logon=FieldInfo(annotation=bool))
    with model, pytest.raises(StoreError, match="is as it was stored, but this version of halo-ad cannot read it"):
        old.approved(waiting["plan_id"], waiting["hash"])


def test_the_build_before_says_that_it_is_the_older_one(old: OldStore) -> None:
    with a_field_more():
        plan_id = old.world.save(old.world.plan(person("13", "Ned")))

    with pytest.raises(NewerVersionError, match="upgrade halo-ad"):
        old.world.undo(plan_id)


def test_parameters_of_a_newer_build_are_refused_with_the_way_out() -> None:
    with new_version(PARAMETERS, unchanged):
        text = parameters_text(ModifyUserParameters(clear=("title",)))

    with pytest.raises(NewerVersionError, match="upgrade halo-ad"):
        read_parameters(text)
