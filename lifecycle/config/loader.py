"""Loading ``config/``: every file through its model, every name resolved, before any network call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from lifecycle.config.automation import Automation
from lifecycle.config.data_source import DataSource
from lifecycle.config.endpoint import Endpoint
from lifecycle.config.settings import Settings
from lifecycle.errors import ConfigurationError
from lifecycle.language.naming import NamingFormat

FOLDERS: Mapping[str, type[BaseModel]] = {
    "endpoints": Endpoint,
    "formats": NamingFormat,
    "data-sources": DataSource,
    "automations": Automation,
}
"""Folder below ``config/`` → model of its files."""

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Configuration:
    """All of ``config/``, checked. Each mapping is from name to model."""

    settings: Settings
    endpoints: Mapping[str, Endpoint]
    formats: Mapping[str, NamingFormat]
    data_sources: Mapping[str, DataSource]
    automations: Mapping[str, Automation]


def load_configuration(folder: Path) -> Configuration:
    """Read every file below ``config/``.

    Raises:
        ConfigurationError: The first thing that is wrong: file, path inside it, what was given, what is allowed.
    """
    if not folder.is_dir():
        raise ConfigurationError(str(folder), "", "no such folder; it should hold settings.yaml, endpoints/ and so on")
    configuration = Configuration(
        settings=read_model(folder / "settings.yaml", Settings),
        endpoints=_read_folder(folder, "endpoints", Endpoint),
        formats=_read_folder(folder, "formats", NamingFormat),
        data_sources=_read_folder(folder, "data-sources", DataSource),
        automations=_read_folder(folder, "automations", Automation),
    )
    for file, path, name, kind, known in _references(folder, configuration):
        if name not in known:
            raise ConfigurationError(file, path, f"no {kind} named {name!r}; there are: {', '.join(sorted(known))}")
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
        raise ConfigurationError(str(file), *_first_problem(error)) from None


def _read_folder(folder: Path, kind: str, model: type[ModelT]) -> dict[str, ModelT]:
    models = {}
    for file in sorted((folder / kind).glob("*.yaml")):
        one = read_model(file, model)
        name: str = one.name  # type: ignore[attr-defined]  # each of the four models has a name
        if name != file.stem:
            raise ConfigurationError(str(file), "name", f"is {name!r}, but the file is named {file.stem!r}")
        models[name] = one
    return models


def _read_yaml(file: Path) -> Any:
    try:
        content = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(str(file), "", "no such file") from None
    except UnicodeDecodeError:
        raise ConfigurationError(str(file), "", "is not UTF-8 text") from None
    except MarkedYAMLError as error:
        place = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(str(file), place, f"is no YAML: {error.problem}") from None
    except YAMLError as error:
        raise ConfigurationError(str(file), "", f"is no YAML: {error}") from None
    return {} if content is None else content


def _first_problem(error: ValidationError) -> tuple[str, str]:
    """Dotted path and sentence of the first error; tags of unions are no part of the file and are left out."""
    first = error.errors(include_url=False, include_context=True)[0]
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return path, "unknown key"
    given = "" if first["type"] in {"missing", "value_error"} else f"; given: {first['input']!r}"
    return path, first["msg"].removeprefix("Value error, ") + given


_Reference = tuple[str, str, str, str, Mapping[str, Any]]


def _references(folder: Path, configuration: Configuration) -> Iterator[_Reference]:
    """Every name in one file that must be the name of another: file, path, name, kind, known names."""
    where: Callable[[str, str], str] = lambda kind, name: str(folder / kind / f"{name}.yaml")  # noqa: E731
    for endpoint in configuration.endpoints.values():
        if endpoint.depends_on:
            file = where("endpoints", endpoint.name)
            yield file, "depends_on.endpoint", endpoint.depends_on.endpoint, "endpoint", configuration.endpoints
    for source in configuration.data_sources.values():
        file = where("data-sources", source.name)
        for position, part in enumerate(source.endpoints):
            yield file, f"endpoints.{position}.name", part.name, "endpoint", configuration.endpoints
            if part.name in configuration.endpoints:
                fields = configuration.endpoints[part.name].fields
                yield file, f"endpoints.{position}.key", part.key, "field", fields
        for position, bundle in enumerate(source.names):
            for attribute, name in bundle.attributes.items():
                yield file, f"names.{position}.attributes.{attribute}", name, "format", configuration.formats
    for automation in configuration.automations.values():
        file = where("automations", automation.name)
        yield file, "data_source", automation.data_source, "data source", configuration.data_sources
