"""The preconfigured endpoints, read for real from the simulated HaloITSM over HTTPS."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lifecycle.config.loader import load_configuration
from lifecycle.errors import SourceAuthorizationError
from lifecycle.ports.api.authorization import Authorization, ClientCredentials, PasswordGrant
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer
from lifecycle.sourcing.endpoint import read_endpoint
from tests.support.https_api import Authority
from tests.support.simulated_halo import CLIENT_ID, CLIENT_SECRET, TENANT, SimulatedHalo, simulated_halo

CONFIGURATION = load_configuration(Path(__file__).parents[3] / "config")
TOKEN_URL = "https://{Host-Name}/auth/token?tenant={tenantname}"


@pytest.fixture(scope="module")
def halo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedHalo]:
    with simulated_halo(Authority(tmp_path_factory.mktemp("ca"))) as running:
        yield running


def reader(halo: SimulatedHalo, way: Authorization) -> ApiClient:
    """A client with tokens of its own."""
    connection = ApiConnection(halo.host_name, way, tenant=TENANT, ca_file=halo.ca_file)
    return ApiClient(connection, tokens=TokenCache(), pacer=Pacer(10_000, 1.0))


def client_credentials(*scopes: str) -> ClientCredentials:
    return ClientCredentials(token_url=TOKEN_URL, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, scopes=scopes)


def test_preconfigured_endpoints_bear_the_names_of_the_product_page() -> None:
    descriptions = {name: one.description for name, one in CONFIGURATION.endpoints.items()}
    assert descriptions["halo-users"].startswith("HALO_ITSM Users")
    assert descriptions["halo-tickets"].startswith("HALO_ITSM List Tickets")
    assert {name for name, one in CONFIGURATION.endpoints.items() if one.draft} == {"halo-starter-tickets"}


def test_halo_users_brings_everybody(halo: SimulatedHalo) -> None:
    with reader(halo, client_credentials("read:customers")) as client:
        found = read_endpoint(client, CONFIGURATION.endpoints["halo-users"], CONFIGURATION.vocabulary)
    assert sorted(map(int, found.table.frame["id"])) == sorted(halo.simulator.register.users)
    assert found.notices == ()
    assert found.pages == -(-found.fetched // 100)


def test_halo_tickets_brings_every_ticket_with_its_custom_fields(halo: SimulatedHalo) -> None:
    tickets = [
        {
            "summary": f"New starter {number}",
            "tickettype_id": 32,
            "customfields": [{"name": "CFStarterFirstName", "value": f"Ann{number}"}],
        }
        for number in range(230)
    ]
    open_tickets(halo, tickets)
    with reader(halo, client_credentials("read:tickets")) as client:
        found = read_endpoint(client, CONFIGURATION.endpoints["halo-tickets"], CONFIGURATION.vocabulary)
    frame = found.table.frame.set_index("id")
    assert (len(frame), found.pages, found.notices) == (230, 3, ())
    assert set(frame["summary"]) == {one["summary"] for one in tickets}
    first = frame.loc["1001"]
    assert (first["tickettype_id"], first["status_id"], first["dateclosed"]) == ("32", "1", "")
    assert first["dateoccurred"].endswith("+00:00")
    assert "CFStarterFirstName" in first["customfields"]
    assert "Ann0" in first["customfields"]


def test_halo_tickets_needs_its_scope(halo: SimulatedHalo) -> None:
    with (
        reader(halo, client_credentials("read:customers")) as client,
        pytest.raises(SourceAuthorizationError, match="granted scopes or permissions"),
    ):
        read_endpoint(client, CONFIGURATION.endpoints["halo-tickets"], CONFIGURATION.vocabulary)


def test_halo_users_is_read_by_a_users_password(halo: SimulatedHalo) -> None:
    way = PasswordGrant(
        token_url=TOKEN_URL,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        scopes=("read:customers",),
        user_name="agent",
        password="sandbox-only",
    )
    with reader(halo, way) as client:
        assert read_endpoint(client, CONFIGURATION.endpoints["halo-users"], CONFIGURATION.vocabulary).fetched > 10


def open_tickets(halo: SimulatedHalo, tickets: list[dict[str, object]]) -> None:
    """Open tickets as another client of HaloITSM would: ours cannot write."""
    form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "scope": "all"}
    context = ssl.create_default_context(cafile=halo.ca_file)
    with httpx.Client(base_url=f"https://{halo.host_name}", verify=context, trust_env=False) as http:
        token = http.post("/auth/token", data=form).json()["access_token"]
        http.post("/api/Tickets", json=tickets, headers={"Authorization": f"Bearer {token}"}).raise_for_status()
