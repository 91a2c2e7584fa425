"""``halo-ad check``: everything that is wrong with a configuration, before anything runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.report import as_json, closing, in_order, show
from lifecycle.config.block_names import SLUGS
from lifecycle.config.findings.problem import Problem
from lifecycle.config.loader import Reading, read_configuration

_PLAIN_WIDTH = 120


class Format(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"


class BlocksNotCheckedError(Exception):
    """The Prefect server could not be asked for its blocks; the text says why."""


def check(
    config: Annotated[Path, typer.Argument(help="Folder of the configuration.", exists=True, file_okay=False)] = Path(
        "config"
    ),
    *,
    output: Annotated[Format, typer.Option("--format", help="How problems are printed.")] = Format.TEXT,
    blocks: Annotated[
        bool | None,
        typer.Option(
            "--blocks/--no-blocks",
            help="Whether Prefect blocks must be checked: --blocks fails where the server cannot be asked, --no-blocks "
            "does not ask it. Without either, it is asked if PREFECT_API_URL is known.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check every file of the configuration; the exit status is 1 if anything is wrong."""
    reading = read_configuration(config)
    problems, told = list(reading.problems), ""
    if blocks is not False:
        try:
            problems += _missing_blocks(reading)
            told = "blocks: looked up on the Prefect server"
        except BlocksNotCheckedError as reason:
            told = f"blocks: not checked: {reason}"
            if blocks:
                problems.append(Problem(str(config), "", 0, 0, 0, f"blocks were not checked: {reason}"))
    _print(problems, reading, told, output)
    raise typer.Exit(1 if problems else 0)


def _missing_blocks(reading: Reading) -> Iterator[Problem]:
    """Blocks that the files name and the Prefect server has not.

    Raises:
        BlocksNotCheckedError: The server cannot be asked.
    """
    # httpx takes longer to import than the files to check: only where there is somebody to ask.
    from commands.prefect_address import NoAddressError, prefect_address  # noqa: PLC0415

    try:
        address = prefect_address(os.environ, Path.home())
    except (NoAddressError, RuntimeError) as error:  # RuntimeError: nobody knows where home is
        raise BlocksNotCheckedError(str(error)) from None
    from commands.block_problems import block_problems  # noqa: PLC0415
    from commands.prefect_blocks import NotCheckedError, block_names  # noqa: PLC0415

    try:
        there = block_names(address, SLUGS)
    except NotCheckedError as error:
        raise BlocksNotCheckedError(str(error)) from None
    for file, finding in block_problems(reading.configuration, there):
        yield reading.found.located(file, finding)


def _print(problems: list[Problem], reading: Reading, told: str, output: Format) -> None:
    ordered = in_order(problems, reading)
    if output is Format.JSON:
        typer.echo(as_json(ordered))
        if told:
            typer.echo(told, err=True)
        return
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    show(ordered, reading, console, console.width if console.is_terminal else _PLAIN_WIDTH)
    if told:
        console.print(told)
    console.print(closing(ordered, reading))
