"""Automations that share accounts: whatever is written has one of them to write it, else they would undo each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from lifecycle.config.automation import Automation
from lifecycle.config.category import Category
from lifecycle.config.checks.problems import Problem, sample_name
from lifecycle.config.configuration import Configuration
from lifecycle.directory import dn

_LEAVES_ALONE = frozenset({Category.CREATION, Category.ACTIONS})
"""They write an account when it is made, or what a list says; neither comes back to it in every run."""


def shared_problems(configuration: Configuration) -> Iterator[tuple[str, Problem]]:
    """Name of an automation, and what it writes that an earlier one, by name, writes too.

    Two automations share accounts when they name the same directory block and their managed OUs overlap.
    """
    for one, other in combinations(sorted(configuration.automations.values(), key=lambda found: found.name), 2):
        if one.directory != other.directory:
            continue
        overlap = _overlap(_managed(one, configuration), _managed(other, configuration))
        if overlap is None:
            continue
        mine, yours = _written(one, configuration), _written(other, configuration)
        for key in sorted(mine.keys() & yours.keys()):
            if _identical_anchor(key, one, other, configuration):
                continue
            path, what = yours[key]
            place, _ = mine[key]
            problem = (
                f"{what} is written by automations/{one.name}.yaml too ({place}, data-sources/{one.data_source}.yaml): "
                f"leave it to one of them, or part their managed OUs, which overlap in {overlap}"
            )
            yield other.name, (path, problem)


def _managed(automation: Automation, configuration: Configuration) -> list[str]:
    names = []
    for ou in automation.managed_ous:
        try:
            name = sample_name(ou, configuration.vocabulary)
            dn.key(name)
        except ValueError:  # told by the automation's own checks
            continue
        names.append(name)
    return names


def _overlap(mine: list[str], yours: list[str]) -> str | None:
    """The first OU that both manage; the lower one where one lies in the other."""
    for one in mine:
        for other in yours:
            if dn.is_below(one, other):
                return one
            if dn.is_below(other, one):
                return other
    return None


def _written(automation: Automation, configuration: Configuration) -> Mapping[str, tuple[str, str]]:
    """What an automation writes: a key to compare by → place in the automation's file, and words for it."""
    source = configuration.data_sources.get(automation.data_source)
    if source is None or source.automation_category in _LEAVES_ALONE:
        return {}
    category = source.automation_category
    names = [*source.attributes, *(name for bundle in source.names for name in bundle.attributes), *source.people]
    if not category.creates:  # the anchor finds the account, and is left as it is
        names = [name for name in names if name.lower() != automation.anchor.lower()]
    written = {name.lower(): ("data_source", name) for name in names}
    for number, rule in enumerate(automation.groups):
        written[f"group {rule.group.casefold()}"] = (f"groups.{number}.group", f"memberships of {rule.group!r}")
    if category.creates:
        written["the place of accounts"] = ("placement", "the place of accounts")
    return written


def _identical_anchor(key: str, one: Automation, other: Automation, configuration: Configuration) -> bool:
    """Whether a key is the anchor of both, mapped alike: then both write the same."""
    if not key == one.anchor.lower() == other.anchor.lower():
        return False
    sources = [configuration.data_sources[automation.data_source] for automation in (one, other)]
    return sources[0].attributes.get(one.anchor) == sources[1].attributes.get(other.anchor)
