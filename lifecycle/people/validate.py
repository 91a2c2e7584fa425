"""Validation with Great Expectations: row rules quarantine a person, run rules stop the run.

The only file that imports great_expectations, and inside its function: the import takes seconds.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lifecycle.config.data_source import RowRule, Validation
from lifecycle.errors import ValidationStoppedError
from lifecycle.notice import Notice, Reason

_REASONS: Mapping[str, Reason] = {
    "required": Reason.RULE_REQUIRED,
    "unique": Reason.RULE_UNIQUE,
    "pattern": Reason.RULE_PATTERN,
    "one_of": Reason.RULE_ONE_OF,
    "length": Reason.RULE_LENGTH,
    "reference": Reason.RULE_REFERENCE,
}


@dataclass(frozen=True, slots=True)
class Validated:
    """The outcome of validation.

    Args:
        notices: One per person and rule that failed.
        checks: For the report: rule in words, people looked at, people who failed.
    """

    notices: tuple[Notice, ...]
    checks: tuple[tuple[str, int, int], ...]


def validate_rows(people: pd.DataFrame, rules: tuple[RowRule, ...]) -> Validated:
    """Hold every person against every row rule.

    Args:
        people: Index is the primary key; text columns, "" is no value. Rules but ``required`` pass over empty values.
        rules: The data source's row rules.
    """
    if not rules or people.empty:
        return Validated((), ())
    results = _expect(people, rules)
    notices, checks = [], []
    for rule, failed in zip(rules, results, strict=True):
        notices += [Notice(str(people.index[row]), _REASONS[rule.rule], rule.field) for row in failed]
        checks.append((f"{rule.field} {rule.rule}", len(people), len(failed)))
    return Validated(tuple(sorted(notices)), tuple(checks))


def validate_run(
    people: pd.DataFrame, quarantined: int, rows_of_last_run: int | None, validation: Validation
) -> tuple[tuple[str, int, int], ...]:
    """Hold the data as a whole against the run rules.

    Args:
        people: All people that were merged, before any was quarantined.
        quarantined: How many of them are.
        rows_of_last_run: People in the last completed run; None for the first.
        validation: The data source's rules.

    Returns:
        For the report: rule in words, what was allowed (rows or per cent), what was seen.

    Raises:
        ValidationStoppedError: At least one run rule failed; all failures are listed.
    """
    rules, rows, failures, checks = validation.run, len(people), [], []
    least = int((rows_of_last_run or 0) * rules.min_percent_of_last_run / 100)
    checks.append((f"at least {rules.min_percent_of_last_run:g} % of the last run's people", least, rows))
    if rows < least or not rows:
        failures.append(f"{rows} people came, the last completed run had {rows_of_last_run or 0}")
    share = 100 * quarantined / rows if rows else 0.0
    checks.append(
        (f"at most {rules.max_percent_quarantined:g} % quarantined", int(rules.max_percent_quarantined), int(share))
    )
    if share > rules.max_percent_quarantined:
        failures.append(
            f"{quarantined} of {rows} people are quarantined, {rules.max_percent_quarantined:g} % are allowed"
        )
    for null in rules.nulls:
        empty = 100 * float((people[null.field] == "").mean()) if rows else 0.0
        checks.append((f"{null.field} empty in at most {null.max_percent:g} %", int(null.max_percent), int(empty)))
        if empty > null.max_percent:
            failures.append(f"{null.field} is empty in {empty:.1f} % of people, {null.max_percent:g} % are allowed")
    if failures:
        raise ValidationStoppedError(tuple(failures))
    return tuple(checks)


def _expect(people: pd.DataFrame, rules: tuple[RowRule, ...]) -> list[list[int]]:
    """Run the rules as one expectation suite; for each rule the positions of the rows that fail it."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations as gx  # noqa: PLC0415  (the import takes seconds; who does not validate does not pay)

    frame = people.replace("", None).reset_index(drop=True).astype(object)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = (
        context.data_sources.add_pandas("people")
        .add_dataframe_asset("people")
        .add_batch_definition_whole_dataframe("all")
    )
    suite = gx.ExpectationSuite(name="rows", expectations=_expectations(gx, rules, frame))
    outcome = batch.get_batch({"dataframe": frame}).validate(suite, result_format="COMPLETE")
    by_position: dict[int, list[int]] = {}
    for result in outcome.results:
        if result.exception_info and result.exception_info.get("raised_exception"):
            raise ValidationStoppedError((f"a rule could not be evaluated: {result.expectation_config.meta['rule']}",))
        by_position[result.expectation_config.meta["position"]] = list(result.result.get("unexpected_index_list") or [])
    return [by_position[position] for position in range(len(rules))]


def _expectations(gx: Any, rules: tuple[RowRule, ...], frame: pd.DataFrame) -> list[Any]:
    """One expectation a rule; its position travels in ``meta``, because results come back in another order."""
    expectations = []
    for position, rule in enumerate(rules):
        kind, arguments = _EXPECTATIONS[rule.rule](rule, frame)
        meta = {"position": position, "rule": f"{rule.field} {rule.rule}"}
        expectations.append(getattr(gx.expectations, kind)(column=rule.field, meta=meta, **arguments))
    return expectations


_EXPECTATIONS: Mapping[str, Callable[[RowRule, pd.DataFrame], tuple[str, dict[str, Any]]]] = {
    "required": lambda _rule, _frame: ("ExpectColumnValuesToNotBeNull", {}),
    "unique": lambda _rule, _frame: ("ExpectColumnValuesToBeUnique", {}),
    "pattern": lambda rule, _frame: ("ExpectColumnValuesToMatchRegex", {"regex": rf"^(?:{rule.pattern})\Z"}),
    "one_of": lambda rule, _frame: ("ExpectColumnValuesToBeInSet", {"value_set": list(rule.values or ())}),
    "length": lambda rule, _frame: ("ExpectColumnValueLengthsToBeBetween", {"max_value": rule.max_length}),
    "reference": lambda rule, frame: (
        "ExpectColumnValuesToBeInSet",
        {"value_set": frame[rule.references].dropna().unique().tolist()},
    ),
}
