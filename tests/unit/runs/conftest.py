"""A store on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lifecycle.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One store a test."""
    with Store.open(f"sqlite:///{tmp_path}/state.db") as opened:
        yield opened
