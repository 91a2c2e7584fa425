"""``halo-ad read``: what an endpoint's fields make of a sample answer."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.sample import CONFIG, Config, Sample, configuration, known, records
from lifecycle.language.fields.record import RecordReader

UNREADABLE = "does not fit its datatype"


def read(
    endpoint: Annotated[str, typer.Argument(help="Name of a file in config/endpoints.")],
    sample: Sample,
    *,
    config: Config = CONFIG,
    most: Annotated[int, typer.Option("--most", min=1, help="Records shown.")] = 3,
) -> None:
    """Show what an endpoint reads of each field in a sample; the exit status is 1 if a value does not fit."""
    model = known("endpoint", endpoint, configuration(config).endpoints)
    reader, bad = RecordReader(model.fields), 0
    console = Console(highlight=False, markup=False)
    for number, record in enumerate(records(sample, model.records), 1):
        values, unreadable = reader.read(record)
        bad += len(unreadable)
        if number <= most:
            table = Table("field", "datatype", "value", title=f"record {number}", title_justify="left")
            for name, spec in model.fields.items():
                table.add_row(name, spec.type.value, f"[{UNREADABLE}]" if name in unreadable else values[name])
            console.print(table)
    if bad:
        typer.echo(f"values that do not fit: {bad}", err=True)
    raise typer.Exit(1 if bad else 0)
