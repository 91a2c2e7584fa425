"""Plan and gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prefect import get_run_logger

from blocks.directory import ActiveDirectoryCredentials
from blocks.store import StateStore
from lifecycle.actions.outside import Outside, Wanted
from lifecycle.actions.parameters import Parameters
from lifecycle.applying.approval import approved_plan
from lifecycle.applying.carried import remains_of
from lifecycle.applying.gate_news import GateNews
from lifecycle.applying.left_behind import left_behind
from lifecycle.applying.lost_mailboxes import lost_mailboxes
from lifecycle.applying.remember import last_policy_runs
from lifecycle.applying.stored_plans import stored_plan
from lifecycle.applying.tickets import Desk
from lifecycle.directory.account import Account, DirectoryView
from lifecycle.people.merge import Merged
from lifecycle.people.person import People
from lifecycle.planning.asked import DueStep, draft_due, draft_request
from lifecycle.planning.draft import Draft
from lifecycle.planning.limits import breaches
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_changes import draft_plan
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.prior_state import PriorState
from lifecycle.planning.undo import Carried, undo_plan, undo_wants
from lifecycle.prepared import PreparedAutomation
from lifecycle.store import Mark, PlanStatus
from lifecycle.store.lease import Leases
from tasks.clock import utc_now
from tasks.saved_blocks import saved_block
from tasks.stage import stage
from tasks.systems import open_systems

APPROVAL = "approval "
"""Begins the name of the lease of whoever has approved a plan; the plan's identifier follows."""
SINGLE = "single"
"""What runs and plans for some people go by."""

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with the name under which the store keeps it, the limits that it goes over, and who is newly reported."""

    plan_id: str
    plan: Plan
    breaches: tuple[str, ...]
    reported: tuple[tuple[str, str], ...] = ()


@stage("plan", opaque=True)
def make_plan(
    prepared: PreparedAutomation,
    people: People,
    directory: tuple[str, DirectoryView],
    run_id: str,
    now: datetime,
    *,
    dry_run: bool,
) -> Plan:
    """List every change; pure, from what was read and what earlier runs remember.

    Of tickets a run takes in hand what no other one has; a dry run only looks.
    """
    inputs = _inputs(prepared, directory, now)
    if prepared.source.tickets:
        desk = desk_of(prepared, inputs.directory, run_id)
        with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
            people = desk.look(unit, people) if dry_run else desk.take(unit, people, now)
        get_run_logger().info("%d tickets in hand", len(people.persons))
    draft = draft_plan(people, inputs)
    return _finished(prepared, draft, inputs)


@stage("plan what fell due", opaque=True)
def plan_due(
    prepared: PreparedAutomation, due: Sequence[DueStep], directory: tuple[str, DirectoryView], now: datetime
) -> Plan:
    """What lists of actions wanted later, looked at again."""
    inputs = _inputs(prepared, directory, now)
    return _finished(prepared, draft_due(due, inputs), inputs)


@stage("plan the request", opaque=True)
def plan_request(
    prepared: PreparedAutomation,
    items: Sequence[Parameters],
    accounts: Sequence[Account],
    directory: tuple[str, DirectoryView],
    now: datetime,
) -> Plan:
    """What somebody asks for by hand."""
    inputs = _inputs(prepared, directory, now)
    return _finished(prepared, draft_request(items, accounts, inputs), inputs)


@stage("plan the undo", opaque=True)
def plan_undo(
    prepared: PreparedAutomation, carried: Sequence[Carried], directory: tuple[str, DirectoryView], now: datetime
) -> Plan:
    """What takes a run back, as far as nobody has changed it since."""
    inputs = _inputs(prepared, directory, now)
    outside = _looked_up(prepared, undo_wants(carried), inputs)
    with saved_block(ActiveDirectoryCredentials.load, prepared.automation.directory).open() as port:
        remains = remains_of(carried, port)
    return _told(undo_plan(carried, inputs, outside, remains))


@stage("gate", opaque=True)
def check_gate(
    prepared: PreparedAutomation,
    plan: Plan,
    run_id: str,
    *,
    dry_run: bool,
    kind: str = "",
    merged: Merged | None = None,
) -> Planned:
    """Hold the plan against the limits and keep it under its hash; an older open plan of its kind gives way to it.

    Runs for some people come many times a day: what those of a day did counts along. A live run that has read everybody
    and has come as far as this is sound, whatever the gate says.
    """
    label = label_of(prepared, kind)
    over = tuple(map(str, breaches(plan, prepared.policy.limits, _done_today(prepared, label, plan, kind))))
    plan_id = plan_id_of(label, run_id)
    status = PlanStatus.WAITING if over else PlanStatus.PROPOSED
    reported: tuple[tuple[str, str], ...] = ()
    with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
        approved = Leases(unit.plans.connection).held_below(APPROVAL, utc_now())
        unit.plans.supersede(label, plan.created_at, waiting_only=prepared.source.tickets, approved=approved)
        unit.plans.save(stored_plan(plan, plan_id, run_id, status, label=label))
        if merged is not None and not merged.is_partial and not dry_run:
            unit.sound_runs.record(run_id, len(merged.frame), prepared.source.name, plan.absent, plan.created_at)
        if not dry_run:
            news = GateNews(prepared.announcer, plan, plan_id, run_id)
            reported = news.tell(unit, is_over=bool(over), counts_people=not kind and not prepared.source.tickets)
    for line in over:
        get_run_logger().warning("over the limit: %s", line)
    get_run_logger().info("plan %s, hash %s", plan_id, plan.hash)
    return Planned(plan_id, plan, over, reported)


def plan_id_of(label: str, run_id: str) -> str:
    """The name of the plan that a run makes.

    Identifiers of runs that Prefect schedules together begin alike (UUID version 7); their ends are random.
    """
    return f"{label.replace(': ', '-')}-{run_id[-12:]}"


def desk_of(prepared: PreparedAutomation, directory: str, run_id: str) -> Desk:
    """The tickets of the automation's data source."""
    return Desk(prepared.source.name, prepared.automation.name, directory, run_id, prepared.announcer)


def _done_today(prepared: PreparedAutomation, label: str, plan: Plan, kind: str) -> Mapping[str, int]:
    if kind != SINGLE:
        return {}
    with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
        return unit.runs.done_since(label, plan.created_at - _A_DAY)


def label_of(prepared: PreparedAutomation, kind: str) -> str:
    """What runs and plans of a kind go by: those that read no people never stand for those that do."""
    return f"{prepared.automation.name}: {kind}" if kind else prepared.automation.name


def _inputs(prepared: PreparedAutomation, directory: tuple[str, DirectoryView], now: datetime) -> PlanInputs:
    identity, view = directory
    with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
        prior = PriorState(
            absences=unit.absences.load(prepared.source.name),
            grants=unit.grants.load(identity, prepared.rules_of_others),
            departures=unit.departures.load(identity),
            names=unit.names.load(identity) if prepared.policy.never_reuses else {},
            courses=unit.steps.courses(identity),
            under_way=unit.steps.under_way(identity, prepared.automation.name),
            served=unit.marks.load(Mark.SERVED, identity, prepared.automation.name),
            held=unit.marks.load(Mark.HELD, identity),
            policy_runs=last_policy_runs(unit, identity, prepared.automation.name),
            mailboxes=lost_mailboxes(unit, identity),
            left_behind=left_behind(unit, identity),
            synced_at=unit.sound_runs.last_acted(prepared.automation.name),
        )
    return PlanInputs(view, prepared.policy, prior, identity, now, prepared.words)


def _finished(prepared: PreparedAutomation, draft: Draft, inputs: PlanInputs) -> Plan:
    """The draft, with what its lists of actions need looked up."""
    return _told(draft.finished(_looked_up(prepared, draft.wanted, inputs)))


def _looked_up(prepared: PreparedAutomation, wanted: Wanted, inputs: PlanInputs) -> Outside:
    if not wanted.systems:
        return Outside()
    with open_systems(prepared.automation) as systems:
        outside = systems.look_up(wanted, {account.guid: account for account in inputs.view.accounts})
    for system, why in outside.unread.items():
        get_run_logger().warning("%s could not be read: %s", system.value, why)
    return outside


def _told(plan: Plan) -> Plan:
    get_run_logger().info("%d changes planned: %s", len(plan.changes), plan.counts or "nothing to do")
    return plan


@stage("check approval", opaque=True)
def check_approval(prepared: PreparedAutomation, plan_id: str, plan_hash: str, now: datetime) -> Planned:
    """The stored plan, if this hash approves it."""
    with saved_block(ActiveDirectoryCredentials.load, prepared.automation.directory).open() as directory:
        identity = directory.identity()
    with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
        stored = unit.plans.load(plan_id)
    oldest = timedelta(hours=prepared.automation.approval_hours)
    plan = approved_plan(stored, plan_id, plan_hash, identity, oldest, now)
    over = tuple(map(str, breaches(plan, prepared.policy.limits)))
    get_run_logger().info(
        "plan %s is approved: %d changes, %d limits overridden", plan_id, len(plan.changes), len(over)
    )
    return Planned(plan_id, plan, over)
