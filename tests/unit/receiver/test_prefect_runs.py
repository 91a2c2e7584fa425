"""Which runs looked at their people, and which have to be begun once more."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from prefect.states import Cancelled, Completed, Crashed, Failed, Pending, Running, Scheduled, State

from lifecycle.errors import ConfigurationError
from receiver.prefect_runs import PrefectRuns, _ending
from receiver.program import listen
from receiver.starting import Ending, RunsUnavailableError

BEGUN = datetime(2031, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "begun", "ending"),
    [
        (None, False, None),
        (Scheduled(), False, None),
        (Pending(), False, None),
        (Running(), True, None),
        (Completed(), True, Ending.DONE),
        (Failed(name="Waiting for approval"), True, Ending.DONE),
        (Failed(), True, Ending.IN_VAIN),
        (Crashed(), True, Ending.IN_VAIN),
        (Cancelled(), False, Ending.IN_VAIN),
        (Cancelled(), True, Ending.DONE),
    ],
)
def test_a_run_that_never_looked_was_in_vain(state: State | None, begun: bool, ending: Ending | None) -> None:
    run = FlowRun(flow_id=uuid4(), state=state, start_time=BEGUN if begun else None)
    assert _ending(run) is ending


@pytest.mark.anyio
async def test_prefect_that_is_away_is_away() -> None:
    runs = PrefectRuns("sync-people/on-demand", "people-to-ad", dry_run=True)
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api", PREFECT_CLIENT_MAX_RETRIES: 0}):
        for asked in (runs.check(), runs.start(["7"], "once"), runs.ending(str(uuid4()))):
            with pytest.raises(RunsUnavailableError):
                await asked


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "halo-ad.example.test"])  # noqa: S104 - refused
def test_without_tls_only_loopback_is_listened_on(host: str) -> None:
    with pytest.raises(ConfigurationError, match="can be reached from elsewhere: give --certfile and --keyfile"):
        listen("halo-webhooks", host, 0, None, None, plain=False)


def test_without_a_prefect_server_nothing_is_begun() -> None:
    """Prefect would start one of its own, of which no worker knows."""
    with (
        temporary_settings(restore_defaults={PREFECT_API_URL}),
        pytest.raises(ConfigurationError, match="set PREFECT_API_URL"),
    ):
        listen("halo-webhooks", "127.0.0.1", 0, None, None, plain=False)
