"""What a JSON message may be made of, whoever has read the YAML."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.config.message import JsonMessage, RawMessage, texts_of

ROUND: list[Any] = []
ROUND.append(ROUND)


@pytest.mark.parametrize("body", [{}, [], "text", 5, 1.5, None, True, {"a": [{"b": None}]}])
def test_json_message_takes_what_is_json(body: Any) -> None:
    assert JsonMessage(type="json", body=body).body == body


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"since": date(2026, 11, 23)}, "body.since is read as a date by YAML: write it in quotes"),
        ([{1: "a"}], "body.0 has a key that is no text: write it in quotes: 1"),
        ({"a": [float("inf")]}, r"body.a.0 must be a finite number"),
        (ROUND, "is nested too deep"),
    ],
)
def test_json_message_refuses_what_is_none(body: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        JsonMessage(type="json", body=body)


def test_texts_are_found_with_their_place() -> None:
    body = {"a": ["x", 1, {"b": "y"}], "c": None, "d": "z"}
    assert list(texts_of(body, "body")) == [("body.a.0", "x"), ("body.a.2.b", "y"), ("body.d", "z")]


@pytest.mark.parametrize(
    ("content_type", "language"),
    [
        ("text/xml", "xml"),
        ("application/soap+xml; charset=utf-8", "xml"),
        ("text/plain; charset=utf-8", "text"),
        ("text/csv", "other"),
        ("application/xml-dtd", "other"),
    ],
)
def test_raw_message_knows_its_language(content_type: str, language: str) -> None:
    assert RawMessage(type="raw", content_type=content_type, body="").language == language
