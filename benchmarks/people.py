"""How fast records become people with names: merge, validate, filter, map and allocate, on one core.

``python -m benchmarks.people [--people 100000] [--rounds 3]`` invents people in two endpoints and prints, stage by
stage, people per second, and the mapping's macros against Jinja2's in the same run. Fifteen attributes, of which five
are made by macros with functions, and two bundles of unique names. Ratios travel between machines; rates do not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import jinja2
import pandas as pd

from lifecycle.config.automation import Automation
from lifecycle.config.configuration import Configuration
from lifecycle.config.data_source import DataSource
from lifecycle.config.endpoint import Endpoint
from lifecycle.config.settings import Settings
from lifecycle.directory.account import DirectoryView
from lifecycle.directory.operation import Directory
from lifecycle.language.macros.template import compile_template
from lifecycle.language.moment import Moment
from lifecycle.language.names.naming import NamingFormat
from lifecycle.people.merge import Table
from lifecycle.people.person import People
from lifecycle.planning.names import NameAllocator
from lifecycle.runs.people import SourceRecords, map_people, merge_people, validate_people
from lifecycle.runs.prepared import PreparedAutomation
from lifecycle.runs.run import Run, RunPorts
from lifecycle.sourcing.endpoint import EndpointRead
from lifecycle.store import Store

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
FIRST = ("Zoë", "Søren", "Ana-María", "John", "Łukasz", "Aoife", "Þór", "Mary Ann", "Noor", "Émile")
LAST = ("O'Brien", "Müller", "van der Berg", "Smith", "Łukaszewski", "Škoda", "García López", "Nguyễn", "Ünal", "D'Arc")

MACROS = {
    "displayName": "%src.u.surname%, %src.u.firstname%",
    "initials": "%fx.upper(#%fx.truncate(#%src.u.firstname%#, 1)%#)%",
    "telephoneNumber": "%fx.default(#%src.u.phone%#, +49 30 555000)%",
    "info": "%src.d.department% / %src.u.site% / %fx.lower(#%src.u.title%#)%",
    "accountExpires": "%fx.filetime(#%src.d.end%#)%",
}
JINJA = {
    "displayName": "{{ u_surname }}, {{ u_firstname }}",
    "initials": "{{ u_firstname[:1] | upper }}",
    "telephoneNumber": "{{ u_phone or '+49 30 555000' }}",
    "info": "{{ d_department }} / {{ u_site }} / {{ u_title | lower }}",
    "accountExpires": "{{ filetime(d_end) }}",
}
FIELDS = {
    "employeeID": "u.id", "givenName": "u.firstname", "sn": "u.surname", "title": "u.title",
    "department": "d.department", "physicalDeliveryOfficeName": "u.site", "mobile": "u.mobile", "company": "u.company",
    "employeeNumber": "u.id", "l": "u.site",
}  # fmt: skip

T = TypeVar("T")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    start = time.perf_counter()
    import great_expectations  # noqa: F401, PLC0415 (its import takes seconds, once a process, however many people)

    print(f"import of great-expectations, once: {time.perf_counter() - start:.1f} s\n")
    rounds = [_round(arguments.people) for _ in range(arguments.rounds)]
    print(f"{'stage':22} {'CPU s':>8} {'people/s':>10}   (median of {arguments.rounds}, one core)")
    for stage in rounds[0]:
        seconds = statistics.median(one[stage] for one in rounds)
        print(f"{stage:22} {seconds:>8.2f} {arguments.people / seconds:>10,.0f}")
    ours, peer = _macros(arguments.people), _jinja(arguments.people)
    print(f"\nfive macros a person: {ours:,.0f}/s, Jinja2 {peer:,.0f}/s: {ours / peer:.1f}×")


def _round(people: int) -> dict[str, float]:
    """Seconds of each stage, and of all together."""
    configuration, seconds = _configuration(), {}
    reads = [EndpointRead(table, (), 1, people, 0, {}) for table in _tables(people)]

    def timed(stage: str, work: Callable[[], T]) -> T:
        start = time.process_time()  # of this process alone: neighbours on a shared machine do not count
        result = work()
        seconds[stage] = time.process_time() - start
        return result

    prepared = PreparedAutomation(configuration, "people")
    with TemporaryDirectory(prefix="halo-ad-benchmark-") as folder, Store.open(f"sqlite:///{folder}/state.db") as store:
        run = Run("benchmark", prepared.rules, RunPorts(lambda: nullcontext(store), _no_directory, lambda: NOW), NOW)
        records: SourceRecords = timed("merge", lambda: merge_people(prepared, reads))
        validation = timed("validate", lambda: validate_people(run, prepared, records))
        mapped: People = timed("filter and map", lambda: map_people(run, prepared, records, validation))
    policy = prepared.policy

    def allocate() -> int:
        names = NameAllocator(_EMPTY, policy.bundles, {}, Moment(NOW, configuration.settings.zone))
        return sum(names.allocate(bundle, person) is not None for person in mapped.persons for bundle in policy.bundles)

    named = timed("unique names", allocate)
    if named != len(policy.bundles) * len(mapped.persons) or len(mapped.persons) != people:
        raise SystemExit("somebody got lost on the way: the figures mean nothing")
    return {**seconds, "all": sum(seconds.values())}


_EMPTY = DirectoryView("DC=corp,DC=test", (), (), frozenset(), frozenset(), "")


def _no_directory() -> AbstractContextManager[Directory]:
    raise SystemExit("no stage that is measured here looks at the directory")


def _rows(people: int) -> list[dict[str, str]]:
    return [
        {
            "u.id": str(number), "u.firstname": FIRST[number % 10],
            "u.surname": f"{LAST[number // 10 % 10]}{number // 700}",
            "u.title": "Nurse", "u.site": f"Site {number % 50}", "u.phone": "" if number % 3 else "+49 30 1234",
            "u.mobile": f"+49 170 {number}", "u.company": "Example Hospital", "u.mail": f"p{number}@corp.test",
            "u.inactive": "false", "d.id": str(number), "d.department": f"Department {number % 200}",
            "d.end": "2030-01-31T00:00:00+00:00" if number % 10 == 0 else "",
        }
        for number in range(people)
    ]  # fmt: skip


def _tables(people: int) -> list[Table]:
    frame = pd.DataFrame(_rows(people), dtype="str")
    parts = {name: frame[[one for one in frame.columns if one.startswith(name)]] for name in ("u.", "d.")}
    return [Table(name[0], part.rename(columns=lambda one: one[2:]), "id") for name, part in parts.items()]


def _configuration() -> Configuration:
    def endpoint(name: str, *fields: str) -> Endpoint:
        given: dict[str, Any] = {"name": name, "credentials": "halo", "url": "https://{Host-Name}/x", "key": "id"}
        return Endpoint.model_validate({**given, "fields": {field: {} for field in fields}})

    source = DataSource.model_validate({
        "name": "people",
        "endpoints": [{"name": "u", "key": "id"}, {"name": "d", "key": "id"}],
        "scope": {"field": "u.title", "operator": "is_not", "value": "robot"},
        "active": {"field": "u.inactive", "operator": "is_not", "value": "true"},
        "validation": {"rows": [
            {"field": "u.firstname", "rule": "required"},
            {"field": "u.surname", "rule": "required"},
            {"field": "u.mail", "rule": "unique"},
            {"field": "u.mail", "rule": "pattern", "pattern": "[^@]+@[^@]+"},
            {"field": "u.surname", "rule": "length", "max_length": 64},
        ]},
        "attributes": {**{name: f"%src.{field}%" for name, field in FIELDS.items()}, **MACROS},
        "names": [
            {"attributes": {"sAMAccountName": "account"}},
            {"attributes": {"userPrincipalName": "address", "mail": "address"}},
        ],
    })  # fmt: skip
    automation = Automation.model_validate({
        "name": "people", "data_source": "people", "directory": "ad", "store": "store",
        "managed_ous": ["OU=Staff,DC=corp,DC=test"], "placement": [{"ou": "OU=Staff,DC=corp,DC=test"}],
        "leavers": {"ou": "OU=Leavers,OU=Staff,DC=corp,DC=test"},
    })  # fmt: skip
    first, last = {"field": "u.firstname"}, {"field": "u.surname"}
    shape: dict[str, Any] = {"case": "lower", "transliterate": True, "spaces": False, "remove": "',"}
    account = {"name": "account", "alternatives": [[{**first, "first": 1}, last]], "max_length": 20, **shape}
    address = {"name": "address", "alternatives": [[first, {"text": "."}, last]], "suffix": "@corp.test", **shape}
    return Configuration(
        Path(),
        Settings(),
        endpoints={
            "u": endpoint("u", *(name[2:] for name in _rows(1)[0] if name.startswith("u."))),
            "d": endpoint("d", "id", "department", "end"),
        },
        formats={one["name"]: NamingFormat.model_validate(one) for one in (account, address)},
        data_sources={"people": source},
        automations={"people": automation},
    )


def _macros(people: int) -> float:
    templates = [compile_template(text, _configuration().vocabulary) for text in MACROS.values()]
    return _rate(_rows(people), lambda row: [template.render(row) for template in templates])


def _jinja(people: int) -> float:
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 (plain text, as in a directory)
    environment.globals["filetime"] = lambda text: compile_template(MACROS["accountExpires"], _NO_WORDS).render(
        {"d.end": text}
    )
    templates = [environment.from_string(text) for text in JINJA.values()]
    rows = [{name.replace(".", "_"): text for name, text in row.items()} for row in _rows(people)]
    return _rate(rows, lambda row: [template.render(row) for template in templates])


_NO_WORDS = _configuration().vocabulary


def _rate(rows: list[dict[str, str]], work: Callable[[dict[str, str]], object]) -> float:
    start = time.process_time()
    for row in rows:
        work(row)
    return len(rows) / (time.process_time() - start)


if __name__ == "__main__":
    main()
