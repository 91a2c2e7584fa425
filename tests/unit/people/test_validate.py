"""Row rules with Great Expectations, run rules without. All tests that import Great Expectations stand here."""

import warnings
from typing import Any

import pandas as pd
import pytest

from lifecycle.config.data_source import RowRule, Validation
from lifecycle.errors import ValidationStoppedError
from lifecycle.notice import Notice, Reason
from lifecycle.people.validate import RunCheck, Validated, check_run, require, validate_rows

PEOPLE = pd.DataFrame(
    [
        ("Ann", "ann@x.test", "E-1", "boss@x.test", "Staff"),
        ("", "ANN@x.test", "E-22", "BOSS@X.TEST", "Guest"),
        ("Bo", "", "E-1\n", "", ""),
        ("Cy", "boss@x.test", "xE-1", "nobody@x.test", "staff"),
        ("Żółć", "", "", "", "Staff "),
    ],
    columns=["u.name", "u.mail", "u.number", "u.boss", "u.kind"],
    index=["30", "4", "100", "5", "6"],
    dtype="str",
)
RULES: list[tuple[dict[str, Any], Reason, str]] = [
    ({"field": "u.name", "rule": "required"}, Reason.RULE_REQUIRED, "4"),
    ({"field": "u.mail", "rule": "required"}, Reason.RULE_REQUIRED, "100 6"),
    ({"field": "u.mail", "rule": "unique"}, Reason.RULE_UNIQUE, "30 4"),
    ({"field": "u.kind", "rule": "unique"}, Reason.RULE_UNIQUE, "30 5"),
    ({"field": "u.number", "rule": "pattern", "pattern": r"E-\d"}, Reason.RULE_PATTERN, "100 4 5"),
    ({"field": "u.number", "rule": "pattern", "pattern": r"E-\d|E-22"}, Reason.RULE_PATTERN, "100 5"),
    ({"field": "u.number", "rule": "pattern", "pattern": "e-."}, Reason.RULE_PATTERN, "30 4 100 5"),
    ({"field": "u.name", "rule": "pattern", "pattern": r"\pL+"}, Reason.RULE_PATTERN, ""),
    ({"field": "u.name", "rule": "pattern", "pattern": "(?i)ANN|BO"}, Reason.RULE_PATTERN, "5 6"),
    ({"field": "u.name", "rule": "one_of", "values": ["Ann", "Bo"]}, Reason.RULE_ONE_OF, "5 6"),
    ({"field": "u.kind", "rule": "one_of", "values": ["Staff"]}, Reason.RULE_ONE_OF, "4 5 6"),
    ({"field": "u.name", "rule": "length", "max_length": 2}, Reason.RULE_LENGTH, "30 6"),
    ({"field": "u.name", "rule": "length", "max_length": 4}, Reason.RULE_LENGTH, ""),
    ({"field": "u.boss", "rule": "reference", "references": "u.mail"}, Reason.RULE_REFERENCE, "5"),
    ({"field": "u.mail", "rule": "reference", "references": "u.boss"}, Reason.RULE_REFERENCE, "30 4"),
]


@pytest.fixture(scope="session")
def validated() -> Validated:
    """All rules in one pass: the import alone takes seconds."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "module 'sre_constants' is deprecated", DeprecationWarning)
        return validate_rows(PEOPLE, tuple(RowRule.model_validate(rule) for rule, _, _ in RULES))


@pytest.mark.parametrize("position", range(len(RULES)), ids=lambda n: f"{RULES[n][0]['field']} {RULES[n][0]['rule']}")
def test_row_rule_finds_those_who_fail(position: int, validated: Validated) -> None:
    rule, _, keys = RULES[position]
    assert validated.checks[position] == (f"{rule['field']} {rule['rule']}", len(PEOPLE), len(keys.split()))


def test_row_rules_name_each_person_with_reason_and_field(validated: Validated) -> None:
    expected = {(key, reason, rule["field"]) for rule, reason, keys in RULES for key in keys.split()}
    assert {(notice.key, notice.reason, notice.about) for notice in validated.notices} == expected
    assert list(validated.notices) == sorted(validated.notices)


def test_row_rule_that_cannot_be_evaluated_stops_the_run(validated: Validated, monkeypatch: pytest.MonkeyPatch) -> None:
    """Great Expectations catches what a rule raises; that nobody was found to fail is no proof."""
    assert validated.notices
    monkeypatch.setattr(
        "lifecycle.people.validate._expectation", lambda _rule: ("ExpectColumnValuesToMatchRegex", {"regex": "("})
    )
    with pytest.raises(ValidationStoppedError) as stopped:
        validate_rows(PEOPLE, (RowRule(field="u.name", rule="required"),))
    assert stopped.value.failures == ("the rule u.name required could not be evaluated",)


def test_row_rules_pass_over_a_column_without_values(validated: Validated) -> None:
    assert validated.notices
    nobody = PEOPLE.assign(**{"u.name": ""})
    rules = [rule for rule, _, _ in RULES if rule["field"] == "u.name"]
    found = validate_rows(nobody, tuple(map(RowRule.model_validate, rules)))
    assert {notice.reason for notice in found.notices} == {Reason.RULE_REQUIRED}
    assert found.checks == (
        ("u.name required", 5, 5), ("u.name pattern", 5, 0), ("u.name pattern", 5, 0), ("u.name one_of", 5, 0),
        ("u.name length", 5, 0), ("u.name length", 5, 0),
    )  # fmt: skip


def test_row_rules_of_nobody_or_none_ask_nothing() -> None:
    rule = RowRule(field="u.name", rule="required")
    assert validate_rows(PEOPLE.iloc[:0], (rule,)) == validate_rows(PEOPLE, ()) == Validated((), ())


def run(
    rows: int = 10, quarantined: int = 0, last: int | None = 10, empty: int = 0, runs: int = 1, **rules: Any
) -> tuple[RunCheck, ...]:
    frame = pd.DataFrame({"u.mail": [""] * empty + ["x"] * (rows - empty)}, dtype="str")
    return check_run(
        frame, quarantined, None if last is None else (last, runs), Validation.model_validate({"run": rules})
    )


NULLS = [{"field": "u.mail", "max_percent": 20}]


@pytest.mark.parametrize(
    ("asked", "failures"),
    [
        ({"rows": 5}, ()),
        ({"rows": 4}, ("4 people came, the last run that read everybody had 10",)),
        ({"rows": 4, "runs": 5}, ("4 people came, the last 5 runs that read everybody had 10 (median)",)),
        ({"rows": 1, "last": 3}, ("1 people came, the last run that read everybody had 3",)),
        ({"rows": 2, "last": 3}, ()),
        ({"rows": 1, "last": None}, ()),
        ({"rows": 0, "last": None}, ("0 people came, no run has read everybody before",)),
        ({"rows": 0, "min_percent_of_last_run": 0}, ("0 people came, the last run that read everybody had 10",)),
        ({"rows": 0, "last": 0}, ("0 people came, the last run that read everybody had 0",)),
        ({"rows": 1, "last": 10, "min_percent_of_last_run": 0}, ()),
        ({"quarantined": 1}, ()),
        ({"quarantined": 2}, ("2 of 10 people are quarantined, 10 % are allowed",)),
        ({"quarantined": 1, "max_percent_quarantined": 9.9}, ("1 of 10 people are quarantined, 9.9 % are allowed",)),
        ({"empty": 2, "nulls": NULLS}, ()),
        ({"empty": 3, "nulls": NULLS}, ("u.mail is empty in 30.0 % of people, 20 % are allowed",)),
        ({"rows": 4, "empty": 4, "quarantined": 4, "nulls": NULLS},
         ("4 people came, the last run that read everybody had 10", "4 of 4 people are quarantined, 10 % are allowed",
          "u.mail is empty in 100.0 % of people, 20 % are allowed")),
    ],
)  # fmt: skip
def test_run_rules_stop_the_run(asked: dict[str, Any], failures: tuple[str, ...]) -> None:
    checks = run(**asked)
    assert tuple(check.failure for check in checks if check.failure) == failures
    if not failures:
        require(checks)
        return
    with pytest.raises(ValidationStoppedError) as stopped:
        require(checks)
    assert stopped.value.failures == failures
    assert str(stopped.value) == f"the data as a whole is not to be trusted: {'; '.join(failures)}"


def test_run_rules_tell_what_was_allowed_and_seen() -> None:
    assert run(rows=8, quarantined=1, last=9, empty=1, nulls=NULLS) == (
        RunCheck("at least 50 % of the people of earlier runs", "8 people; the last run that read everybody had 9"),
        RunCheck("at most 10 % quarantined", "12.5 %", "1 of 8 people are quarantined, 10 % are allowed"),
        RunCheck("u.mail empty in at most 20 %", "12.5 %"),
    )


def test_notice_holds_no_value(validated: Validated) -> None:
    assert all(isinstance(notice, Notice) and "@" not in repr(notice) for notice in validated.notices)


def test_row_rule_has_no_catastrophic_pattern(validated: Validated) -> None:
    """A backtracking engine would not end within the age of the universe."""
    assert validated.notices
    people = PEOPLE.assign(**{"u.name": "a" * 10_000})
    found = validate_rows(people, (RowRule(field="u.name", rule="pattern", pattern="(a*)*b"),))
    assert found.checks == (("u.name pattern", 5, 5),)


def test_of_some_people_no_reference_is_asked_for() -> None:
    """Whom they refer to was not read."""
    rules = [{"field": "u.boss", "rule": "reference", "references": "u.mail"}, {"field": "u.name", "rule": "required"}]
    read = tuple(RowRule.model_validate(rule) for rule in rules)

    found = validate_rows(PEOPLE.iloc[[0, 1]], read, is_partial=True)

    assert found.notices == (Notice("4", Reason.RULE_REQUIRED, "u.name"),)
    assert [rule for rule, _, _ in found.checks] == ["u.name required"]
