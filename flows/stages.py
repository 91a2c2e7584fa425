"""The order of the stages that every planning flow shares: read → prove → merge → validate → map → plan → gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from prefect import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Failed, State

from blocks.store import StateStore
from flows.turns import tell_of_killed
from lifecycle.applying.apply import Applied
from lifecycle.config.notification import News
from lifecycle.errors import LifecycleError, LimitExceededError, StoreError
from lifecycle.prepared import PreparedAutomation
from lifecycle.store import Lease, RunStatus
from lifecycle.store.presence import close_killed, shown
from tasks.clock import utc_now
from tasks.directory import apply_changes, read_directory, settle_journal
from tasks.notifying import tell_of_gate, tell_people
from tasks.outbound import deliver_outbox_calls
from tasks.people import map_people, merge_people, validate_people
from tasks.planning import Planned, check_gate, label_of, make_plan
from tasks.reporting import report
from tasks.saved_blocks import saved_block
from tasks.source import exchange_token, fetch_details, fetch_endpoint, fetch_some, fetch_some_details
from tasks.stage import scrub

Outcome = dict[str, object] | State[object]
"""What a flow that plans answers: identifier, hash, counts, breaches; or that its plan waits for approval."""


def run_name() -> str:
    """What the Prefect UI calls the run: the automation, and whether it may write."""
    parameters = flow_run.parameters
    dry = parameters.get("dry_run", True)
    some = f", {len(parameters['only'])} people" if parameters.get("only") else ""
    return f"{parameters.get('automation', 'people-to-ad')}, {'dry run' if dry else 'for real'}{some}"


def prepare(automation: str, config_dir: str) -> PreparedAutomation:
    """Load and compile the configuration, before any network call."""
    prepared: PreparedAutomation = scrub(PreparedAutomation, Path(config_dir), automation)
    return prepared


@contextmanager
def recorded(prepared: PreparedAutomation, flow_name: str, *, dry_run: bool, kind: str = "") -> Iterator[str]:
    """Keep the run in the store from its first moment; one that fails is closed as failed. Yields the run's id."""
    run_id = str(flow_run.id or uuid4())
    name = label_of(prepared, kind)
    with scrub(saved_block(StateStore.load, prepared.automation.store).open) as store, shown(store, run_id, utc_now):
        with store.begin() as unit:
            killed = close_killed(unit, prepared.automation.name, utc_now())
            unit.runs.start(run_id, name, flow_name, dry_run, utc_now())
        try:
            tell_of_killed(prepared, killed)
            yield run_id
        except BaseException as error:
            if not dry_run and isinstance(error, LifecycleError):
                tell_people(prepared, News.RUN_FAILED, run_id, reason=str(error))
            with suppress(StoreError), store.begin() as unit:  # why the run ended is worth more
                unit.runs.finish(run_id, RunStatus.FAILED, {}, utc_now())
            raise


def plan_stages(
    prepared: PreparedAutomation, run_id: str, lease: Lease | None, *, only: Sequence[str] = (), kind: str = ""
) -> tuple[Any, list[Any], Any]:
    """From HaloITSM to a plan that the gate has looked at.

    Args:
        prepared: The automation.
        run_id: Of this run.
        lease: Of a run that writes; None where nothing is to be written.
        only: Normalised primary keys of those who alone are to be looked at; none for everybody.
        kind: What such a run and its plan go by, as they never stand for those about everybody.

    Returns:
        The plan with its breaches, what the endpoints brought, and how they matched; all opaque, for the tasks that
        follow.
    """
    now, dry_run = utc_now(), lease is None
    exchange_token(prepared)
    tables = _read_some(prepared, only, now) if only else _read_all(prepared, run_id, now)
    merged = merge_people(prepared, tables)
    notices = validate_people(prepared, merged, tables)
    people = map_people(prepared, merged, notices, now)
    settle_journal(prepared, run_id, lease)
    plan = make_plan(prepared, people, read_directory(prepared), run_id, now, dry_run=dry_run)
    return check_gate(prepared, plan, run_id, dry_run=dry_run, kind=kind, merged=merged), tables, merged


def _read_all(prepared: PreparedAutomation, run_id: str, now: datetime) -> list[Any]:
    reads: dict[str, Any] = {}
    for endpoint in prepared.endpoints:
        if endpoint.depends_on is None:
            reads[endpoint.name] = fetch_endpoint(prepared, endpoint.name)
        else:
            driver = reads[endpoint.depends_on.endpoint]
            reads[endpoint.name] = fetch_details(prepared, endpoint.name, driver, run_id, now)
    return list(reads.values())


def _read_some(prepared: PreparedAutomation, only: Sequence[str], now: datetime) -> list[Any]:
    reads: dict[str, Any] = {}
    for endpoint in prepared.endpoints:
        if endpoint.depends_on is None:
            reads[endpoint.name] = fetch_some(prepared, endpoint.name, only)
        else:
            reads[endpoint.name] = fetch_some_details(prepared, endpoint.name, reads[endpoint.depends_on.endpoint], now)
    return list(reads.values())


def carry_out(prepared: PreparedAutomation, plan: Any, run_id: str, lease: Lease | None, *, kind: str) -> Outcome:
    """Gate a plan that no record asked for, apply it unless it is a dry run or over a limit, and report."""
    dry_run = lease is None
    gated = check_gate(prepared, plan, run_id, dry_run=dry_run, kind=kind)
    planned = gated.unwrap()
    stopped = bool(planned.breaches) and not dry_run
    applied = None if lease is None or stopped else apply_changes(prepared, planned.plan_id, run_id, lease)
    report(prepared, gated, applied, run_id, dry_run=dry_run)
    if not dry_run:
        tell_others(prepared, planned, run_id, stopped=stopped)
    return outcome_of(planned, applied.unwrap() if applied is not None else None, stopped=stopped)


def tell_others(prepared: PreparedAutomation, planned: Planned, run_id: str, *, stopped: bool) -> None:
    """Notify people and deliver what waits in the outbox.

    Whatever goes wrong there, what was done in the directory is done.
    """
    tell_of_gate(prepared, planned, run_id, stopped=stopped)
    state = deliver_outbox_calls(prepared, run_id, return_state=True)
    if state.is_failed():
        get_run_logger().warning("the outbox was not delivered: deliver-outbox tries again")


def outcome_of(planned: Planned, applied: Applied | None, *, stopped: bool) -> Outcome:
    """What a flow answers; one that the gate stopped ends in the failed state *Waiting for approval*."""
    if stopped:
        error = LimitExceededError(planned.plan_id, planned.plan.hash, planned.breaches)
        return Failed(name="Waiting for approval", message=str(error), data=error)
    return {
        "plan_id": planned.plan_id,
        "plan_hash": planned.plan.hash,
        "changes": planned.plan.counts,
        "breaches": list(planned.breaches),
        "carried_out": dict(applied.done) if applied else {},
        "not_carried_out": len(applied.failures) if applied else 0,
    }
