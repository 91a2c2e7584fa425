"""Loading ``config/``: every file through its model, every name resolved, before any network call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from lifecycle.config.automation import Automation
from lifecycle.config.checks.automation import automation_problems
from lifecycle.config.checks.data_source import data_source_problems
from lifecycle.config.checks.endpoint import endpoint_problems
from lifecycle.config.checks.problems import Problem, in_template
from lifecycle.config.checks.shared import shared_problems
from lifecycle.config.configuration import Configuration
from lifecycle.config.data_source import DataSource
from lifecycle.config.endpoint import Endpoint
from lifecycle.config.problem import first_problem
from lifecycle.config.settings import Settings
from lifecycle.config.table import LookupTable
from lifecycle.errors import ConfigurationError
from lifecycle.language.naming import NamingFormat

FOLDERS: Mapping[str, type[BaseModel]] = {
    "endpoints": Endpoint,
    "formats": NamingFormat,
    "data-sources": DataSource,
    "automations": Automation,
    "tables": LookupTable,
}
"""Folder below ``config/`` → model of its files."""

ModelT = TypeVar("ModelT", bound=BaseModel)


def load_configuration(folder: Path) -> Configuration:
    """Read every file below ``config/``.

    Raises:
        ConfigurationError: The first thing that is wrong: file, path inside it, what was given, what is allowed.
    """
    if not folder.is_dir():
        raise ConfigurationError(str(folder), "", "no such folder; it should hold settings.yaml, endpoints/ and so on")
    configuration = Configuration(
        folder,
        settings=read_model(folder / "settings.yaml", Settings),
        endpoints=_read_folder(folder, "endpoints", Endpoint),
        formats=_read_folder(folder, "formats", NamingFormat),
        data_sources=_read_folder(folder, "data-sources", DataSource),
        automations=_read_folder(folder, "automations", Automation),
        tables=_read_folder(folder, "tables", LookupTable),
    )
    for kind, name, (path, problem) in _problems(configuration):
        raise ConfigurationError(str(folder / kind / f"{name}.yaml"), path, problem)
    return configuration


def read_model(file: Path, model: type[ModelT]) -> ModelT:
    """Read one YAML file through its model.

    Raises:
        ConfigurationError: The file is missing, is no YAML, or does not fit the model.
    """
    content = _read_yaml(file)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(str(file), *first_problem(error, content)) from None


def _read_folder(folder: Path, kind: str, model: type[ModelT]) -> dict[str, ModelT]:
    models = {}
    for file in sorted((folder / kind).glob("*.yml")):
        raise ConfigurationError(str(file), "", "is not read: its name must end in .yaml")
    for file in sorted((folder / kind).glob("*.yaml")):
        one = read_model(file, model)
        name: str = one.name  # type: ignore[attr-defined]  # each of these models has a name
        if name != file.stem:
            raise ConfigurationError(str(file), "name", f"is {name!r}, but the file is named {file.stem!r}")
        models[name] = one
    return models


def _read_yaml(file: Path) -> Any:
    try:
        content = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(str(file), "", "no such file") from None
    except OSError as error:
        raise ConfigurationError(str(file), "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(str(file), "", "is not UTF-8 text") from None
    except MarkedYAMLError as error:
        place = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(str(file), place, f"is no YAML: {error.problem}") from None
    except YAMLError as error:
        raise ConfigurationError(str(file), "", "is no YAML: " + str(error).partition("\n")[0]) from None
    return {} if content is None else content


def _problems(configuration: Configuration) -> Iterator[tuple[str, str, Problem]]:
    """What is wrong between files: folder, name of the file, problem."""
    for endpoint in configuration.endpoints.values():
        for problem in endpoint_problems(endpoint, configuration):
            yield "endpoints", endpoint.name, problem
    for one in configuration.formats.values():
        for problem in in_template("suffix", one.suffix, configuration.vocabulary):
            yield "formats", one.name, problem
    for source in configuration.data_sources.values():
        for problem in data_source_problems(source, configuration):
            yield "data-sources", source.name, problem
    for automation in configuration.automations.values():
        for problem in automation_problems(automation, configuration):
            yield "automations", automation.name, problem
    for name, problem in shared_problems(configuration):
        yield "automations", name, problem
