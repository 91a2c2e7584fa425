"""``python -m deployments.show_plan PLAN_ID``: a whole stored plan, where Prefect's table shows only its beginning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deployments.chosen_store import chosen_store, stop
from lifecycle.applying.stored_plans import plan_of
from lifecycle.errors import LifecycleError
from lifecycle.reporting.plan_table import plan_rows
from lifecycle.reporting.summary import VERBS
from lifecycle.store import StoredPlan


def show(stored: StoredPlan, *, show_values: bool, console: Console) -> None:
    """Print a plan: what it is, how it stands, every change, and how to approve it.

    Args:
        stored: The plan as the store keeps it.
        show_values: Whether attribute values and names are shown, as the automation says.
        console: Where to.
    """
    plan = plan_of(stored)
    console.print(f"plan {stored.plan_id}, made {stored.created_at:%Y-%m-%d %H:%M} UTC, {stored.status}")
    console.print(f"hash {stored.plan_hash}")
    for action, count in plan.counts.items():
        console.print(f"{count:>8} {VERBS[action]}")
    if not plan.changes:
        console.print("nothing to do")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    rows = plan_rows(plan, show_values=show_values, most=None)
    for column in rows[0]:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row.values()))
    console.print(table)


def main(
    plan_id: Annotated[str, typer.Argument(help="Identifier, from the summary of the run that made the plan.")],
    automation: Annotated[str, typer.Option(help="Name of a file in config/automations.")] = "people-to-ad",
    config_dir: Annotated[Path, typer.Option(help="Folder of the configuration.")] = Path("config"),
) -> None:
    """Print the whole plan from the state store."""
    with chosen_store(automation, config_dir) as (chosen, unit):
        stored = unit.plans.load(plan_id)
    if stored is None:
        stop(f"there is no plan {plan_id}")
    try:
        show(stored, show_values=chosen.show_values, console=Console(highlight=False))
    except LifecycleError as error:  # it was altered, or a newer build wrote it
        stop(str(error))


if __name__ == "__main__":
    typer.run(main)
