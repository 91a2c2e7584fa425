"""Whatever goes wrong on the way, HaloITSM holds one ticket for each event in the end, and its notes in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from lifecycle.actions.change import Cause
from lifecycle.config.webhook import Occasion
from lifecycle.outbound.event import Event
from tests.support.delivery_bench import DeliveryBench

pytestmark = pytest.mark.timeout(60)

PEOPLE = ("ann", "bob", "cid")


@pytest.fixture
def story(event: Callable[..., Event]) -> list[Event]:
    """Three people: an account, two things that failed, and the first group."""
    return [
        event(who, **more)
        for more in (
            {"action": "create-user"},
            {"action": "create-mailbox", "occasion": Occasion.FAILED, "reason": "throttled"},
            {"action": "change-licences", "occasion": Occasion.FAILED, "reason": "no-licence"},
            {"action": "add-to-group"},
        )
        for who in PEOPLE
    ]


@pytest.fixture
def noted(bench: DeliveryBench, announce: Callable[..., Any], story: Sequence[Event]) -> DeliveryBench:
    """A bench with the story in its outbox: twelve calls."""
    announcer = announce("halo-add-ticket", "halo-add-note", "halo-update-ticket")
    bench.note(announcer, story)
    return bench


def everything_is_told_once(bench: DeliveryBench) -> None:
    assert bench.poisoned == []
    assert sorted(one["summary"].partition(" [")[0] for one in bench.tickets) == [
        f"Account for The {who}" for who in PEOPLE
    ]
    for ticket in bench.tickets:
        notes = bench.notes(ticket["id"])
        assert [note.split()[0].rstrip(":") for note in notes] == ["create-mailbox", "change-licences"]
        assert ticket["status_name"] == "Closed"
        times = [action["datetime"] for action in bench.simulator.desk.actions[ticket["id"]]]
        told = [ticket["dateoccurred"], *times, ticket["dateclosed"]]
        assert told == sorted(set(told)), "one after the other"


def test_a_story_is_told_in_one_run(noted: DeliveryBench) -> None:
    delivered = noted.deliver()
    assert (dict(delivered.counts), delivered.is_away) == ({"delivered": 12}, False)
    everything_is_told_once(noted)
    requests = noted.simulator.traffic.requests
    assert requests == {
        "POST /auth/token": 1, "POST /api/tickets": 6, "POST /api/actions": 6,
    }, "no look where nothing is in doubt"  # fmt: skip
    assert noted.deliver().counts == {}
    assert noted.opened == ["halo-itsm"], "where nothing waits, no block is opened"


FAULTS = [
    {"commit_then_504": {}},
    {"commit_then_504": {"times": 7}},
    {"commit_then_504": {"collection": "actions", "times": 3}},
    {"commit_then_reset": {}},
    {"commit_then_reset": {"times": 7}},
    {"commit_then_reset": {"collection": "tickets", "times": 4}},
    {"reset_write": {"times": 5}},
    {"reset_write": {"collection": "actions", "times": 4}},
    {"late_commit": {"seconds": 45}},
    {"late_commit": {"seconds": 100, "times": 3}},
    {"late_commit": {"collection": "actions", "seconds": 100, "times": 2}},
    {"rate_limited": {"times": 40, "retry_after_s": 20}},
    {"rate_limited": {"times": 40, "retry_after_s": None}},
    {"rate_limited": {"times": 3, "after": 4, "retry_after_s": 600}},
    {"unavailable": {"times": 20}},
    {"unavailable": {"times": 9, "status": 503}},
    {"unauthorized_after": {"requests": 5}},
    {"post_status": {"status": 200}, "post_shape": {"shape": "list"}},
    {"commit_then_504": {"times": 2}, "commit_then_reset": {"times": 2}, "reset_write": {"times": 3},
     "rate_limited": {"times": 5, "after": 6}, "unauthorized_after": {"requests": 9}},
]  # fmt: skip


@pytest.mark.parametrize("faults", FAULTS, ids="-".join)
def test_each_fault_ends_well(noted: DeliveryBench, faults: dict[str, dict[str, Any]]) -> None:
    noted.faults(**faults)
    noted.deliver_all()
    for name, given in faults.items():
        assert noted.fired(name) == given.get("times", noted.fired(name))
        assert noted.fired(name) >= 1
    everything_is_told_once(noted)


def test_ten_minutes_of_500_lose_nothing(noted: DeliveryBench) -> None:
    noted.faults(unavailable={"until": noted.clock.seconds + 600})
    began = noted.clock.seconds
    assert noted.deliver().counts == {"postponed": 3}
    assert noted.deliver_all() > 3
    assert 600 <= noted.clock.seconds - began - 86_400 < 3600
    everything_is_told_once(noted)


def test_a_server_that_is_away_ends_the_run_and_not_the_calls(
    bench: DeliveryBench, announce: Callable[..., Any], event: Callable[..., Event]
) -> None:
    """It is not asked for each of many calls."""
    bench.note(announce("halo-add-ticket"), [event(f"p{n}") for n in range(200)])
    bench.faults(unavailable={"until": bench.clock.seconds + 60})
    delivered = bench.deliver()
    assert delivered.is_away
    assert bench.fired("unavailable") < 40
    assert bench.tickets == []
    assert bench.deliver_all() >= 1
    assert len({one["summary"] for one in bench.tickets}) == len(bench.tickets) == 200


@pytest.mark.parametrize("lifetime_s", [1, 60])
def test_a_token_that_ends_in_the_middle_is_renewed(
    noted: DeliveryBench, lifetime_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = noted.simulator.settings
    noted.simulator.settings = settings.model_copy(update={"token_lifetime_s": lifetime_s})
    serve = noted.simulator.traffic.count

    def slowly(method: str, path: str) -> None:
        noted.clock.pass_by(seconds=0.4 * lifetime_s)  # two requests and a half for each token
        serve(method, path)

    monkeypatch.setattr(noted.simulator.traffic, "count", slowly)
    noted.deliver_all()
    assert noted.simulator.tokens.exchanges > 3
    assert sorted(one["summary"].partition(" [")[0] for one in noted.tickets) == [
        f"Account for The {who}" for who in PEOPLE
    ]
    assert [len(noted.notes(one["id"])) for one in noted.tickets] == [2, 2, 2]
    assert noted.poisoned == []


def test_a_token_that_cannot_be_had_leaves_everything_waiting(noted: DeliveryBench) -> None:
    noted.faults(html_tenant={"status": 404})
    assert set(noted.deliver().counts) == {"postponed"}
    assert noted.tickets == []
    noted.simulator.board.clear()
    noted.deliver_all()
    everything_is_told_once(noted)


def test_missing_permissions_leave_everything_waiting(noted: DeliveryBench) -> None:
    """Somebody grants them; until then nothing is set aside, and nobody has to release it."""
    noted.faults(narrow_scope={"scope": "read:tickets", "status": 403})
    assert set(noted.deliver().counts) == {"postponed"}
    noted.simulator.board.clear()
    noted.deliver_all()
    everything_is_told_once(noted)


def test_deletion_is_done_once_and_one_that_was_done_is_no_error(
    bench: DeliveryBench, announce: Callable[..., Any], event: Callable[..., Event]
) -> None:
    announcer = announce("halo-add-ticket", "halo-delete-ticket")
    bench.note(announcer, [event("ann"), event("bob")])
    bench.deliver()
    bench.faults(commit_then_504={"times": 1}, commit_then_reset={"times": 1})
    bench.note(announcer, [event(who, action="delete-user", cause=Cause.UNDO) for who in ("ann", "bob")])
    bench.deliver_all()
    assert [one["deleted"] for one in bench.tickets] == [True, True]
    assert bench.poisoned == []


@pytest.mark.parametrize("fault", ["commit_then_504", "commit_then_reset", "reset_write", "late_commit"])
def test_a_persons_record_is_changed_whatever_is_lost(
    bench: DeliveryBench, announce: Callable[..., Any], event: Callable[..., Event], fault: str
) -> None:
    bench.faults(**{fault: {"collection": "users"}})
    attributes = {"mail": "new@corp.test", "userPrincipalName": "upn@corp.test"}
    bench.note(announce("halo-update-user"), [event("60", attributes=attributes)])
    bench.deliver_all()
    user = bench.simulator.register.users[60]
    assert (user["emailaddress"], user["login"], bench.fired(fault)) == ("new@corp.test", "upn@corp.test", 1)


def test_a_look_that_fails_is_no_proof_of_absence(noted: DeliveryBench) -> None:
    noted.faults(commit_then_504={"times": 3}, fail_page={"collection": "tickets", "times": 4})
    noted.deliver_all()
    assert noted.fired("fail_page") == 4
    everything_is_told_once(noted)


@pytest.mark.parametrize("fault", ["truncated_json", "reset"])
def test_a_broken_answer_to_a_look_is_no_proof_of_absence(noted: DeliveryBench, fault: str) -> None:
    noted.faults(commit_then_reset={"times": 3}, **{fault: {"collection": "tickets", "times": 4}})
    noted.deliver_all()
    assert noted.fired(fault) == 4
    everything_is_told_once(noted)
