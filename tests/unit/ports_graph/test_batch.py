"""Batches as values: what is sent, and which answers are none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.errors import TargetContractError
from lifecycle.ports.graph.batch import BatchRequest, BatchResponse, batch_body, read_batch
from lifecycle.ports.graph.requests import waves


def test_batch_body_names_requests_by_position() -> None:
    body = batch_body([BatchRequest("GET", "/users/1"), BatchRequest("POST", "/users/1/revokeSignInSessions", {})])
    assert body == {
        "requests": [
            {"id": "0", "method": "GET", "url": "/users/1"},
            {
                "id": "1",
                "method": "POST",
                "url": "/users/1/revokeSignInSessions",
                "headers": {"Content-Type": "application/json"},
                "body": {},
            },
        ]
    }


def test_batch_request_shows_no_address_and_no_body() -> None:
    assert repr(BatchRequest("GET", "/users/canary", {"canary": 1})) == "BatchRequest(method='GET')"
    assert "canary" not in repr(BatchResponse(200, {"x": "canary"}, "canary"))


@given(st.permutations(range(8)), st.sets(st.integers(0, 7)))
def test_read_batch_takes_answers_in_any_order_and_misses_some(order: list[int], missing: set[int]) -> None:
    responses = [
        {"id": str(one), "status": 200 + one, "headers": {"Retry-After": one}, "body": one}
        for one in order
        if one not in missing
    ]
    found = read_batch("try", {"responses": responses}, 8)
    assert found == {
        one: BatchResponse(200 + one, {"retry-after": str(one)}, one) for one in range(8) if one not in missing
    }


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"responses": {}},
        {"responses": ["0"]},
        {"responses": [{"status": 200}]},
        {"responses": [{"id": 0, "status": 200}]},
        {"responses": [{"id": "0"}]},
        {"responses": [{"id": "0", "status": "200"}]},
        {"responses": [{"id": "0", "status": True}]},
        {"responses": [{"id": "0", "status": 99}]},
        {"responses": [{"id": "0", "status": 200, "headers": ["canary"]}]},
        {"responses": [{"id": "2", "status": 200}]},
        {"responses": [{"id": "-1", "status": 200}]},
        {"responses": [{"id": "0", "status": 200}, {"id": "0", "status": 400}]},
    ],
)
def test_read_batch_refuses_what_is_no_answer_to_it(answer: Any) -> None:
    with pytest.raises(TargetContractError) as refused:
        read_batch("try", answer, 2)
    assert "canary" not in str(refused.value)


@given(st.lists(st.frozensets(st.sampled_from("abcd"), min_size=1), max_size=12))
def test_waves_keep_the_order_of_what_shares_a_subject(touched: list[frozenset[str]]) -> None:
    found = waves(touched)
    assert sorted(position for wave in found for position in wave) == list(range(len(touched)))
    place = {position: number for number, wave in enumerate(found) for position in wave}
    for later, one in enumerate(touched):
        for earlier in range(later):
            if one & touched[earlier]:
                assert place[earlier] < place[later]


def test_waves_send_together_what_shares_nothing() -> None:
    alone = [frozenset({str(number)}) for number in range(30)]
    assert waves(alone) == [list(range(30))]
    assert waves([frozenset("a"), frozenset("b"), frozenset("a")]) == [[0, 1], [2]]
