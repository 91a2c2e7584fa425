"""The outbox in a terminal: what waits, what was set aside, and what somebody decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from blocks.store import StateStore
from deployments import outbox
from lifecycle.store import Store
from lifecycle.store.outbox import Call

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
CONFIG = str(Path(__file__).parents[3] / "config")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of the automation, with one call set aside and one that waits."""
    block = StateStore(url=f"sqlite:///{tmp_path}/state.db")
    monkeypatch.setattr(StateStore, "load", lambda _name: block)
    with block.open() as opened:
        with opened.begin() as unit:
            unit.outbox.add([_call("halo-ad-a", "95"), _call("halo-ad-b", "96")], NOW)
            first, _ = unit.outbox.unsettled()
            unit.outbox.poison(first.sequence, "404: refused (an empty body)", NOW)
        yield opened


def _call(key: str, person: str) -> Call:
    return Call(
        call_key=key, webhook="halo-add-ticket", credentials="halo-itsm", automation="people-to-ad", directory="d",
        event="done", subject=person, account_guid="", person_key=person, plan_id="p", gives_ticket=True,
        content='{"secret": "Ann Example"}',
    )  # fmt: skip


def run(*arguments: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(outbox.app, [*arguments, "--config-dir", CONFIG], env={"COLUMNS": "200"})
    return outcome.exit_code, outcome.output


@pytest.mark.usefixtures("store")
def test_list_shows_what_waits_and_why_and_no_value_of_a_person() -> None:
    status, printed = run("list")

    assert status == 0
    assert "404: refused (an empty body)" in printed
    assert printed.splitlines()[-1] == "1 poisoned, 1 waiting"
    assert "Ann" not in printed


def test_release_tries_again_and_drop_gives_up(store: Store) -> None:
    assert run("release", "halo-ad-a") == (0, "1 released: deliver-outbox, or the next run, sends them\n")
    with store.begin() as unit:
        assert [one.call.call_key for one in unit.outbox.unsettled()] == ["halo-ad-a", "halo-ad-b"]
        unit.outbox.poison(1, "again", NOW)
    assert run("drop", "--all") == (0, "1 dropped\n")
    with store.begin() as unit:
        assert (len(unit.outbox.poisoned()), len(unit.outbox.unsettled())) == (0, 1)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("release",), "name calls by their keys, or say --all"),
        (("drop", "halo-ad-a", "--all"), "name calls by their keys, or say --all"),
        (("drop", "halo-ad-b"), "was not set aside: halo-ad-b"),
    ],
)
def test_a_slip_changes_nothing(arguments: tuple[str, ...], problem: str) -> None:
    assert run(*arguments) == (1, f"{problem}\n")
    assert run("list")[1].splitlines()[-1] == "1 poisoned, 1 waiting"
