"""The block of the webhook receiver."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from pydantic import ValidationError

from blocks.receiver import HaloWebhookReceiver
from lifecycle.errors import ConfigurationError
from receiver.proof import Signature, UserPassword
from receiver.settings import Settings

SECRET = "canary-secret-of-the-webhooks"
BASIC = {"authentication": "basic", "user_name": "halo", "password": SECRET}


class TestHaloWebhookReceiver(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[HaloWebhookReceiver]:
        """The block to hold against them."""
        return HaloWebhookReceiver


def test_runs_are_dry_unless_the_block_says_otherwise() -> None:
    assert HaloWebhookReceiver(secret=SECRET).dry_run


def test_block_makes_the_settings_of_its_fields() -> None:
    signed, basic = HaloWebhookReceiver(secret=SECRET, path="/x"), HaloWebhookReceiver(**BASIC)
    assert Settings.of(signed).proof == Signature(SECRET)
    assert Settings.of(basic).proof == UserPassword("halo", SECRET)
    assert Settings.of(signed).path == "/x"
    assert [path.text for path in Settings.of(signed).people] == ["$.user.id", "$.user_id"]


@pytest.mark.parametrize("fields", [{"secret": SECRET}, BASIC])
def test_block_shows_no_secret(fields: dict[str, Any]) -> None:
    block = HaloWebhookReceiver(**fields)
    assert SECRET not in repr(block) + str(block) + str(block.model_dump()) + block.model_dump_json()
    assert SECRET not in repr(Settings.of(block))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "authentication token needs a secret of at least 16 characters"),
        ({"secret": "canary-too-shor"}, "authentication token needs a secret"),
        ({"authentication": "none"}, "Input should be 'token' or 'basic'"),
        (BASIC | {"password": ""}, "authentication basic needs a password"),
        (BASIC | {"user_name": ""}, "authentication basic needs a user_name"),
        (BASIC | {"user_name": "a:b"}, "authentication basic needs a user_name without a colon"),
        ({"secret": SECRET, "path": "halo"}, "path must begin with /"),
        ({"secret": SECRET, "path": "/health"}, "/health is taken"),
        ({"secret": SECRET, "path": "/{x}"}, "path must begin with /"),
        ({"secret": SECRET, "people": []}, "people needs at least one JSONPath"),
        ({"secret": SECRET, "requests_per_s": 0}, "greater than 0"),
    ],
)
def test_block_refuses_what_cannot_be(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem) as refused:
        HaloWebhookReceiver(**fields)
    assert "canary" not in str(refused.value)


def test_a_path_that_is_none_is_told() -> None:
    with pytest.raises(ConfigurationError, match="is not an RFC 9535 JSONPath"):
        Settings.of(HaloWebhookReceiver(secret=SECRET, people=["user.id"]))
