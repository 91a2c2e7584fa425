"""Values of the cloud: what cannot be, what is hidden, what touches what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lifecycle.cloud.automatic_replies import AutomaticReplies
from lifecycle.cloud.operation import (
    AddCloudMembers,
    RemoveCloudMembers,
    RevokeSessions,
    SetAutomaticReplies,
    SetPhoto,
    Sku,
    subjects,
)
from lifecycle.cloud.user import CloudUser, photo_digest

FRIDAY, MONDAY = datetime(2026, 11, 27, 17, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"status": "on"}, "none of those"),
        ({"external_audience": "everybody"}, "none of those"),
        ({"status": "alwaysEnabled", "start": FRIDAY}, "only scheduled"),
        ({"status": "scheduled"}, "need a start and an end"),
        ({"status": "scheduled", "start": FRIDAY, "end": MONDAY.replace(tzinfo=None)}, "time zone"),
        ({"status": "scheduled", "start": MONDAY, "end": FRIDAY}, "begin before they end"),
    ],
)
def test_automatic_replies_that_cannot_be_are_refused(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        AutomaticReplies(**fields)


def test_what_is_personal_is_not_shown() -> None:
    setting = AutomaticReplies("scheduled", "all", "canary", "canary", FRIDAY, MONDAY)
    user = CloudUser(
        id="u", user_principal_name="canary", on_premises_immutable_id=None, synced=False, account_enabled=True,
        usage_location=None, licences=(), sign_in_sessions_valid_from=None, automatic_replies=setting,
    )  # fmt: skip
    shown = repr([user, SetAutomaticReplies("u", setting), SetPhoto("u", b"canary")])
    assert "canary" not in shown
    assert "scheduled" in shown


def test_subjects_are_everything_that_an_operation_touches() -> None:
    assert subjects(RevokeSessions("u")) == {"u"}
    assert (
        subjects(AddCloudMembers("g", ("a", "b"))) == subjects(RemoveCloudMembers("g", ("b", "a"))) == {"g", "a", "b"}
    )


def test_sku_counts_what_is_free() -> None:
    assert Sku("e3", "SPE_E3", consumed=7, enabled=10).free == 3
    assert Sku("e3", "SPE_E3", consumed=7, enabled=0, warning=10).free == 3
    assert Sku("e3", "SPE_E3", consumed=12, enabled=10).free == 0


def test_photo_digest_is_sha_256_in_digits() -> None:
    assert photo_digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
