"""``halo-ad script``: one run of a custom script, with everything around it as in a live run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from commands.sample import answer, fail
from lifecycle.errors import ConfigurationError, TargetError
from lifecycle.ports.scripts.runner import open_scripts
from lifecycle.ports.scripts.settings import ScriptSettings
from lifecycle.scripts.call import ScriptCall
from lifecycle.scripts.exit_codes import ExitCodes
from lifecycle.scripts.result import ScriptResult

FOLDER = Path("config/scripts")


def script(
    name: Annotated[str, typer.Argument(metavar="SCRIPT", help="Path of the script below its folder.")],
    sample: Annotated[
        Path, typer.Argument(metavar="INPUT", help="JSON file: the object that it reads.", exists=True, dir_okay=False)
    ],
    arguments: Annotated[list[str] | None, typer.Argument(help="Its arguments; put -- before one with a dash.")] = None,
    *,
    folder: Annotated[Path, typer.Option(help="The allowed folder.")] = FOLDER,
    interpreter: Annotated[
        str | None, typer.Option(help="python3, sh or pwsh; else its name or first line says.")
    ] = None,
    variable: Annotated[
        list[str] | None, typer.Option(help="Name of a variable that it gets from this environment; may be repeated.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds that it may run.")] = 60.0,
    done_already: Annotated[
        list[int] | None, typer.Option(help="Exit code for nothing to do; may be repeated.")
    ] = None,
    retry_later: Annotated[list[int] | None, typer.Option(help="Exit code for not now; may be repeated.")] = None,
) -> None:
    """Run a custom script for real, and print what it comes to and what it answers.

    The exit status is 0 where it is done, 1 where it is not, 2 where it was not run.
    """
    given = answer(sample)
    if not isinstance(given, dict):
        raise fail(f"{sample} holds no JSON object")
    try:
        codes = ExitCodes(done_already=frozenset(done_already or ()), retry_later=frozenset(retry_later or ()))
        call = ScriptCall(name, tuple(arguments or ()), given, interpreter, timeout)
        settings = ScriptSettings(str(folder), environment=dict(map(_variable, variable or ())))
        with open_scripts(settings) as scripts:
            result = scripts.run(call)
    except (ValueError, ConfigurationError, TargetError) as error:
        raise fail(error) from None
    _show(result, codes)
    raise typer.Exit(0 if codes.answer(result).ok else 1)


def _variable(name: str) -> tuple[str, str]:
    if name not in os.environ:
        raise fail(f"this environment has no variable {name}")
    return name, os.environ[name]


def _show(result: ScriptResult, codes: ExitCodes) -> None:
    told = codes.answer(result)
    code = "" if result.exit_code is None else f" (exit code {result.exit_code})"
    typer.echo(f"{codes.verdict(result)}: {told.description}{code}" if told.unknown else f"{told.description}{code}")
    if result.left_behind:
        typer.echo("something that it started or made could not be removed")
    if result.outcome is not None:
        typer.echo(json.dumps(result.outcome, ensure_ascii=False, indent=2))
    if result.stderr_tail:
        typer.echo(result.stderr_tail, err=True, nl=not result.stderr_tail.endswith("\n"))
