"""``halo-ad fields``: a first version of an endpoint's fields, read off a sample answer."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.sample import Sample, records
from lifecycle.config.documents.yaml_text import yaml_text
from lifecycle.language.fields.inference import infer_fields


def fields(
    sample: Sample,
    *,
    place: Annotated[
        str | None,
        typer.Option(
            "--records", help="Where the records stand: a key of the answer, or a JSONPath such as $.data.people."
        ),
    ] = None,
) -> None:
    """Print the section `fields` of an endpoint as the records of a sample suggest it; look it over before using it."""
    found = infer_fields(records(sample, place))
    typer.echo(
        yaml_text({"fields": {name: spec.model_dump(exclude_unset=True, mode="json") for name, spec in found.items()}})
    )
