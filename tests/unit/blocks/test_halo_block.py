"""The block of HaloITSM's credentials, without a Prefect server."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from pydantic import SecretStr, ValidationError

from blocks.halo import HaloITSMCredentials
from lifecycle.errors import ConfigurationError
from lifecycle.ports.api.connection import ApiConnection


def credentials(**changes: Any) -> HaloITSMCredentials:
    values = {"host_name": "halo.example.test", "tenant": "acme", "client_id": "reader", "client_secret": "canary"}
    return HaloITSMCredentials(**(values | changes))


class TestHaloITSMCredentials(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[HaloITSMCredentials]:
        """The block to hold against them."""
        return HaloITSMCredentials


def test_halo_block_hides_its_secret() -> None:
    block = credentials()
    assert isinstance(block.client_secret, SecretStr)
    assert "canary" not in repr(block) + str(block) + str(block.model_dump()) + block.model_dump_json()


def test_halo_block_makes_the_connection() -> None:
    assert credentials(scopes=["all"], ca_file="ca.pem", timeout_s=5, patience_s=9).connection() == ApiConnection(
        host_name="halo.example.test",
        tenant="acme",
        token_url="https://{Host-Name}/auth/token?tenant={tenantname}",
        client_id="reader",
        client_secret="canary",
        scopes=("all",),
        ca_file="ca.pem",
        timeout_s=5.0,
        patience_s=9.0,
    )


def test_halo_block_takes_an_empty_file_name_for_none() -> None:
    assert credentials(ca_file="").connection().ca_file is None


def test_halo_block_makes_a_client_without_showing_the_secret() -> None:
    with credentials().get_client() as client:
        assert "halo.example.test" in repr(client)
        assert "canary" not in repr(client)


def test_halo_block_refuses_values_that_cannot_work() -> None:
    with pytest.raises(ValidationError):
        credentials(timeout_s=0)
    with pytest.raises(ConfigurationError, match="host_name"):
        credentials(host_name="https://halo.example.test").connection()
