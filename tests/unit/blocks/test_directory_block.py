"""The block of a directory. That it opens one is seen by every test of the pipeline."""

from __future__ import annotations

import pytest
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from pydantic import ValidationError

from blocks.directory import ActiveDirectoryCredentials
from lifecycle.errors import DirectoryUnavailableError
from lifecycle.ports.directory.connection import DirectoryConnection

SECRET = "s3cret-of-the-service-account"


def _block(**fields: object) -> ActiveDirectoryCredentials:
    known = {"host": "127.0.0.1", "user": "svc@corp.example.test", "password": SECRET}
    return ActiveDirectoryCredentials.model_validate({**known, **fields})


class TestActiveDirectoryCredentials(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[ActiveDirectoryCredentials]:
        """The block to hold against them."""
        return ActiveDirectoryCredentials


def test_block_makes_the_connection_of_its_fields() -> None:
    made = _block(port=1636, ca_file="/etc/ca.pem", timeout_s=5).connection()
    assert made == DirectoryConnection("127.0.0.1", "svc@corp.example.test", SECRET, 1636, "/etc/ca.pem", 5)


def test_block_shows_no_password() -> None:
    block = _block()
    assert SECRET not in repr(block) + str(block) + repr(block.connection())
    assert SECRET not in str(block.model_dump())


def test_block_where_nobody_listens_says_so_without_the_password() -> None:
    with pytest.raises(DirectoryUnavailableError, match="connection refused") as refused, _block(port=1).open():
        pytest.fail("somebody listens on port 1")
    assert SECRET not in str(refused.value)
    assert "svc@corp" not in str(refused.value)


@pytest.mark.parametrize("fields", [{"port": 0}, {"port": 65536}, {"timeout_s": 0}, {"host": None}])
def test_block_refuses_fields_that_cannot_be(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        _block(**fields)
