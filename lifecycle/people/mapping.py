"""Mapping: rows of merged, validated people become :class:`Person` values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

import pandas as pd

from lifecycle.config.automation import Automation
from lifecycle.config.data_source import DataSource
from lifecycle.config.loader import Configuration
from lifecycle.errors import ConfigurationError
from lifecycle.language.filter import Filter, fields_of, mask
from lifecycle.language.macro import Template, compile_template
from lifecycle.notice import QUARANTINE, Notice, Reason
from lifecycle.people.person import People, Person, Standing


class Mapper:
    """The mapping of one automation, compiled once.

    Args:
        configuration: All of ``config/``.
        automation: Name of the automation.

    Raises:
        ConfigurationError: A template does not parse, or names a field that no endpoint of the data source has.
    """

    def __init__(self, configuration: Configuration, automation: str) -> None:
        self._automation: Automation = configuration.automations[automation]
        self._source: DataSource = configuration.data_sources[self._automation.data_source]
        self._env = configuration.settings.env
        self._known = {
            f"{part.name}.{field}"
            for part in self._source.endpoints
            for field in configuration.endpoints[part.name].fields
        }
        source_file, automation_file = f"data-sources/{self._source.name}.yaml", f"automations/{automation}.yaml"
        self._attributes = {
            name: (self._template(source_file, f"attributes.{name}.value", mapped.value), mapped)
            for name, mapped in self._source.attributes.items()
        }
        if self._automation.anchor not in self._attributes:
            problem = f"{self._automation.anchor!r} is not among the attributes of data source {self._source.name!r}"
            raise ConfigurationError(automation_file, "anchor", problem)
        self._correlate = [
            (rule.attribute, self._template(automation_file, f"correlate.{number}.value", rule.value))
            for number, rule in enumerate(self._automation.correlate)
        ]
        self._placement = [
            (self._template(automation_file, f"placement.{number}.ou", place.ou, "dn"), place.when)
            for number, place in enumerate(self._automation.placement)
        ]
        self._groups = [
            (self._template(automation_file, f"groups.{number}.group", rule.group, "dn"), rule.when)
            for number, rule in enumerate(self._automation.groups)
        ]
        manager = self._source.manager
        self._manager = self._template(source_file, "manager.value", manager.value) if manager else None
        formats = [configuration.formats[name] for bundle in self._source.names for name in bundle.attributes.values()]
        self._name_fields = {
            piece.field for one in formats for pieces in one.alternatives for piece in pieces if piece.field
        }
        self._check_fields(source_file, automation_file)

    def map(self, people: pd.DataFrame, notices: Iterable[Notice], now: datetime) -> People:
        """Make a person of each row.

        Args:
            people: Index is the primary key; columns ``endpoint.field``; quarantined people included.
            notices: Notices so far; who is quarantined by one keeps their anchor and nothing else.
            now: The moment of the run, aware.
        """
        standings = self._standings(people, now)
        managers = self._managers(people)
        places, everybody = self._first_that_applies(people), [True] * len(people)
        grants = [(one, mask(when, people).tolist() if when else everybody) for one, when in self._groups]
        found: list[Notice] = list(notices)
        rejected = {notice.key for notice in found if notice.reason in QUARANTINE}
        anchor = self._attributes[self._automation.anchor][0]
        persons, quarantined = [], set()
        columns = {name: people[name].tolist() for name in people.columns}
        for position, (index, standing) in enumerate(zip(people.index, standings, strict=True)):
            key = str(index)
            row = {name: values[position] for name, values in columns.items()}
            if key in rejected:
                quarantined.add(anchor.render(row))
                continue
            groups = {one.render(row): one.text for one, applies in grants if applies[position]}
            person = self._person(key, row, standing, places[position], groups, managers)
            if isinstance(person, Notice):
                found.append(person)
                quarantined.add(anchor.render(row))
            else:
                persons.append(person)
        return People(tuple(persons), frozenset(quarantined - {""}), tuple(sorted(set(found))))

    def _person(
        self, key: str, row: Mapping[str, str], standing: Standing, place: Template | None,
        groups: Mapping[str, str], managers: Mapping[str, str],
    ) -> Person | Notice:  # fmt: skip
        anchor = self._attributes[self._automation.anchor][0].render(row)
        if not anchor:
            return Notice(key, Reason.MAPPING_EMPTY, self._automation.anchor)
        if standing is not Standing.EMPLOYED:
            return Person(key, standing, anchor)
        create, update, clear = {}, {}, set()
        for name, (template, mapped) in self._attributes.items():
            value = template.render(row)
            if value:
                if mapped.when != "update":
                    create[name] = value
                if mapped.when != "create":
                    update[name] = value
            elif mapped.on_empty == "reject":
                return Notice(key, Reason.MAPPING_EMPTY, name)
            elif mapped.on_empty == "clear" and mapped.when != "create":
                clear.add(name)
        if place is None:
            return Notice(key, Reason.PLACE_MISSING, "no placement applies")
        named = self._manager.render(row).strip().casefold() if self._manager else ""
        return Person(
            key=key,
            standing=standing,
            anchor=anchor,
            correlate=tuple((name, text) for name, rule in self._correlate if (text := rule.render(row))),
            create=create,
            update=update,
            clear=frozenset(clear),
            ou=place.render(row),
            groups=groups,
            manager=managers.get(named, "") if named else "",
            manager_unknown=bool(named) and named not in managers,
            fields={name: row[name] for name in self._name_fields},
        )

    def _standings(self, people: pd.DataFrame, now: datetime) -> list[Standing]:
        standings = pd.Series(Standing.EMPLOYED, index=people.index, dtype=object)
        times = self._source.person
        if times.starts:
            earliest = (now + timedelta(days=times.create_days_before_start)).isoformat()
            starts = people[times.starts]
            standings[(starts != "") & (starts > earliest)] = Standing.NOT_STARTED
        if times.ends:
            ends = people[times.ends]
            standings[(ends != "") & (ends <= now.isoformat())] = Standing.ENDED
        if self._source.active:
            standings[~mask(self._source.active, people)] = Standing.INACTIVE
        if self._source.scope:
            standings[~mask(self._source.scope, people)] = Standing.OUT_OF_SCOPE
        return [Standing(standing) for standing in standings]

    def _managers(self, people: pd.DataFrame) -> dict[str, str]:
        """Text that names a manager → primary key; a text that names two people names nobody."""
        if self._source.manager is None:
            return {}
        texts = people[self._source.manager.matches].str.strip().str.casefold()
        texts = texts[(texts != "") & ~texts.duplicated(keep=False)]
        return {text: str(key) for key, text in texts.items()}

    def _first_that_applies(self, people: pd.DataFrame) -> list[Template | None]:
        chosen: list[Template | None] = [None] * len(people)
        for template, when in reversed(self._placement):
            applies = mask(when, people).tolist() if when else [True] * len(people)
            chosen = [template if use else before for use, before in zip(applies, chosen, strict=True)]
        return chosen

    def _template(self, file: str, path: str, text: str, place: Literal["prose", "dn"] = "prose") -> Template:
        try:
            template = compile_template(text, self._env, place)
        except ValueError as error:
            raise ConfigurationError(file, path, str(error)) from None
        self._check(file, path, template.fields)
        return template

    def _check(self, file: str, path: str, fields: Iterable[str]) -> None:
        for field in sorted(set(fields) - self._known):
            raise ConfigurationError(file, path, f"no field {field!r}; there are: {', '.join(sorted(self._known))}")

    def _check_fields(self, source_file: str, automation_file: str) -> None:
        source = self._source
        conditions: list[tuple[str, str, Filter | None]] = [
            (source_file, "scope", source.scope),
            (source_file, "active", source.active),
            *((automation_file, f"placement.{n}.when", one.when) for n, one in enumerate(self._automation.placement)),
            *((automation_file, f"groups.{n}.when", one.when) for n, one in enumerate(self._automation.groups)),
        ]
        for file, path, condition in conditions:
            self._check(file, path, fields_of(condition) if condition else ())
        for number, rule in enumerate(source.validation.rows):
            self._check(source_file, f"validation.rows.{number}", filter(None, (rule.field, rule.references)))
        self._check(source_file, "validation.run.nulls", (null.field for null in source.validation.run.nulls))
        self._check(source_file, "person", filter(None, (source.person.starts, source.person.ends)))
        self._check(source_file, "names", self._name_fields)
        if source.manager:
            self._check(source_file, "manager.matches", (source.manager.matches,))
