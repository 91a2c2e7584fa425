"""Computed attributes: those that read the account or the action.

The one file that holds planning to the agreed form of macros: ``compile_template(…, at_hand=…)``, ``Template.names``,
``Template.render(row, ad=…, act=…)``.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from lifecycle.config.mapping import MappedAttribute
from lifecycle.config.recipe import CycleError, Recipe, computed_order, recipe_of
from lifecycle.language.macros.template import compile_template
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Person
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_changes import plan_changes
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import ATTRIBUTES, LAB, NOW, POLICY, WARD, new_account, new_directory, people, person

WORDS = Vocabulary(env={"home": r"\\fs\home$"})
HOME = {"homeDirectory": r"%env.home%\%ad.sAMAccountName%"}


def recipes(**mapped: object) -> dict[str, Recipe]:
    """Mapped attributes, compiled; a text alone is a value."""
    return {
        name: recipe_of(
            name, MappedAttribute.model_validate({"value": one} if isinstance(one, str) else one), WORDS, {}
        )
        for name, one in mapped.items()
    }


def policy_with(**mapped: object) -> Policy:
    return replace(
        POLICY,
        computed_attributes=tuple(computed_order(recipes(**mapped))),
        additive=frozenset(n for n, one in mapped.items() if isinstance(one, dict) and one.get("mode") == "add"),
    )


def planned(directory: MemoryDirectory, policy: Policy, *persons: Person) -> Plan:
    names = {name for recipe in policy.computed_attributes for name in (recipe.attribute, *recipe.names("ad"))}
    view = directory.view({*ATTRIBUTES, *names})
    return plan_changes(people(*persons), PlanInputs(view, policy, PriorState(), directory.identity(), NOW))


def test_names_behind_a_prefix_are_told_and_rendered() -> None:
    template = compile_template(
        "%ad.mail% %act.timestamp_yyyy-MM-dd% %src.u.x% %m365.upn% %fx.upper(#%ad.sn%#)%",
        WORDS,
        at_hand={"src", "ad", "act", "m365"},
    )
    assert template.names("ad") == {"mail", "sn"}
    assert (template.names("act"), template.names("m365"), template.fields) == (
        {"timestamp_yyyy-MM-dd"},
        {"upn"},
        {"u.x"},
    )
    assert (
        template.render({"u.x": "1"}, ad={"mail": "m", "sn": "s"}, act={"timestamp": "2026-11-23T08:00:00+00:00"})
        == "m 2026-11-23 1  S"
    )


@pytest.mark.parametrize(
    ("mapped", "is_computed"),
    [
        ({"value": "%src.u.x%"}, False),
        ({"value": "%ad.mail%"}, True),
        ({"value": "%fx.lower(#%ad.mail%#)%"}, True),
        ({"values": ["a", "%act.timestamp_yyyy-MM-dd%"], "when": "create"}, True),
        ({"field": "u.x"}, False),
    ],
)
def test_what_reads_the_account_or_the_action_is_computed(mapped: dict[str, object], is_computed: bool) -> None:
    assert recipes(info=mapped)["info"].is_computed is is_computed


def test_computed_attributes_come_after_those_that_they_read() -> None:
    order = computed_order(recipes(a="%ad.b%", b="%ad.c% %ad.mail%", c="%ad.sn%", d="%src.u.x%"))
    assert [recipe.attribute for recipe in order] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("mapped", "way"),
    [
        ({"a": "%ad.a%"}, ("a", "a")),
        ({"a": "%ad.b%", "b": "%ad.c%", "c": "%ad.b%"}, ("b", "c", "b")),
    ],
)
def test_computed_attributes_that_read_each_other_are_refused(mapped: dict[str, str], way: tuple[str, ...]) -> None:
    with pytest.raises(CycleError) as refused:
        computed_order(recipes(**mapped))
    assert refused.value.names == way


def test_a_new_account_is_rendered_from_what_is_allocated_and_mapped() -> None:
    policy = policy_with(
        **HOME,
        info="%ad.cn% / %ad.title% / %ad.homeDirectory% / %src.u.last%",
        wWWHomePage="%ad.distinguishedName%",
        otherMailbox={"values": ["%ad.mail%", "%ad.userPrincipalName%"]},
        comment={
            "value": "%act.action% by %act.automation% on %act.timestamp_yyyy-MM-dd% (%act.timestamp%)",
            "when": "create",
        },
        division={"value": "%ad.title%", "when": "update"},
    )

    (change,) = planned(new_directory(), policy, person("1", "Zoë", "O'Neil", title="Head")).changes

    home = r"\\fs\home$\zoneil"
    assert {name: change.after.get(name) for name in (*HOME, "info", "wWWHomePage", "otherMailbox", "comment")} == {
        "homeDirectory": home,
        "info": f"Zoë O'Neil / Head / {home} / O'Neil",
        "wWWHomePage": f"CN=Zoë O'Neil,{WARD}",
        "otherMailbox": ("zoe.oneil@corp.example.test",),
        "comment": "create-user by people-to-ad on 2031-03-01 (2031-03-01T08:00:00+00:00)",
    }
    assert "division" not in change.after


def test_the_time_of_an_action_is_told_in_the_organisations_zone() -> None:
    policy = replace(
        policy_with(comment={"value": "%act.timestamp_dd.MM.yyyy-HH:mm%", "when": "create"}),
        zone=ZoneInfo("Pacific/Kiritimati"),
    )

    (change,) = planned(new_directory(), policy, person("1")).changes

    assert change.after["comment"] == "01.03.2031-22:00"


def test_two_of_one_name_have_homes_of_their_own() -> None:
    plan = planned(new_directory(), policy_with(**HOME), person("1"), person("2"))

    homes = [change.after["homeDirectory"] for change in plan.changes]
    assert homes == [r"\\fs\home$\aexample", r"\\fs\home$\annexample"]


def test_an_account_is_rendered_as_it_will_be_after_the_plan() -> None:
    directory = new_directory()
    new_account(directory, person("1"), ou=LAB, title="Clerk", sAMAccountName="by.hand")
    policy = policy_with(
        **HOME,
        info="%ad.title% %ad.distinguishedName%",
        comment={"value": "%act.timestamp_yyyy-MM-dd%", "when": "create"},
    )

    plan = planned(directory, policy, person("1", "Ann", "Married", title="Head"))

    modified = next(change for change in plan.changes if change.action == "modify-user")
    assert modified.after["homeDirectory"] == r"\\fs\home$\by.hand"
    assert modified.after["info"] == f"Head CN=Ann Married,{WARD}"
    assert "comment" not in modified.after


@pytest.mark.parametrize(
    ("mapped", "held", "after"),
    [
        ({"value": "%ad.title%"}, {"info": "x"}, None),
        ({"value": "%ad.title%", "on_empty": "clear"}, {"info": "x"}, {"info": None}),
        ({"value": "%ad.title%", "on_empty": "clear"}, {}, None),
        ({"value": "%ad.title%", "on_empty": "clear", "when": "create"}, {"info": "x"}, None),
        ({"value": "%ad.employeeID%", "when": "update"}, {}, {"info": "1"}),
    ],
)
def test_a_computed_value_that_is_empty_is_treated_as_the_mapping_says(
    mapped: dict[str, object], held: dict[str, str], after: dict[str, object] | None
) -> None:
    directory = new_directory()
    new_account(directory, person("1"), **held)

    plan = planned(directory, policy_with(info=mapped), person("1"))

    assert [dict(change.after) for change in plan.changes] == ([after] if after else [])


def test_a_path_with_a_hole_in_it_is_no_path() -> None:
    policy = policy_with(homeDirectory=r"\\fs\%ad.department%\%ad.sAMAccountName%")

    (change,) = planned(new_directory(), policy, person("1")).changes

    assert "homeDirectory" not in change.after


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize(
    ("mapped", "notice"),
    [
        ({"value": "%ad.title%", "on_empty": "reject"}, Notice("1", Reason.MAPPING_EMPTY, "initials")),
        ({"value": "%ad.mail%"}, Notice("1", Reason.VALUE_TOO_LONG, "initials: at most 6 characters")),
        ({"value": "%fx.filetime(#%ad.mail%#)%"}, Notice("1", Reason.FIELD_UNREADABLE, "initials")),
    ],
)
def test_a_computed_value_that_cannot_be_written_leaves_the_person_alone(
    mapped: dict[str, object], notice: Notice, there: bool
) -> None:
    directory = new_directory()
    if there:
        new_account(directory, person("1"), ou=LAB, title=None)

    plan = planned(directory, policy_with(initials=mapped), person("1"))

    assert (plan.changes, plan.notices) == ((), (notice,))


def test_computed_values_come_in_addition_where_the_mapping_says_so() -> None:
    directory = new_directory()
    new_account(directory, person("1"), otherMailbox=("by@hand",))

    plan = planned(directory, policy_with(otherMailbox={"values": ["%ad.mail%"], "mode": "add"}), person("1"))

    assert [dict(change.after) for change in plan.changes] == [
        {"otherMailbox": ("ann.example@corp.example.test", "by@hand")}
    ]


def test_a_computed_address_is_taken_once() -> None:
    directory = new_directory()
    formats = {name: one for name, one in POLICY.bundles[0].formats.items() if name != "mail"}
    policy = replace(
        policy_with(mail="%ad.displayName%@corp.example.test"),
        bundles=(replace(POLICY.bundles[0], formats=formats), *POLICY.bundles[1:]),
    )
    new_account(directory, person("9", "Cid"), mail="cid example@corp.example.test")

    plan = planned(directory, policy, person("1"), person("2"), person("3", "Cid"), person("9", "Cid"))

    assert [change.person for change in plan.changes if change.action == "create-user"] == ["1"]
    assert {notice.key for notice in plan.notices if notice.reason is Reason.NAME_EXHAUSTED} == {"2", "3"}
