"""Requests from configuration: no value breaks out of where it stands, whatever it holds."""

from __future__ import annotations

import json
import unicodedata
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import ConfigurationError
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.ports.api.request_template import RequestTemplate

WORDS = Vocabulary(env={"mail": "corp.test", "city": "Łódź"})
values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
FIELD = "%src.users.x%"


def template(**changes: Any) -> RequestTemplate:
    base = {"name": "details", "credentials": "hr", "url": "https://{Host-Name}/x", "key": "id", "fields": {"id": {}}}
    return RequestTemplate(Endpoint(**(base | changes)), WORDS, "endpoints/details.yaml")


def row(value: str) -> dict[str, str]:
    return {"users.x": value}


def post(message: dict[str, Any]) -> RequestTemplate:
    return template(method="POST", message=message)


@given(values)
def test_value_stays_one_part_of_the_path(value: str) -> None:
    url = template(url=f"https://h.test/people/{FIELD}/detail?x=1")
    try:
        address = url.render(row(value)).url
    except ValueError:
        assert value in {".", ".."}
        return
    parts = urlsplit(address)
    assert (parts.netloc, parts.query, parts.fragment) == ("h.test", "x=1", "")
    assert [unquote(part) for part in parts.path.split("/")] == ["", "people", value, "detail"]


@given(values)
def test_value_stays_one_parameter(value: str) -> None:
    request = template(params={"q": f"name={FIELD}", "n": "1"}).render(row(value))
    query = httpx.URL("https://h.test/").copy_merge_params(dict(request.params)).query.decode()
    assert parse_qs(query, keep_blank_values=True) == {"q": [f"name={value}"], "n": ["1"]}


@given(values)
def test_value_stays_one_field_of_a_form(value: str) -> None:
    content, _ = post({"type": "form", "fields": {"q": FIELD, "n": "1"}}).render(row(value)).content()
    assert parse_qs((content or b"").decode()) == {"q": [value], "n": ["1"]}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_value_stays_one_text_of_a_json_structure(value: str) -> None:
    body = {"a": [f"<{FIELD}>", 1, True, None], f"{FIELD}": {"b": "%env.city%"}}
    content, headers = post({"type": "json", "body": body}).render(row(value)).content()
    assert json.loads(content or b"") == {"a": [f"<{value}>", 1, True, None], FIELD: {"b": "Łódź"}}
    assert headers == {"Content-Type": "application/json"}


@given(values)
def test_value_stays_one_text_of_an_xml_document(value: str) -> None:
    raw = {"type": "raw", "content_type": "text/xml", "body": f"<q a=\"{FIELD}\" b='{FIELD}'>{FIELD}</q>"}
    try:
        content, _ = post(raw).render(row(value)).content()
    except ValueError:
        assert any(character < " " or character in "\ufffe\uffff" for character in value)
        return
    element = ET.fromstring(content or b"")  # noqa: S314  (our own text)
    assert element.text == value
    assert set(element.attrib.values()) == {value}
    assert len(element) == 0


@given(values)
def test_value_stays_one_line_of_a_header(value: str) -> None:
    try:
        text = template(headers={"X-Name": f"n={FIELD}"}).render(row(value)).headers["X-Name"]
    except ValueError:
        assert max(value) > "\xff" or any(unicodedata.category(character) == "Cc" for character in value)
    else:
        assert text == f"n={value}".strip(" "), "HTTP gives spaces at the ends no meaning"
        assert text.encode("latin-1").splitlines() == [text.encode("latin-1")]


def test_setting_that_cannot_stand_in_a_header_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"endpoints/details\.yaml: headers\.X-City: "):
        template(headers={"X-City": "%env.city%"}).alone()


def test_empty_value_is_an_error_in_the_url_alone() -> None:
    everywhere = {"params": {"q": FIELD}, "headers": {"X-Name": FIELD}}
    request = template(method="POST", message={"type": "json", "body": [FIELD]}, **everywhere).render({})
    assert (request.params, request.headers, request.content()[0]) == ({"q": ""}, {"X-Name": ""}, b'[""]')
    with pytest.raises(ValueError, match=r"macro %src\.users\.x% has no value"):
        template(url=f"https://h.test/{FIELD}").render({})


def test_request_needs_a_record_where_it_names_one() -> None:
    with pytest.raises(ConfigurationError, match=r"endpoints/details\.yaml: macro %src\.users\.x% has no value"):
        template(url=f"https://h.test/{FIELD}").alone()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"url": "https://h.test/%env.x%"}, "url"),
        ({"headers": {"X-A": "%x"}}, "headers.X-A"),
        ({"params": {"a": "%x"}}, "params.a"),
        ({"method": "POST", "message": {"type": "json", "body": {"a": [1, "%x"]}}}, "message.body.a.1"),
        ({"method": "POST", "message": {"type": "form", "fields": {"a": "%x"}}}, "message.fields.a"),
        ({"method": "POST", "message": {"type": "raw", "content_type": "text/plain", "body": "%x"}}, "message.body"),
    ],
)
def test_template_that_does_not_parse_is_told_with_its_place(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        template(**changes)
    assert (refused.value.file, refused.value.path) == ("endpoints/details.yaml", path)


def test_identity_covers_the_whole_request() -> None:
    def identity(**changes: Any) -> str:
        base = {"url": "https://h.test/x", "params": {"a": "1"}, "headers": {"X-A": "1"}, "method": "POST"}
        return template(**(base | {"message": {"type": "json", "body": {"a": 1}}} | changes)).render({}).identity

    changed = [
        identity(),
        identity(url="https://h.test/y"),
        identity(params={"a": "2"}),
        identity(headers={"X-A": "2"}),
        identity(message={"type": "json", "body": {"a": 2}}),
        identity(method="GET", message={"type": "none"}),
    ]
    assert len(set(changed)) == len(changed)
    assert identity() == identity()
