"""The mapped attributes of a data source: fields, macros, computed attributes, and what the schema usually says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from lifecycle.config.checks.names import format_fields
from lifecycle.config.checks.problems import Problem, in_template, unknown
from lifecycle.config.checks.schema import schema_problems
from lifecycle.config.configuration import Configuration
from lifecycle.config.data_source import DataSource
from lifecycle.config.mapping import NEVER_MAPPED, MappedAttribute
from lifecycle.config.recipe import AT_HAND, CycleError, Recipe, computed_order, recipe_of
from lifecycle.directory.usual_attributes import USUAL

PLACE = ("cn", "distinguishedName")
"""Attributes that every account has a value of as soon as it is planned."""
_NOT_READ = frozenset({"useraccountcontrol", "objectsid", "memberof", "primarygroupid", "admincount"})


def mapping_problems(source: DataSource, configuration: Configuration, fields: Collection[str]) -> Iterator[Problem]:
    """Everything that is wrong with the mapped attributes of a data source by themselves."""
    for name, reference in source.people.items():
        if name.lower() in {one.lower() for one in source.attributes}:
            path = "manager" if reference is source.manager else f"references.{name}"
            yield path, f"{name} has a value already, in attributes"
    for name, mapped in source.attributes.items():
        yield from _sources(f"attributes.{name}", mapped, configuration, fields)
    recipes = compiled(source, configuration)
    for recipe in recipes.values():
        yield from _prefixes(recipe, source)
    yield from _order(recipes)


def usual_problems(source: DataSource, configuration: Configuration) -> Iterator[Problem]:
    """What most directories would not take of the attributes that they all have."""
    yield from schema_problems(source, compiled(source, configuration), USUAL, complete=False)


def compiled(source: DataSource, configuration: Configuration) -> dict[str, Recipe]:
    """The mapped attributes, without those that are no templates."""
    recipes = {}
    for name, mapped in source.attributes.items():
        with suppress(ValueError, KeyError):  # told with their place
            recipes[name] = recipe_of(name, mapped, configuration.vocabulary, configuration.formats)
    return recipes


def _sources(
    path: str, mapped: MappedAttribute, configuration: Configuration, fields: Collection[str]
) -> Iterator[Problem]:
    words = configuration.vocabulary
    if mapped.value is not None:
        yield from in_template(f"{path}.value", mapped.value, words, fields, at_hand=AT_HAND)
    for number, text in enumerate(mapped.values or ()):
        yield from in_template(f"{path}.values.{number}", text, words, fields, at_hand=AT_HAND)
    if mapped.field is not None:
        yield from unknown(f"{path}.field", "field", mapped.field, fields)
    if mapped.format is not None:
        yield from unknown(f"{path}.format", "format", mapped.format, configuration.formats)
        if mapped.format in configuration.formats:
            for field in sorted(format_fields(configuration.formats[mapped.format], configuration)):
                for one in unknown(f"{path}.format", "field", field, fields):
                    yield replace(one, text=f"format {mapped.format!r} asks for what is not here: {one.text}")


def _prefixes(recipe: Recipe, source: DataSource) -> Iterator[Problem]:
    path = f"attributes.{recipe.attribute}"
    for name in sorted(recipe.names("m365")):
        yield path, f"%m365.{name}% is not at hand in a mapping; there are: act, ad, env, fx, src"
    for name in sorted(recipe.names("act")):
        if name == "run":  # the plan of a dry run has the hash of the plan of the live run
            yield path, "%act.run% is not at hand in a mapping; there are: act.action, act.automation, act.timestamp"
        elif recipe.mapped.when != "create":
            yield path, f"%act.{name}% differs from run to run: it may stand only with when: create"
    given = {name for name, mapped in source.attributes.items() if mapped.when != "update"}
    given |= {name for bundle in source.names for name in bundle.attributes} | set(PLACE)
    for name in sorted(recipe.names("ad")):
        if name.lower() in _NOT_READ or NEVER_MAPPED.get(name.lower()) == "passwords are generated":
            yield path, f"%ad.{name}% is not at hand in a mapping"
        elif name in source.people:
            yield path, f"%ad.{name}% is a reference: it has no text"
        elif name not in given and recipe.mapped.when != "update" and source.automation_category.creates:
            yield (
                path,
                (
                    f"%ad.{name}% is not known when an account is made: it may stand only with when: update; "
                    f"known: {', '.join(sorted(given))}"
                ),
            )


def _order(recipes: Mapping[str, Recipe]) -> Iterator[Problem]:
    try:
        computed_order(recipes)
    except CycleError as error:
        first, *others = error.names
        said = "reads itself" if len(others) == 1 else f"is part of a circle: {error}"
        yield f"attributes.{first}", said
