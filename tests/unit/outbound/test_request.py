"""Requests of webhooks: numbers, tickets, what a look finds, what an answer brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.request import WebhookRequest

KEY = "halo-ad-0123456789abcdef01234567"
LOOK = {"url": "https://{Host-Name}/api/Tickets", "params": {"search": "%act.key%"}, "contains": "summary"}


def body(request: WebhookRequest, ad: dict[str, str], act: dict[str, str]) -> Any:
    return request.render(ad, act).body.value  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "given", "sent"),
    [
        ("%fx.number(#%act.ticket%#)%", "1001", 1001),
        ("%fx.number(#%act.ticket%#)%", "1001.0", 1001),
        ("%fx.number(#%act.ticket%#)%", "-7", -7),
        ("%fx.number(#%act.ticket%#)%", "1.5", 1.5),
        ("%fx.number(7)%", "", 7),
        ("no. %fx.number(#%act.ticket%#)%", "1001", "no. 1001"),
        ("%fx.number(#%act.ticket%#)% ", "1001", "1001 "),
        ("%act.ticket%", "1001", "1001"),
    ],
)
def test_a_whole_text_of_fx_number_is_a_number_in_json(
    webhook: Callable[..., Any], text: str, given: str, sent: object
) -> None:
    message = {"type": "json", "body": {"a": [{"b": text}], "c": 3}}
    request = WebhookRequest(webhook(message=message), Vocabulary())
    found = body(request, {}, {"ticket": given})
    assert found == {"a": [{"b": sent}], "c": 3}
    assert type(found["a"][0]["b"]) is type(sent)


@pytest.mark.parametrize("given", ["", "many", "1001 or so", "1e999", "NaN"])
def test_a_number_that_is_none_is_never_sent(webhook: Callable[..., Any], given: str) -> None:
    """Without its id, HaloITSM takes a change of a ticket for a new ticket."""
    message = {"type": "json", "body": [{"id": "%fx.number(#%act.ticket%#)%"}]}
    request = WebhookRequest(webhook(message=message), Vocabulary())
    with pytest.raises(ValueError, match=r"number") as refused:
        request.render({}, {"ticket": given})
    assert not given or given not in str(refused.value)


def test_a_number_in_a_form_or_a_parameter_stays_a_text(webhook: Callable[..., Any]) -> None:
    request = WebhookRequest(
        webhook(params={"n": "%fx.number(7)%"}, message={"type": "form", "fields": {"m": "%fx.number(8)%"}}),
        Vocabulary(),
    ).render({}, {})
    assert request.params == {"n": "7"}
    assert request.body.fields == {"m": "8"}  # type: ignore[union-attr]


def test_a_request_that_speaks_of_a_ticket_says_so(shipped: dict[str, Any]) -> None:
    needy = {name for name, one in shipped.items() if WebhookRequest(one, WORDS).needs_ticket}
    assert {"halo-add-note", "halo-delete-ticket", "halo-update-ticket"} <= needy
    assert not {"halo-add-ticket", "halo-update-user"} & needy


WORDS = Vocabulary(
    env=dict.fromkeys(
        (
            "halo_ticket_type", "halo_closed_status", "halo_note_outcome", "halo_new_status", "halo_progress_status",
            "halo_waiting_status",
        ),
        "1",
    )
)  # fmt: skip


def test_a_ticket_that_is_not_known_has_no_address(shipped: dict[str, Any]) -> None:
    request = WebhookRequest(shipped["halo-delete-ticket"], WORDS)
    with pytest.raises(ValueError, match=r"act\.ticket"):
        request.render({}, {"ticket": ""})
    assert request.render({}, {"ticket": "1001"}).url == "https://{Host-Name}/api/Tickets/1001"


@pytest.mark.parametrize(
    ("records", "answer", "number"),
    [
        ("tickets", {"tickets": [{"id": 1, "summary": "other"}, {"id": 2, "summary": f"Account [{KEY}]"}]}, 2),
        ("tickets", {"tickets": [{"id": 1, "summary": "alike: halo-ad-0123"}]}, None),
        ("tickets", {"tickets": [{"id": 1, "details": KEY}, {"id": 2}, {"id": 3, "summary": None}, "x"]}, None),
        ("tickets", {"tickets": []}, None),
        ("$.a.b", {"a": {"b": [{"id": 3, "summary": KEY}]}}, 3),
        (None, [{"id": 4, "summary": KEY}], 4),
    ],
)
def test_a_look_finds_what_bears_the_key_and_nothing_alike(
    webhook: Callable[..., Any], records: str | None, answer: object, number: int | None
) -> None:
    request = WebhookRequest(webhook(look_up={**LOOK, "records": records}), Vocabulary())
    found = request.found(answer, KEY)
    assert (found and found["id"]) == number


@pytest.mark.parametrize("answer", [None, {}, {"tickets": None}, {"tickets": {"id": 1}}, [], "no", {"error": "x"}])
def test_an_answer_without_a_list_is_no_empty_list(webhook: Callable[..., Any], answer: object) -> None:
    request = WebhookRequest(webhook(look_up={**LOOK, "records": "tickets"}), Vocabulary())
    with pytest.raises(ValueError, match="no list of records"):
        request.found(answer, KEY)


def test_a_webhook_without_a_look_up_has_none(webhook: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="does not say how it is looked for"):
        WebhookRequest(webhook(), Vocabulary()).look({}, {})


@pytest.mark.parametrize(
    ("answer", "ticket"),
    [
        ({"id": 1001}, "1001"),
        ({"id": 1001.0}, "1001"),
        ({"id": "A-7"}, "A-7"),
        ([{"id": 1001}], "1001"),
        ([{"id": 1001}, {"id": 1002}], None),
        ([], None),
        ({"id": None}, None),
        ({"id": {"n": 1}}, None),
        ({}, None),
        (None, None),
        ("1001", None),
    ],
)
def test_a_ticket_is_read_out_of_an_answer(webhook: Callable[..., Any], answer: object, ticket: str | None) -> None:
    assert WebhookRequest(webhook(ticket="id"), Vocabulary()).ticket_in(answer) == ticket
    assert WebhookRequest(webhook(), Vocabulary()).ticket_in(answer) is None


def test_what_an_answer_brings_leaves_out_what_it_does_not_say(webhook: Callable[..., Any]) -> None:
    fields: dict[str, dict[str, str]] = {
        "employeeNumber": {"select": "$.id", "type": "number"},
        "info": {"select": "$.x"},
        "title": {"select": "$.t"},
    }
    fields["uidNumber"] = {"select": "$.n", "type": "number"}
    request = WebhookRequest(webhook(fetch_back=fields), Vocabulary())
    assert request.fetched({"id": 5.0, "t": "Head", "n": "many"}) == {"employeeNumber": "5", "title": "Head"}
    assert request.fetched([{"t": "Head"}]) == {"title": "Head"}
    assert request.fetched("Head") == request.fetched(None) == request.fetched([]) == {}
    assert WebhookRequest(webhook(), Vocabulary()).fetched({"t": "Head"}) == {}
