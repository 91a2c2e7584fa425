"""For every test: nothing phones home, and Prefect never uses the home folder of whoever runs the tests.

And how tests are dealt out to several processes (``make test``: one for each processor).
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

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


# How long a machine takes says nothing about what is right. An example of the laws of planning is a whole organisation,
# in which every rule is at work on several people: sixty are many cases, and each run draws others. The laws of
# safety try more, and HALO_AD_EXAMPLES asks for more of all (make fuzz).
settings.register_profile(
    "halo-ad",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=int(os.environ.get("HALO_AD_EXAMPLES", "60")),
)
settings.load_profile("halo-ad")


@pytest.fixture(scope="session")
def prefect_home() -> Path:
    """Prefect's folder for this test session, removed when it ends, however it ends."""
    return _HOME


@pytest.fixture(scope="session")
def prefect(prefect_home: Path) -> Iterator[str]:
    """A Prefect server of this test session alone, started for the first who asks; answers its address."""
    # Prefect is imported where it is needed: many tests do without.
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

    from sandbox.prefect_server import environment, free_port, prefect_server  # noqa: PLC0415

    port = free_port()
    url = f"http://127.0.0.1:{port}"
    variables = environment(prefect_home / "server", port)
    with (
        prefect_server(port, variables, prefect_home / "server.log"),
        temporary_settings({PREFECT_API_URL: f"{url}/api"}),
    ):
        yield url


LONG = (
    "tests/cases/",
    "tests/integration/actions/test_sigkill.py",
    "tests/integration/files/test_killed.py",
    "tests/integration/pipeline/test_kill.py",
    "tests/unit/outbound/test_sigkill.py",
)
"""What ``make test-long`` runs: cases that somebody reported, and kills. ``make test`` runs the rest."""


LAWS = ("tests/unit/planning/", "tests/unit/applying/")
"""Where the laws are that hold for every organisation; ``make test-long`` tries them on thousands."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what belongs to ``make test-long``."""
    for item in items:
        if item.nodeid.startswith(LONG):
            item.add_marker(pytest.mark.long)
        if item.nodeid.startswith(LAWS) and is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.laws)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


SCOPES = {
    "prefect": ("tests/integration/pipeline/", "tests/unit/deployments/"),
    "shared sandbox": tuple(f"tests/integration/{room}/" for room in ("actions", "directory", "files", "simulators")),
    "pair of sandboxes": ("tests/integration/sandbox/",),
}
"""What is started once → the rooms that share it."""


class _Dealing(LoadScopeScheduling):
    """Deals whole files to processes; rooms that share a server or a sandbox go to one of them, which starts it."""

    def _split_scope(self, nodeid: str) -> str:
        shared = (scope for scope, rooms in SCOPES.items() if nodeid.startswith(rooms))
        return next(shared, nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Dealing:
    """Files are dealt in the order they are collected in, so that the longest chain, the pipeline's, begins first."""
    return _Dealing(config, log)
