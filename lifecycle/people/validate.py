"""Validation with Great Expectations: row rules quarantine a person, run rules stop the run.

The only file that imports great_expectations, and inside its function: the import takes seconds.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lifecycle.config.data_source import RowRule, Validation
from lifecycle.errors import ValidationStoppedError
from lifecycle.language.pattern import Pattern
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


def validate_rows(people: pd.DataFrame, rules: tuple[RowRule, ...], *, is_partial: bool = False) -> Validated:
    """Hold every person against every row rule.

    Of some people alone it cannot be told whether those whom they refer to exist: no such rule is asked then.

    Args:
        people: Index is the primary key; text columns, "" is no value. Rules but ``required`` pass over empty values.
        rules: The data source's row rules.
        is_partial: Whether only some people were asked for.
    """
    if is_partial:
        rules = tuple(rule for rule in rules if rule.rule != "reference")
    if not rules or people.empty:
        return Validated((), ())
    results = _expect(people, rules)
    notices, checks = [], []
    for rule, failed in zip(rules, results, strict=True):
        notices += [Notice(str(people.index[row]), _REASONS[rule.rule], rule.field) for row in failed]
        checks.append((f"{rule.field} {rule.rule}", len(people), len(failed)))
    return Validated(tuple(sorted(notices)), tuple(checks))


@dataclass(frozen=True, slots=True)
class RunCheck:
    """One run rule, held against the data as a whole.

    Args:
        rule: The rule in words.
        seen: What was seen, in words.
        failure: Why it stops the run; empty when it does not.
    """

    rule: str
    seen: str
    failure: str = ""


def check_run(
    people: pd.DataFrame,
    quarantined: int,
    usual: tuple[int, int] | None,
    validation: Validation,
    *,
    may_be_empty: bool = False,
) -> tuple[RunCheck, ...]:
    """Hold the data as a whole against the run rules; see :func:`require`.

    Args:
        people: All people that were merged, before any was quarantined.
        quarantined: How many of them are.
        usual: Median of the people that the last sound runs read, and how many runs that were; None before the first.
        validation: The data source's rules.
        may_be_empty: Whether nobody at all is an ordinary day: for tickets.
    """
    rules, rows = validation.run, len(people)
    least = math.ceil((usual[0] if usual else 0) * rules.min_percent_of_last_run / 100)
    before = _told_of(*usual) if usual else "no run has read everybody before"
    share = 100 * quarantined / rows if rows else 0.0
    allowed = f"{rules.max_percent_quarantined:g} %"
    checks = [
        RunCheck(
            f"at least {rules.min_percent_of_last_run:g} % of the people of earlier runs",
            f"{rows} people; {before}",
            f"{rows} people came, {before}" if rows < least or not (rows or may_be_empty) else "",
        ),
        RunCheck(
            f"at most {allowed} quarantined",
            f"{share:.1f} %",
            f"{quarantined} of {rows} people are quarantined, {allowed} are allowed"
            if share > rules.max_percent_quarantined
            else "",
        ),
    ]
    for null in rules.nulls:
        empty = 100 * float((people[null.field] == "").mean()) if rows else 0.0
        failure = f"{null.field} is empty in {empty:.1f} % of people, {null.max_percent:g} % are allowed"
        checks.append(
            RunCheck(
                f"{null.field} empty in at most {null.max_percent:g} %",
                f"{empty:.1f} %",
                failure if empty > null.max_percent else "",
            )
        )
    return tuple(checks)


def _told_of(rows: int, runs: int) -> str:
    if runs == 1:
        return f"the last run that read everybody had {rows}"
    return f"the last {runs} runs that read everybody had {rows} (median)"


def require(checks: tuple[RunCheck, ...]) -> None:
    """Stop a run whose data as a whole is not to be trusted.

    Raises:
        ValidationStoppedError: At least one run rule failed; all failures are listed.
    """
    if failures := tuple(check.failure for check in checks if check.failure):
        raise ValidationStoppedError(failures)


def _expect(people: pd.DataFrame, rules: tuple[RowRule, ...]) -> list[list[int]]:
    """Run the rules as one expectation suite; for each rule the positions of the rows that fail it.

    Raises:
        ValidationStoppedError: A rule could not be evaluated: that nobody failed it says nothing.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx  # noqa: PLC0415  (the import takes seconds; who does not validate does not pay)

    logging.getLogger("great_expectations.data_context.types.base").setLevel(
        logging.WARNING
    )  # tells of temporary folders
    frame = pd.DataFrame(
        {f"{position}": _looked_at(people, rule) for position, rule in enumerate(rules)}, dtype=object
    ).reset_index(drop=True)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = (
        context.data_sources.add_pandas("people")
        .add_dataframe_asset("people")
        .add_batch_definition_whole_dataframe("all")
    )
    expectations = [
        getattr(gx.expectations, kind)(column=f"{position}", meta={"position": position}, **arguments)
        for position, (kind, arguments) in enumerate(map(_expectation, rules))
    ]
    suite = gx.ExpectationSuite(name="rows", expectations=expectations)
    outcome = batch.get_batch({"dataframe": frame}).validate(suite, result_format="COMPLETE")
    # Results come back in another order than the rules; meta tells which is which.
    found = {result.expectation_config.meta["position"]: result.result for result in outcome.results}
    return [_failed(rule, found.get(position) or {}) for position, rule in enumerate(rules)]


def _failed(rule: RowRule, result: Mapping[str, Any]) -> list[int]:
    """Positions of the rows that fail; a rule that raised inside Great Expectations has no count."""
    failed = list(result.get("unexpected_index_list") or [])
    if result.get("unexpected_count") != len(failed):
        raise ValidationStoppedError((f"the rule {rule.field} {rule.rule} could not be evaluated",))
    return failed


def _looked_at(people: pd.DataFrame, rule: RowRule) -> pd.Series:
    """The column that a rule's expectation looks at, None for no value; what must be one person's alone has no case."""
    column = people[rule.field]
    if rule.rule == "unique":
        looked_at = column.str.casefold()
    elif rule.rule == "reference":
        known = column.str.casefold().isin(people[rule.references].str.casefold())
        looked_at = _judged(known)
    elif rule.rule == "pattern":
        # Great Expectations would match with Python's engine, whose time has no bound.
        matches = Pattern(rule.pattern or "").matches
        looked_at = _judged(column.map({text: matches(text) for text in column.unique()}))
    else:
        looked_at = column
    return looked_at.astype(object).where(column != "", None)


def _judged(fits: pd.Series) -> pd.Series:
    return fits.map({True: _FITS, False: "does not fit"})


_FITS = "fits"


def _expectation(rule: RowRule) -> tuple[str, dict[str, Any]]:
    """Name of the expectation's class and its arguments."""
    match rule.rule:
        case "required":
            return "ExpectColumnValuesToNotBeNull", {}
        case "unique":
            return "ExpectColumnValuesToBeUnique", {}
        case "one_of":
            return "ExpectColumnValuesToBeInSet", {"value_set": list(rule.values or ())}
        case "length":
            return "ExpectColumnValueLengthsToBeBetween", {"max_value": rule.max_length}
        case "reference" | "pattern":
            return "ExpectColumnValuesToBeInSet", {"value_set": [_FITS]}
