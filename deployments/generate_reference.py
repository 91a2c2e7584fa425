"""``python -m deployments.generate_reference [--check]``: the pages of ``docs/reference``, from the code.

What a page says stands in the code once: in the descriptions of models, the meanings of reason codes, the fields of
blocks. ``--check`` writes nothing and fails when a page is not what the code says.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from prefect.blocks.core import Block
from pydantic import BaseModel

from deployments.reference_actions import action_page
from deployments.reference_filters import filter_page
from deployments.reference_macros import macro_sections
from deployments.reference_models import kind, model_tables, sentence, shown_default, table
from deployments.reference_words import CAUSES, ENTRY_STATES, FATES, PLAN_STATUSES, STEP_STATUSES
from deployments.register_blocks import BLOCK_TYPES, fields_of, variable
from lifecycle.config.loader import FOLDERS
from lifecycle.config.settings import Settings
from lifecycle.notice import QUARANTINE, Reason

PROJECT = Path(__file__).parents[1]
GENERATED = "<!-- Written by python -m deployments.generate_reference: change the code, then run `make reference`. -->"

EXAMPLES: Mapping[str, str] = {
    "haloitsm-credentials": "halo-itsm",
    "halo-ad-active-directory": "corp-ad",
    "halo-ad-microsoft-graph": "m365",
    "halo-ad-file-server": "corp-files",
    "halo-ad-state-store": "halo-ad-store",
    "halo-ad-script-folder": "it-scripts",
    "halo-ad-exchange-online": "exchange-online",
    "halo-ad-exchange-server": "exchange-server",
    "halo-ad-mail-server": "admins",
    "halo-ad-webhook-receiver": "halo-webhooks",
}
"""Slug of a block type → the name that the preconfigured files give their block of it."""


def reason_codes() -> str:
    """The page of every code that a run gives for what it did or left alone."""
    reasons = [
        (f"`{reason.value}`", reason.meaning, "quarantined" if reason in QUARANTINE else "") for reason in Reason
    ]
    return _page(
        "# Reason codes",
        GENERATED,
        "They are stable: reports, the journal and what you build on them may rely on the words.",
        "## People who were left out, or reported",
        "Somebody *quarantined* keeps their account as it is, whatever their record says, until a later run finds the "
        "reason gone. One bad row never stops the others.",
        table(("code", "meaning", ""), reasons),
        "## Why a change is planned",
        _words("cause", CAUSES),
        "## What becomes of a change when it meets the live directory",
        "A change that is not sent is reported, and planned again by the next run.",
        _words("word", FATES),
        "## How a plan stands",
        _words("status", PLAN_STATUSES),
        "## How a step stands",
        "What a list of actions does later, or once, waits in the state store as a step.",
        _words("status", STEP_STATUSES),
        "## How a journal entry stands",
        _words("state", ENTRY_STATES),
    )


def configuration() -> str:
    """The page of every key of every file in ``config/``, and of the fields of the blocks."""
    seen: set[Any] = set()
    files: list[tuple[str, type[BaseModel]]] = [
        ("settings.yaml", Settings),
        *((f"{folder}/*.yaml", model) for folder, model in FOLDERS.items()),
    ]
    return _page(
        "# Configuration",
        GENERATED,
        "Every file in `config/` is YAML, read through the models below before any network call. An unknown key is an "
        "error that names the file and the place. The same models stand as JSON Schema, for editors, in "
        "`config/schema/`.",
        *(part for file, model in files for part in (f"## {file}", *model_tables(model, seen))),
        "## Macros",
        "`%src.endpoint.field%` is a field of the person's record, `%env.name%` a text of settings.yaml: see "
        "[macros](macros.md).",
        "## Blocks",
        "Secrets stand in Prefect blocks; files only name them. `python -m deployments.register_blocks` makes the "
        "blocks from environment variables: the field `password` of the block `corp-ad` is `CORP_AD_PASSWORD`.",
        *(part for one in BLOCK_TYPES for part in _block(one)),
    )


def filters() -> str:
    """The page of every operator of the filters."""
    return _page("# Filters", GENERATED, *filter_page())


def macros() -> str:
    """The page of macros and their functions."""
    return _page("# Macros", GENERATED, *macro_sections())


def actions() -> str:
    """The page of everything that can be done to an account."""
    return _page("# Actions", GENERATED, *action_page())


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/actions.md": actions,
    "docs/reference/reason-codes.md": reason_codes,
    "docs/reference/configuration.md": configuration,
    "docs/reference/filters.md": filters,
    "docs/reference/macros.md": macros,
}


def outdated(project: Path = PROJECT) -> Iterator[tuple[Path, str]]:
    """Every page that is not what the code says, with what it should be."""
    for file, page in PAGES.items():
        path, wanted = project / file, page()
        if not path.exists() or path.read_text("utf-8") != wanted:
            yield path, wanted


def main(
    *, check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a page is not current.")] = False
) -> None:
    """Write the pages that changed."""
    old = list(outdated())
    if check and old:
        names = ", ".join(path.name for path, _ in old)
        print(f"not what the code says: {names}; run make reference", file=sys.stderr)
        raise typer.Exit(1)
    for path, wanted in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted, "utf-8")
        print(f"wrote {path.relative_to(PROJECT)}")


def _page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def _words(head: str, meanings: Mapping[Any, str]) -> str:
    """A table of a whole enumeration; a member without a meaning is a KeyError."""
    members = cast("Iterable[StrEnum]", type(next(iter(meanings))))
    return table((head, "meaning"), [(f"`{one.value}`", meanings[one]) for one in members])


def _block(block_type: type[Block]) -> Iterator[str]:
    yield f"### {block_type.get_block_type_name()}"
    yield sentence(block_type)
    name = EXAMPLES[block_type.get_block_type_slug()]
    yield table(
        ("field", "value", "default", "meaning", f"variable, for a block named `{name}`"),
        [
            (
                f"`{field}`",
                kind(info.annotation),
                shown_default(info),
                info.description or "",
                f"`{variable(name, field)}`",
            )
            for field, info in fields_of(block_type)
        ],
    )


if __name__ == "__main__":
    typer.run(main)
