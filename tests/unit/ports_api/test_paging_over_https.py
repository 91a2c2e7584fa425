"""Every mode of paging through a real HTTPS server, in the shapes of APIs that have nothing to do with HaloITSM."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import IncompleteReadError
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.ports.api.authorization import ApiKey, Authorization, Basic, Bearer
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.https.pacing import Pacer
from lifecycle.sourcing.endpoint import EndpointRead, read_endpoint
from tests.support.https_api import Asked, Authority, FakeApi, Reply, serve

STAFF = [
    {"staffNo": f"S-{i:03}", "attributes": {"name": {"first": f"Ann {i}"}, "starts": "01/02/2026"}} for i in range(7)
]
FIELDS = {
    "no": {"select": "$.staffNo"},
    "first": {"select": "$.attributes.name.first"},
    "starts": {"type": "timestamp", "select": "$.attributes.starts", "format": "%d/%m/%Y"},
}
WORDS = Vocabulary(env={"site": "Berlin & Bonn"})


@contextmanager
def reading(
    authority: Authority, api: FakeApi, way: Authorization
) -> Iterator[Callable[[dict[str, Any]], EndpointRead]]:
    """Reads endpoints of this API."""

    def read(changes: dict[str, Any]) -> EndpointRead:
        values = {"name": "staff", "credentials": "hr", "url": "https://{Host-Name}/v1/staff", "key": "no"}
        return read_endpoint(client, Endpoint(**(values | {"fields": FIELDS} | changes)), WORDS)

    with serve(api, authority) as host:
        connection = ApiConnection(host, way, ca_file=authority.ca_file, timeout_s=20.0)
        with ApiClient(connection, pacer=Pacer(10_000, 1.0)) as client:
            yield read


def slice_of(query: dict[str, Any], cap: int) -> list[dict[str, Any]]:
    start = int(query.get("offset", 0))
    return STAFF[start : start + min(int(query.get("limit", cap)), cap)]


OFFSETS = {
    "params": {"site": "%env.site%"},
    "headers": {"X-Reason": "sync, Köln, %env.site%"},
    "records": "$.data.employees",
    "pagination": {"mode": "offset", "total": "$.data.page.totalRecords", "limit": 5},
}


def test_offset_with_an_api_key_in_a_header(authority: Authority) -> None:
    """As HR suites do it: a limit that the server caps, records and total deep inside."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("x-api-key") != "k-1":
            return Reply({"message": "no key"}, 401)
        return Reply({"data": {"employees": slice_of(asked.query, 3), "page": {"totalRecords": len(STAFF)}}})

    api = FakeApi(answer)
    with reading(authority, api, ApiKey("X-API-Key", "k-1")) as read:
        found = read(OFFSETS)
    assert list(found.table.frame["no"]) == [one["staffNo"] for one in STAFF]
    assert found.table.frame["first"][6] == "Ann 6"
    assert found.table.frame["starts"][0] == "2026-02-01T00:00:00+00:00"
    assert [asked.query for asked in api.asked] == [
        {"site": "Berlin & Bonn", "offset": offset, "limit": "5"} for offset in ("0", "3", "6")
    ]
    assert api.asked[0].headers["x-reason"] == "sync, Köln, Berlin & Bonn"


def test_offset_that_the_server_ignores_is_noticed(authority: Authority) -> None:
    api = FakeApi(lambda _: Reply({"data": {"employees": STAFF[:3], "page": {"totalRecords": 7}}}))
    with (
        reading(authority, api, ApiKey("X-API-Key", "k-1")) as read,
        pytest.raises(IncompleteReadError, match="a page came a second time"),
    ):
        read(OFFSETS)


def test_cursor_with_a_bearer_token_in_a_json_body(authority: Authority) -> None:
    """As graph and search APIs do it: a POST that only reads, and a cursor that goes back in its body."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Bearer t-1":
            return Reply({}, 401)
        body = json.loads(asked.body)
        start = int(body.get("after", "c0")[1:])
        following = start + 3
        info = {"hasNext": following < len(STAFF), "endCursor": f"c{following}"}
        edges = [{"node": one} for one in STAFF[start:following]]
        return Reply({"result": {"staff": {"edges": edges, "pageInfo": info}}})

    api = FakeApi(answer)
    with reading(authority, api, Bearer("t-1")) as read:
        found = read(
            {
                "method": "POST",
                "repeatable": True,
                "message": {
                    "type": "json",
                    "body": {"where": {"site": "%env.site%"}, "first": 3, "deep": [True, None]},
                },
                "records": "$.result.staff.edges",
                "fields": {"no": {"select": "$.node.staffNo"}},
                "pagination": {
                    "mode": "cursor",
                    "sent_in": "body",
                    "cursor": "$.result.staff.pageInfo.endCursor",
                    "more": "$.result.staff.pageInfo.hasNext",
                    "cursor_parameter": "after",
                },
            }
        )
    assert list(found.table.frame["no"]) == [one["staffNo"] for one in STAFF]
    first = {"where": {"site": "Berlin & Bonn"}, "first": 3, "deep": [True, None]}
    assert [json.loads(asked.body) for asked in api.asked] == [first, first | {"after": "c3"}, first | {"after": "c6"}]
    assert {(asked.method, asked.headers["content-type"]) for asked in api.asked} == {("POST", "application/json")}


@pytest.mark.parametrize("absolute", [True, False])
def test_next_link_in_the_answer(authority: Authority, absolute: bool) -> None:
    def answer(asked: Asked) -> Reply:
        start = int(asked.query.get("from", 0))
        host = f"https://{asked.headers['host']}" if absolute else ""
        link = f"{host}/v1/staff?from={start + 3}" if start + 3 < len(STAFF) else None
        return Reply({"value": STAFF[start : start + 3], "links": {"next": link}})

    api = FakeApi(answer)
    with reading(authority, api, Bearer("t-1")) as read:
        found = read({"records": "value", "pagination": {"mode": "next_link", "link": "$.links.next"}})
    assert list(found.table.frame["no"]) == [one["staffNo"] for one in STAFF]
    assert all(asked.headers["authorization"] == "Bearer t-1" for asked in api.asked)
    assert found.pages == 3


def test_next_link_in_the_header_with_basic_authorization(authority: Authority) -> None:
    def answer(asked: Asked) -> Reply:
        start = int(asked.query.get("from", 0))
        link = {"link": f'</v1/staff?from={start + 4}>; rel="next", </v1/staff>; rel="first"'} if not start else {}
        return Reply(STAFF[start : start + 4], headers=link)

    api = FakeApi(answer)
    with reading(authority, api, Basic("ann", "p")) as read:
        found = read({"pagination": {"mode": "next_link"}})
    assert list(found.table.frame["no"]) == [one["staffNo"] for one in STAFF]
    assert all(asked.headers["authorization"] == "Basic YW5uOnA=" for asked in api.asked)


def test_page_number_in_a_form(authority: Authority) -> None:
    """As older APIs do it: everything in a form, no total, an empty page at the end."""

    def answer(asked: Asked) -> Reply:
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        form = dict(part.split("=") for part in asked.body.decode().split("&"))
        assert form["site"] == "Berlin+%26+Bonn"
        start = (int(form["page"]) - 1) * 7
        return Reply(STAFF[start : start + 7])

    api = FakeApi(answer)
    with reading(authority, api, Basic("ann", "p")) as read:
        found = read(
            {
                "method": "POST",
                "repeatable": True,
                "message": {"type": "form", "fields": {"site": "%env.site%"}},
                "pagination": {"mode": "page_number", "sent_in": "body", "page_parameter": "page", "total": None},
            }
        )
    assert (len(found.table.frame), len(api.asked)) == (7, 2)


def test_raw_message_is_sent_as_it_is(authority: Authority) -> None:
    api = FakeApi(lambda _: Reply(STAFF))
    with reading(authority, api, Bearer("t-1")) as read:
        message = {"type": "raw", "content_type": "text/xml; charset=utf-8", "body": "<q>Müller</q>"}
        read({"method": "POST", "message": message})
    assert (api.asked[0].body, api.asked[0].headers["content-type"]) == (
        "<q>Müller</q>".encode(),
        "text/xml; charset=utf-8",
    )
