"""The program ``halo-ad``."""

from __future__ import annotations

import io
import sys

import typer

from commands.check import check
from commands.fields import fields
from commands.listen import listen
from commands.names import names
from commands.read import read
from commands.script import script
from commands.test_endpoint import try_endpoint
from commands.test_webhook import try_webhook

app = typer.Typer(name="halo-ad", add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
for _program in (check, fields, read, names, script, listen):
    app.command()(_program)
app.command("test-endpoint")(try_endpoint)
app.command("test-webhook")(try_webhook)


@app.callback()
def _programs() -> None:
    """HaloITSM's people become accounts in Active Directory."""


def main() -> None:
    """Run what was typed; ends with its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a log may know fewer characters than a file holds
    app()


if __name__ == "__main__":
    main()
