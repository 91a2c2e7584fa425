"""Some people alone: each asked for by key; an answer about somebody else is refused, no answer is no leaver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
import stamina

from lifecycle.config.endpoint import Endpoint
from lifecycle.config.loader import load_configuration
from lifecycle.errors import RequestError, SourceAuthorizationError, SourceContractError, SourceUnavailableError
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.notice import Notice, Reason
from lifecycle.people.merge import Table, merge
from lifecycle.ports.api.authorization import ClientCredentials, NoAuthorization
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer
from lifecycle.sourcing.endpoint import EndpointRead
from lifecycle.sourcing.single import MOST_KEYS, asked_keys, of_some, read_some
from tests.support.https_api import Authority
from tests.support.simulated_halo import CLIENT_ID, CLIENT_SECRET, TENANT, simulated_halo

USERS = Endpoint(
    name="users", credentials="hr", url="https://{Host-Name}/people", records="users", key="id",
    fields={"id": {"type": "number"}, "name": {}},
    one={"url": "https://{Host-Name}/people/%src.users.id%"},
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_backoff() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


def read(answers: dict[str, Any], *keys: str, endpoint: Endpoint = USERS) -> EndpointRead:
    """Read from an API that answers so to each path; a number is a status."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.get(request.url.path.rpartition("/")[2], 404)
        return httpx.Response(found) if isinstance(found, int) else httpx.Response(200, json=found)

    connection = ApiConnection("hr.example.test", NoAuthorization(), patience_s=0.01)
    transport = httpx.MockTransport(answer)
    with ApiClient(connection, transport=transport, pacer=Pacer(1000, 1.0)) as client:
        return read_some(client, endpoint, keys, Vocabulary())


def test_each_is_asked_for_and_the_read_says_that_it_is_partial() -> None:
    found = read({"1": {"id": 1, "name": "Ann"}, "2": {"id": 2.0, "name": "Bob"}}, "2", "1")

    assert found.table.frame.to_dict("records") == [{"id": "1", "name": "Ann"}, {"id": "2", "name": "Bob"}]
    assert found.table.is_partial
    assert merge([found.table]).is_partial
    assert set(found.hashes) == {"1", "2"}


def test_who_is_not_there_is_a_notice_and_keeps_nobody_else() -> None:
    found = read({"1": {"id": 1, "name": "Ann"}}, "1", "7")

    assert list(found.table.frame["id"]) == ["1"]
    assert found.notices == (Notice("7", Reason.RECORD_MISSING, "users"),)


@pytest.mark.parametrize("answer", [{"id": 2}, {"id": None}, {"name": "Ann"}])
def test_a_record_of_somebody_else_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(SourceContractError, match="asked for 1, and another record came"):
        read({"1": answer}, "1")


@pytest.mark.parametrize(("status", "error"), [(403, SourceAuthorizationError), (500, SourceUnavailableError)])
def test_a_failure_is_no_missing_person(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        read({"1": status}, "1")


def test_an_endpoint_without_one_cannot_be_asked() -> None:
    with pytest.raises(RequestError, match="endpoint users has no one"):
        read({}, "1", endpoint=USERS.model_copy(update={"one": None}))


@pytest.mark.parametrize("key", ["..", "."])
def test_a_key_that_is_no_part_of_a_url_is_refused(key: str) -> None:
    with pytest.raises(RequestError, match="cannot stand in the URL of endpoint users"):
        read({}, key)


@pytest.mark.parametrize("key", ["a/b", "a?b", "a%2fb", "Ä"])
def test_a_key_stays_one_part_of_the_path(key: str) -> None:
    endpoint = USERS.model_copy(update={"fields": {**USERS.fields, "id": USERS.fields["name"]}})
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(200, json={"id": key})

    connection = ApiConnection("hr.example.test", NoAuthorization())
    with ApiClient(connection, transport=httpx.MockTransport(answer), pacer=Pacer(1000, 1.0)) as client:
        read_some(client, endpoint, [key], Vocabulary())
    assert [(path.count("/"), path.count("?")) for path in asked] == [(2, 0)]


def test_keys_are_normalised_and_each_once() -> None:
    assert asked_keys([" 7", "7.0", "b", "7"]) == ("7", "b")


@pytest.mark.parametrize("only", [[""], ["1", " "], ["1\n2"], ["x" * 101], [str(n) for n in range(MOST_KEYS + 1)]])
def test_what_is_no_key_is_refused(only: list[str]) -> None:
    with pytest.raises(RequestError, match=r"^only: "):
        asked_keys(only)


def test_a_list_that_was_read_whole_is_cut_to_those_people() -> None:
    frame = pd.DataFrame({"id": ["a", "b", "c"], "owner": ["1", "2.0", "3"]}, dtype="str")
    notices = tuple(Notice(key, Reason.FIELD_UNREADABLE, "x") for key in "abc")
    whole = EndpointRead(Table("badges", frame, "id"), notices, 1, 3, hashes=dict.fromkeys("abc", ""))

    found = of_some(whole, "owner", ["2", "3"])

    assert list(found.table.frame["id"]) == ["b", "c"]
    assert (found.table.is_partial, set(found.hashes)) == (True, {"b", "c"})
    assert [one.key for one in found.notices] == ["b", "c"]


def test_haloitsm_is_asked_as_the_shipped_file_says(tmp_path: Path) -> None:
    configuration = load_configuration(Path(__file__).parents[3] / "config")
    users = configuration.endpoints["halo-users"]
    with simulated_halo(Authority(tmp_path)) as halo:
        way = ClientCredentials(
            token_url="https://{Host-Name}/auth/token?tenant={tenantname}",
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            scopes=("read:customers",),
        )
        connection = ApiConnection(halo.host_name, way, tenant=TENANT, ca_file=halo.ca_file)
        first = min(halo.simulator.register.users)
        with ApiClient(connection, tokens=TokenCache(), pacer=Pacer(1000, 1.0)) as client:
            found = read_some(client, users, [str(first), "999999"], configuration.vocabulary)
        requests = halo.simulator.traffic.requests

    (row,) = found.table.frame.to_dict("records")
    assert row["id"] == str(first)
    assert row["inactive"] in {"true", "false"}
    assert found.notices == (Notice("999999", Reason.RECORD_MISSING, "halo-users"),)
    assert requests["GET /api/users/{id}"] == 2
    assert "GET /api/users" not in requests
