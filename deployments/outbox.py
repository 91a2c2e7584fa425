"""``python -m deployments.outbox``: what waits to be told to others, and what was set aside until somebody looks.

``list`` shows it; ``release`` tries calls that were set aside again, ``drop`` gives them up. Calls are named by their
key, or ``--all``. No value of a person is shown.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deployments.chosen_store import chosen_store, stop
from lifecycle.store import Unit
from lifecycle.store.outbox import QueuedCall

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__.partition("\n")[0], rich_markup_mode=None)

Automation = Annotated[str, typer.Option(help="Name of a file in config/automations: whose store it is.")]
ConfigDir = Annotated[Path, typer.Option(help="Folder of the configuration.")]
Keys = Annotated[list[str] | None, typer.Argument(help="Keys, as list shows them.")]
Every = Annotated[bool, typer.Option("--all", help="Everything that was set aside.")]

_AUTOMATION, _CONFIG = "people-to-ad", Path("config")


@app.command("list")
def show(automation: Automation = _AUTOMATION, config_dir: ConfigDir = _CONFIG) -> None:
    """Show every call that waits or was set aside, and how many were delivered."""
    with chosen_store(automation, config_dir) as (_, unit):
        waiting, aside, counts = unit.outbox.unsettled(), unit.outbox.poisoned(), unit.outbox.counts()
    console = Console(highlight=False, markup=False)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("key", "webhook", "event", "person", "state", "tries", "since (UTC)", "why"):
        table.add_column(column, overflow="fold")
    for queued in (*aside, *waiting):
        table.add_row(*_row(queued))
    if table.row_count:
        console.print(table)
    console.print(", ".join(f"{count} {status.value}" for status, count in sorted(counts.items())) or "nothing yet")


@app.command("release")
def release(
    keys: Keys = None, *, every: Every = False, automation: Automation = _AUTOMATION, config_dir: ConfigDir = _CONFIG
) -> None:
    """Try calls again that were set aside: once what was wrong has been mended."""
    with chosen_store(automation, config_dir) as (_, unit):
        count = unit.outbox.release(_meant(unit, keys, every=every), datetime.now(UTC))
    print(f"{count} released: deliver-outbox, or the next run, sends them")


@app.command("drop")
def drop(
    keys: Keys = None, *, every: Every = False, automation: Automation = _AUTOMATION, config_dir: ConfigDir = _CONFIG
) -> None:
    """Give calls up that were set aside."""
    with chosen_store(automation, config_dir) as (_, unit):
        count = unit.outbox.drop(_meant(unit, keys, every=every), datetime.now(UTC))
    print(f"{count} dropped")


def _row(queued: QueuedCall) -> tuple[str, ...]:
    call = queued.call
    whom = call.person_key or call.account_guid or "–"
    since = f"{queued.created_at:%Y-%m-%d %H:%M}"
    why = queued.error or ""
    return call.call_key, call.webhook, call.event, whom, queued.status.value, str(queued.tries), since, why


def _meant(unit: Unit, keys: list[str] | None, *, every: bool) -> list[str]:
    aside = {queued.call.call_key for queued in unit.outbox.poisoned()}
    if every == bool(keys):
        stop("name calls by their keys, or say --all")
    if unknown := sorted(set(keys or ()) - aside):
        stop(f"was not set aside: {', '.join(unknown)}")
    return sorted(aside) if every else list(keys or ())


if __name__ == "__main__":
    app()
