"""A policy that an automation names where it does not belong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError

POLICY = "name: ending\nactions:\n  - {action: disable-user}\n  - {action: delete-user, after: 30d}\n"


@pytest.fixture
def with_policy(write_configuration: Callable[..., Path]) -> Callable[[str, str], Path]:
    """The small configuration with that policy, named in its automation."""

    def written(old: str, new: str) -> Path:
        folder = write_configuration("automations/sync.yaml", old, new)
        (folder / "policies").mkdir()
        (folder / "policies/ending.yaml").write_text(POLICY, "utf-8")
        return folder

    return written


def test_leavers_may_be_deleted_later(with_policy: Callable[[str, str], Path]) -> None:
    loaded = load_configuration(with_policy('Staff,%env.base%"}\n', 'Staff,%env.base%", policy: ending}\n'))
    assert [one.action for one in loaded.policies["ending"].actions] == ["disable-user", "delete-user"]


@pytest.mark.parametrize("rule", ["joiners", "movers", "rehires"])
def test_nobody_else_is_deleted_by_a_policy(with_policy: Callable[[str, str], Path], rule: str) -> None:
    with pytest.raises(ConfigurationError, match="delete-user is for leavers alone") as refused:
        load_configuration(with_policy("leavers:", f"{rule}: ending\nleavers:"))
    assert refused.value.path == rule
