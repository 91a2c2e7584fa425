"""Records become people: merge, validate, map."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import get_run_logger
from prefect.artifacts import create_table_artifact

from lifecycle.people.person import People
from lifecycle.reporting.validation_table import validation_rows
from lifecycle.runs import people as run_people
from lifecycle.runs.people import SourceRecords, Validation
from lifecycle.runs.prepared import PreparedAutomation
from lifecycle.runs.run import Run
from lifecycle.sourcing.endpoint import EndpointRead
from tasks.stage import stage


@stage("merge on the primary key")
def merge_people(prepared: PreparedAutomation, reads: Sequence[EndpointRead]) -> SourceRecords:
    """Join the endpoints of the data source on the primary key."""
    records = run_people.merge_people(prepared, reads)
    for endpoint, counts in records.merged.unmatched.items():
        get_run_logger().info("%s: %d people without a record, %d records without a person", endpoint, *counts)
    get_run_logger().info("%d people", len(records.merged.frame))
    return records


@stage("validate")
def validate_people(run: Run, prepared: PreparedAutomation, records: SourceRecords) -> Validation:
    """Row rules quarantine, run rules stop unless only some people were asked for; the table shows both."""
    found = run_people.validate_people(run, prepared, records)
    create_table_artifact(
        key="validation",
        description="Rules for a person: who fails is quarantined. Rules for all: one that fails stops the run.",
        table=validation_rows(found.row_checks, found.run_checks),
    )
    found.require()
    get_run_logger().info("%d people quarantined", len(found.quarantined))
    return found


@stage("map attributes")
def map_people(run: Run, prepared: PreparedAutomation, records: SourceRecords, validation: Validation) -> People:
    """Filter, and say for each person what the directory should hold."""
    people = run_people.map_people(run, prepared, records, validation)
    get_run_logger().info("%d people mapped, %d untouchable", len(people.persons), len(people.quarantined))
    return people
