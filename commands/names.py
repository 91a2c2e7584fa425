"""``halo-ad names``: the names that a format tries for one person, in order."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Annotated

import typer

from commands.sample import CONFIG, Config, configuration, fail, known
from lifecycle.language.filters.row import UnreadableFieldError
from lifecycle.language.macros.template import UnfitValueError
from lifecycle.language.moment import Moment
from lifecycle.language.names.compiled import compile_format


def names(
    name: Annotated[str, typer.Argument(metavar="FORMAT", help="Name of a file in config/formats.")],
    given: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="e.g. halo-users.firstname=Zoë")],
    *,
    attribute: Annotated[str, typer.Option(help="LDAP attribute: what the directory never takes is left out.")] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="Names shown.")] = 5,
    config: Config = CONFIG,
) -> None:
    """Print the names that a format tries, the first that is free being taken."""
    files = configuration(config)
    one = compile_format(known("format", name, files.formats), files.formats, files.vocabulary, attribute)
    row = dict(_pair(text, one.fields) for text in given)
    try:
        series = one.series(row, "sample", Moment(datetime.now(UTC), files.settings.zone))
        for position in count():
            candidate = series.at(position)
            if not candidate or position == most:
                break
            typer.echo(candidate)
    except (UnfitValueError, UnreadableFieldError) as error:
        raise fail(error) from None


def _pair(text: str, known_fields: frozenset[str]) -> tuple[str, str]:
    field, equals, value = text.partition("=")
    if not equals or field not in known_fields:
        raise fail(f"{text!r} is no FIELD=VALUE; fields of this format: {', '.join(sorted(known_fields))}")
    return field, value
