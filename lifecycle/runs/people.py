"""Records become people: merged on the primary key, validated, filtered and mapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lifecycle.notice import QUARANTINE, Notice
from lifecycle.people.merge import Merged, merge
from lifecycle.people.person import People
from lifecycle.people.validate import RunCheck, check_run, require, validate_rows
from lifecycle.runs.prepared import PreparedAutomation
from lifecycle.runs.run import Run
from lifecycle.sourcing.endpoint import EndpointRead


@dataclass(frozen=True, slots=True)
class SourceRecords:
    """What the data source brought.

    Args:
        reads: What each endpoint brought, in the order of the data source.
        merged: The same, one row a person.
    """

    reads: tuple[EndpointRead, ...]
    merged: Merged

    @property
    def people_read(self) -> int | None:
        """How many people there are in a complete read; None where only some were asked for."""
        return None if self.merged.is_partial else len(self.merged.frame)


@dataclass(frozen=True, slots=True)
class Validation:
    """What validation found.

    Args:
        notices: Everything that is to be said of records so far, from reading and merging as well.
        row_checks: Rule for a person, people in all, people who failed it.
        run_checks: Rules for all; empty where only some people were asked for.
    """

    notices: tuple[Notice, ...]
    row_checks: tuple[tuple[str, int, int], ...]
    run_checks: tuple[RunCheck, ...]

    @property
    def quarantined(self) -> frozenset[str]:
        """Primary keys of people whose record is not acted upon."""
        return frozenset(one.key for one in self.notices if one.reason in QUARANTINE and one.key)

    def require(self) -> None:
        """End the run if a rule for all failed.

        Raises:
            ValidationStoppedError: One did.
        """
        require(self.run_checks)


def merge_people(prepared: PreparedAutomation, reads: Sequence[EndpointRead]) -> SourceRecords:
    """Join the endpoints of the data source on the primary key."""
    return SourceRecords(tuple(reads), merge([prepared.keyed(read.table) for read in reads]))


def validate_people(run: Run, prepared: PreparedAutomation, records: SourceRecords) -> Validation:
    """Hold the records against the rules; the caller shows what was found, then requires it."""
    merged, rules = records.merged, prepared.source.validation
    checked = validate_rows(merged.frame, rules.rows, is_partial=merged.is_partial)
    notices = (*merged.notices, *(notice for read in records.reads for notice in read.notices), *checked.notices)
    found = Validation(notices, tuple(checked.checks), ())
    if merged.is_partial:
        return found
    with run.ports.store() as store, store.begin() as unit:
        baseline = unit.sound_runs.baseline(run.automation)
    usual = (baseline.rows, baseline.runs) if baseline else None
    checks = check_run(merged.frame, len(found.quarantined), usual, rules, may_be_empty=prepared.source.tickets)
    return Validation(notices, found.row_checks, tuple(checks))


def map_people(run: Run, prepared: PreparedAutomation, records: SourceRecords, validation: Validation) -> People:
    """Filter, and say for each person what the directory should hold."""
    merged = records.merged
    return prepared.mapper.map(merged.frame, validation.notices, run.now, is_partial=merged.is_partial)
