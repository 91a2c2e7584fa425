"""The admin side and its client."""

from __future__ import annotations

import pytest

from sandbox.exchange.client import SandboxExchange
from sandbox.simulators.client import SandboxRefusalError
from tests.support.simulated_exchange import SimulatedExchange

GUID = "aaaaaaaa-0000-4000-8000-000000000001"
UPN = "noor.haddad@corp.example.test"


def test_things_happen_as_they_are_ordered(admin: SandboxExchange) -> None:
    entra_id = admin.sync_user(GUID, UPN)
    assert admin.sync_user(GUID, "noor.berg@corp.example.test", entra_id=entra_id) == entra_id
    housed = admin.give_mailbox(GUID, database="DB02", alias="noor", shared=True)
    licensed = admin.give_mailbox(GUID, place="online")
    admin.hold(GUID, place="online", in_place=("UniH1",))
    admin.enable_skype(GUID)
    state = admin.state(GUID)
    assert state["account"]["upn"] == "noor.berg@corp.example.test"
    assert state["account"]["skype"]["sip_address"] == "sip:noor.berg@corp.example.test"
    assert (state["server"]["exchange_guid"], state["server"]["database"]) == (housed, "DB02")
    assert state["server"]["kind"] == "SharedMailbox"
    admin.make_room(GUID)
    assert {admin.state(GUID)[place]["kind"] for place in ("server", "online")} == {"RoomMailbox"}
    assert (state["online"]["litigation"], state["online"]["in_place"]) == (True, ["UniH1"])
    admin.take_licence(GUID)
    assert admin.state(GUID)["online"] is None
    assert [one["exchange_guid"] for one in admin.state(GUID)["lost"]] == [licensed]
    assert admin.give_mailbox(GUID, place="online") == licensed
    everything = admin.state()
    assert everything["mailboxes"].keys() == {housed, licensed}
    admin.reset()
    assert admin.state()["people"] == {}


def test_orders_that_cannot_be_are_refused_with_a_sentence(admin: SandboxExchange) -> None:
    with pytest.raises(SandboxRefusalError, match=r"no such account \(404\)"):
        admin.give_mailbox(GUID)
    admin.sync_user(GUID, UPN)
    admin.give_mailbox(GUID)
    with pytest.raises(SandboxRefusalError, match="has a mailbox there"):
        admin.give_mailbox(GUID)
    with pytest.raises(SandboxRefusalError, match="no mailbox in the cloud"):
        admin.take_licence(GUID)
    with pytest.raises(SandboxRefusalError, match="no mailbox there"):
        admin.hold(GUID, place="online")
    with pytest.raises(SandboxRefusalError, match="nonsense"):
        admin.give_mailbox(GUID, nonsense=1)
    with pytest.raises(SandboxRefusalError, match="no fault 'nonsense'"):
        admin.faults(nonsense=True)
    with pytest.raises(SandboxRefusalError, match="422"):
        admin.faults(slow={"seconds": -1})


def test_switches_go_on_and_off(admin: SandboxExchange, exchange: SimulatedExchange) -> None:
    assert admin.faults(throttled=True, slow={"seconds": 2})["throttled"]["fired"] == 0
    assert exchange.simulator.board.shown().keys() == {"throttled", "slow"}
    admin.clear_faults()
    assert admin.state()["faults"] == {}
