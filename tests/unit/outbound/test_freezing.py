"""Which webhooks speak of an event, and what is frozen of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lifecycle.actions.change import Cause
from lifecycle.config.webhook import Occasion
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.request import thawed

IN_SALES = {"field": "department", "operator": "is", "value": "sales"}
PLAN = {"occasion": Occasion.AWAITING_APPROVAL, "account": "", "person": "", "action": "", "cause": None}


@pytest.mark.parametrize(
    ("trigger", "happened", "is_meant"),
    [
        ({}, {}, True),
        ({}, {"occasion": Occasion.FAILED}, False),
        ({"events": ["done", "failed"]}, {"occasion": Occasion.FAILED}, True),
        ({"automations": ["staff"]}, {}, True),
        ({"automations": ["others"]}, {}, False),
        ({"actions": ["create-user", "delete-user"]}, {}, True),
        ({"actions": ["delete-user"]}, {}, False),
        ({"causes": ["joiner"]}, {}, True),
        ({"causes": ["undo"]}, {}, False),
        ({"causes": ["undo"]}, {"cause": Cause.UNDO}, True),
        ({"causes": ["undo"]}, {"cause": None}, False),
        ({"actions": ["create-user"], "causes": ["undo"]}, {}, False),
        ({"when": IN_SALES}, {"attributes": {"department": "Sales"}}, True),
        ({"when": IN_SALES}, {"attributes": {"department": "Other"}}, False),
        ({"when": IN_SALES}, {"attributes": {}}, False),
        ({"when": {"not": IN_SALES}}, {"attributes": {}}, True),
        ({"events": ["awaiting-approval"]}, PLAN, True),
        ({"events": ["done", "awaiting-approval"], "actions": ["delete-user"]}, PLAN, True),
        ({"events": ["quarantined"]}, {**PLAN, "occasion": Occasion.QUARANTINED, "person": "7"}, True),
        ({"events": ["ticket-done"], "automations": ["others"]}, {**PLAN, "occasion": Occasion.TICKET_DONE}, False),
    ],
)
def test_trigger_fits_its_events(
    announce: Callable[..., Any],
    webhook: Callable[..., Any],
    event: Callable[..., Any],
    trigger: dict[str, object],
    happened: dict[str, object],
    is_meant: bool,
) -> None:
    assert bool(announce(webhook(**trigger)).calls([event(**happened)])) is is_meant


def test_a_value_that_a_filter_cannot_read_tells_nothing(
    announce: Callable[..., Any], webhook: Callable[..., Any], event: Callable[..., Any]
) -> None:
    above = webhook(when={"field": "uidNumber", "operator": ">", "value": 5})
    assert announce(above).calls([event(attributes={"uidNumber": "many"})]) == []
    assert len(announce(above).calls([event(attributes={"uidNumber": "6"})])) == 1


def test_calls_come_in_the_order_of_events_and_of_webhooks(
    announce: Callable[..., Any], webhook: Callable[..., Any], event: Callable[..., Any]
) -> None:
    calls = announce(webhook("one"), webhook("two")).calls([event("ann"), event("bob")])
    assert [(one.webhook, one.subject) for one in calls] == [
        ("one", "guid-of-ann"),
        ("two", "guid-of-ann"),
        ("one", "guid-of-bob"),
        ("two", "guid-of-bob"),
    ]
    assert len({one.call_key for one in calls}) == 4
    again = announce(webhook("one"), webhook("two")).calls([event("ann"), event("bob")])
    assert again == calls


def test_only_the_values_that_a_webhook_speaks_of_are_frozen(
    announce: Callable[..., Any], webhook: Callable[..., Any], event: Callable[..., Any]
) -> None:
    spoken = webhook(
        params={"upn": "%ad.userPrincipalName%"}, when=IN_SALES, message={"type": "form", "fields": {"x": "%ad.sn%"}}
    )
    announcer = announce(spoken)
    assert announcer.attributes == {"userPrincipalName", "sn", "department"}
    attributes = {"userPrincipalName": "ann@corp.test", "department": "Sales", "title": "canary"}
    (call,) = announcer.calls([event(attributes=attributes)])
    content = json.loads(call.content)
    assert content["ad"] == {"userPrincipalName": "ann@corp.test"}
    assert "canary" not in call.content
    assert content["act"]["timestamp"] == "2031-03-01T09:00:00+01:00", "the organisation's zone"
    assert content["act"]["key"] == call.call_key


def test_a_call_is_frozen_as_its_webhook_was_configured_then(
    announce: Callable[..., Any], event: Callable[..., Any]
) -> None:
    (call,) = announce("halo-add-ticket").calls([event()])
    request, ad, act = thawed(call.content, Vocabulary(env={"halo_ticket_type": "1"}))
    assert call.gives_ticket
    assert request.webhook.name == "halo-add-ticket"
    body = request.render(ad, act).body
    assert body is not None
    assert body.value[0]["summary"] == f"Account for The ann [{call.call_key}]"  # type: ignore[union-attr]


def test_what_another_version_froze_is_told_without_what_it_holds(
    announce: Callable[..., Any], event: Callable[..., Any]
) -> None:
    (call,) = announce("halo-add-ticket").calls([event()])
    content = json.loads(call.content)
    content["webhook"]["canary"] = "secret"
    with pytest.raises(ValueError, match="was frozen by another version") as refused:
        thawed(json.dumps(content), Vocabulary())
    assert "canary" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_condition_with_not_is_frozen_as_it_stands_in_a_file(
    announce: Callable[..., Any], webhook: Callable[..., Any], event: Callable[..., Any]
) -> None:
    (call,) = announce(webhook(when={"not": IN_SALES})).calls([event(attributes={"department": "Other"})])

    request, _, _ = thawed(call.content, Vocabulary())

    assert request.webhook.trigger.when == webhook(when={"not": IN_SALES}).trigger.when
