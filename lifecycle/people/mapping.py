"""Mapping: rows of merged, validated people become :class:`Person` values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import pandas as pd

from lifecycle.config.automation import Automation
from lifecycle.config.configuration import Configuration
from lifecycle.config.data_source import DataSource
from lifecycle.config.recipe import NOTHING, Texts, Who
from lifecycle.language.filters.filter import Filter
from lifecycle.language.filters.frame import evaluate
from lifecycle.language.filters.row import UnreadableFieldError
from lifecycle.language.macros.template import MissingValueError, Row, Template, UnfitValueError, compile_template
from lifecycle.language.moment import Moment
from lifecycle.notice import QUARANTINE, Notice, Reason
from lifecycle.people.person import LEAVING, People, Person, Standing
from lifecycle.people.standing import standings

_Places = list[tuple[str, Template]]
"""Templates of distinguished names, each with its place in the file."""
_Named = Mapping[str, Mapping[str, str]]
"""Field → text in it → primary key of the one person who has it there."""


class Mapper:
    """The mapping of one automation, compiled once.

    Args:
        configuration: All of ``config/``, checked.
        automation: Name of the automation.
    """

    def __init__(self, configuration: Configuration, automation: str) -> None:
        self._automation: Automation = configuration.automations[automation]
        self._source: DataSource = configuration.data_sources[self._automation.data_source]
        self._zone = configuration.settings.zone
        words = configuration.vocabulary
        recipes = configuration.recipes_of(self._source)
        self._attributes = [
            (one.attribute, one.read, one.mapped.when != "update", one.mapped.when != "create", one.mapped.on_empty)
            for one in recipes.values()
            if not one.is_computed
        ]
        self._anchor = recipes[self._automation.anchor]
        self._correlate = [(rule.attribute, compile_template(rule.value, words)) for rule in self._automation.correlate]
        self._placement = [
            (compile_template(place.ou, words, "dn"), place.when) for place in self._automation.placement
        ]
        self._groups = [(compile_template(rule.group, words, "dn"), rule.when) for rule in self._automation.groups]
        self._references = {
            name: (compile_template(reference.value, words), reference.matches)
            for name, reference in self._source.people.items()
        }
        computed = frozenset[str]().union(*(recipe.fields for recipe in recipes.values() if recipe.is_computed))
        self._later_fields = sorted(computed | configuration.name_fields(self._source))

    def map(
        self, people: pd.DataFrame, notices: Iterable[Notice], now: datetime, *, is_partial: bool = False
    ) -> People:
        """Make a person of each row.

        A person of whom a filter cannot read a field is quarantined: they are neither in nor out of anything.

        A person whose anchor cannot be told may be behind any account. Like a record without a key, they are reported
        as :attr:`Reason.KEY_EMPTY`, so that no account is taken for abandoned in this run.

        Args:
            people: Index is the primary key; columns ``endpoint.field``; quarantined people included.
            notices: Notices so far; who is quarantined by one keeps their anchor and nothing else.
            now: The moment of the run, aware.
            is_partial: Whether only some people were asked for.
        """
        moment = Moment(now, self._zone)
        standing = standings(people, self._source, moment)
        at, unreadable = standing.found, dict(standing.unreadable)
        named = {matches: _named(people[matches]) for _, matches in self._references.values()}
        places, lost_places = _applying("placement", self._placement, people, moment)
        grants, lost_grants = _applying("groups", self._groups, people, moment)
        for position, field in (lost_places | lost_grants).items():
            if at[position] is Standing.EMPLOYED:  # nobody else is given a place or a group
                unreadable.setdefault(position, field)
        keys = list(map(str, people.index))
        found = [*notices, *(Notice(keys[row], Reason.FIELD_UNREADABLE, field) for row, field in unreadable.items())]
        rejected = {notice.key for notice in found if notice.reason in QUARANTINE}
        persons, quarantined = [], set()
        columns = {str(name): people[name].tolist() for name in people.columns}
        for position, key in enumerate(keys):
            row = {name: values[position] for name, values in columns.items()}
            anchor = self._anchor_of(row)
            if not anchor:
                if key in rejected or at[position] not in LEAVING:
                    found.append(Notice(key, Reason.KEY_EMPTY, self._automation.anchor))
                continue
            if key in rejected:
                quarantined.add(anchor)
                continue
            try:
                persons.append(
                    self._person(key, Who(anchor, moment), row, places[position], grants[position], named)
                    if at[position] is Standing.EMPLOYED
                    else Person(key, at[position], anchor)
                )
            except _RejectedError as error:
                found.append(Notice(key, error.reason, error.about))
                quarantined.add(anchor)
        return People(tuple(persons), frozenset(quarantined), tuple(sorted(set(found))), is_partial)

    def _person(self, key: str, who: Who, row: Row, places: _Places, grants: _Places, named: _Named) -> Person:
        if not places and self._source.automation_category.creates:
            raise _RejectedError(Reason.PLACE_MISSING, "no placement applies")
        create, update, clear = self._mapped(row, who)
        correlate = [(name, _rendered(f"correlate {name}", rule, row)) for name, rule in self._correlate]
        references, unknown = self._people_named(row, named)
        return Person(
            key=key,
            standing=Standing.EMPLOYED,
            anchor=who.seed,
            correlate=tuple((name, text) for name, text in correlate if text),
            create=create,
            update=update,
            clear=clear,
            ou=_rendered(*places[0], row) if places else "",
            groups={_rendered(about, group, row): group.text for about, group in grants},
            references=references,
            unknown=unknown,
            fields={name: row[name] for name in self._later_fields},
        )

    def _mapped(self, row: Row, who: Who) -> tuple[dict[str, Texts], dict[str, Texts], frozenset[str]]:
        """What a new account holds of the mapped attributes, what an existing one, and what of it is cleared."""
        create: dict[str, Texts] = {}
        update: dict[str, Texts] = {}
        clear = set()
        name = ""
        try:
            for name, read, at_creation, afterwards, on_empty in self._attributes:
                texts = read(row, NOTHING, NOTHING, who)
                if texts:
                    if at_creation:
                        create[name] = texts
                    if afterwards:
                        update[name] = texts
                elif on_empty == "reject":
                    raise _RejectedError(Reason.MAPPING_EMPTY, name)
                elif on_empty == "clear" and afterwards:
                    clear.add(name)
        except (UnfitValueError, UnreadableFieldError):
            raise _RejectedError(Reason.FIELD_UNREADABLE, name) from None
        return create, update, frozenset(clear)

    def _people_named(self, row: Row, named: _Named) -> tuple[dict[str, str], frozenset[str]]:
        """Whom each reference names, by primary key; and the references that name nobody who is known."""
        found, unknown = {}, set()
        for name, (template, matches) in self._references.items():
            text = _rendered(name, template, row).strip().casefold()
            if text in named[matches]:
                found[name] = named[matches][text]
            elif text:
                unknown.add(name)
        return found, frozenset(unknown)

    def _anchor_of(self, row: Row) -> str:
        try:
            return str(self._anchor.texts(row))
        except UnfitValueError:
            return ""


def _named(texts: pd.Series) -> dict[str, str]:
    """Text that names a person → their primary key; a text that names two people names nobody."""
    folded = texts.str.strip().str.casefold()
    folded = folded[(folded != "") & ~folded.duplicated(keep=False)]
    return {text: str(key) for key, text in folded.items()}


class _RejectedError(Exception):
    """This person cannot be mapped; :meth:`Mapper.map` makes a notice of it."""

    def __init__(self, reason: Reason, about: str) -> None:
        super().__init__(reason, about)
        self.reason, self.about = reason, about


def _rendered(about: str, template: Template, row: Row) -> str:
    try:
        return template.render(row)
    except MissingValueError:
        raise _RejectedError(Reason.MAPPING_EMPTY, about) from None
    except UnfitValueError:
        raise _RejectedError(Reason.FIELD_UNREADABLE, about) from None


def _applying(
    kind: str, rules: Sequence[tuple[Template, Filter | None]], people: pd.DataFrame, moment: Moment
) -> tuple[list[_Places], dict[int, str]]:
    """For each row the templates whose filter holds, in the order of the file; and the rows that no filter can read."""
    applying: list[_Places] = [[] for _ in range(len(people))]
    unreadable: dict[int, str] = {}
    for number, (template, when) in enumerate(rules):
        named = (f"{kind}.{number}", template)
        if when is None:
            for places in applying:
                places.append(named)
            continue
        outcome = evaluate(when, people, moment)
        unreadable |= outcome.unreadable
        for position in outcome.holds.to_numpy().nonzero()[0].tolist():
            applying[position].append(named)
    return applying, unreadable
