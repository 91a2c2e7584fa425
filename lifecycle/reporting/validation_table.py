"""The table of what validation found: each rule, and its outcome in words."""

from __future__ import annotations

from collections.abc import Iterable

from lifecycle.people.validate import RunCheck


def validation_rows(row_checks: Iterable[tuple[str, int, int]], run_checks: Iterable[RunCheck]) -> list[dict[str, str]]:
    """One row a rule: ``rule`` and ``outcome``.

    Args:
        row_checks: Rule for a person, people in all, people who failed it.
        run_checks: Rules for all people.
    """
    return [
        *({"rule": rule, "outcome": _of_people(failed, people)} for rule, people, failed in row_checks),
        *({"rule": check.rule, "outcome": _of_all(check)} for check in run_checks),
    ]


def _of_people(failed: int, people: int) -> str:
    return f"{failed} of {people} people quarantined" if failed else f"all {people} people fit"


def _of_all(check: RunCheck) -> str:
    return f"STOPPED THE RUN: {check.failure}" if check.failure else check.seen
