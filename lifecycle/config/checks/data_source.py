"""A data source against its endpoints and naming formats."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from lifecycle.config.checks.mapping import mapping_problems, usual_problems
from lifecycle.config.checks.names import bundle_problems, format_fields
from lifecycle.config.checks.problems import Problem, in_filter, in_template, unknown
from lifecycle.config.configuration import Configuration
from lifecycle.config.data_source import DataSource
from lifecycle.config.findings.finding import Finding


def data_source_problems(source: DataSource, configuration: Configuration) -> Iterator[Problem]:
    """Everything that is wrong between one data source and the other files."""
    fields = configuration.fields_of(source)
    yield from _endpoints(source, configuration)
    yield from in_filter("scope", source.scope, fields)
    yield from in_filter("active", source.active, fields)
    yield from _times(source, fields)
    yield from _rules(source, fields)
    yield from mapping_problems(source, configuration, fields)
    yield from _names(source, configuration, fields)
    for name, reference in source.people.items():
        path = "manager" if reference is source.manager else f"references.{name}"
        yield from in_template(f"{path}.value", reference.value, configuration.vocabulary, fields)
        yield from unknown(f"{path}.matches", "field", reference.matches, fields)
    yield from usual_problems(source, configuration)


def _endpoints(source: DataSource, configuration: Configuration) -> Iterator[Problem]:
    before: list[str] = []
    for position, part in enumerate(source.endpoints):
        path = f"endpoints.{position}.name"
        yield from unknown(path, "endpoint", part.name, configuration.endpoints)
        if part.name in before:
            yield Finding(path, f"{part.name!r} stands twice", kind="endpoint", given=part.name)
        if part.name in configuration.endpoints:
            endpoint = configuration.endpoints[part.name]
            yield from unknown(f"endpoints.{position}.key", "field", part.key, endpoint.fields)
            driver = endpoint.depends_on.endpoint if endpoint.depends_on else part.name
            if driver in configuration.endpoints and driver not in (part.name, *before):
                problem = f"{part.name!r} depends on {driver!r}, which must stand before it"
                yield Finding(path, problem, kind="endpoint", given=driver)
        before.append(part.name)


def _times(source: DataSource, fields: Mapping[str, str]) -> Iterator[Problem]:
    """Points in time are compared as text, which is right for timestamps alone."""
    for path, field in (("person.starts", source.person.starts), ("person.ends", source.person.ends)):
        if field is not None:
            yield from unknown(path, "field", field, fields)
            if fields.get(field, "timestamp") != "timestamp":
                yield path, f"{field!r} must be of type timestamp; it is of type {fields[field]}"


def _rules(source: DataSource, fields: Collection[str]) -> Iterator[Problem]:
    for number, rule in enumerate(source.validation.rows):
        yield from unknown(f"validation.rows.{number}.field", "field", rule.field, fields)
        if rule.references is not None:
            yield from unknown(f"validation.rows.{number}.references", "field", rule.references, fields)
    for number, null in enumerate(source.validation.run.nulls):
        yield from unknown(f"validation.run.nulls.{number}.field", "field", null.field, fields)


def _names(source: DataSource, configuration: Configuration, fields: Collection[str]) -> Iterator[Problem]:
    formats = configuration.formats
    category = source.automation_category
    if not category.writes_attributes and (source.people or len(source.attributes) > 1):
        yield "attributes", f"a {category} maps the anchor alone, which finds the account: its list writes the others"
    if not category.creates and source.names:
        yield "names", f"has no place here: a {category} gives no names, the user-lifecycle does"
    given = {name.lower() for name in (*source.attributes, *source.people)}
    for position, bundle in enumerate(source.names):
        for attribute, name in bundle.attributes.items():
            path = f"names.{position}.attributes.{attribute}"
            yield from unknown(path, "format", name, formats)
            if name in formats:
                for field in sorted(format_fields(formats[name], configuration)):
                    for one in unknown(path, "field", field, fields):
                        yield replace(one, text=f"format {name!r} asks for what is not here: {one.text}")
            if attribute.lower() in given:
                yield path, f"{attribute} has a value already, in attributes or in an earlier bundle"
            given.add(attribute.lower())
        yield from bundle_problems(f"names.{position}", bundle, configuration)
    if "samaccountname" not in given and category.creates:
        yield "names", "sAMAccountName is given no value: no account can be created without it"
