"""A store of revision 0006 is brought to 0008: lists that had begun do not begin anew, and runs are known as sound."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, insert

import lifecycle.store
from lifecycle.actions.change import Cause
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.planning.policy_starts import triggers_of
from lifecycle.store import Store
from lifecycle.store.columns import UtcDateTime
from lifecycle.store.engine import engine_of
from lifecycle.store.sound_runs import Baseline
from lifecycle.store.tables import journal, runs, steps

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
DOMAIN, STAFF = "domain-1", "staff"
PLANS = sqlalchemy.table(
    "plans",
    *map(sqlalchemy.column, ("plan_id", "automation", "directory", "run_id", "plan_hash", "body", "status")),
    sqlalchemy.column("created_at", UtcDateTime),
    sqlalchemy.column("moved_at", UtcDateTime),
)
"""The table as it was."""


class Older:
    """A store of revision 0006, filled line by line."""

    def __init__(self, url: str) -> None:
        self.url, self._numbers = url, iter(range(1000))
        self._engine: Engine = engine_of(url)
        config = Config()
        folder = Path(lifecycle.store.__file__).parent / "migrations"
        config.set_main_option("script_location", folder.as_posix())
        with self._engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0006")

    def _add(self, table: Any, **values: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(insert(table).values(**values))

    def run(
        self, run_id: str, people: int, *, flow: str = "sync-people", status: str = "completed", **more: Any
    ) -> None:
        """A run that counted people."""
        at = NOW + timedelta(days=next(self._numbers))
        values = {"automation": STAFF, "dry_run": False, "counts": {"people": people}, **more}
        self._add(runs, run_id=run_id, flow=flow, status=status, started_at=at, finished_at=at, **values)

    def plan(self, plan_id: str) -> None:
        """A plan of a run of the same name."""
        self.run(plan_id, 5)
        self._add(
            PLANS, plan_id=plan_id, automation=STAFF, directory=DOMAIN, run_id=plan_id, plan_hash="", body="{}",
            status="applied", created_at=NOW, moved_at=NOW,
        )  # fmt: skip

    def step(self, guid: str, rule: str, course: str, status: str = "done", *, days: int = 0) -> None:
        """A step of a list that began so many days after the first."""
        at = NOW + timedelta(days=days)
        self._add(
            steps, step_id=f"{course}:0", course=course, directory=DOMAIN, automation=STAFF, account_guid=guid,
            person_key="95", rule=rule, cause="mover", item=0, action="run-script", parameters="{}", due_at=at,
            begun_at=at, status=status, tries=0,
        )  # fmt: skip

    def entry(
        self, plan_id: str, guid: str, action: str, rule: str, state: str, after: Mapping[str, object] | None = None,
        *, days: int = 0,
    ) -> None:  # fmt: skip
        """A journal entry."""
        number, at = next(self._numbers), NOW + timedelta(days=days, hours=1)
        self._add(
            journal, entry_id=f"{plan_id}:{number}", plan_id=plan_id, run_id=plan_id, directory=DOMAIN, number=number,
            action=action, person_key="95", target_guid=guid, reason="mover", rule=rule, before={},
            after=dict(after or {}), state=state, intended_at=at, settled_at=None if state == "intended" else at,
        )  # fmt: skip

    def open(self) -> Store:
        """The store, brought to the newest revision."""
        self._engine.dispose()
        return Store.open(self.url)


@pytest.fixture
def older(url: str) -> Older:
    return Older(url)


def test_a_leaving_whose_list_had_begun_is_known_unless_the_account_was_enabled_since(older: Older) -> None:
    older.plan("p")
    older.step("set-aside", "leavers", "a")
    older.step("twice", "leavers", "b")
    older.step("twice", "leavers", "c", "waiting", days=9)
    older.entry("p", "twice", "enable-user", "rehire", "done", days=5)
    older.step("back", "leavers", "d")
    older.entry("p", "back", "enable-user", "rehire", "done", days=5)
    older.step("refused", "leavers", "e")
    older.entry("p", "refused", "enable-user", "rehire", "failed", days=5)
    older.step("joined", "joiners", "f")

    with older.open() as store, store.begin() as unit:
        found = {run.account_guid: run for run in unit.policy_runs.load(DOMAIN, STAFF)}

    assert {guid: run.policy_run_id for guid, run in found.items()} == {"set-aside": "a", "twice": "c", "refused": "e"}
    assert {(run.triggers, run.ended_at) for run in found.values()} == {(None, None)}
    assert found["twice"].started_at == NOW + timedelta(days=9)


def test_a_move_that_was_refused_is_known_as_the_one_that_its_list_began_for(older: Older) -> None:
    title, target = {"title": "Head", "telephoneNumber": None}, {"distinguishedName": "CN=Ann,OU=Lab,DC=test"}
    older.plan("before")
    older.plan("p")
    for guid, rule in (("moved", "movers"), ("back", "rehires"), ("done", "movers")):
        older.step(guid, rule, guid)
        older.entry("p", guid, "begin-policy", rule, "done", days=1)
    older.entry("before", "moved", "begin-policy", "movers", "done")
    older.entry("before", "moved", "modify-user", "attributes", "failed", {"sn": "Of another plan"})
    older.entry("p", "moved", "modify-user", "attributes", "failed", title)
    older.entry("p", "moved", "move-user", "placement", "intended", target)
    older.entry("p", "moved", "unlock-user", "movers", "failed")
    older.entry("p", "back", "enable-user", "rehire", "stale", {"enabled": True})
    older.entry("p", "done", "modify-user", "attributes", "done", title)

    with older.open() as store, store.begin() as unit:
        found = {run.account_guid: set(run.triggers or ()) for run in unit.policy_runs.load(DOMAIN, STAFF)}

    assert found.keys() == {"moved", "back"}
    facts = {"account": "moved", "cause": Cause.MOVER}
    same = (ModifyUser(**facts, after=title), MoveUser(**facts, after=target))
    other = ModifyUser(**facts, after={"sn": "Of another plan"})
    assert triggers_of(same, ()) < found["moved"]
    assert triggers_of(same, {"title"}) < found["moved"], "which are computed, an older store does not say"
    assert not triggers_of([other], ()) & found["moved"]


def test_only_live_syncs_of_everybody_are_sound(older: Older) -> None:
    older.run("a", 500)
    older.run("b", 510, status="stopped")
    older.run("c", 3, flow="apply-plan")
    older.run("d", 4, dry_run=True)
    older.run("e", 1, automation=f"{STAFF}: single")
    older.run("f", 0, status="failed", counts={})

    with older.open() as store, store.begin() as unit:
        assert unit.sound_runs.baseline(STAFF) == Baseline(510, 2)
        assert unit.sound_runs.last_acted(STAFF) is not None
