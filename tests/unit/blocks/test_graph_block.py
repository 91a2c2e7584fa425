"""The block of Microsoft 365, without a Prefect server and without a tenant."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from pydantic import SecretStr, ValidationError

from blocks.graph import MicrosoftGraphCredentials
from lifecycle.errors import ConfigurationError
from lifecycle.ports.graph.connection import ClientCertificate, ClientSecret, GraphConnection

TENANT, CLIENT_ID = "8d4f2c1e-0000-4000-8000-000000000001", "8d4f2c1e-0000-4000-8000-000000000002"
KEY = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"
THUMBPRINT = "0123456789abcdef0123456789ABCDEF01234567"
CERTIFICATE = {"client_secret": "", "private_key": KEY, "thumbprint": THUMBPRINT}


def _block(**changes: Any) -> MicrosoftGraphCredentials:
    return MicrosoftGraphCredentials(
        **({"tenant": TENANT, "client_id": CLIENT_ID, "client_secret": "canary"} | changes)
    )


class TestMicrosoftGraphCredentials(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[MicrosoftGraphCredentials]:
        """The block to hold against them."""
        return MicrosoftGraphCredentials


def test_graph_block_makes_the_connection_of_a_secret() -> None:
    made = _block(ca_file="ca.pem", timeout_s=5, patience_s=9, requests_per_window=10, window_s=2).connection()
    assert made == GraphConnection(
        tenant=TENANT,
        client_id=CLIENT_ID,
        credential=ClientSecret("canary"),
        ca_file="ca.pem",
        requests_per_window=10,
        window_s=2.0,
        timeout_s=5.0,
        patience_s=9.0,
    )
    assert (made.authority_host, made.graph_host) == ("login.microsoftonline.com", "graph.microsoft.com")


def test_graph_block_makes_the_connection_of_a_certificate_in_a_national_cloud() -> None:
    made = _block(
        **CERTIFICATE, authority_host="login.microsoftonline.us", graph_host="graph.microsoft.us", ca_file=""
    ).connection()
    assert made.credential == ClientCertificate(KEY, THUMBPRINT)
    assert (made.authority_host, made.tenant) == ("login.microsoftonline.us", TENANT)
    assert made.scope == "https://graph.microsoft.us/.default"
    assert made.ca_file is None


@pytest.mark.parametrize("credential", [{}, CERTIFICATE])
def test_graph_block_hides_its_secrets(credential: dict[str, Any]) -> None:
    block = _block(**credential)
    shown = repr(block) + str(block) + str(block.model_dump()) + block.model_dump_json() + repr(block.connection())
    assert "canary" not in shown
    with block.open() as graph:
        assert TENANT in repr(graph)
        assert "canary" not in repr(graph)


def test_graph_block_keeps_every_secret_in_a_secret_field() -> None:
    secret = {name for name, info in MicrosoftGraphCredentials.model_fields.items() if info.annotation is SecretStr}
    assert secret == {"client_secret", "private_key"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"client_secret": ""}, "either client_secret is needed, or private_key with thumbprint"),
        ({**CERTIFICATE, "client_secret": "canary"}, "either client_secret is needed, or private_key"),
        ({**CERTIFICATE, "thumbprint": ""}, "private_key and thumbprint go together"),
        ({"thumbprint": THUMBPRINT}, "private_key and thumbprint go together"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"requests_per_window": 0}, "requests_per_window"),
    ],
)
def test_graph_block_refuses_fields_that_cannot_be(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem) as caught:
        _block(**changes)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"graph_host": "https://graph.microsoft.com"}, "graph_host"),
        ({"authority_host": "login.microsoftonline.com/common"}, "authority_host"),
        ({"tenant": "a/b"}, "tenant"),
        ({"client_id": ""}, "client_id"),
        ({**CERTIFICATE, "private_key": "canary"}, "private_key"),
        ({**CERTIFICATE, "thumbprint": "canary"}, "thumbprint"),
    ],
)
def test_graph_block_refuses_values_that_no_connection_can_have(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ConfigurationError, match=field) as caught:
        _block(**changes).connection()
    assert "canary" not in str(caught.value)
