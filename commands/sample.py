"""A sample answer of an API, kept in a file, for trying a configuration without asking anybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from lifecycle.config.configuration import Configuration
from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError
from lifecycle.language.fields.selector import MISSING, Selector

Config = Annotated[Path, typer.Option("--config", help="Folder of the configuration.", exists=True, file_okay=False)]
CONFIG = Path("config")
Save = Annotated[bool, typer.Option("--save", help="After a successful call, put what it shows into the file.")]
Sample = Annotated[
    Path, typer.Argument(help="JSON file: an answer of the API, a list, or a record.", exists=True, dir_okay=False)
]


def fail(problem: object) -> typer.Exit:
    """Print why the program cannot go on; what it answers is to be raised."""
    typer.echo(f"error: {problem}", err=True)
    return typer.Exit(2)


def configuration(folder: Path) -> Configuration:
    """The configuration, or the end of the program with what is wrong."""
    try:
        return load_configuration(folder)
    except ConfigurationError as error:
        raise fail(error) from None


def answer(file: Path) -> Any:
    """What a sample file holds, or the end of the program."""
    try:
        return json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        problem = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "not UTF-8 text"
        raise fail(f"{file} is no JSON: {problem}") from None


def records(file: Path, place: str | None) -> list[dict[str, Any]]:
    """The records of a sample: at a place of the answer where there is one, else the list or record itself.

    Args:
        file: The sample.
        place: A key, or a JSONPath that leads to one place.
    """
    content = answer(file)
    try:
        found = Selector(place).read(content) if place else MISSING
    except ValueError as error:
        raise fail(f"--records {error}") from None
    if found is MISSING:
        if place:
            typer.echo(f"note: {file} holds nothing under {place}: it is taken for the records themselves", err=True)
        found = content
    listed: list[Any] = found if isinstance(found, list) else [found]
    if not all(isinstance(record, dict) for record in listed):
        raise fail(f"{file} holds no JSON objects" + (f" under {place}" if place else ""))
    return listed


def known(kind: str, name: str, models: Any) -> Any:
    """One file of the configuration by its name, or the end of the program with the names that there are."""
    if name not in models:
        raise fail(f"no {kind} named {name!r}; there are: {', '.join(sorted(models)) or 'none'}")
    return models[name]
