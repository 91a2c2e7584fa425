"""The state store of an automation, for programs that a person types: opened, or one sentence why not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from blocks.saved import MADE_BY, load_block
from blocks.store import StateStore
from lifecycle.config.automation import Automation
from lifecycle.errors import LifecycleError
from lifecycle.runs.prepared import PreparedAutomation
from lifecycle.store import Unit


@contextmanager
def chosen_store(automation: str, config_dir: Path) -> Iterator[tuple[Automation, Unit]]:
    """The automation, and one transaction of its store.

    Raises:
        typer.Exit: The configuration, the block or the store cannot be used; why is on standard error.
    """
    try:
        chosen = PreparedAutomation.load(config_dir, automation).automation
        with _block(chosen.store).open() as store, store.begin() as unit:
            yield chosen, unit
    except LifecycleError as error:
        stop(str(error))


def stop(sentence: str) -> NoReturn:
    """End the program with one sentence.

    Raises:
        typer.Exit: Always.
    """
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)


def _block(name: str) -> StateStore:
    return load_block(StateStore, name, MADE_BY)
