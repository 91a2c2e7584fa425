"""The value that ties a cloud user to an account."""

from __future__ import annotations

import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.cloud.immutable_id import guid_of, immutable_id
from lifecycle.cloud.user import CloudIdentity
from lifecycle.directory.values import guid_from_bytes


@given(st.uuids())
def test_immutable_id_and_guid_are_each_others_inverse(guid: uuid.UUID) -> None:
    text = str(guid)
    assert guid_of(immutable_id(text)) == guid_of(immutable_id(text.upper())) == text


@given(st.binary(min_size=16, max_size=16))
def test_immutable_id_is_base64_of_the_bytes_that_the_directory_keeps(raw: bytes) -> None:
    assert immutable_id(guid_from_bytes(raw)) == base64.b64encode(raw).decode()


def test_immutable_id_of_a_known_account() -> None:
    """Bytes 00 … 0f: the first three fields of the text are the other way round."""
    assert immutable_id("03020100-0504-0706-0809-0a0b0c0d0e0f") == "AAECAwQFBgcICQoLDA0ODw=="


@pytest.mark.parametrize(
    "value", ["", "AAEC", "employee-4711", "AAECAwQFBgcICQoLDA0ODxAR", "ÄÖÜ=", "AAECAwQFBgcICQoLDA0ODw"]
)
def test_guid_of_something_else_is_none(value: str) -> None:
    assert guid_of(value) is None


@pytest.mark.parametrize("guid", ["", "not-a-guid"])
def test_immutable_id_refuses_what_is_no_guid(guid: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        immutable_id(guid)


def test_identity_is_of_its_own_immutable_id_or_of_none() -> None:
    identity = CloudIdentity("03020100-0504-0706-0809-0a0b0c0d0e0f", "ann@example.test")
    assert identity.is_of("AAECAwQFBgcICQoLDA0ODw==")
    assert identity.is_of(None)
    assert identity.is_of("")
    assert not identity.is_of("aaecawqfbgcicqolda0odw==")
    assert "ann@" not in repr(identity)
