"""What is told of changes, plans and people: once each, with the account as it is after the change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lifecycle.actions.change import Cause
from lifecycle.answer import Answer
from lifecycle.applying.gate_news import GateNews
from lifecycle.notice import Notice, Reason
from lifecycle.planning.plan import Plan
from lifecycle.store import Store
from tests.support.announcing import act_of, ad_of, announcer
from tests.support.world import ALL_STAFF, NOW, World, gone, new_directory, person

ALL = {"events": ["done", "failed"]}


@pytest.fixture
def world(store: Store) -> World:
    return World(new_directory(), store, announcer=announcer(ALL))


def told(world: World) -> list[tuple[str, str, str]]:
    return [(act_of(one)["outcome"], act_of(one)["action"], act_of(one)["person"]) for one in world.told()]


def test_a_joiner_is_told_with_the_account_as_it_is_now(world: World) -> None:
    world.run(person("1", groups={ALL_STAFF: "groups.0"}))

    assert told(world) == [("done", "create-user", "1"), ("done", "add-to-group", "1")]
    created, joined = world.told()
    (user,) = world.directory.by_anchor("1")
    assert created.call.account_guid == joined.call.account_guid == user.guid
    assert ad_of(created)["userPrincipalName"] == "ann.example@corp.example.test"
    assert ad_of(joined) == {**ad_of(created), "enabled": "true"}
    assert created.call.subject == joined.call.subject == user.guid


def test_a_change_is_told_with_what_it_made(world: World) -> None:
    world.run(person("1"))
    world.run(person("1", "Ann", "Married"))
    world.run(gone("1"))

    renamed, disabled = (next(one for one in world.told() if act_of(one)["action"] == action)
                         for action in ("move-user", "disable-user"))  # fmt: skip
    assert (ad_of(renamed)["cn"], ad_of(disabled)["enabled"]) == ("Ann Married", "false")
    assert act_of(disabled)["cause"] == Cause.LEAVER_INACTIVE.value


def test_what_was_so_already_is_no_news(world: World) -> None:
    plan = world.plan(person("1"))
    world.apply(plan)
    before = len(world.told())

    world.apply(plan)

    assert len(world.told()) == before


def test_a_refusal_is_told_once_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Answer(50, "insufficientAccessRights")
    monkeypatch.setattr(world.directory, "send", lambda operations, _permit: [refused] * len(operations))
    for _ in range(3):
        world.run(person("1"))
    world.now += timedelta(days=1)
    world.run(person("1"))

    assert told(world) == [("failed", "create-user", "1")] * 2
    assert act_of(world.told()[0])["reason"]


def test_what_an_answer_brought_is_not_told_again(world: World) -> None:
    world.run(person("1"))
    before = len(world.told())
    plan = world.plan(person("1", title="Surgeon"))
    fetched = plan.model_copy(
        update={"changes": tuple(one.model_copy(update={"cause": Cause.FETCHED}) for one in plan.changes)}
    )

    world.apply(fetched)

    assert len(world.told()) == before


@pytest.mark.parametrize(
    ("trigger", "count"),
    [
        ({"actions": ["create-user"]}, 1), ({"actions": ["delete-user"]}, 0), ({"causes": ["joiner"]}, 1),
        ({"causes": ["mover"]}, 0), ({"automations": ["others"]}, 0), ({"automations": ["people-to-ad"]}, 1),
        ({"when": {"field": "title", "operator": "is", "value": "surgeon"}}, 1),
        ({"when": {"field": "title", "operator": "is", "value": "nurse"}}, 0),
    ],
)  # fmt: skip
def test_a_trigger_says_what_is_meant(store: Store, trigger: dict[str, Any], count: int) -> None:
    world = World(new_directory(), store, announcer=announcer({"events": ["done"], **trigger}))

    world.run(person("1", title="Surgeon"))

    assert len(world.told()) == count


def _news(store: Store, plan: Plan, number: int, *, is_over: bool = False, counts_people: bool = True) -> int:
    news = GateNews(
        announcer({"events": ["awaiting-approval", "quarantined"]}), plan, f"plan-{number}", f"run-{number}"
    )
    with store.begin() as unit:
        return len(news.tell(unit, is_over=is_over, counts_people=counts_people))


def test_a_plan_that_waits_is_told_once_however_often_it_is_made(world: World) -> None:
    plan = world.plan(person("1"))
    for number in range(3):
        _news(world.store, plan, number, is_over=True)
    _news(world.store, world.plan(person("1"), person("2", "Bob")), 4, is_over=True)

    assert [act_of(one)["outcome"] for one in world.told()] == ["awaiting-approval"] * 2
    assert act_of(world.told()[0])["hash"] == plan.hash
    assert act_of(world.told()[0])["changes"] == "1 create-user"


def test_a_person_is_news_when_quarantined_and_again_after_being_well(world: World) -> None:
    well = replace_notices(world.plan(person("1")))
    ill = replace_notices(well, Notice("7", Reason.RULE_REQUIRED), Notice("8", Reason.NOT_STARTED))

    new = [_news(world.store, plan, number) for number, plan in enumerate((ill, ill, well, ill))]
    partial = _news(world.store, well, 9, counts_people=False)

    assert (new, partial) == ([1, 0, 0, 1], 0)
    assert [(act_of(one)["person"], act_of(one)["reason"]) for one in world.told()] == [("7", "rule-required")] * 2


def replace_notices(plan: Plan, *notices: Notice) -> Plan:
    """The plan with these notices."""
    return plan.model_copy(update={"notices": notices, "created_at": NOW})
