"""What the demo prints: numbered stages, tables and lines, for a person who has never seen any of this."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from lifecycle.reporting.summary import VERBS

console = Console(highlight=False, soft_wrap=True)
if not console.is_terminal:
    console = Console(highlight=False, soft_wrap=True, width=140)  # a log has no width of its own


class Teller:
    """Tells the story stage by stage, with the seconds that each took."""

    def __init__(self) -> None:
        self._number, self._began = 0, time.monotonic()

    def stage(self, title: str) -> None:
        """Begin a new stage."""
        self._number += 1
        elapsed = time.monotonic() - self._began
        console.print()
        console.rule(f"[bold]{self._number}. {title}[/bold]  [dim]{elapsed:.0f} s[/dim]", align="left")

    def line(self, text: str) -> None:
        """One sentence."""
        console.print(f"  {text}")

    def good(self, text: str) -> None:
        """One sentence about something that was checked and is as it should be."""
        console.print(f"  [green]✔[/green] {text}")

    def counts(self, counts: Mapping[str, int]) -> None:
        """What a plan would do or did, in words."""
        table = Table(box=None, show_header=False, padding=(0, 2))
        for action, count in counts.items():
            table.add_row(f"[bold]{count}[/bold]", VERBS[action])
        console.print(table)

    def rows(self, rows: Sequence[Mapping[str, str]], title: str) -> None:
        """Some rows of the plan table."""
        table = Table(title=title, title_justify="left", title_style="dim", box=None, padding=(0, 2))
        for column in rows[0]:
            table.add_column(column, style="dim" if column == "#" else None, overflow="fold")
        for row in rows:
            table.add_row(*row.values())
        console.print(table)

    def literal(self, text: str) -> None:
        """A line to copy, printed as it is."""
        console.print(f"    {text}", markup=False)

    def panel(self, text: str, title: str) -> None:
        """The last word."""
        console.print()
        console.print(Panel(text, title=title, expand=False))
