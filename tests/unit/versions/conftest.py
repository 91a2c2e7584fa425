"""The store that the build bb6e79e left: each test gets a copy of its own, and its directory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.old_store import OldStore, old_store


@pytest.fixture
def old(tmp_path: Path) -> Iterator[OldStore]:
    """Opened by this build; tests/data/stores/bb6e79e/README.md says what is in it."""
    with old_store("bb6e79e", tmp_path) as opened:
        yield opened
