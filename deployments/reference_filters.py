"""The page of the filters: every operator, the datatypes that it fits, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from deployments.reference_models import table
from lifecycle.language.fields.field import Datatype
from lifecycle.language.filters.filter import fits
from lifecycle.language.filters.value import ALIASES, Operator

MEANINGS: Mapping[str, tuple[str, str]] = {
    "is": ("`Sales`", "The same text."),
    "is_not": ("`Sales`", "Another text, or none."),
    "in": ("`[Sales, IT]`", "One of the texts."),
    "not_in": ("`[Sales, IT]`", "None of the texts, or no value."),
    "contains": ("`nurse`", "The text stands somewhere in the value."),
    "not_contains": ("`nurse`", "The text stands nowhere in the value, or there is no value."),
    "starts_with": ("`ext-`", "The value begins with the text."),
    "ends_with": ("`@example.com`", "The value ends with the text."),
    "matches": ("`E[0-9]{5}`", "The regular expression (RE2 syntax) matches the whole value."),
    "=": ("`5`", "The same number; digits of any count are compared exactly."),
    "!=": ("`5`", "Another number, or no value."),
    "<": ("`5`", "A lower number."),
    "<=": ("`5`", "A lower number, or the same."),
    ">": ("`5`", "A higher number."),
    ">=": ("`5`", "A higher number, or the same."),
    "before": ("`2026-11-23`", "Before the day begins, or before the point in time."),
    "after": ("`2026-11-23T08:00`", "After the day has ended, or after the point in time."),
    "on": ("`2026-11-23`", "On that day."),
    "within_last": ("`30d`", "At the moment of the run, or at most so long before it."),
    "within_next": ("`12h`", "At the moment of the run, or at most so long after it."),
    "today": ("", "On the day of the run."),
    "between": ("`[1, 5]`", "Between two numbers or two days, both included; the lower one first."),
    "empty": ("", "No value."),
    "not_empty": ("", "A value."),
}
"""Operator → an example of its value, and what must be so for it to hold."""


def filter_page() -> Iterator[str]:
    """The parts of the page below its title."""
    yield (
        "A filter is a condition, `{field: …, operator: …, value: …}`, or `all:` or `any:` with a list of filters, or "
        "`not:` with one. It stands in the `scope` and `active` of a data source, and in the `when` of a placement, a "
        "group or a naming format."
    )
    yield (
        "```yaml\nscope:\n  all:\n    - {field: halo-users.department, operator: in, value: [Sales, IT]}\n"
        "    - not: {field: halo-users.enddate, operator: before, value: 2026-01-01}\n```"
    )
    yield table(
        ("operator", "for fields of type", "value, for example", "holds for"), [_row(one) for one in _operators()]
    )
    yield f"Other spellings: {', '.join(f'`{other}` for `{one}`' for other, one in ALIASES.items())}."
    yield RULES


RULES = """\
- Text is compared without regard to case: `STRASSE` is `straße`. `matches` compares letter by letter, as RE2 does.
- **No value** makes every comparison false, except the negated ones: `is_not`, `not_in`, `not_contains` and `!=` hold.
  Ask with `empty` and `not_empty` where that matters.
- **A value that cannot be read**, a word where a number is expected, is never just false: the person is quarantined
  with `field-unreadable`, neither in nor out, and their account stays as it is. It counts as soon as the condition
  stands in the filter, whatever the other conditions say. `active` is asked of those in scope, `when` of
  those who work here.
- **A date without a time** is the whole day in the organisation's zone, `timezone` in settings.yaml. A point in time
  without an offset is local time there. Where clocks change, a day has 23 or 25 hours, and of an hour that comes twice
  the first is meant.
- A duration is a number and `m` (minutes), `h` (hours), `d` (24 hours) or `w` (weeks), from the moment of the run.
- Text operators on a number compare its text, which has one spelling: `95`, never `95.0` or `095`. On an array they
  compare what was picked from it. On a timestamp they are refused: timestamps are kept in UTC, where the day may be
  another.
- In YAML, an operator that begins with `!` or `>` stands in quotes, so does a number of more than 15 digits."""
"""What holds for all operators."""


def _operators() -> Iterator[str]:
    for part in get_args(Operator):
        yield from get_args(part) or (part,)


def _row(operator: str) -> tuple[str, str, str, str]:
    datatypes = [f"`{datatype.value}`" for datatype in Datatype if fits(operator, datatype)]
    return f"`{operator}`", "all" if len(datatypes) == len(Datatype) else " ".join(datatypes), *MEANINGS[operator]
