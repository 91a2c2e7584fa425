"""Runs that were killed, which the next run finds: people are told of them, and Prefect is told that they are over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect import get_client, get_run_logger
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from lifecycle.config.notification import News
from lifecycle.runs.prepared import PreparedAutomation
from lifecycle.runs.run import flow_run_of
from lifecycle.store import Run as StoredRun
from tasks.notifying import tell_people


def tell_of_killed(prepared: PreparedAutomation, killed: Sequence[StoredRun]) -> None:
    """Say that runs were killed: to people, and to Prefect, which would take them for running for ever."""
    for run in killed:
        why = (
            f"run {run.run_id} ({run.flow}) was killed in the middle: its process is gone. This run goes on from there"
        )
        get_run_logger().warning("%s", why)
        _show_crashed(run.run_id)
        if not run.dry_run:
            tell_people(prepared, News.RUN_FAILED, run.run_id, reason=why)


def _show_crashed(run_id: str) -> None:
    """Let a flow run that Prefect takes for running show as crashed, unless it has been run again since."""
    flow_run_id, count = flow_run_of(run_id)
    gone: State[Any] = Crashed(message="Its process is gone; a later run found out.")
    try:
        with get_client(sync_client=True) as client:
            flow_run = client.read_flow_run(UUID(flow_run_id))
            is_over = flow_run.state is None or flow_run.state.is_final() or flow_run.run_count > count
            if not is_over:
                client.set_flow_run_state(flow_run.id, gone, force=True)
    except (ValueError, ObjectNotFound):
        return  # it was started without Prefect, or is deleted there
    except Exception as error:  # noqa: BLE001 - what Prefect shows of it is no reason for this run to end
        get_run_logger().warning("Prefect still shows run %s as running: %s", run_id, type(error).__name__)
