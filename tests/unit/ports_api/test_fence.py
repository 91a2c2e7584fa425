"""The host fence, with two real HTTPS servers: whatever the first says, the second never sees a secret.

Both have good certificates of one authority, so nothing but the fence stands between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import ConfigurationError, LifecycleError, SourceContractError, SourceRequestError
from lifecycle.ports.api.authorization import ApiKey, Authorization, Basic, Bearer, ClientCredentials
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.request import ApiRequest
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer
from tests.support.https_api import Asked, Authority, FakeApi, Reply, serve

URL = "https://{Host-Name}/people"
TOKEN = {"token_type": "Bearer", "access_token": "canary-token", "scope": "all"}
CLIENT = {"client_id": "reader", "client_secret": "canary-secret", "scopes": ("all",)}
WAYS: list[Authorization] = [
    ApiKey("X-Key", "canary-key"),
    ApiKey("key", "canary-key", "query"),
    Basic("reader", "canary-password"),
    Bearer("canary-bearer"),
    ClientCredentials(token_url="https://{Host-Name}/token", **CLIENT),
]
every_way = pytest.mark.parametrize("way", WAYS, ids=["key in header", "key in query", "basic", "bearer", "oauth"])


@dataclass
class Hosts:
    """Two servers: ``own`` is named by the block, ``other`` is not unless a test names it."""

    own: FakeApi
    own_name: str
    other: FakeApi
    other_name: str
    ca_file: str

    def client(self, way: Authorization, *, trust_other: bool = False, **changes: Any) -> ApiClient:
        """A client of the first."""
        others = (self.other_name,) if trust_other else ()
        connection = ApiConnection(
            self.own_name, way, other_hosts=others, ca_file=self.ca_file, timeout_s=20.0, **changes
        )
        return ApiClient(connection, tokens=TokenCache(), pacer=Pacer(10_000, 1.0))


@pytest.fixture(scope="module")
def running(authority: Authority) -> Iterator[Hosts]:
    own, other = FakeApi(lambda _: Reply()), FakeApi(lambda _: Reply())
    with serve(own, authority) as own_name, serve(other, authority) as other_name:
        yield Hosts(own, own_name, other, other_name, authority.ca_file)


@pytest.fixture
def hosts(running: Hosts) -> Hosts:
    for api in (running.own, running.other):
        api.asked.clear()
        api.answer = lambda asked: Reply(TOKEN) if asked.path == "/token" else Reply([{"id": 7}])
    return running


def endpoint(**changes: Any) -> Endpoint:
    return Endpoint(
        **({"name": "people", "credentials": "hr", "url": URL, "key": "id", "fields": {"id": {}}} | changes)
    )


def redirecting(*targets: str, status: int = 302) -> Callable[[Asked], Reply]:
    """``/people`` leads to the first target, ``/1`` to the second, …; what has none answers a person."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            return Reply(TOKEN)
        position = 0 if asked.path == "/people" else int(asked.path[1:])
        if position >= len(targets):
            return Reply([{"id": 7}])
        return Reply("", status, {"location": targets[position]})

    return answer


def read(client: ApiClient, one: Endpoint, request: ApiRequest | None = None) -> list[dict[str, Any]]:
    with client:
        return [record for page in client.pages(one, request or ApiRequest(URL)) for record in page.records]


@every_way
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_off_the_fence_is_refused_and_nothing_is_sent(hosts: Hosts, way: Authorization, status: int) -> None:
    hosts.own.answer = redirecting(f"https://{hosts.other_name}/1", status=status)
    with pytest.raises(SourceRequestError, match=f"{hosts.other_name} is neither host_name nor one of other_hosts"):
        read(hosts.client(way), endpoint())
    assert hosts.other.asked == []
    assert "canary" in hosts.own.asked[-1].everything or "Basic" in hosts.own.asked[-1].everything


@pytest.mark.parametrize(
    "target",
    [
        "//{other}/1",
        "https://{own}@{other}/1",
        "https://reader:canary@{own}/1",
        "http://{own}/1",
        "ftp://{own}/1",
    ],
)
def test_redirect_in_disguise_is_refused(hosts: Hosts, target: str) -> None:
    hosts.own.answer = redirecting(target.format(own=hosts.own_name, other=hosts.other_name))
    with pytest.raises(SourceRequestError, match="a redirect that leads") as caught:
        read(hosts.client(WAYS[0]), endpoint())
    assert "canary" not in str(caught.value)
    assert (len(hosts.own.asked), hosts.other.asked) == (1, [])


@every_way
def test_redirect_to_no_address_is_refused(hosts: Hosts, way: Authorization) -> None:
    hosts.own.answer = redirecting("https://localhost:port/1")
    with pytest.raises(SourceRequestError, match="a redirect, which is not followed"):
        read(hosts.client(way), endpoint())
    assert len([asked for asked in hosts.own.asked if asked.path != "/token"]) == 1


@every_way
def test_redirect_inside_the_fence_is_followed_and_authorised(hosts: Hosts, way: Authorization) -> None:
    hosts.own.answer = redirecting("/1", "2?x=1#top", f"https://{hosts.own_name}/3")
    assert read(hosts.client(way), endpoint(), ApiRequest(URL, headers={"X-Reason": "sync"})) == [{"id": 7}]
    people = [asked for asked in hosts.own.asked if asked.path != "/token"]
    assert [asked.path for asked in people] == ["/people", "/1", "/2", "/3"]
    assert people[2].query.get("x") == "1"
    assert all(asked.headers["x-reason"] == "sync" for asked in people)
    assert all("canary" in asked.everything or "Basic" in asked.everything for asked in people)


def test_redirect_is_followed_to_a_host_that_the_block_names(hosts: Hosts) -> None:
    hosts.own.answer = redirecting(f"https://{hosts.other_name}/1")
    assert read(hosts.client(WAYS[0], trust_other=True), endpoint()) == [{"id": 7}]
    assert hosts.other.asked[0].headers["x-key"] == "canary-key"


def test_redirects_have_an_end(hosts: Hosts) -> None:
    hosts.own.answer = redirecting("/1", "/2", "/3", "/4")
    with pytest.raises(SourceContractError, match="redirects more than 3 times"):
        read(hosts.client(WAYS[0]), endpoint())
    assert len(hosts.own.asked) == 4


def test_redirect_of_a_post_is_not_followed(hosts: Hosts) -> None:
    hosts.own.answer = redirecting("/1", status=307)
    with pytest.raises(SourceRequestError, match="a redirect, which is not followed"):
        read(hosts.client(WAYS[0]), endpoint(method="POST", repeatable=True), ApiRequest(URL, "POST"))
    assert len(hosts.own.asked) == 1


@every_way
@pytest.mark.parametrize("place", ["answer", "header"])
def test_next_link_off_the_fence_is_refused_and_nothing_is_sent(hosts: Hosts, way: Authorization, place: str) -> None:
    link = f"https://{hosts.other_name}/people?page=2"
    in_answer = {"next": link} if place == "answer" else {}
    headers = {"link": f'<{link}>; rel="next"'} if place == "header" else {}
    hosts.own.answer = lambda asked: (
        Reply(TOKEN) if asked.path == "/token" else Reply({"rows": [{"id": 1}], **in_answer}, headers=headers)
    )
    pagination = {"mode": "next_link", "link": "next" if place == "answer" else None}
    with pytest.raises(SourceContractError, match=f"next link leads elsewhere: {hosts.other_name}"):
        read(hosts.client(way), endpoint(records="rows", pagination=pagination))
    assert hosts.other.asked == []


def test_next_link_that_repeats_the_key_is_not_asked_with_two(hosts: Hosts) -> None:
    def answer(asked: Asked) -> Reply:
        link = f"https://{hosts.own_name}/people?key=canary-key&page=2" if "page" not in asked.query else None
        return Reply({"rows": [{"id": len(hosts.own.asked)}], "next": link})

    hosts.own.answer = answer
    one = endpoint(records="rows", pagination={"mode": "next_link", "link": "next"})
    assert read(hosts.client(ApiKey("key", "canary-key", "query")), one) == [{"id": 1}, {"id": 2}]
    assert [asked.query for asked in hosts.own.asked] == [
        {"key": "canary-key"},
        {"page": "2", "key": "canary-key"},
    ]


@pytest.mark.parametrize("url", ["https://{tenantname}/token", "https://{tenantname}:{port}/token"])
def test_token_url_off_the_fence_is_refused_and_no_secret_is_sent(hosts: Hosts, url: str) -> None:
    """The tenant's name fills the host: it decides whom the client's secret would be sent to."""
    name, _, port = hosts.other_name.partition(":")
    way = ClientCredentials(token_url=url.replace("{port}", port), **CLIENT)
    with pytest.raises(ConfigurationError, match="add it to other_hosts if it is to be trusted") as caught:
        hosts.client(way, tenant=name)
    assert (caught.value.path, hosts.own.asked, hosts.other.asked) == ("token_url", [], [])


def test_token_url_on_a_named_host_is_used(hosts: Hosts) -> None:
    name, _, port = hosts.other_name.partition(":")
    way = ClientCredentials(token_url=f"https://{{tenantname}}:{port}/token", **CLIENT)
    assert read(hosts.client(way, tenant=name, trust_other=True), endpoint()) == [{"id": 7}]
    assert [asked.path for asked in hosts.other.asked] == ["/token"]


def test_token_url_that_redirects_gets_the_secret_only_once(hosts: Hosts) -> None:
    hosts.own.answer = lambda _: Reply("", 307, {"location": f"https://{hosts.other_name}/token"})
    with pytest.raises(LifecycleError, match="a redirect, which is not followed"):
        read(hosts.client(WAYS[4]), endpoint())
    assert hosts.other.asked == []


@pytest.mark.parametrize(
    ("way", "request_"),
    [
        (ApiKey("X-Key", "k"), ApiRequest(URL, headers={"x-key": "other"})),
        (ApiKey("key", "k", "query"), ApiRequest(URL, params={"key": "other"})),
        (ApiKey("key", "k", "query"), ApiRequest(URL + "?key=other")),
    ],
)
def test_request_that_sets_the_key_itself_is_refused(hosts: Hosts, way: Authorization, request_: ApiRequest) -> None:
    with pytest.raises(ConfigurationError, match="is set by the credentials block alone"):
        read(hosts.client(way), endpoint(), request_)
    assert hosts.own.asked == []
