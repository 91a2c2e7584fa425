"""Mailboxes made, disabled, deleted on each of the three ways to reach Exchange: dry, applied, read back, undone.

What was done is read from the simulator's own state and, for what a server writes into the directory, by ldapsearch.
"""

from __future__ import annotations

from typing import Any

import pytest

from lifecycle.planning.plan import Plan
from tests.support.action_bench import ActionBench
from tests.support.mail_bench import ROUTING_DOMAIN, Exchanges, MailBench, SideName

pytestmark = pytest.mark.timeout(120)
ON_PREMISES: dict[SideName, dict[str, Any]] = {
    "server": {"kind": "server", "alias": "%ad.sAMAccountName%", "database": "DB02"},
    "hybrid": {"kind": "remote", "routing_address": f"%ad.sAMAccountName%@{ROUTING_DOMAIN}"},
}


def reasons(plan: Plan) -> set[str]:
    """Why nothing is planned for somebody."""
    return {notice.reason.value for notice in plan.notices}


@pytest.mark.parametrize("side", ON_PREMISES)
def test_create_mailbox_makes_one_and_undo_takes_it_away(
    bench: ActionBench, exchanges: Exchanges, side: SideName
) -> None:
    mail = MailBench.of(bench, exchanges, side)
    guid = mail.person()
    items = [{"action": "create-mailbox", **ON_PREMISES[side]}]
    before, untouched = mail.state(guid), mail.exchange.state(guid)

    plan = mail.request(items, [guid])
    assert (plan.counts, mail.exchange.state(guid), mail.state(guid)) == ({"create-mailbox": 1}, untouched, before)
    plan_id = mail.carry_out(items, [guid])

    alias = mail.upn(guid).partition("@")[0]
    found = mail.exchange.state(guid)
    if side == "server":
        assert (found["server"]["alias"], found["server"]["database"], found["server"]["kind"]) == (
            alias, "DB02", "UserMailbox",
        )  # fmt: skip
    else:
        assert found["account"]["remote"]["routing_address"] == f"{alias}@{ROUTING_DOMAIN}"
    assert mail.entry(guid)["mailnickname"] == [alias]
    assert mail.request(items, [guid]).changes == ()

    undone = mail.undo(plan_id)

    assert [change.action for change in undone.changes] == ["disable-mailbox"]
    assert (mail.exchange.state(guid)["server"], mail.exchange.state(guid)["account"]["remote"]) == (None, None)
    assert mail.state(guid) == before


def test_a_mailbox_that_a_licence_makes_is_waited_for(online: MailBench) -> None:
    guid = online.person()
    items = [
        {"action": "create-mailbox", "kind": "microsoft_365"},
        {"action": "hide-from-address-lists"},
    ]

    early = online.request(items, [guid])
    online.exchange.give_mailbox(guid, place="online")
    late = online.request(items, [guid])

    assert (early.changes, reasons(early)) == ((), {"target-missing"})
    assert (late.counts, late.notices) == ({"hide-from-address-lists": 1}, ())


def test_an_archive_is_given_to_the_mailbox_there_is(mail: MailBench) -> None:
    guid, nobody = mail.employee(), mail.person()
    items = [{"action": "create-mailbox", "kind": "archive"}]

    plan_id = mail.carry_out(items, [guid])

    found = mail.exchange.state(guid)
    assert (found["account"]["remote"] if mail.side == "hybrid" else mail.mailbox(guid))["archive_guid"]
    again = mail.request(items, [nobody, guid])
    assert (again.changes, reasons(again)) == ((), {"target-missing"})
    assert reasons(mail.undoing(plan_id)) == {"undo-impossible"}


def test_disable_mailbox_takes_it_and_undo_connects_the_same_one(mail: MailBench) -> None:
    guid = mail.employee()
    before, mailbox = mail.state(guid), mail.mailbox(guid)
    items = [{"action": "disable-mailbox"}]

    plan = mail.request(items, [guid])
    assert (plan.counts, mail.mailbox(guid)) == ({"disable-mailbox": 1}, mailbox)
    plan_id = mail.carry_out(items, [guid])

    found = mail.exchange.state(guid)
    if mail.side == "hybrid":  # the cloud lets go of it with the next synchronisation
        assert (found["account"]["remote"], found["online"]["in_use"]) == (None, True)
    else:
        assert [one["exchange_guid"] for one in found["lost"]] == [mailbox["exchange_guid"]]
        assert mail.request(items, [guid]).changes == ()
    assert mail.exchange.state()["deleted_accounts"] == []

    mail.undo(plan_id)

    assert (mail.mailbox(guid), mail.state(guid)) == (mailbox, before)


def test_undo_gives_back_addresses_that_the_address_policy_does_not_know(server: MailBench) -> None:
    guid = server.employee()
    (primary,) = server.entry(guid)["proxyaddresses"]
    server.modify(guid, proxyAddresses=[primary, "smtp:old.name@corp.example.test", "X500:/o=Old/cn=Person"])
    before = server.state(guid)

    plan_id = server.carry_out([{"action": "disable-mailbox"}], [guid])
    assert "proxyaddresses" not in server.entry(guid)
    undone = server.undo(plan_id)

    assert [change.action for change in undone.changes] == ["connect-mailbox", "restore-addresses"]
    assert server.state(guid) == before


def test_a_mailbox_on_hold_is_neither_disabled_nor_deleted(mail: MailBench) -> None:
    guid = mail.employee()
    place = "server" if mail.side == "server" else "online"
    mail.exchange.hold(guid, place=place)
    refused = [mail.request([{"action": action}], [guid]) for action in ("disable-mailbox", "delete-mailbox")]
    mail.exchange.hold(guid, place=place, litigation=False)
    plan = mail.request([{"action": "disable-mailbox"}], [guid])
    mail.exchange.hold(guid, place=place)

    applied = mail.apply(plan)

    assert [(one.changes, reasons(one)) for one in refused] == [((), {"mailbox-on-hold"})] * 2
    assert [(one.action, one.why) for one in applied.failures] == [("disable-mailbox", "drifted")]
    assert mail.mailbox(guid)["in_use"] is True


@pytest.mark.parametrize("side", ["server", "online"])
def test_delete_mailbox_disables_it_and_purges_it_and_never_the_account(
    bench: ActionBench, exchanges: Exchanges, side: SideName
) -> None:
    mail = MailBench.of(bench, exchanges, side)
    guid = mail.employee()
    lost = mail.mailbox(guid)["exchange_guid"]
    items = [{"action": "delete-mailbox"}]

    plan = mail.request(items, [guid])
    assert (plan.counts, mail.exchange.state()["purged"]) == ({"disable-mailbox": 1, "delete-mailbox": 1}, [])
    assert [line.partition(":")[0] for line in mail.over_limits(plan)] == ["delete_mailbox"], "not without approval"
    plan_id = mail.carry_out(items, [guid])

    assert (mail.exchange.state()["purged"], mail.exchange.state()["deleted_accounts"]) == ([lost], [])
    assert mail.entry(guid)["userprincipalname"] == [mail.upn(guid)]
    assert mail.request(items, [guid]).changes == ()
    undone = mail.undoing(plan_id)
    assert (undone.changes, reasons(undone)) == ((), {"undo-impossible", "undo-drifted"})


@pytest.mark.parametrize("side", ["server", "online"])
def test_what_an_earlier_run_disabled_is_deleted_later_by_its_own_guid(
    bench: ActionBench, exchanges: Exchanges, side: SideName
) -> None:
    mail = MailBench.of(bench, exchanges, side)
    guid, other = mail.employee(), mail.employee()
    lost = mail.mailbox(guid)["exchange_guid"]
    mail.carry_out([{"action": "disable-mailbox"}], [guid])
    mail.clock.wait(days=30)
    items = [{"action": "delete-mailbox"}]

    plan = mail.request(items, [guid])
    mail.carry_out(items, [guid])

    assert plan.counts == {"delete-mailbox": 1}
    assert mail.exchange.state()["purged"] == [lost]
    assert mail.mailbox(other)["in_use"] is True


def test_a_purge_that_the_cloud_is_not_ready_for_is_tried_again(hybrid: MailBench) -> None:
    guid = hybrid.employee()
    lost = hybrid.mailbox(guid)["exchange_guid"]
    items = [{"action": "delete-mailbox"}]

    plan = hybrid.request(items, [guid])
    assert (plan.counts, hybrid.exchange.state()["purged"]) == ({"disable-mailbox": 1, "delete-mailbox": 1}, [])
    assert hybrid.exchange.state(guid)["account"]["remote"], "a dry plan writes nothing"
    first = hybrid.apply(plan)
    hybrid.exchange.take_licence(guid)
    second = hybrid.carry_out(items, [guid])

    assert [(one.action, one.why) for one in first.failures] == [("delete-mailbox", "unresolved")]
    everything = hybrid.exchange.state()
    assert (everything["purged"], everything["deleted_accounts"]) == ([lost], [])
    assert hybrid.request(items, [guid]).changes == ()
    assert (hybrid.undoing(second).changes, reasons(hybrid.undoing(second))) == ((), {"undo-impossible"})


def test_an_account_that_exchange_does_not_know_yet_waits_and_holds_up_no_other(server: MailBench) -> None:
    new, known = server.account(), server.person()
    items = [{"action": "create-mailbox", "kind": "server"}]

    plan = server.request(items, [new, known])
    server.apply(plan)
    server.exchange.sync_user(new, server.upn(new))
    later = server.request(items, [new, known])

    assert [change.account for change in plan.changes] == [known]
    assert reasons(plan) == {"target-missing"}
    assert server.mailbox(known)["in_use"] is True
    assert [change.account for change in later.changes] == [new]
    server.exchange.reset()
    assert [(one.action, one.why) for one in server.apply(later).failures] == [("create-mailbox", "unresolved")]


def test_a_whole_leaver_is_undone_mailbox_and_settings(online: MailBench) -> None:
    guid = online.employee()
    before, state = online.mailbox(guid), online.state(guid)
    items = [
        {"action": "set-auto-reply", "internal": "Left"},
        {"action": "convert-mailbox"},
        {"action": "hide-from-address-lists"},
        {"action": "disable-mailbox"},
    ]

    plan_id = online.carry_out(items, [guid])
    undone = online.undo(plan_id)

    assert [change.action for change in undone.changes] == [
        "connect-mailbox", "hide-from-address-lists", "convert-mailbox", "set-auto-reply",
    ]  # fmt: skip
    after = online.mailbox(guid)
    assert (after["kind"], after["auto_reply"]["AutoReplyState"]) == (before["kind"], "Disabled")
    assert after["settings"]["HiddenFromAddressListsEnabled"] is False
    assert online.state(guid) == state


def test_a_lost_answer_is_looked_up_by_the_next_run(server: MailBench) -> None:
    guid = server.person()
    plan = server.request([{"action": "create-mailbox", "kind": "server"}], [guid])
    plan_id = server.save(plan)
    server.exchange.faults(commit_then_lost=True)

    server.apply(plan, plan_id)
    server.exchange.clear_faults()
    open_entries = server.journal(plan_id)
    server.recover()

    assert (open_entries, server.journal(plan_id)) == ({0: "intended"}, {0: "done"})
    assert server.request([{"action": "create-mailbox", "kind": "server"}], [guid]).changes == ()
