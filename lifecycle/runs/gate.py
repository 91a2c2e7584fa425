"""The gate: every plan is held against the limits and kept under its hash before anything of it is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from lifecycle.applying.gate_news import GateNews
from lifecycle.applying.stored_plans import stored_plan
from lifecycle.planning.limits import breaches
from lifecycle.planning.plan import Plan
from lifecycle.runs.run import Run, RunKind
from lifecycle.store import PlanStatus
from lifecycle.store.lease import Leases

APPROVAL = "approval "
"""Begins the name of the lease of whoever has approved a plan; the plan's identifier follows."""

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GatedPlan:
    """A plan that the gate has looked at.

    Args:
        plan_id: Under which the store keeps it.
        plan: The plan.
        breaches: The limits that it goes over, one line each.
        reported: Who is newly reported: primary key and reason.
    """

    plan_id: str
    plan: Plan
    breaches: tuple[str, ...]
    reported: tuple[tuple[str, str], ...] = ()


def check_gate(run: Run, plan: Plan, people_read: int | None = None) -> GatedPlan:
    """Hold a plan against the limits and keep it; an older open plan of its kind gives way to it.

    Runs for some people come many times a day: what those of a day did counts along. A live run that has read everybody
    and has come as far as this is sound, whatever the gate says.

    Args:
        run: Made the plan.
        plan: The plan.
        people_read: People in a complete read, before any was quarantined; None where none was made.
    """
    over = tuple(map(str, breaches(plan, run.rules.policy.limits, _done_today(run, plan))))
    status = PlanStatus.WAITING if over else PlanStatus.PROPOSED
    tickets = run.rules.policy.tickets
    reported: tuple[tuple[str, str], ...] = ()
    with run.ports.store() as store, store.begin() as unit:
        approved = Leases(unit.plans.connection).held_below(APPROVAL, run.ports.clock())
        unit.plans.supersede(run.label, plan.created_at, waiting_only=tickets, approved=approved)
        unit.plans.save(stored_plan(plan, run.plan_id, run.run_id, status, label=run.label))
        if people_read is not None and not run.dry_run:
            unit.sound_runs.record(run.run_id, people_read, run.rules.data_source, plan.absent, plan.created_at)
        if not run.dry_run:
            news = GateNews(run.rules.announcer, plan, run.plan_id, run.run_id)
            counts_people = run.kind is RunKind.EVERYBODY and not tickets
            reported = news.tell(unit, is_over=bool(over), counts_people=counts_people)
    return GatedPlan(run.plan_id, plan, over, reported)


def _done_today(run: Run, plan: Plan) -> Mapping[str, int]:
    if run.kind is not RunKind.SOME:
        return {}
    with run.ports.store() as store, store.begin() as unit:
        return unit.runs.done_since(run.label, plan.created_at - _A_DAY)
