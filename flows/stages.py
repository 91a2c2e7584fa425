"""The order of the stages that every planning flow shares: read → prove → merge → validate → map → plan → gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from prefect import get_run_logger
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Failed

from blocks.run_ports import LoadedBlocks
from flows.killed import tell_of_killed
from lifecycle.applying.apply import Applied
from lifecycle.config.notification import News
from lifecycle.errors import LifecycleError, LimitExceededError
from lifecycle.planning.plan import Plan
from lifecycle.runs import approval, recording, turn
from lifecycle.runs.gate import GatedPlan
from lifecycle.runs.people import SourceRecords
from lifecycle.runs.prepared import PreparedAutomation
from lifecycle.runs.run import Run, RunKind, run_key
from lifecycle.sourcing.endpoint import EndpointRead
from tasks.clock import utc_now
from tasks.directory import apply_changes, read_directory, settle_journal
from tasks.gate import check_gate
from tasks.notifying import tell_of_gate, tell_people
from tasks.outbound import deliver_outbox_calls
from tasks.people import map_people, merge_people, validate_people
from tasks.planning import plan_people
from tasks.reporting import report
from tasks.source import exchange_tokens, fetch_details, fetch_endpoint, fetch_some, fetch_some_details
from tasks.stage import scrub

Outcome = dict[str, object] | State[Any]
"""What a flow that plans answers: identifier, hash, counts, breaches; or that its plan waits for approval."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that the gate has looked at, and the records that it was made from."""

    gated: GatedPlan
    records: SourceRecords


def run_name() -> str:
    """What the Prefect UI calls the run: the automation, and whether it may write."""
    parameters = flow_run.parameters
    dry = parameters.get("dry_run", True)
    some = f", {len(parameters['only'])} people" if parameters.get("only") else ""
    return f"{parameters.get('automation', 'people-to-ad')}, {'dry run' if dry else 'for real'}{some}"


def prepare(automation: str, config_dir: str) -> PreparedAutomation:
    """Load and compile the configuration, before any network call."""
    return scrub(PreparedAutomation.load, Path(config_dir), automation)


def new_run(prepared: PreparedAutomation, kind: RunKind = RunKind.EVERYBODY, *, dry_run: bool = True) -> Run:
    """The run that this flow run is; its blocks are loaded once, when they are first needed."""
    run_id = run_key(str(flow_run.id or uuid4()), flow_run.run_count or 1)
    ports = LoadedBlocks(prepared.automation).ports(utc_now)
    return Run(run_id, prepared.rules, ports, utc_now(), kind, dry_run)


@contextmanager
def recorded(
    prepared: PreparedAutomation, flow_name: str, kind: RunKind = RunKind.EVERYBODY, *, dry_run: bool
) -> Iterator[Run]:
    """Keep the run in the store from its first moment; one that fails is closed as failed, and people are told."""
    run = new_run(prepared, kind, dry_run=dry_run)
    with ExitStack() as stack:
        killed = scrub(stack.enter_context, recording.recorded(run, flow_name))
        try:
            tell_of_killed(prepared, killed)
            yield run
        except LifecycleError as error:
            if not dry_run:
                tell_people(prepared, News.RUN_FAILED, run.run_id, reason=str(error))
            raise


@contextmanager
def writing(run: Run) -> Iterator[Run]:
    """Be the one run that writes to the directory, when its turn comes; a dry run waits for no other."""
    with ExitStack() as stack:
        yield scrub(stack.enter_context, turn.writing(run))


@contextmanager
def approving(run: Run, plan_id: str) -> Iterator[None]:
    """Keep a plan that was approved from being superseded while its approval waits for its turn."""
    with ExitStack() as stack:
        yield scrub(stack.enter_context, approval.approving(run, plan_id))


def plan_stages(run: Run, prepared: PreparedAutomation, only: Sequence[str] = ()) -> Planned:
    """From HaloITSM to a plan that the gate has looked at.

    Args:
        run: The run; one that writes has its lease.
        prepared: The automation.
        only: Normalised primary keys of those who alone are to be looked at; none for everybody.
    """
    exchange_tokens(run, prepared)
    records = merge_people(prepared, _read(run, prepared, only))
    validation = validate_people(run, prepared, records)
    people = map_people(run, prepared, records, validation)
    settle_journal(run)
    plan = plan_people(run, people, read_directory(run))
    return Planned(check_gate(run, plan, records.people_read), records)


def _read(run: Run, prepared: PreparedAutomation, only: Sequence[str]) -> list[EndpointRead]:
    reads: dict[str, EndpointRead] = {}
    for endpoint in prepared.endpoints:
        name, depends = endpoint.name, endpoint.depends_on
        if depends is None:
            reads[name] = fetch_some(run, prepared, name, only) if only else fetch_endpoint(run, prepared, name)
        else:
            fetch = fetch_some_details if only else fetch_details
            reads[name] = fetch(run, prepared, name, reads[depends.endpoint])
    return list(reads.values())


def carry_out(run: Run, prepared: PreparedAutomation, plan: Plan) -> Outcome:
    """Gate a plan that no record asked for, apply it unless it is a dry run or over a limit, and report."""
    gated = check_gate(run, plan)
    applied = apply_changes(run, gated) if may_apply(run, gated) else None
    report(run, gated, applied)
    tell_others(run, prepared, gated)
    return outcome_of(run, gated, applied)


def may_apply(run: Run, gated: GatedPlan) -> bool:
    """Whether the gate lets the plan through: no dry run, and over no limit."""
    return not run.dry_run and not gated.breaches


def tell_others(run: Run, prepared: PreparedAutomation, gated: GatedPlan, *, approved: bool = False) -> None:
    """Notify people and deliver what waits in the outbox, unless this is a dry run.

    Whatever goes wrong there, what was done in the directory is done.
    """
    if run.dry_run:
        return
    tell_of_gate(prepared, gated, run.run_id, stopped=bool(gated.breaches) and not approved)
    try:
        deliver_outbox_calls(run)
    except LifecycleError:  # its task shows it
        get_run_logger().warning("the outbox was not delivered: deliver-outbox tries again")


def outcome_of(run: Run, gated: GatedPlan, applied: Applied | None = None) -> Outcome:
    """What a flow answers; one that the gate stopped ends in the failed state *Waiting for approval*."""
    plan = gated.plan
    if gated.breaches and not run.dry_run:
        error = LimitExceededError(gated.plan_id, plan.hash, gated.breaches)
        return Failed(name="Waiting for approval", message=str(error), data=error)
    return {
        "plan_id": gated.plan_id,
        "plan_hash": plan.hash,
        "changes": plan.counts,
        "breaches": list(gated.breaches),
        "carried_out": dict(applied.done) if applied else {},
        "not_carried_out": len(applied.failures) if applied else 0,
    }
