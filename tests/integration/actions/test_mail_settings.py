"""Settings of mailboxes, replies and Skype for Business, on each of the ways to reach Exchange: changed and undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.action_bench import ActionBench
from tests.support.mail_bench import MailBench

pytestmark = pytest.mark.timeout(120)


def test_settings_of_a_mailbox_are_changed_and_undone(mail: MailBench) -> None:
    boss = mail.account(mail="the.boss@corp.example.test")
    guid = mail.employee(manager=mail.entry(boss)["dn"][0])
    before, entry = mail.exchange.state(guid), mail.state(guid)
    items = [
        {"action": "convert-mailbox"},
        {"action": "hide-from-address-lists"},
        {"action": "forward-mail", "to": "manager", "keep_copy": False},
    ]

    plan = mail.request(items, [guid])
    assert [change.action for change in plan.changes] == [item["action"] for item in items]
    assert (mail.exchange.state(guid), mail.state(guid)) == (before, entry)
    plan_id = mail.carry_out(items, [guid])

    mailbox, remote = mail.mailbox(guid), mail.exchange.state(guid)["account"]["remote"]
    assert mailbox["kind"] == "SharedMailbox"
    if mail.side == "hybrid":
        assert (remote["kind"], remote["hidden"]) == ("RemoteSharedMailbox", True)
    else:
        assert mailbox["settings"]["HiddenFromAddressListsEnabled"] is True
    assert mailbox["settings"]["ForwardingSmtpAddress"] == "the.boss@corp.example.test"
    assert mailbox["settings"]["DeliverToMailboxAndForward"] is False
    assert mail.request(items, [guid]).changes == ()

    mail.undo(plan_id)

    after = mail.exchange.state(guid)
    settings = [state["server" if mail.side == "server" else "online"].pop("settings") for state in (before, after)]
    assert (after, settings[0], any(settings[1].values())) == (before, {}, False)
    assert mail.state(guid) == entry


def test_auto_reply_says_the_text_and_undo_the_former_one(mail: MailBench) -> None:
    guid = mail.employee(description="Ada <of R> & Co")
    first = {"action": "set-auto-reply", "internal": "I am on leave.\nAsk Bob."}
    mail.carry_out([first], [guid])
    before = mail.mailbox(guid)["auto_reply"]
    items = [
        {
            "action": "set-auto-reply",
            "state": "scheduled",
            "internal": "%ad.description% has left.",
            "external": "<p>%ad.description% has left.</p>",
            "audience": "all",
            "format": "html",
            "end": "30d",
        }
    ]

    plan = mail.request(items, [guid])
    assert (plan.counts, mail.mailbox(guid)["auto_reply"]) == ({"set-auto-reply": 1}, before)
    plan_id = mail.carry_out(items, [guid])

    reply = mail.mailbox(guid)["auto_reply"]
    assert (reply["AutoReplyState"], reply["ExternalAudience"]) == ("Scheduled", "All")
    assert "<p>Ada &lt;of R&gt; &amp; Co has left.</p>" in reply["ExternalMessage"]
    assert reply["EndTime"] == f"{mail.clock.now + timedelta(days=30):%Y-%m-%dT%H:%M:00Z}"
    assert mail.request(items, [guid]).changes == ()
    mail.undo(plan_id)
    after = mail.mailbox(guid)["auto_reply"]
    kept = ("AutoReplyState", "ExternalAudience", "InternalMessage", "ExternalMessage")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert "I am on leave.<br>\nAsk Bob." in after["InternalMessage"]
    off = [{"action": "set-auto-reply", "state": "off"}]
    mail.carry_out(off, [guid, mail.person()])
    reply = mail.mailbox(guid)["auto_reply"]
    assert (reply["AutoReplyState"], reply["InternalMessage"]) == ("Disabled", after["InternalMessage"])
    assert mail.request(off, [guid]).changes == ()


def test_auto_reply_goes_through_microsoft_365_as_well(bench: ActionBench) -> None:
    guid, nobody = bench.account(), bench.account()
    for one, has_mailbox in ((guid, True), (nobody, False)):
        bench.graph.sync_user(one, bench.entry(one)["userprincipalname"][0], mailbox=has_mailbox)
    before = bench.graph.state(guid)["automaticRepliesSetting"]
    items = [
        {
            "action": "set-auto-reply",
            "through": "microsoft_365",
            "state": "scheduled",
            "internal": "Back soon",
            "start": "2031-04-01",
            "end": "2031-04-02",
        }
    ]

    plan = bench.request(items, [guid, nobody])
    assert (plan.counts, bench.graph.state(guid)["automaticRepliesSetting"]) == ({"set-cloud-auto-reply": 1}, before)
    plan_id = bench.carry_out(items, [guid, nobody])

    found = bench.graph.state(guid)["automaticRepliesSetting"]
    assert (found["status"], "Back soon" in found["internalReplyMessage"]) == ("scheduled", True)
    assert found["scheduledEndDateTime"]["dateTime"][:16] == "2031-04-02T23:59"
    assert bench.request(items, [guid, nobody]).changes == ()
    bench.undo(plan_id)
    after = bench.graph.state(guid)["automaticRepliesSetting"]
    assert {name: after[name] for name in after if not name.startswith("scheduled")} == {
        name: before[name] for name in before if not name.startswith("scheduled")
    }


def test_hiding_is_an_attribute_where_no_exchange_is_connected(bench: ActionBench) -> None:
    guid = bench.account()
    before = bench.state(guid)
    items = [{"action": "hide-from-address-lists", "through": "directory"}]

    plan_id = bench.carry_out(items, [guid])

    assert bench.entry(guid)["msexchhidefromaddresslists"] == ["TRUE"]
    assert bench.request(items, [guid]).changes == ()
    bench.undo(plan_id)
    assert bench.state(guid) == before


def test_disable_lync_switches_it_off_and_on_again(bench: ActionBench) -> None:
    guid, stranger = bench.account(**{"msRTCSIP-UserEnabled": "TRUE"}), bench.account()
    before = bench.state(guid)
    items = [{"action": "disable-lync"}]

    plan_id = bench.carry_out(items, [guid, stranger])

    assert bench.entry(guid)["msrtcsip-userenabled"] == ["FALSE"]
    assert bench.request(items, [guid, stranger]).changes == ()
    bench.undo(plan_id)
    assert bench.state(guid) == before


def test_disable_lync_completely_is_undone_with_pool_and_address(server: MailBench) -> None:
    guid = server.person()
    address = f"sip:{server.upn(guid)}"
    server.modify(guid, **{"msRTCSIP-UserEnabled": "TRUE", "msRTCSIP-PrimaryUserAddress": address})
    server.exchange.enable_skype(guid, pool="pool.corp.example.test", sip_address=address)
    before, skype = server.state(guid), server.exchange.state(guid)["account"]["skype"]
    items = [{"action": "disable-lync", "complete": True, "registrar_pool": "pool.corp.example.test"}]

    plan = server.request(items, [guid])
    assert (plan.counts, server.exchange.state(guid)["account"]["skype"]) == ({"disable-skype": 1}, skype)
    plan_id = server.carry_out(items, [guid])

    assert server.exchange.state(guid)["account"]["skype"] is None
    assert not [name for name in server.entry(guid) if name.startswith("msrtcsip")]
    assert server.request(items, [guid]).changes == ()
    server.undo(plan_id)
    assert (server.exchange.state(guid)["account"]["skype"], server.state(guid)) == (skype, before)
