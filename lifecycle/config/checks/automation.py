"""An automation against its data source."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.config.automation import Automation
from lifecycle.config.category import Category
from lifecycle.config.checks.mapping import compiled
from lifecycle.config.checks.policy import named_policies
from lifecycle.config.checks.problems import Problem, in_filter, in_name, in_template, sample_name, unknown
from lifecycle.config.checks.schema import anchor_problems
from lifecycle.config.configuration import Configuration
from lifecycle.config.data_source import DataSource
from lifecycle.config.notification import AT_HAND
from lifecycle.directory import dn
from lifecycle.directory.usual_attributes import USUAL

_ALL = frozenset(Category)
_MAKES = frozenset(one for one in Category if one.creates)
_LIFECYCLE, _ACTIONS = frozenset({Category.LIFECYCLE}), frozenset({Category.ACTIONS})
_SECTIONS = {
    "placement": _MAKES,
    "groups": _ALL - _ACTIONS,
    "leavers": _LIFECYCLE,
    "template": _MAKES,
    "joiners": _MAKES,
    "movers": _ALL - _ACTIONS - {Category.CREATION},
    "rehires": _LIFECYCLE,
    "people": _ACTIONS,
}
"""Section of an automation → the categories that look at it."""
_NEEDED = {path: frozenset[Category]() for path in _SECTIONS} | {
    "placement": _MAKES,
    "leavers": _LIFECYCLE,
    "people": _ACTIONS,
}


def automation_problems(automation: Automation, configuration: Configuration) -> Iterator[Problem]:
    """Everything that is wrong between one automation and the other files."""
    yield from unknown("data_source", "data source", automation.data_source, configuration.data_sources)
    source = configuration.data_sources.get(automation.data_source)
    if source is None:
        return
    words, fields = configuration.vocabulary, configuration.fields_of(source)
    yield from _anchor(automation, source, configuration)
    yield from _category(automation, source)
    yield from named_policies(automation, configuration)
    yield from _notifications(automation, configuration)
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
    if automation.leavers is None:
        return
    if problems := list(in_name("leavers.ou", automation.leavers.ou, words)):
        yield from problems
    elif managed and not any(dn.is_below(sample_name(automation.leavers.ou, words), ou) for ou in managed):
        yield "leavers.ou", "stands outside the managed OUs: no account may be moved there"


def _notifications(automation: Automation, configuration: Configuration) -> Iterator[Problem]:
    for number, one in enumerate(automation.notify):
        for key, text in (("subject", one.subject), ("body", one.body)):
            yield from in_template(f"notify.{number}.{key}", text, configuration.vocabulary, at_hand=AT_HAND)


def _category(automation: Automation, source: DataSource) -> Iterator[Problem]:
    """Each category has sections that it needs, and others that would never be looked at."""
    category = source.automation_category
    for path, wanted in _SECTIONS.items():
        given = bool(getattr(automation, path))
        if given and category not in wanted:
            yield path, f"has no place here: data source {source.name!r} is a {category}"
        if not given and category in _NEEDED[path]:
            yield path, f"is required: data source {source.name!r} is a {category}"


def _anchor(automation: Automation, source: DataSource, configuration: Configuration) -> Iterator[Problem]:
    yield from unknown("anchor", "mapped attribute", automation.anchor, source.attributes)
    mapped = source.attributes.get(automation.anchor)
    if mapped and mapped.when != "both":
        yield (
            "anchor",
            f"{automation.anchor!r} is mapped for {mapped.when} only: an account must always bear its anchor",
        )
    recipe = compiled(source, configuration).get(automation.anchor)
    if recipe and (recipe.mapped.several or recipe.is_computed or recipe.naming):
        yield "anchor", f"{automation.anchor!r} must be one value that the record alone tells"
    yield from anchor_problems(automation.anchor, USUAL)
