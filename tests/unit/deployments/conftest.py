"""Tests of this folder that save blocks find a Prefect server without any of the names of ``config/``."""

from __future__ import annotations

import contextlib

import pytest

from blocks.directory import ActiveDirectoryCredentials
from blocks.halo import HaloITSMCredentials
from blocks.store import StateStore


@pytest.fixture
def _prefect(prefect: str) -> None:
    """Blocks that tests of the pipeline saved in the session's one server are removed; they save theirs anew."""
    del prefect
    for kind, name in (
        (HaloITSMCredentials, "halo-itsm"), (ActiveDirectoryCredentials, "corp-ad"), (StateStore, "halo-ad-store"),
    ):  # fmt: skip
        with contextlib.suppress(ValueError):  # there is none
            kind.delete(name)
