"""Templates: values and rules, for new accounts and for those that are there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from lifecycle.actions.template import AccountTemplate
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.planning.action_list import compiled_template
from lifecycle.planning.plan import Plan
from lifecycle.planning.policy import Policy
from tests.support.world import (
    LAB,
    LAB_GROUP,
    POLICY,
    WARD,
    WARD_GROUP,
    actions,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
    with_lists,
)

TEMPLATE = {
    "name": "staff",
    "set": {"title": "Clerk", "displayName": "%ad.sn%, %ad.givenName%"},
    "rules": [
        {"when": {"field": "title", "operator": "is", "value": "Head"}, "add_to_groups": [LAB_GROUP]},
        {"when": {"field": "sn", "operator": "is", "value": "Byron"}, "set": {"title": "Countess"}},
    ],
}


def _with(template: dict[str, object]) -> Policy:
    return replace(POLICY, template=compiled_template(AccountTemplate.model_validate(template), Vocabulary()))


def _values(plan: Plan) -> dict[str, object]:
    return {key: plan.changes[0].after.get(key) for key in ("title", "displayName")}


def test_a_new_account_has_what_the_template_says_and_the_record_counts_more() -> None:
    plain = plan_of(people(person("1", "Ada", "King")), new_directory(), _with(TEMPLATE))
    told_by_record = plan_of(people(person("1", "Ada", "King", title="Head")), new_directory(), _with(TEMPLATE))

    assert _values(plain) == {"title": "Clerk", "displayName": "Ada King"}
    assert _values(told_by_record)["title"] == "Head"


def test_a_rule_sees_what_was_set_before_it_and_gives_groups() -> None:
    plan = plan_of(
        people(person("1", "Ada", "Byron")), new_directory(), _with({**TEMPLATE, "rules": TEMPLATE["rules"][::-1]})
    )
    head = plan_of(people(person("1", title="Head")), new_directory(), _with(TEMPLATE))

    assert _values(plan)["title"] == "Countess"
    assert actions(plan) == ["create-user"]
    assert actions(head) == ["create-user", "add-to-group"]
    assert head.changes[1].group_dn == LAB_GROUP


def test_without_a_mandatory_value_there_is_no_account() -> None:
    plan = plan_of(people(person("1", last="")), new_directory(), _with({**TEMPLATE, "mandatory": ["sn"]}))

    assert (actions(plan), ("1", "mapping-empty") in told(plan)) == ([], True)


def _modified(template: dict[str, object], **attributes: object) -> Plan:
    directory = new_directory()
    guid = new_account(directory, person("1", "Ada", "Byron"), **attributes)
    directory.members[directory.group_called(WARD_GROUP)].add(guid)
    item = {"action": "modify-by-template", "template": "staff", "content": template}
    return plan_of(people(person("1", "Ada", "Byron", ou=LAB)), directory, with_lists(movers=[item]))


def test_modify_by_template_changes_attributes_groups_and_place() -> None:
    rules = [
        {
            "when": {"field": "title", "operator": "is", "value": "Clerk"},
            "add_to_groups": [LAB_GROUP], "remove_from_groups": [WARD_GROUP], "ou": WARD,
        }
    ]  # fmt: skip

    plan = _modified({**TEMPLATE, "rules": rules}, title="Old")

    listed = [change for change in plan.changes if change.listed and change.action != "begin-policy"]
    assert [change.action for change in listed] == ["remove-from-group", "modify-user", "add-to-group"]
    assert listed[1].after == {"title": "Clerk", "displayName": "Byron, Ada"}


def test_read_only_values_are_set_where_there_is_none() -> None:
    template = {**TEMPLATE, "rules": [], "read_only": ["title"]}

    kept, empty = _modified(template, title="Old"), _modified(template, title=None)

    assert [change.after for change in kept.changes if change.action == "modify-user"] == [
        {"displayName": "Byron, Ada"}
    ]
    assert {"title": "Clerk", "displayName": "Byron, Ada"} in [change.after for change in empty.changes]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"set": {"unicodePwd": "x"}}, "unicodePwd has an action of its own"),
        ({"rules": [{"when": {"field": "sn", "operator": "not_empty"}}]}, "does nothing"),
        ({"password": {"length": 8}}, "greater than or equal to 12"),
    ],
)
def test_a_wrong_template_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        AccountTemplate.model_validate({"name": "staff", **wrong})
