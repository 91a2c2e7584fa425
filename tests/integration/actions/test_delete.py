"""Accounts go and come back on a real domain controller: the same object, and all that it was."""

from __future__ import annotations

import base64

import pytest

from lifecycle.actions.change import Cause
from lifecycle.actions.create_user import CreateUser
from lifecycle.planning.plan import Plan
from sandbox.organisation import STAFF_OU, UPN_SUFFIX
from tests.support.action_bench import NOW, ActionBench
from tests.support.bench import PASSWORD, samba_python
from tests.support.others_bench import escaped

pytestmark = pytest.mark.timeout(120)

DELETE = [{"action": "delete-user"}]
PHOTO = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 100).decode()
GIVEN_ANEW = {"pwdlastset", "lastknownparent"} | {"admincount", "operatorcount", "accountexpires"}
"""A password is set anew; Samba writes the others' "nothing" out when it restores."""


def _is_gone(bench: ActionBench, guid: str) -> bool:
    return not bench.find(f"(objectGUID={escaped(guid)})")


def _kept(state: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: values for name, values in state.items() if name not in GIVEN_ANEW}


def _full_account(bench: ActionBench, **more: str) -> tuple[str, str]:
    """An account with all sorts of values, memberships, a manager and somebody who reports to it; answers both."""
    boss = bench.account()
    guid = bench.account(
        title="Żółć, Head", manager=bench.dn(boss), otherTelephone=("1", "2"),
        proxyAddresses=(f"SMTP:ann.{boss}@{UPN_SUFFIX}", f"smtp:a.{boss}@{UPN_SUFFIX}"),
        **{"msRTCSIP-UserEnabled": "TRUE"}, **more,
    )  # fmt: skip
    bench.modify(guid, thumbnailPhoto=base64.b64decode(PHOTO))
    bench.join(guid, *bench.groups()[:3])
    return guid, bench.account(manager=bench.dn(guid))


def test_deleted_account_comes_back_with_all_that_it_was(bench: ActionBench) -> None:
    guid, report = _full_account(bench)
    groups, name = bench.groups()[:3], bench.account_name(guid)
    with bench.store.begin() as unit:  # one membership came by a rule, the others by hand
        unit.grants.add(bench.directory.identity(), [(guid, groups[0])], "rule", NOW)
    bench.carry_out([{"action": "disable-user"}], [guid])
    before, reports, rights = bench.state(guid), bench.state(report), bench.rights(guid)
    prior = bench.prior()

    plan = bench.request(DELETE, [guid])
    assert (plan.counts, bench.state(guid)) == ({"delete-user": 1}, before)
    assert [line.partition(" ")[0] for line in bench.over_limits(plan)] == ["delete:"], "it waits for approval"
    plan_id = bench.save(plan)
    assert bench.apply(plan, plan_id).failures == []

    assert _is_gone(bench, guid)
    assert "manager" not in bench.entry(report)
    assert name not in bench.samba_tool("user", "list").split()
    assert guid not in {*bench.prior().grants, *bench.prior().departures}
    assert bench.apply(plan).already == 1, "gone is done already"

    undone = bench.undo(plan_id)

    assert undone.notices == ()
    assert _kept(bench.state(guid)) == _kept(before)
    assert (bench.state(report), bench.rights(guid)) == (reports, rights)
    assert bench.entry(guid)["pwdlastset"] == ["0"], "nobody knows its password"
    assert bench.prior().grants[guid] == prior.grants[guid] == {groups[0]}
    assert bench.prior().departures.keys() == prior.departures.keys()
    assert bench.undoing(plan_id).changes == (), "there is nothing left to take back"
    bench.samba_tool("user", "enable", name)
    assert bench.binds(name, PASSWORD) != ""


def test_account_that_may_log_on_is_left_unless_it_is_to_be_disabled_first(bench: ActionBench) -> None:
    guid, _ = _full_account(bench)
    before = bench.state(guid)
    refused = bench.request(DELETE, [guid])
    assert (refused.changes, [one.reason.value for one in refused.notices]) == ((), ["still-enabled"])

    plan_id = bench.carry_out([{"action": "delete-user", "require_disabled": False}], [guid])
    assert _is_gone(bench, guid)

    undone = bench.undo(plan_id)
    assert list(undone.counts) == ["add-to-group", "enable-user", "modify-user", "reset-password", "restore-user"]
    assert undone.changes[-1].action == "enable-user", "only when it has a password"
    assert _kept(bench.state(guid)) == _kept(before)


def test_account_that_somebody_enabled_or_renamed_since_the_plan_stays(bench: ActionBench) -> None:
    one, other = bench.account(enabled=False), bench.account(enabled=False)
    plan = bench.request(DELETE, [one, other])
    bench.modify(one, userAccountControl="512")
    bench.modify(other, sAMAccountName="taken.over")

    assert [failure.why for failure in bench.apply(plan).failures] == ["drifted", "drifted"]
    assert not _is_gone(bench, one)
    assert not _is_gone(bench, other)


def test_account_that_is_marked_as_not_to_be_deleted_stays(bench: ActionBench) -> None:
    guid = bench.account(enabled=False)
    plan = bench.request([{"action": "delete-user", "tree": True}], [guid])
    bench.set_rights(bench.dn(guid), "(D;;SDDT;;;WD)", action="deny")

    assert [failure.why for failure in bench.apply(plan).failures] == ["protected"]
    assert not _is_gone(bench, guid)


def test_account_with_objects_below_it_goes_only_when_that_is_asked_for(bench: ActionBench) -> None:
    guid = bench.account(enabled=False)
    samba_python(bench.sandbox, "tests.support.samba_add", "nTFRSSubscriptions", f"CN=phone,{bench.dn(guid)}")

    below, tree = f"(distinguishedName=CN=phone,{bench.dn(guid)})", [{"action": "delete-user", "tree": True}]
    before, phone = bench.state(guid), bench.find(below, "*")
    assert phone

    (failure,) = bench.apply(bench.request(DELETE, [guid])).failures
    assert "notAllowedOnNonLeaf" in failure.why
    plan = bench.request(tree, [guid])
    assert (plan.counts, bench.state(guid), bench.find(below, "*")) == ({"delete-user": 1}, before, phone)
    plan_id = bench.carry_out(tree, [guid])
    assert _is_gone(bench, guid)
    assert bench.find(below) == []
    assert bench.apply(plan).already == 1, "gone is done already"

    undone = bench.undo(plan_id)
    assert {(one.reason.value, one.about) for one in undone.notices} == {("restored-in-part", "1 objects below it")}
    assert _kept(bench.state(guid)) == _kept(before)


def test_what_others_have_taken_since_is_left_to_them(bench: ActionBench) -> None:
    guid, other = bench.account(enabled=False, mail=f"shared@{UPN_SUFFIX}"), bench.account(enabled=False)
    place, name = bench.dn(guid), bench.account_name(other)
    plan_id = bench.carry_out(DELETE, [guid, other])
    squatter = bench.account(mail=f"shared@{UPN_SUFFIX}", displayName=place.partition(",")[0][3:])
    bench.account(sAMAccountName=name, userPrincipalName=f"other.{name}@{UPN_SUFFIX}")
    assert bench.dn(squatter) == place

    undone = bench.undo(plan_id)

    told = {(one.key, one.reason.value, one.about) for one in undone.notices}
    assert told == {
        (guid, "restored-in-part", "mail: another has it"),
        (other, "undo-impossible", "delete-user: another has its account name"),
    }
    entry = bench.entry(guid)
    assert (entry["dn"], "mail" in entry) == ([place.replace(",", f" {guid},", 1)], False)
    assert _is_gone(bench, other)


def _joiner(bench: ActionBench, name: str) -> str:
    """A plan that creates an account and gives it a group, carried out; answers the plan's identifier."""
    after = {
        "distinguishedName": f"CN={name},{STAFF_OU}", "sAMAccountName": name, "employeeID": name,
        "userPrincipalName": f"{name}@{UPN_SUFFIX}",
    }  # fmt: skip
    create = CreateUser(person=name, cause=Cause.JOINER, rule="placement", ou=STAFF_OU, after=after)
    identity = bench.directory.identity()
    plan = Plan(automation=bench.policy.automation, directory=identity, created_at=NOW, changes=(create,))
    plan_id = bench.save(plan)
    assert bench.apply(plan, plan_id).failures == []
    return plan_id


def test_undo_of_a_joiner_deletes_the_account_that_nobody_has_used(bench: ActionBench) -> None:
    plan_id = _joiner(bench, "unused.joiner")
    guid = bench.guid("unused.joiner")
    bench.modify(guid, title="Clerk")
    before = bench.state(guid)

    undone = bench.undoing(plan_id)
    assert [change.action for change in undone.changes] == ["disable-user", "delete-user"]
    assert bench.over_limits(undone), "a deletion waits for approval"
    undo_id = bench.save(undone)
    assert bench.apply(undone, undo_id).failures == []

    assert _is_gone(bench, guid)
    assert bench.undoing(plan_id).changes == ()
    bench.undo(undo_id)
    assert _kept(bench.state(guid)) == _kept(before)


def test_undo_of_a_joiner_leaves_an_account_that_somebody_works_with(bench: ActionBench) -> None:
    plan_id = _joiner(bench, "busy.joiner")
    bench.samba_tool("user", "setpassword", "busy.joiner", "--newpassword=Aa1-chosen-by-me")

    undone = bench.undo(plan_id)

    assert undone.changes == ()
    assert {(one.reason.value, one.about) for one in undone.notices} == {("undo-drifted", "create-user: it is in use")}
    assert not _is_gone(bench, bench.guid("busy.joiner"))


def test_leaver_is_deleted_when_the_time_has_come(bench: ActionBench) -> None:
    """What was approved is done later, after another look; other steps of the account end with it."""
    guid = bench.account(enabled=False)
    bench.begin_leaver(guid, [{"action": "delete-user", "after": "30d"}, {"action": "unlock-user", "after": "60d"}])
    assert bench.due().changes == ()
    bench.clock.wait(days=30)

    assert bench.due().counts == {"delete-user": 1}

    assert _is_gone(bench, guid)
    assert bench.steps(guid) == [("delete-user", "done"), ("unlock-user", "cancelled")]
