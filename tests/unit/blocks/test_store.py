"""The block of the state store."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect.testing.standard_test_suites import BlockStandardTestSuite

from blocks.store import StateStore
from lifecycle.errors import StoreError


class TestStateStore(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[StateStore]:
        """The block to hold against them."""
        return StateStore


def test_block_opens_the_store_below_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with StateStore().open() as store, store.begin() as unit:
        assert unit.sound_runs.baseline("staff") is None
    assert (tmp_path / ".local/state/halo-ad/state.db").exists()


def test_block_opens_the_store_of_its_url(tmp_path: Path) -> None:
    StateStore(url=f"sqlite:///{tmp_path}/state.db").open().close()
    assert (tmp_path / "state.db").exists()


def test_block_shows_no_url() -> None:
    block = StateStore(url="mysql://halo:s3cret@db/halo")
    assert "s3cret" not in repr(block)
    with pytest.raises(StoreError) as refused:
        block.open()
    assert "s3cret" not in str(refused.value)
