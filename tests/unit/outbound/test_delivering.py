"""The loop of the deliverer, with an API that answers as it is told."""

from __future__ import annotations

from datetime import timedelta
from threading import Event as Sign
from typing import Any

import pytest

from lifecycle.actions.modify_user import ModifyUserParameters
from lifecycle.actions.stored_parameters import read_parameters
from lifecycle.errors import ConfigurationError, RunLockedError, StoreError
from lifecycle.ports.api.delivery import Delivery, Fate
from lifecycle.ports.api.request import ApiRequest
from lifecycle.store.status import CallStatus
from lifecycle.versions import WEBHOOK_CALL, unchanged
from tests.support.changed_models import new_version
from tests.support.delivery_desk import CREATE, DONE, LOOK_UP, REFUSED, Desk, Maker


def test_a_refused_call_is_set_aside_and_its_subject_goes_on(desk: Desk, webhook: Maker, event: Maker) -> None:
    keys = desk.note([webhook("one"), webhook("two")], [event()])
    desk.answer = lambda name, _: REFUSED if name == "one" else DONE
    assert desk.run().counts == {"poisoned": 1, "delivered": 1}
    (call,) = desk.of(CallStatus.POISONED)
    assert (call.call.call_key, call.error) == (keys[0], "400: refused (a sentence)")
    desk.answer = lambda _name, _request: DONE
    assert desk.run().counts == {}
    desk.release(keys[0])
    assert desk.run().counts == {"delivered": 1}


def test_what_a_webhook_accepts_is_done(desk: Desk, webhook: Maker, event: Maker) -> None:
    desk.note([webhook(method="DELETE", accepts=[404])], [event()])
    desk.answer = lambda _name, _request: Delivery(Fate.REFUSED, "404", 404)
    assert desk.run().counts == {"delivered": 1}


@pytest.mark.parametrize(
    "problem", [ConfigurationError("credentials block", "tenant", "is wrong"), ValueError("canary of Prefect")]
)
def test_a_block_that_cannot_be_used_holds_back_its_own_calls(
    desk: Desk, webhook: Maker, event: Maker, problem: Exception
) -> None:
    desk.note([webhook("one", credentials="broken"), webhook("two")], [event("ann"), event("bob")])

    def opening(block: str) -> None:
        if block == "broken":
            raise problem

    desk.opening = opening
    assert desk.run().counts == {"postponed": 2}
    desk.note([webhook("three")], [event("cid")])
    assert desk.run().counts == {"delivered": 1}
    errors = {one.error for one in desk.of(CallStatus.WAITING)} - {None}
    assert len(errors) == 1
    assert "canary" not in errors.pop()
    desk.opening = lambda _block: None
    desk.clock.pass_by(minutes=1)
    assert desk.run().counts == {"delivered": 4}


def test_what_cannot_be_filled_in_is_set_aside_and_names_no_value(desk: Desk, webhook: Maker, event: Maker) -> None:
    body = {"type": "json", "body": {"id": "%fx.number(#%ad.title%#)%"}}
    desk.note(
        [webhook("number", message=body), webhook("part", url="https://{Host-Name}/%ad.sn%"), webhook("good")],
        [event(attributes={"title": "", "mail": "x"})],
    )
    assert desk.run().counts == {"poisoned": 2, "delivered": 1}


def test_characters_that_a_header_cannot_hold_stop_nobody_else(desk: Desk, webhook: Maker, event: Maker) -> None:
    desk.note([webhook("one"), webhook("two")], [event()])

    def answer(name: str, _request: ApiRequest) -> Delivery:
        return "Ł".encode("latin-1") if name == "one" else DONE  # type: ignore[return-value]

    desk.answer = answer
    assert desk.run().counts == {"poisoned": 1, "delivered": 1}


def test_a_fault_in_a_thread_ends_the_run_when_the_others_are_noted(desk: Desk, webhook: Maker, event: Maker) -> None:
    """Its call may have arrived: the next run looks."""
    desk.note([webhook(look_up=LOOK_UP, **CREATE)], [event("ann"), event("bob"), event("cid")])
    others = Sign()

    def answer(_name: str, request: ApiRequest) -> Delivery:
        if request.method == "GET":
            return Delivery(Fate.DONE, "", 200, {"tickets": []})
        if len([one for one in desk.sent if one[1] == "POST"]) == 3 and not others.is_set():
            others.set()
            raise StoreError("the refresh token could not be kept")
        assert others.wait(10)
        return DONE

    desk.answer = answer
    with pytest.raises(StoreError):
        desk.run()
    desk.clock.pass_by(minutes=2)
    desk.run()
    desk.clock.pass_by(minutes=2)
    desk.run()
    with desk.store.begin() as unit:
        assert unit.outbox.counts() == {CallStatus.DELIVERED: 3}


def test_what_an_answer_brings_becomes_a_step(desk: Desk, webhook: Maker, event: Maker) -> None:
    fields = {"employeeNumber": {"select": "$.id", "type": "number"}, "info": {"select": "$.text"}}
    (key,) = desk.note([webhook(fetch_back=fields)], [event()])
    desk.answer = lambda _name, _request: Delivery(Fate.DONE, "", 201, {"id": 1001.0, "text": "100 % sure"})
    desk.run()
    with desk.store.begin() as unit:
        (step,) = unit.steps.due("domain-1", "staff", desk.clock.now())
    assert (step.step_id, step.account_guid, step.cause) == (f"{key}:0", "guid-of-ann", "fetched")
    parameters = read_parameters(step.parameters)
    assert isinstance(parameters, ModifyUserParameters)
    assert parameters.set == {"employeeNumber": "1001", "info": "100 %% sure"}


def test_without_an_account_nothing_is_brought(desk: Desk, webhook: Maker, event: Maker) -> None:
    desk.note([webhook(fetch_back={"info": {"select": "$.id"}})], [event(account="")])
    assert desk.run().counts == {"delivered": 1}
    with desk.store.begin() as unit:
        assert unit.steps.due("domain-1", "staff", desk.clock.now()) == []


def test_a_deliverer_that_lost_its_lease_notes_nothing(desk: Desk, webhook: Maker, event: Maker) -> None:
    """Another one looks for what it sent; two that note at once would be one too many."""
    desk.note([webhook(look_up=LOOK_UP, **CREATE)], [event()])
    later = desk.clock.now() + timedelta(hours=1)
    taken: list[Any] = []

    def answer(_name: str, _request: ApiRequest) -> Delivery:
        other = desk.store.lease("outbox", "other", lambda: later)
        other.__enter__()
        taken.append(other)
        return DONE

    desk.answer = answer
    with pytest.raises(RunLockedError):
        desk.run()
    assert [one.status for one in desk.of(CallStatus.SENDING)] == [CallStatus.SENDING]
    taken[0].__exit__(None, None, None)


def test_many_subjects_are_all_told_in_order(desk: Desk, webhook: Maker, event: Maker) -> None:
    hooks = [webhook(f"h{number}", params={"who": "%act.person%"}) for number in range(4)]
    desk.note(hooks, [event(f"p{number}") for number in range(200)])
    seen: dict[str, list[str]] = {}

    def answer(name: str, request: ApiRequest) -> Delivery:
        seen.setdefault(request.params["who"], []).append(name)
        return DONE

    desk.answer = answer
    assert desk.run().counts == {"delivered": 800}
    assert seen == {f"p{number}": ["h0", "h1", "h2", "h3"] for number in range(200)}


def test_a_call_of_a_newer_build_waits_for_an_upgrade_and_keeps_its_place(
    desk: Desk, webhook: Maker, event: Maker
) -> None:
    with new_version(WEBHOOK_CALL, unchanged):
        desk.note([webhook("one")], [event("ann")])
    desk.note([webhook("two")], [event("ann"), event("bob")])

    assert desk.run().counts == {"postponed": 1, "delivered": 1}
    waiting = desk.of(CallStatus.WAITING)
    assert [one.call.webhook for one in waiting] == ["one", "two"]
    assert "upgrade halo-ad" in (waiting[0].error or "")

    desk.clock.pass_by(minutes=1)
    with new_version(WEBHOOK_CALL, unchanged):
        assert desk.run().counts == {"delivered": 2}
    assert [name for name, _ in desk.sent] == ["two", "one", "two"]
