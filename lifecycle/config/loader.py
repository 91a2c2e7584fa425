"""Loading ``config/``: every file through its model, every name resolved, before any network call.

All problems are found, not only the first. A file that cannot be used excuses what others say of it: that its name or
its fields are not known there follows from the problem in the file itself, and is not told a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from lifecycle.actions.template import AccountTemplate
from lifecycle.config.automation import Automation
from lifecycle.config.block_names import ambiguous_names
from lifecycle.config.checks.automation import automation_problems
from lifecycle.config.checks.data_source import data_source_problems
from lifecycle.config.checks.endpoint import endpoint_problems
from lifecycle.config.checks.formats import format_problems
from lifecycle.config.checks.policy import policy_problems, template_problems
from lifecycle.config.checks.problems import Problem as Found
from lifecycle.config.checks.shared import shared_problems
from lifecycle.config.checks.webhook import webhook_problems
from lifecycle.config.configuration import Configuration
from lifecycle.config.data_source import DataSource
from lifecycle.config.documents.document import Document
from lifecycle.config.documents.file_text import UnreadableFileError, file_text
from lifecycle.config.endpoint import Endpoint
from lifecycle.config.findings.finding import Finding
from lifecycle.config.findings.problem import Problem
from lifecycle.config.findings.problem_list import ProblemList
from lifecycle.config.findings.refusal import findings
from lifecycle.config.folder import SETTINGS, files_of, strays
from lifecycle.config.policy import ActionPolicy
from lifecycle.config.settings import AnySetting, Settings
from lifecycle.config.table import LookupTable
from lifecycle.config.webhook import Webhook
from lifecycle.errors import ConfigurationError
from lifecycle.language.model import KnownKeys
from lifecycle.language.names.naming import NamingFormat

FOLDERS: Mapping[str, type[BaseModel]] = {
    "endpoints": Endpoint,
    "formats": NamingFormat,
    "data-sources": DataSource,
    "automations": Automation,
    "policies": ActionPolicy,
    "templates": AccountTemplate,
    "tables": LookupTable,
    "webhooks": Webhook,
}
"""Folder below ``config/`` → model of its files."""

KINDS: Mapping[str, str] = {
    "endpoints": "endpoint",
    "formats": "format",
    "data-sources": "data source",
    "tables": "table",
    "policies": "policy",
    "templates": "template",
    "automations": "automation",
}
"""Folder → what a file of it is called by the files that name it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A folder as it was read.

    Args:
        configuration: The files that can be used; all of them where there is no problem.
        documents: Path of a file, as the user would type it → its text.
        problems: Everything that is wrong, by file; causes come before what follows from them.
        found: The list that they come from; tells the place of further findings.
    """

    configuration: Configuration
    documents: Mapping[str, Document]
    problems: tuple[Problem, ...]
    found: ProblemList


def load_configuration(folder: Path) -> Configuration:
    """Read every file below ``config/``.

    Raises:
        ConfigurationError: The first thing that is wrong: file, path inside it, what was given, what is allowed; and
            how many more there are.
    """
    reading = read_configuration(folder)
    if reading.problems:
        first, *others = reading.problems
        raise first.as_error(more=len(others))
    return reading.configuration


def read_configuration(folder: Path, instead: Mapping[str, str] = MappingProxyType({})) -> Reading:
    """Read every file below ``config/`` and find everything that is wrong.

    Args:
        folder: ``config/``.
        instead: File, as ``endpoints/halo-users.yaml`` → text that is read in its place.

    Raises:
        ConfigurationError: There is no such folder.
    """
    if not folder.is_dir():
        raise ConfigurationError(str(folder), "", "no such folder; it should hold settings.yaml, endpoints/ and so on")
    found = ProblemList(folder)
    reader = _Reader(folder, found, instead)
    settings = reader.model(SETTINGS, Settings)
    models = {kind: reader.models(kind, model) for kind, model in FOLDERS.items()}
    configuration = Configuration(
        folder,
        settings=settings or Settings.model_construct(env=AnySetting()),
        endpoints=models["endpoints"],
        formats=models["formats"],
        data_sources=models["data-sources"],
        automations=models["automations"],
        tables=models["tables"],
        policies=models["policies"],
        templates=models["templates"],
        webhooks=models["webhooks"],
    )
    for kind, name, problems in _checks(configuration):
        _gather(found, f"{kind}/{name}.yaml", problems)
    for file, finding in (*ambiguous_names(configuration), *strays(folder, FOLDERS)):
        found.add(file, finding)
    return Reading(configuration, found.documents, found.problems(), found)


@lru_cache(maxsize=256)
def _document_of(text: str) -> Document:
    """A text, read once however often it is asked for: reading YAML with its places is most of a load."""
    return Document(text)


class _Reader:
    """Reads one file after the other; what is wrong goes into ``found``."""

    def __init__(self, folder: Path, found: ProblemList, instead: Mapping[str, str]) -> None:
        self._folder, self._found, self._instead = folder, found, instead

    def models(self, kind: str, model: type[BaseModel]) -> dict[str, Any]:
        """Name → model of every file of one folder that can be used; the others are excused."""
        usable = {}
        for file in files_of(self._folder, kind):
            name = Path(file).stem
            read = self.model(file, model)
            given = getattr(read, "name", name)
            if read is not None and given != name:
                self._found.add(file, Finding("name", f"is {given!r}, but the file is named {name!r}"))
            if read is not None and given == name:
                usable[name] = read
            else:
                self._found.excuse(KINDS.get(kind, kind), name)
                self._found.excuse(KINDS.get(kind, kind), str(given))
        return usable

    def model(self, file: str, model: type[BaseModel]) -> Any:
        """One file through its model; None where it cannot be used."""
        document = self._document(file)
        if document is None:
            return None
        keys = KnownKeys()
        try:
            read = model.model_validate(document.value, context=keys)
        except ValidationError as error:
            for finding in findings(error, document, keys):
                self._found.add(file, finding)
            return None
        return None if document.faults else read

    def _document(self, file: str) -> Document | None:
        """A file that can be read as YAML, even if keys stand twice in it."""
        try:
            text = self._instead.get(file)
            document = _document_of(file_text(self._folder / file, self._folder) if text is None else text)
        except UnreadableFileError as error:
            self._found.read(file, Document(error.text, is_yaml=False))
            self._found.add(file, Finding("", error.problem, "file" if error.text else "value", error.offset))
            return None
        self._found.read(file, document)
        for fault in document.faults:
            self._found.add(file, Finding("", fault.problem, "file", fault.offset, fault.length, hint=fault.hint))
        return document if document.is_readable else None


def _gather(found: ProblemList, file: str, problems: Iterator[Found]) -> None:
    """All problems that a check finds.

    A check may rely on what another one makes sure of; where that one has failed, it may fail in a way of its own.
    """
    try:
        for problem in problems:
            found.add(file, problem)
    except (ValueError, LookupError):
        if not found:
            raise


def _checks(configuration: Configuration) -> Iterator[tuple[str, str, Iterator[Found]]]:
    """What is wrong between files: folder, name of the file, problems."""
    for endpoint in configuration.endpoints.values():
        yield "endpoints", endpoint.name, endpoint_problems(endpoint, configuration)
    for one in configuration.formats.values():
        yield "formats", one.name, format_problems(one, configuration)
    for source in configuration.data_sources.values():
        yield "data-sources", source.name, data_source_problems(source, configuration)
    for policy in configuration.policies.values():
        yield "policies", policy.name, policy_problems(policy, configuration)
    for template in configuration.templates.values():
        yield "templates", template.name, template_problems(template, configuration)
    for automation in configuration.automations.values():
        yield "automations", automation.name, automation_problems(automation, configuration)
    for webhook in configuration.webhooks.values():
        yield "webhooks", webhook.name, webhook_problems(webhook, configuration)
    for name, problem in shared_problems(configuration):
        yield "automations", name, iter((problem,))
