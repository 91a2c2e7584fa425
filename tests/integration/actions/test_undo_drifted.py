"""What somebody has changed since an action is left as they made it: an undo refuses it, for that account alone.

Somebody is at some accounts before the undo is planned, and at as many before it is carried out, each time in the same
ways; one more account was dealt with alike, is met by nobody, and becomes what it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from PIL import Image

from lifecycle.actions.group_members import GroupChange
from lifecycle.planning.plan import Plan
from sandbox.organisation import LEAVERS_OU
from tests.support.action_bench import ActionBench
from tests.support.mail_bench import MailBench
from tests.support.others_bench import escaped

pytestmark = pytest.mark.timeout(120)

LYNC = "msRTCSIP-UserEnabled"


@dataclass(frozen=True)
class Meddling:
    """What somebody does to an account, and what an undo says of it.

    Args:
        do: It, with the account's objectGUID.
        planned: The reason that is told when the undo is planned; empty where what it wants is so already.
        applied: Why it is not carried out; empty as above.
        is_named: Whether it is told of the account; of a group's members it is told how many.
    """

    do: Callable[[str], object]
    planned: str = ""
    applied: str = ""
    is_named: bool = True


def _touched(plan: Plan) -> set[str]:
    """The accounts that a plan changes."""
    members = {one.account for change in plan.changes if isinstance(change, GroupChange) for one in change.members}
    return members | {change.account for change in plan.changes if change.account}


def _undone_but_for_the_meddled(
    bench: ActionBench, new: Callable[[], str], item: dict[str, Any], look: Callable[[str], object], *by: Meddling
) -> None:
    """The action, the meddlings and the undo, on accounts that ``new`` makes and at which ``look`` looks."""
    early, late, free = [new() for _ in by], [new() for _ in by], new()
    before = look(free)
    plan_id = bench.carry_out([item], [*early, *late, free])
    assert look(free) != before

    for guid, one in zip(early, by, strict=True):
        one.do(guid)
    left = {guid: look(guid) for guid in early}
    undo = bench.undoing(plan_id)
    for guid, one in zip(late, by, strict=True):
        one.do(guid)
    left |= {guid: look(guid) for guid in late}
    failures = bench.apply(undo).failures

    told = sorted((notice.key, notice.reason.value) for notice in undo.notices)
    assert told == sorted(
        (guid if one.is_named else "", one.planned) for guid, one in zip(early, by, strict=True) if one.planned
    )
    assert _touched(undo) == {*late, free}
    refused = {guid: one.applied for guid, one in zip(late, by, strict=True) if one.applied}
    assert {failure.subject: failure.why for failure in failures} == refused
    assert {guid: look(guid) for guid in (*early, *late, free)} == left | {free: before}


def _there(bench: ActionBench, guid: str) -> dict[str, list[str]] | None:
    """All of an account; None when it is gone."""
    return bench.state(guid) if bench.find(f"(objectGUID={escaped(guid)})", "cn") else None


def test_of_several_changes_the_one_that_somebody_has_met_is_left_alone(bench: ActionBench, elsewhere: str) -> None:
    Image.new("RGB", (99, 99), "red").save(bench.photos / "red.jpg")
    meddlings: dict[str, Callable[[str], object]] = {
        "title": lambda guid: bench.modify(guid, title="Deputy"),
        "msexchhidefromaddresslists": lambda guid: bench.modify(guid, msExchHideFromAddressLists="FALSE"),
        "thumbnailphoto": lambda guid: bench.modify(guid, thumbnailPhoto=b"\xff\xd8another"),
        "distinguishedname": lambda guid: bench.samba_tool("user", "move", bench.account_name(guid), LEAVERS_OU),
    }
    guids = {part: bench.account(title="Clerk") for part in meddlings}
    before = {part: bench.state(guid) for part, guid in guids.items()}
    plan_id = bench.carry_out(
        [
            {"action": "disable-user"},
            {"action": "modify-user", "set": {"title": "Head"}},
            {"action": "hide-from-address-lists", "through": "directory"},
            {"action": "manage-photo", "file": "red.jpg"},
            {"action": "move-user", "ou": elsewhere},
        ],
        guids.values(),
    )
    for part, meddle in meddlings.items():
        meddle(guids[part])
    met = {part: bench.state(guid) for part, guid in guids.items()}

    undone = bench.undo(plan_id)

    told = {(notice.key, notice.reason.value, notice.about) for notice in undone.notices}
    assert told == {
        (guid, "undo-drifted", "move-user" if part == "distinguishedname" else "modify-user")
        for part, guid in guids.items()
    }
    for part, guid in guids.items():
        left = {part, "dn"} if part == "distinguishedname" else {part}
        assert bench.state(guid) == before[part] | {name: met[part][name] for name in left}


def test_disabled_accounts_that_somebody_has_met_are_not_enabled(bench: ActionBench) -> None:
    _undone_but_for_the_meddled(
        bench, bench.account, {"action": "disable-user"}, partial(_there, bench),
        Meddling(lambda guid: bench.modify(guid, userAccountControl="512", title="Back")),
        Meddling(bench.delete, "undo-drifted", "gone"),
        Meddling(lambda guid: bench.modify(guid, adminCount="1"), "account-protected", "protected"),
    )  # fmt: skip


def test_enabled_accounts_that_somebody_has_met_are_not_disabled(bench: ActionBench) -> None:
    _undone_but_for_the_meddled(
        bench, lambda: bench.account(enabled=False), {"action": "enable-user"}, partial(_there, bench),
        Meddling(lambda guid: bench.modify(guid, userAccountControl="514", title="On leave")),
        Meddling(bench.delete, "undo-drifted", "gone"),
        Meddling(lambda guid: bench.modify(guid, adminCount="1"), "account-protected", "protected"),
    )  # fmt: skip


@pytest.mark.parametrize("action", ["add-to-groups", "remove-from-groups"])
def test_memberships_that_somebody_has_changed_stay_so(bench: ActionBench, action: str) -> None:
    group = bench.groups()[0]
    name = next(one.dn for one in bench.directory.groups().values() if one.guid == group)

    def member() -> str:
        guid = bench.account()
        bench.join(guid, group)
        return guid

    new, meddle = (bench.account, bench.leave) if action == "add-to-groups" else (member, bench.join)

    _undone_but_for_the_meddled(
        bench, new, {"action": action, "groups": [name]}, partial(_there, bench),
        Meddling(lambda guid: meddle(guid, group)), Meddling(bench.delete, "undo-drifted", is_named=False),
    )  # fmt: skip


def test_lync_that_somebody_has_switched_on_or_forgotten_stays_so(bench: ActionBench) -> None:
    _undone_but_for_the_meddled(
        bench, lambda: bench.account(**{LYNC: "TRUE"}), {"action": "disable-lync"}, bench.state,
        Meddling(lambda guid: bench.modify(guid, **{LYNC: "TRUE"})),
        Meddling(lambda guid: bench.modify(guid, **{LYNC: ""}), "undo-drifted", "drifted"),
    )  # fmt: skip


def test_lync_that_somebody_has_given_back_otherwise_stays_so(server: MailBench) -> None:
    pool = "pool.corp.example.test"

    def enable(guid: str, prefix: str = "") -> str:
        address = f"sip:{prefix}{server.upn(guid)}"
        server.modify(guid, **{LYNC: "TRUE", "msRTCSIP-PrimaryUserAddress": address})
        server.exchange.enable_skype(guid, pool=pool, sip_address=address)
        return guid

    _undone_but_for_the_meddled(
        server, lambda: enable(server.person()),
        {"action": "disable-lync", "complete": True, "registrar_pool": pool},
        lambda guid: (server.exchange.state(guid)["account"]["skype"], server.state(guid)),
        Meddling(lambda guid: enable(guid, "another."), "undo-drifted", "drifted"),
    )  # fmt: skip


def test_mailboxes_of_which_somebody_has_made_rooms_stay_so(mail: MailBench) -> None:
    _undone_but_for_the_meddled(
        mail, mail.employee, {"action": "convert-mailbox"}, mail.exchange.state,
        Meddling(mail.exchange.make_room, "undo-drifted", "drifted"),
    )  # fmt: skip


def test_settings_of_a_mailbox_that_somebody_has_made_stay_so(online: MailBench) -> None:
    reply, forward = {"action": "set-auto-reply"}, {"action": "forward-mail"}
    others = {
        "auto_reply": {**reply, "internal": "By hand"},
        "settings": {**forward, "to": "another.desk@corp.example.test"},
    }
    guids = {part: online.employee() for part in others}

    def look(guid: str) -> dict[str, Any]:
        found = online.mailbox(guid)  # what was never set and what is set to nothing are one
        return {**found, "settings": {name: value for name, value in found["settings"].items() if value}}

    before = {part: look(guid) for part, guid in guids.items()}
    items = [{**reply, "internal": "Left"}, {**forward, "to": "the.desk@corp.example.test"}]
    plan_id = online.carry_out(items, guids.values())
    for part, other in others.items():
        online.carry_out([other], [guids[part]])
    met = {part: look(guid) for part, guid in guids.items()}

    undone = online.undo(plan_id)

    told = {(notice.key, notice.reason.value, notice.about) for notice in undone.notices}
    assert told == {
        (guids["auto_reply"], "undo-drifted", "set-auto-reply"), (guids["settings"], "undo-drifted", "forward-mail"),
    }  # fmt: skip
    for part, guid in guids.items():
        assert look(guid) == before[part] | {part: met[part][part]}


def _with_user_in_the_cloud(bench: ActionBench) -> str:
    guid = bench.account()
    bench.graph.sync_user(guid, bench.entry(guid)["userprincipalname"][0])
    return guid


def test_replies_in_the_cloud_that_somebody_has_written_stay_so(bench: ActionBench) -> None:
    reply = {"action": "set-auto-reply", "through": "microsoft_365"}
    other = {**reply, "internal": "By hand"}

    _undone_but_for_the_meddled(
        bench, partial(_with_user_in_the_cloud, bench), {**reply, "internal": "Left"}, bench.graph.state,
        Meddling(lambda guid: bench.carry_out([other], [guid]), "undo-drifted", "drifted"),
    )  # fmt: skip


def test_photos_in_the_cloud_that_somebody_has_changed_stay_so(bench: ActionBench) -> None:
    for colour in ("red", "blue"):
        Image.new("RGB", (99, 99), colour).save(bench.photos / f"{colour}.jpg")
    photo = {"action": "manage-photo", "to": ["microsoft_365"]}
    other = {**photo, "file": "blue.jpg"}

    _undone_but_for_the_meddled(
        bench, partial(_with_user_in_the_cloud, bench), {**photo, "file": "red.jpg"}, bench.graph.state,
        Meddling(lambda guid: bench.carry_out([other], [guid]), "undo-drifted", "drifted"),
    )  # fmt: skip


def test_licences_that_somebody_has_given_otherwise_stay_so(bench: ActionBench) -> None:
    (product,) = [one for one in bench.graph.tenant()["products"] if one["skuPartNumber"] == "SPE_E3"]
    off = [product["servicePlans"][0]["servicePlanId"]]

    def licensed() -> str:
        guid = _with_user_in_the_cloud(bench)
        bench.graph.give_licence(guid, "SPE_E3")
        return guid

    def look(guid: str) -> list[tuple[str, list[str]]]:
        return [(one["skuId"], one["disabledPlans"]) for one in bench.graph.state(guid)["licenseAssignmentStates"]]

    give = bench.graph.give_licence
    _undone_but_for_the_meddled(
        bench, licensed, {"action": "remove-licences"}, look,
        Meddling(lambda guid: give(guid, "SPE_E3", disabled_plans=off), "undo-drifted", "drifted"),
        Meddling(lambda guid: give(guid, "SPE_E3")),
    )  # fmt: skip
