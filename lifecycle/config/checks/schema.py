"""A data source against the facts of a schema: the usual ones when it is loaded, the directory's before a plan."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping

from lifecycle.config.automation import Automation
from lifecycle.config.checks.problems import Problem
from lifecycle.config.data_source import DataSource
from lifecycle.config.recipe import Recipe
from lifecycle.directory import dn
from lifecycle.directory.conversion import MisfitError, converted
from lifecycle.directory.schema import TEXTS, UNMAPPED, AttributeFacts, Schema, Syntax
from lifecycle.directory.values import is_guid


def schema_problems(
    source: DataSource, recipes: Mapping[str, Recipe], schema: Schema, *, complete: bool
) -> Iterator[Problem]:
    """Everything that the directory would not take.

    Args:
        source: The data source.
        recipes: Its mapped attributes, compiled, as far as they could be.
        schema: Facts by name.
        complete: Whether an attribute that is not in the schema does not exist; else nothing is known of it.
    """
    yield from _of_mapped(recipes, schema, complete=complete)
    yield from _of_names(source, schema, complete=complete)
    for name, reference in source.people.items():
        path = "manager" if reference is source.manager else f"references.{name}"
        for facts in (yield from _found(path, name, schema, complete=complete)):
            yield from _writable(path, facts)
            if facts.syntax is not Syntax.REFERENCE:
                yield path, f"{name} refers to no object in the directory: {facts.syntax.value}"


def _of_mapped(recipes: Mapping[str, Recipe], schema: Schema, *, complete: bool) -> Iterator[Problem]:
    for name, recipe in recipes.items():
        path = f"attributes.{name}"
        for facts in (yield from _found(path, name, schema, complete=complete)):
            yield from _writable(path, facts)
            yield from _fits(path, recipe, facts)
        for read in sorted(recipe.names("ad") - {"cn", "distinguishedName"}):
            for facts in (yield from _found(path, read, schema, complete=complete)):
                yield from _readable(path, facts)


def _of_names(source: DataSource, schema: Schema, *, complete: bool) -> Iterator[Problem]:
    for number, bundle in enumerate(source.names):
        for name in sorted(bundle.attributes.keys() - {"cn"}):
            path = f"names.{number}.attributes.{name}"
            for facts in (yield from _found(path, name, schema, complete=complete)):
                yield from _writable(path, facts)
                if facts.syntax not in TEXTS:
                    yield path, f"{name} is no text in the directory: {facts.syntax.value}"


def automation_schema_problems(automation: Automation, schema: Schema) -> Iterator[Problem]:
    """What the directory's schema says against the attributes that an automation names itself."""
    yield from anchor_problems(automation.anchor, schema)
    for number, rule in enumerate(automation.correlate):
        for _ in (yield from _found(f"correlate.{number}.attribute", rule.attribute, schema, complete=True)):
            pass


def anchor_problems(anchor: str, schema: Schema) -> Iterator[Problem]:
    """An anchor that cannot tell one account from another."""
    facts = schema.get(anchor)
    if facts and not facts.single_valued:
        yield "anchor", f"{anchor} holds several values in the directory: an anchor is one"
    if facts and facts.syntax not in {*TEXTS, Syntax.INTEGER, Syntax.LARGE_INTEGER}:
        yield "anchor", f"{anchor} is no text in the directory: {facts.syntax.value}"


def _found(
    path: str, name: str, schema: Schema, *, complete: bool
) -> Generator[Problem, None, tuple[AttributeFacts, ...]]:
    """The facts of an attribute that user objects may hold; else none, and a problem if that is certain."""
    facts = schema.get(name)
    if facts is None:
        spelled = next((one for one in schema if one.lower() == name.lower()), None)
        if spelled:
            yield path, f"the directory spells {name} as {spelled}: write it so"
        elif complete:
            yield path, f"the directory has no attribute {name}"
        return ()
    if not facts.of_users:
        yield path, f"user objects may not hold {name} in this directory"
        return ()
    return (facts,)


def _writable(path: str, facts: AttributeFacts) -> Iterator[Problem]:
    if not facts.writable:
        yield path, f"{facts.name} is written by the directory itself"


def _readable(path: str, facts: AttributeFacts) -> Iterator[Problem]:
    if not facts.writable:
        yield path, f"%ad.{facts.name}% is written by the directory itself: it may differ each time"
    elif facts.syntax is Syntax.REFERENCE or facts.syntax in UNMAPPED:
        yield path, f"%ad.{facts.name}% has no text: {facts.syntax.value}"


def _fits(path: str, recipe: Recipe, facts: AttributeFacts) -> Iterator[Problem]:
    mapped = recipe.mapped
    if facts.syntax in UNMAPPED:
        yield path, f"{facts.name} has a syntax that is never mapped"
        return
    if facts.single_valued and mapped.mode == "add":
        yield path, f"{facts.name} holds one value: mode add would have nothing to keep"
    elif facts.single_valued and mapped.several:
        yield path, f"{facts.name} holds one value: {'split' if mapped.split else 'values'} may give it more"
    constant = recipe.constant
    texts = (constant,) if isinstance(constant, str) else constant or ()
    if any(texts):
        try:
            converted(facts, filter(None, texts), _find)
        except MisfitError as error:
            yield path, f"does not fit {facts.name}: {error}"


def _find(text: str) -> str | None:
    """Whether a text may be a reference at all; the object is looked for when the plan is made."""
    try:
        return text if is_guid(text) or dn.parse(text) else None
    except ValueError:
        return None
