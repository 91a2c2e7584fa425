"""Modify by template on a real domain controller: attributes, groups and place, and back."""

from __future__ import annotations

from tests.support.action_bench import ActionBench
from tests.support.others_bench import RIGHTS


def test_a_template_brings_an_account_to_it_and_undo_takes_it_back(bench: ActionBench, elsewhere: str) -> None:
    names = {group.guid: group.dn for group in bench.directory.groups().values()}
    first, second = bench.groups()[:2]
    guid = bench.account(title="Clerk", department="Finance", company="Old")
    bench.join(guid, first)
    content = {
        "name": "moved",
        "set": {"company": "Example Hospital", "description": "%ad.sAMAccountName% of %ad.department%"},
        "rules": [
            {
                "when": {"field": "department", "operator": "is", "value": "finance"},
                "set": {"title": "Head"},
                "add_to_groups": [names[second]],
                "remove_from_groups": [names[first]],
                "ou": elsewhere,
            },
            {"when": {"field": "title", "operator": "is", "value": "Clerk"}, "set": {"company": "never"}},
        ],
        "read_only": ["department"],
    }
    item = {"action": "modify-by-template", "template": "moved", "content": content}
    before = [bench.state(one) for one in (guid, first, second)]

    assert set(bench.request([item], [guid]).counts) == {
        "add-to-group",
        "modify-user",
        "move-user",
        "remove-from-group",
    }
    assert [bench.state(one) for one in (guid, first, second)] == before, "a dry plan writes nothing"
    plan_id = bench.carry_out([item], [guid])

    entry = bench.entry(guid)
    assert (entry["title"], entry["company"]) == (["Head"], ["Example Hospital"]), "a later rule sees what was set"
    assert entry["description"] == [f"{entry['samaccountname'][0]} of Finance"]
    assert entry["memberof"] == [names[second]]
    assert entry["dn"][0].endswith(f",{elsewhere}")
    assert entry[RIGHTS] != before[0][RIGHTS], "it inherits from where it stands"
    assert bench.request([item], [guid]).counts == {}

    bench.undo(plan_id)
    assert [bench.state(one) for one in (guid, first, second)] == before
