"""An automation against its data source."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.config.automation import Automation
from lifecycle.config.checks.problems import Problem, in_filter, in_name, in_template, sample_name, unknown
from lifecycle.config.configuration import Configuration
from lifecycle.config.data_source import DataSource
from lifecycle.directory import dn


def automation_problems(automation: Automation, configuration: Configuration) -> Iterator[Problem]:
    """Everything that is wrong between one automation and the other files."""
    yield from unknown("data_source", "data source", automation.data_source, configuration.data_sources)
    source = configuration.data_sources.get(automation.data_source)
    if source is None:
        return
    words, fields = configuration.vocabulary, configuration.fields_of(source)
    yield from _anchor(automation, source)
    for number, rule in enumerate(automation.correlate):
        yield from in_template(f"correlate.{number}.value", rule.value, words, fields)
    managed = []
    for number, ou in enumerate(automation.managed_ous):
        if problems := list(in_name(f"managed_ous.{number}", ou, words)):
            yield from problems
        else:
            managed.append(sample_name(ou, words))
    for number, place in enumerate(automation.placement):
        yield from in_name(f"placement.{number}.ou", place.ou, words, fields)
        yield from in_filter(f"placement.{number}.when", place.when, fields)
    for number, grant in enumerate(automation.groups):
        yield from in_name(f"groups.{number}.group", grant.group, words, fields)
        yield from in_filter(f"groups.{number}.when", grant.when, fields)
    if problems := list(in_name("leavers.ou", automation.leavers.ou, words)):
        yield from problems
    elif managed and not any(dn.is_below(sample_name(automation.leavers.ou, words), ou) for ou in managed):
        yield "leavers.ou", "stands outside the managed OUs: no account may be moved there"


def _anchor(automation: Automation, source: DataSource) -> Iterator[Problem]:
    yield from unknown("anchor", "mapped attribute", automation.anchor, source.attributes)
    mapped = source.attributes.get(automation.anchor)
    if mapped and mapped.when != "both":
        yield (
            "anchor",
            f"{automation.anchor!r} is mapped for {mapped.when} only: an account must always bear its anchor",
        )
