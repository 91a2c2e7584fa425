"""Runs of a deployment of ``sync-people``, through Prefect's API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound, PrefectException

from lifecycle.errors import ConfigurationError
from receiver.starting import Ending, RunsUnavailableError

WAITS = "Waiting for approval"
"""State of a run that the gate stopped: its plan is there, and another run would only make the same."""


@dataclass(frozen=True, slots=True)
class PrefectRuns:
    """Starts runs of one deployment.

    Args:
        deployment: As Prefect writes it, e.g. ``sync-people/on-demand``.
        automation: Whose people they are.
        dry_run: Whether runs only plan.
    """

    deployment: str
    automation: str
    dry_run: bool

    async def check(self) -> None:
        """See whether the deployment is there.

        Raises:
            ConfigurationError: It is not.
            RunsUnavailableError: Prefect cannot be asked.
        """
        try:
            async with _client() as client:
                await client.read_deployment_by_name(self.deployment)
        except ObjectNotFound:
            raise ConfigurationError("", "", f"there is no Prefect deployment {self.deployment!r}") from None

    async def start(self, keys: Collection[str], once: str) -> str:
        """As :meth:`receiver.starting.Runs.start`; ``once`` is Prefect's idempotency key."""
        try:
            async with _client() as client:
                deployment = await client.read_deployment_by_name(self.deployment)
                parameters = {"automation": self.automation, "dry_run": self.dry_run, "only": list(keys)}
                run = await client.create_flow_run_from_deployment(
                    deployment.id, parameters=parameters, idempotency_key=once
                )
        except ObjectNotFound:
            raise RunsUnavailableError(f"there is no deployment {self.deployment!r}") from None
        return str(run.id)

    async def ending(self, run_id: str) -> Ending | None:
        """As :meth:`receiver.starting.Runs.ending`."""
        try:
            async with _client() as client:
                return _ending(await client.read_flow_run(UUID(run_id)))
        except ObjectNotFound:  # somebody deleted it
            return Ending.IN_VAIN


def _ending(run: FlowRun) -> Ending | None:
    state = run.state
    if state is None or not state.is_final():
        return None
    if state.type is StateType.COMPLETED or state.name == WAITS:
        return Ending.DONE
    if state.type is StateType.CANCELLED and run.start_time is not None:  # a person stopped it, who will know why
        return Ending.DONE
    return Ending.IN_VAIN


@asynccontextmanager
async def _client() -> AsyncIterator[PrefectClient]:
    """Prefect's client; what it raises is ours, but for what is not there."""
    try:
        async with get_client() as client:
            yield client
    except ObjectNotFound:
        raise
    except (httpx.HTTPError, PrefectException, RuntimeError, OSError, ValueError) as error:
        raise RunsUnavailableError(type(error).__name__) from None
