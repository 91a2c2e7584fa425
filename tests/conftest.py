"""For every test: nothing phones home, and Prefect never uses the home folder of whoever runs the tests."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Prefect reads its settings when it is first imported, which is before any fixture.
_HOME = Path(tempfile.mkdtemp(prefix="halo-ad-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ.update(
    PREFECT_HOME=str(_HOME),
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL="CRITICAL",
    DO_NOT_TRACK="1",
    GX_ANALYTICS_ENABLED="false",
)


# How long a machine takes says nothing about what is right.
settings.register_profile("halo-ad", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("halo-ad")


@pytest.fixture(scope="session")
def prefect_home() -> Path:
    """Prefect's folder for this test session, removed when it ends, however it ends."""
    return _HOME
