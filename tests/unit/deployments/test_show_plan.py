"""A whole plan on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import typer
from rich.console import Console

from blocks.store import StateStore
from deployments.show_plan import main, show
from lifecycle.actions.change import Cause
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.applying.stored_plans import stored_plan
from lifecycle.planning.plan import Plan
from lifecycle.store import PlanStatus, Store, StoredPlan

CONFIG = Path(__file__).parents[3] / "config"
NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)


def _stored(changes: int) -> StoredPlan:
    plan = Plan(
        automation="people-to-ad",
        directory="5d1f4a5e-0000-4000-8000-000000000001",
        created_at=NOW,
        changes=tuple(
            ModifyUser(
                person=str(number), account=f"5d1f4a5e-0000-4000-8000-{number:012}", cause=Cause.MOVER,
                rule="attributes", before={"title": "[Nurse]"}, after={"title": "Matron"},
            )
            for number in range(changes)
        ),
    )  # fmt: skip
    return stored_plan(plan, "people-to-ad-1234", "run-1", PlanStatus.WAITING)


def _printed(stored: StoredPlan, *, show_values: bool) -> str:
    console = Console(file=StringIO(), width=140, highlight=False)
    show(stored, show_values=show_values, console=console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_show_prints_every_change_and_the_hash() -> None:
    stored = _stored(300)
    printed = _printed(stored, show_values=True)
    assert stored.plan_hash in printed
    assert "waiting" in printed
    assert printed.count("title: [Nurse] → Matron") == 300


def test_show_hides_values_where_the_automation_says_so() -> None:
    printed = _printed(_stored(1), show_values=False)
    assert "title" in printed
    assert "Matron" not in printed


def test_show_of_an_empty_plan_says_so() -> None:
    assert "nothing to do" in _printed(_stored(0), show_values=True)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An open store that the block named by the automation leads to."""
    block = StateStore(url=f"sqlite:///{tmp_path}/state.db")
    monkeypatch.setattr(StateStore, "load", lambda _name: block)
    return block.open()


def test_main_prints_the_plan_from_the_store(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    stored = _stored(2)
    with store, store.begin() as unit:
        unit.runs.start(stored.run_id, stored.automation, "plan-changes", dry_run=True, now=NOW)
        unit.plans.save(stored)
    main(stored.plan_id, config_dir=CONFIG)
    assert "2 accounts with changed attributes" in capsys.readouterr().out


def test_main_says_that_there_is_no_such_plan(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with store, pytest.raises(typer.Exit) as caught:
        main("nobody-made-it", config_dir=CONFIG)
    assert caught.value.exit_code == 1
    assert capsys.readouterr().err == "there is no plan nobody-made-it\n"


def test_main_names_the_block_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load(_name: str) -> StateStore:
        raise ValueError("Unable to find block document")

    monkeypatch.setattr(StateStore, "load", load)
    with pytest.raises(typer.Exit):
        main("a-plan", config_dir=CONFIG)
    assert "block halo-ad-store: no HaloITSM-AD State Store is saved under this name" in capsys.readouterr().err


def test_main_tells_a_mistake_in_the_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        main("a-plan", config_dir=tmp_path / "nowhere")
    assert "no such folder" in capsys.readouterr().err
