"""Values of every syntax, references and computed attributes: what a plan has made leaves nothing to plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.config.category import Category
from lifecycle.config.mapping import MappedAttribute
from lifecycle.config.recipe import computed_order, recipe_of
from lifecycle.directory.account import Value
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.people.person import Person
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_changes import plan_changes
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState
from lifecycle.store import Store
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import (
    ATTRIBUTES,
    LEAVERS,
    NOW,
    POLICY,
    STAFF,
    World,
    new_account,
    new_directory,
    people,
    person,
)

TEXTS = {
    "title": ("Head", "head", "t" * 129),
    "countryCode": ("0042", "42", "x", "70000"),
    "accountExpires": ("2031-03-01T00:00:00Z", "0", "9223372036854775807", "135745632000000000"),
    "msNPAllowDialin": ("true", "1", "no"),
    "msTSExpireDate": ("2031-03-01T00:00:00Z", "20310301000000.0Z"),
    "thumbnailPhoto": ("YWJj", "YW Jj", "!"),
    "otherTelephone": (("1", "2"), ("2", "1"), ("3",)),
    "proxyAddresses": (("SMTP:a@x",), ("smtp:A@x", "smtp:b@x")),
    "assistant": (f"CN=Boss Example,{STAFF}", "CN=Nobody"),
}
HELD: dict[str, tuple[Value, ...]] = {
    "title": ("Head",),
    "countryCode": ("42", "0"),
    "accountExpires": ("0", "9223372036854775807", "135745632000000000"),
    "msNPAllowDialin": ("TRUE",),
    "otherTelephone": (("2", "1"), ("4",)),
    "proxyAddresses": (("smtp:a@x", "SMTP:c@x"),),
    "homeDirectory": (r"\\fs\home$\other",),
    "info": ("by hand",),
}
COMPUTED = {
    "info": {"value": "%ad.homeDirectory% of %ad.title% %src.u.first%", "on_empty": "clear"},
    "homeDirectory": {"value": r"\\fs\home$\%ad.sAMAccountName%"},
    "otherMailbox": {"values": ["%ad.mail%", "%ad.cn%"], "mode": "add"},
    "comment": {"value": "%act.timestamp_yyyy-MM-dd% %ad.info%", "when": "create"},
    "division": {"value": "%ad.proxyAddresses%"},
    "wWWHomePage": {"value": "%ad.distinguishedName%"},
}
LOOKED_AT = (*ATTRIBUTES, *TEXTS, *COMPUTED, "secretary")
RECIPES = {
    name: recipe_of(name, MappedAttribute.model_validate(mapped), Vocabulary(), {}) for name, mapped in COMPUTED.items()
}


@dataclass(frozen=True)
class Scene:
    """What a run finds."""

    persons: tuple[Person, ...]
    directory: MemoryDirectory
    policy: Policy


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Up to three people, of whom some have accounts that hold something else."""
    directory, persons = new_directory(), []
    new_account(directory, person("9", "Boss"), ou=STAFF)
    for key, first in (("1", "Ann"), ("2", "Bob"), ("3", "Cid")):
        names = draw(st.sets(st.sampled_from(sorted(TEXTS))))
        said = {name: draw(st.sampled_from(TEXTS[name])) for name in sorted(names)}
        one = person(key, first)
        absent = sorted(TEXTS.keys() - names)
        one = replace(
            one,
            create={**one.create, **said},
            update={**one.update, **said},
            clear=frozenset(draw(st.sets(st.sampled_from(absent)))) if absent else frozenset(),
            references={
                name: draw(st.sampled_from("1239")) for name in draw(st.sets(st.sampled_from(("manager", "secretary"))))
            },
        )
        persons.append(one)
        if draw(st.booleans()):
            held = {name: draw(st.sampled_from(HELD[name])) for name in draw(st.sets(st.sampled_from(sorted(HELD))))}
            new_account(directory, person(key, first), ou=draw(st.sampled_from((one.ou, LEAVERS))), **held)
    policy = replace(
        POLICY,
        computed_attributes=tuple(computed_order(RECIPES)),
        additive=frozenset({"otherMailbox", *draw(st.sets(st.sampled_from(("proxyAddresses", "otherTelephone"))))}),
        category=draw(st.sampled_from((Category.LIFECYCLE, Category.MODIFICATION))),
    )
    return Scene((*persons, person("9", "Boss", ou=STAFF)), directory, policy)


def planned(scene: Scene) -> Plan:
    view = scene.directory.view(LOOKED_AT)
    return plan_changes(
        people(*scene.persons), PlanInputs(view, scene.policy, PriorState(), scene.directory.identity(), NOW)
    )


@given(scene=scenes())
def test_a_typed_plan_that_was_applied_leaves_nothing_to_plan(scene: Scene, store: Store) -> None:
    world = World(scene.directory, store, scene.policy)
    plan = planned(scene)

    applied = world.apply(Plan.model_validate_json(plan.model_dump_json()))

    assert applied.failures == []
    assert planned(scene).changes == ()


@given(scene=scenes())
def test_somebody_whose_value_does_not_fit_is_in_no_change(scene: Scene) -> None:
    plan = planned(scene)
    unfit = {notice.key for notice in plan.notices if notice.reason.startswith("value-")}
    guids = {user.guid for key in unfit for user in scene.directory.by_anchor(key)}

    assert not unfit & {change.person for change in plan.changes}
    assert not guids & {change.account for change in plan.changes}
    if scene.policy.category is Category.MODIFICATION:
        assert {change.action for change in plan.changes} <= {"modify-user", "set-reference"}


def test_references_to_people_who_join_are_carried_out(store: Store) -> None:
    cycle = (
        replace(person("1"), references={"secretary": "2", "assistant": "2"}),
        replace(person("2", "Bob"), references={"assistant": "1"}),
    )
    scene = Scene(cycle, new_directory(), POLICY)

    World(scene.directory, store).apply(planned(scene))

    (ann,), (bob,) = scene.directory.by_anchor("1"), scene.directory.by_anchor("2")
    assert (ann.attributes["assistant"], bob.attributes["assistant"]) == (bob.guid, ann.guid)
    assert ann.attributes["secretary"] in (bob.guid, (bob.guid,))
    assert planned(scene).changes == ()
