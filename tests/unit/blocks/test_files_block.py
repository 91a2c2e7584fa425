"""The block of file servers. That it opens them is seen by the tests on the sandbox's shares."""

from __future__ import annotations

import pytest
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from pydantic import ValidationError

from blocks.files import FileServerCredentials
from lifecycle.errors import TargetUnavailableError
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.connection import FileConnection

SECRET = "s3cret-of-the-service-account"


def _block(**fields: object) -> FileServerCredentials:
    known = {"user": "svc", "password": SECRET, "domain": "CORP", "roots": ["\\\\127.0.0.1\\home"]}
    return FileServerCredentials.model_validate({**known, **fields})


class TestFileServerCredentials(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[FileServerCredentials]:
        """The block to hold against them."""
        return FileServerCredentials


def test_block_makes_the_connection_of_its_fields() -> None:
    made = _block(archive_roots=["//fs2/archive"], require_encryption=False, authentication="ntlm", port=1445)
    home, archive = UncPath("127.0.0.1", "home"), UncPath("fs2", "archive")
    assert made.connection() == FileConnection(
        "svc", SECRET, "CORP", (home,), (archive,), require_encryption=False, authentication="ntlm", port=1445
    )


def test_block_requires_encryption_unless_told_otherwise() -> None:
    assert _block().connection().require_encryption


def test_block_shows_no_password() -> None:
    block = _block()
    assert SECRET not in repr(block) + str(block) + repr(block.connection()) + str(block.model_dump())


def test_block_where_nobody_listens_says_so_without_the_password() -> None:
    with _block(port=1).open() as folders, pytest.raises(TargetUnavailableError, match="no connection") as refused:
        folders.state(UncPath("127.0.0.1", "home", ("ada",)))
    assert SECRET not in str(refused.value)
    assert "svc" not in str(refused.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"roots": []}, {"roots": ["D:\\home"]}, {"roots": ["\\\\fs1\\home\\.."]}, {"archive_roots": ["archive"]},
        {"port": 0}, {"timeout_s": 0}, {"authentication": "plain"}, {"user": None},
    ],
)  # fmt: skip
def test_block_refuses_fields_that_cannot_be(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        _block(**fields)
