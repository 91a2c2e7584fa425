"""The block of HaloITSM's credentials, without a Prefect server."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from pydantic import SecretStr, ValidationError

from blocks.halo import HaloITSMCredentials, StoredRefreshToken
from lifecycle.errors import ConfigurationError, SourceAuthorizationError
from lifecycle.ports.api.authorization import (
    ApiKey,
    Authorization,
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    NoAuthorization,
    PasswordGrant,
)
from lifecycle.ports.api.connection import ApiConnection

TOKEN_URL = "https://{Host-Name}/auth/token?tenant={tenantname}"
AUTHORIZE_URL = "https://{Host-Name}/auth/authorize"
CLIENT = {"token_url": TOKEN_URL, "client_id": "reader", "scopes": ("read:customers",)}
NEEDS = {
    "none": {},
    "api_key": {"api_key_name": "X-Key", "api_key": "canary"},
    "basic": {"user_name": "ann", "password": "canary"},
    "bearer": {"bearer_token": "canary"},
    "client_credentials": {"client_id": "reader", "client_secret": "canary"},
    "authorization_code": {"client_id": "reader", "authorize_url": AUTHORIZE_URL},
    "password": {"client_id": "reader", "user_name": "ann", "password": "canary"},
}
"""Authorization → the fields that it needs."""

WAYS: dict[str, Authorization] = {
    "none": NoAuthorization(),
    "api_key": ApiKey("X-Key", "canary"),
    "basic": Basic("ann", "canary"),
    "bearer": Bearer("canary"),
    "client_credentials": ClientCredentials(**CLIENT, client_secret="canary"),
    "authorization_code": AuthorizationCode(**CLIENT, authorize_url=AUTHORIZE_URL),
    "password": PasswordGrant(**CLIENT, user_name="ann", password="canary"),
}
every_authorization = pytest.mark.parametrize("authorization", NEEDS)


def block_of(authorization: str, **changes: Any) -> HaloITSMCredentials:
    values = {"host_name": "halo.example.test", "tenant": "acme", "authorization": authorization}
    return HaloITSMCredentials(**(values | NEEDS[authorization] | changes))


def credentials(**changes: Any) -> HaloITSMCredentials:
    """As it was before there was a choice."""
    values = {"host_name": "halo.example.test", "tenant": "acme", "client_id": "reader", "client_secret": "canary"}
    return HaloITSMCredentials(**(values | changes))


class TestHaloITSMCredentials(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[HaloITSMCredentials]:
        """The block to hold against them."""
        return HaloITSMCredentials


def test_halo_block_offers_every_authorization() -> None:
    annotation = HaloITSMCredentials.model_fields["authorization"].annotation
    assert set(get_args(annotation)) == set(NEEDS) == set(WAYS)
    assert credentials().authorization == "client_credentials"


@every_authorization
def test_halo_block_makes_the_connection_of_each_authorization(authorization: str) -> None:
    assert block_of(authorization).connection() == ApiConnection(
        "halo.example.test", WAYS[authorization], tenant="acme"
    )


@every_authorization
def test_halo_block_hides_its_secrets(authorization: str) -> None:
    block = block_of(authorization)
    shown = repr(block) + str(block) + str(block.model_dump()) + block.model_dump_json() + repr(block.connection())
    assert "canary" not in shown
    with block.get_client() as client:
        assert "halo.example.test" in repr(client)
        assert "canary" not in repr(client)


def test_halo_block_keeps_every_secret_in_a_secret_field() -> None:
    secret = {name for name, info in HaloITSMCredentials.model_fields.items() if info.annotation is SecretStr}
    assert secret == {"client_secret", "password", "api_key", "bearer_token", "refresh_token"}


@pytest.mark.parametrize(
    ("authorization", "field"), [(name, field) for name, fields in NEEDS.items() for field in fields]
)
def test_halo_block_needs_what_its_authorization_needs(authorization: str, field: str) -> None:
    with pytest.raises(ValidationError, match=f"authorization {authorization} needs {field}") as caught:
        block_of(authorization, **{field: ""})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("authorization", "surplus"),
    [
        ("none", {"client_id": "x"}),
        ("none", {"scopes": ["all"]}),
        ("api_key", {"bearer_token": "canary"}),
        ("basic", {"api_key_place": "query"}),
        ("bearer", {"password": "canary"}),
        ("client_credentials", {"user_name": "x"}),
        ("client_credentials", {"authorize_url": AUTHORIZE_URL}),
        ("client_credentials", {"refresh_token": "canary"}),
        ("authorization_code", {"password": "canary"}),
        ("password", {"api_key": "canary"}),
    ],
)
def test_halo_block_takes_no_field_of_another_authorization(authorization: str, surplus: dict[str, Any]) -> None:
    (field,) = surplus
    says = f"authorization {authorization} takes no {field}: leave it empty"
    with pytest.raises(ValidationError, match=says) as caught:
        block_of(authorization, **surplus)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("authorization", "more"),
    [
        ("api_key", {"api_key_place": "query"}),
        ("client_credentials", {"scopes": ["all"], "token_url": "https://{Host-Name}/token"}),
        ("client_credentials", {"scopes": []}),
        ("authorization_code", {"client_secret": "canary", "refresh_token": "canary"}),
        ("password", {"client_secret": "canary"}),
    ],
)
def test_halo_block_takes_what_its_authorization_may_have(authorization: str, more: dict[str, Any]) -> None:
    assert block_of(authorization, **more).connection()


def test_halo_block_names_the_fields_to_ask_for() -> None:
    assert HaloITSMCredentials.needed_fields() == ("client_id", "client_secret")
    assert {name: HaloITSMCredentials.needed_fields(name) for name in NEEDS} == {
        name: tuple(fields) for name, fields in NEEDS.items()
    }
    assert HaloITSMCredentials.needed_fields("nonsense") == ()


def test_halo_block_makes_the_connection() -> None:
    block = credentials(scopes=["all"], ca_file="ca.pem", timeout_s=5, patience_s=9, other_hosts=["login.example.test"])
    assert block.connection() == ApiConnection(
        host_name="halo.example.test",
        tenant="acme",
        authorization=ClientCredentials(
            token_url=TOKEN_URL, client_id="reader", client_secret="canary", scopes=("all",)
        ),
        other_hosts=("login.example.test",),
        ca_file="ca.pem",
        timeout_s=5.0,
        patience_s=9.0,
    )


def test_halo_block_takes_an_empty_file_name_for_none() -> None:
    assert credentials(ca_file="").connection().ca_file is None


def test_halo_block_refuses_values_that_cannot_work() -> None:
    with pytest.raises(ValidationError):
        credentials(timeout_s=0)
    for changes, field in (
        ({"host_name": "https://halo.example.test"}, "host_name"),
        ({"other_hosts": ["https://login.example.test"]}, "other_hosts"),
        ({"token_url": "https://login.example.test/token"}, "token_url"),
    ):
        with pytest.raises(ConfigurationError, match=field):
            credentials(**changes).connection()


def test_halo_block_that_is_not_saved_has_no_refresh_token() -> None:
    with (
        block_of("authorization_code").get_client() as client,
        pytest.raises(SourceAuthorizationError, match="no refresh token yet"),
    ):
        client.authorize()
    with pytest.raises(ConfigurationError, match="save the block first"):
        StoredRefreshToken("").save("canary")
