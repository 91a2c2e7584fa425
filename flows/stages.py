"""The order of the stages that every planning flow shares: read → prove → merge → validate → map → plan → gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from prefect.runtime import flow_run

from blocks.store import StateStore
from lifecycle.prepared import PreparedAutomation
from lifecycle.store import RunStatus
from tasks.directory import read_directory, settle_journal, utc_now
from tasks.people import map_people, merge_people, validate_people
from tasks.planning import check_gate, make_plan
from tasks.source import exchange_token, fetch_details, fetch_endpoint
from tasks.stage import scrub


def run_name() -> str:
    """What the Prefect UI calls the run: the automation, and whether it may write."""
    parameters = flow_run.parameters
    dry = parameters.get("dry_run", True)
    return f"{parameters.get('automation', 'people-to-ad')}, {'dry run' if dry else 'for real'}"


def prepare(automation: str, config_dir: str) -> PreparedAutomation:
    """Load and compile the configuration, before any network call."""
    prepared: PreparedAutomation = scrub(PreparedAutomation, Path(config_dir), automation)
    return prepared


@contextmanager
def recorded(prepared: PreparedAutomation, flow_name: str, *, dry_run: bool) -> Iterator[str]:
    """Keep the run in the store from its first moment; one that fails is closed as failed. Yields the run's id."""
    run_id = str(flow_run.id or uuid4())
    name = prepared.automation.name
    with _unit(prepared) as unit:
        unit.runs.start(run_id, name, flow_name, dry_run, utc_now())
    try:
        yield run_id
    except BaseException:
        with _unit(prepared) as unit:
            unit.runs.finish(run_id, RunStatus.FAILED, {}, utc_now())
        raise


def plan_stages(prepared: PreparedAutomation, run_id: str, *, dry_run: bool) -> tuple[Any, list[Any], Any]:
    """From HaloITSM to a plan that the gate has looked at.

    Returns:
        The plan with its breaches, what the endpoints brought, and how they matched; all opaque, for the tasks that
        follow.
    """
    now = utc_now()
    exchange_token(prepared)
    reads: dict[str, Any] = {}
    for endpoint in prepared.endpoints:
        if endpoint.depends_on is None:
            reads[endpoint.name] = fetch_endpoint(prepared, endpoint.name)
        else:
            driver = reads[endpoint.depends_on.endpoint]
            reads[endpoint.name] = fetch_details(prepared, endpoint.name, driver, run_id, now)
    tables = list(reads.values())
    merged = merge_people(prepared, tables)
    notices = validate_people(prepared, merged, tables)
    people = map_people(prepared, merged, notices, now)
    settle_journal(prepared, run_id, dry_run=dry_run)
    plan = make_plan(prepared, people, read_directory(prepared), now)
    return check_gate(prepared, plan, run_id, dry_run=dry_run), tables, merged


@contextmanager
def _unit(prepared: PreparedAutomation) -> Iterator[Any]:
    store = scrub(StateStore.load(prepared.automation.store).open)
    with store, store.begin() as unit:
        yield unit
