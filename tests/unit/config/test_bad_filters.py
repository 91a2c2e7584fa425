"""Filters, patterns, fields and the zone in files: each fault with its place and its sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError

PEOPLE, SYNC, USERS, SETTINGS = (
    "data-sources/people.yaml",
    "automations/sync.yaml",
    "endpoints/users.yaml",
    "settings.yaml",
)
DURATION = "takes a duration of minutes, hours, days or weeks, such as 45m, 12h, 30d or 2w"
ACTIVE = "active: {field: users.name, operator: not_empty}"


def active(condition: str) -> str:
    return f"active: {{field: {condition}}}"


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "problem"),
    [
        (PEOPLE, ACTIVE, active("users.name, operator: before, value: 2026-11-23"), "active.operator",
         "operator before is for timestamps; users.name is text"),
        (PEOPLE, ACTIVE, active('users.start, operator: ">", value: 5'), "active.operator",
         "operator > is for numbers; users.start is timestamp"),
        (PEOPLE, ACTIVE, active("users.start, operator: starts_with, value: '2026'"), "active.operator",
         "operator starts_with is for text, arrays and numbers; users.start is timestamp"),
        (PEOPLE, ACTIVE, active("users.start, operator: between, value: [1, 2]"), "active.value",
         "operator between is given numbers; users.start is timestamp"),
        (PEOPLE, ACTIVE, active("users.id, operator: in, value: ['7', '08']"), "active.value",
         'operator in compares the text of a number, 8, not "08"'),
        (PEOPLE, "operator: is, value: X", "operator: '=', value: 5", "scope.all.1.not.operator",
         "operator = is for numbers; details.dept is text"),
        (SYNC, "operator: not_empty", "operator: today", "placement.0.when.operator",
         "operator today is for timestamps; details.dept is text"),
        (SYNC, 'CN=All,OU=Staff,%env.base%"', 'CN=All", when: {field: users.id, operator: on, value: 2026-11-23}',
         "groups.0.when.operator", "operator on is for timestamps; users.id is number"),
        (PEOPLE, ACTIVE, active("users.start, operator: after, value: 23/11/2026"), "active.value",
         'operator after takes a date or a point in time, such as 2026-11-23 or 2026-11-23T08:00; given: "23/11/2026"'),
        (PEOPLE, ACTIVE, active("users.start, operator: within_last, value: 30"), "active.value",
         f'operator within_last {DURATION}; given: "30"'),
        (PEOPLE, ACTIVE, active("users.name, operator: matches, value: '(?=x)'"), "active.value",
         "is not a regular expression (invalid perl operator: (?=): '(?=x)'"),
        (PEOPLE, ACTIVE, active("users.id, operator: <"), "active", "operator < needs a value"),
        (PEOPLE, '"[a-z]+"', r'"(a)\\1"', "validation.rows.1.pattern",
         r"is not a regular expression (invalid escape sequence: \1): '(a)\\1'"),
        (USERS, "name: {}", "name: {select: \"$.a[?match(@.b, '(')]\"}", "fields.name.select",
         "a pattern in it is not a regular expression (missing ): (): '('"),
        (USERS, "name: {}", "name: {separator: ','}", "fields.name", "separator belongs to pick join; pick is first"),
        (USERS, "{type: timestamp}", "{type: timestamp, null_before: 1981}", "fields.start.null_before",
         "must be a date such as 1981-01-01, or null: '1981'"),
        (USERS, "name: {}", "name: {nulls: [-1]}", "fields.name.nulls.0", "must be text, in quotes; given: -1"),
        (SETTINGS, "env:", "timezone: Berlin\nenv:", "timezone",
         "is not an IANA timezone such as Europe/Berlin: 'Berlin'"),
    ],
)  # fmt: skip
def test_bad_filter_is_refused(
    file: str, old: str, new: str, path: str, problem: str, write_configuration: Callable[..., Path]
) -> None:
    folder = write_configuration(file, old, new)
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    assert (refused.value.file, refused.value.path) == (str(folder / file), path)
    assert refused.value.problem == problem


@pytest.mark.parametrize(
    "condition",
    [
        "users.id, operator: <, value: 10",
        "users.id, operator: =, value: 10",
        'users.id, operator: "!=", value: 1e3',
        "users.id, operator: ≥, value: '5.50'",
        "users.id, operator: between, value: [5, 10]",
        "users.start, operator: between, value: [2026-01-01, 2026-12-31T12:00:00+01:00]",
        "users.start, operator: before, value: 2026-11-23T08:00:00",
        "users.start, operator: within_next, value: 14d",
        "users.start, operator: today",
        "users.id, operator: in, value: ['7', '8']",
        "users.name, operator: matches, value: '[a-z]+'",
    ],
)
def test_filter_is_written_as_yaml_writes_it(condition: str, write_configuration: Callable[..., Path]) -> None:
    assert load_configuration(write_configuration(PEOPLE, ACTIVE, active(condition))).data_sources["people"].active


def test_zone_is_that_of_the_settings(write_configuration: Callable[..., Path]) -> None:
    zoned = load_configuration(write_configuration(SETTINGS, "env:", "timezone: Europe/Berlin\nenv:"))
    assert zoned.settings.zone.key == "Europe/Berlin"
    assert load_configuration(write_configuration()).settings.zone.key == "UTC"


def test_birthdays_are_read_with_null_before_off(write_configuration: Callable[..., Path]) -> None:
    spec = "start: {type: timestamp, null_before: null}"
    loaded = load_configuration(write_configuration(USERS, "start: {type: timestamp}", spec))
    assert loaded.endpoints["users"].fields["start"].null_before is None
