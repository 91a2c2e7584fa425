"""Records become people: merge, validate, map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from prefect import get_run_logger
from prefect.artifacts import create_table_artifact

from blocks.store import StateStore
from lifecycle.notice import QUARANTINE, Notice
from lifecycle.people.merge import Merged, merge
from lifecycle.people.person import People
from lifecycle.people.validate import RunCheck, check_run, require, validate_rows
from lifecycle.prepared import PreparedAutomation
from lifecycle.sourcing.endpoint import EndpointRead
from tasks.saved_blocks import saved_block
from tasks.stage import stage


@stage("merge on the primary key", opaque=True)
def merge_people(prepared: PreparedAutomation, reads: Sequence[EndpointRead]) -> Merged:
    """Join the endpoints of the data source on the primary key."""
    tables = [prepared.keyed(read.table) for read in reads]
    merged = merge(tables)
    for endpoint, (people, records) in merged.unmatched.items():
        get_run_logger().info("%s: %d people without a record, %d records without a person", endpoint, people, records)
    get_run_logger().info("%d people", len(merged.frame))
    return merged


@stage("validate", opaque=True)
def validate_people(prepared: PreparedAutomation, merged: Merged, reads: Sequence[EndpointRead]) -> tuple[Notice, ...]:
    """Row rules quarantine, run rules stop unless only some people were asked for; answers every notice so far."""
    rules = prepared.source.validation
    checked = validate_rows(merged.frame, rules.rows, is_partial=merged.is_partial)
    notices = (*merged.notices, *(notice for read in reads for notice in read.notices), *checked.notices)
    quarantined = {notice.key for notice in notices if notice.reason in QUARANTINE and notice.key}
    run_checks = () if merged.is_partial else _checked_as_a_whole(prepared, merged, len(quarantined))
    create_table_artifact(
        key="validation",
        description="Rules for a person: who fails is quarantined. Rules for all: one that fails stops the run.",
        table=[
            *({"rule": rule, "outcome": _of_people(failed, people)} for rule, people, failed in checked.checks),
            *({"rule": check.rule, "outcome": _of_all(check)} for check in run_checks),
        ],
    )
    require(run_checks)
    get_run_logger().info("%d people quarantined", len(quarantined))
    return notices


@stage("map attributes", opaque=True)
def map_people(prepared: PreparedAutomation, merged: Merged, notices: Sequence[Notice], now: datetime) -> People:
    """Filter, and say for each person what the directory should hold."""
    people = prepared.mapper.map(merged.frame, notices, now, is_partial=merged.is_partial)
    get_run_logger().info("%d people mapped, %d untouchable", len(people.persons), len(people.quarantined))
    return people


def _checked_as_a_whole(prepared: PreparedAutomation, merged: Merged, quarantined: int) -> tuple[RunCheck, ...]:
    with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
        baseline = unit.sound_runs.baseline(prepared.automation.name)
    usual = (baseline.rows, baseline.runs) if baseline else None
    rules = prepared.source.validation
    return check_run(merged.frame, quarantined, usual, rules, may_be_empty=prepared.source.tickets)


def _of_people(failed: int, people: int) -> str:
    return f"{failed} of {people} people quarantined" if failed else f"all {people} people fit"


def _of_all(check: RunCheck) -> str:
    return f"STOPPED THE RUN: {check.failure}" if check.failure else check.seen
