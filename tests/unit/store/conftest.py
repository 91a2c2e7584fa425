"""A store on each of the two databases: an SQLite file, and a PostgreSQL server that the session starts for itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from lifecycle.store import Intent, Store, StoredPlan
from tests.cases.postgres import postgresql_server

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
CHILD = Path(__file__).with_name("child.py")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Host part and query of URLs to a server of the session's own."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that does not exist yet; on PostgreSQL in a schema of its own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/halo.db"
    server = request.getfixturevalue("postgres")
    schema = f"t{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    return f"{server}&options=-csearch_path%3D{schema}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store."""
    with Store.open(url) as opened:
        yield opened


@pytest.fixture
def plan() -> Callable[..., StoredPlan]:
    """Makes plans of run ``run-1``."""

    def make(plan_id: str = "plan-1", status: str = "proposed", automation: str = "staff") -> StoredPlan:
        return StoredPlan(
            plan_id, automation, "domain-1", "run-1", f"hash of {plan_id}", "{}", status, NOW, "{}", "its hash"
        )

    return make


@pytest.fixture
def filled(store: Store, plan: Callable[..., StoredPlan]) -> Store:
    """A store with ``run-1`` that runs and its ``plan-1``."""
    with store.begin() as unit:
        unit.runs.start("run-1", "staff", "sync-people", dry_run=False, now=NOW)
        unit.plans.save(plan())
    return store


@pytest.fixture
def intent() -> Callable[..., Intent]:
    """Makes intents of ``plan-1``."""

    def make(entry_id: str, number: int = 1, target_guid: str | None = "guid-1", **after: object) -> Intent:
        return Intent(
            entry_id=entry_id,
            plan_id="plan-1",
            run_id="run-1",
            directory="domain-1",
            number=number,
            action="modify_properties",
            person_key="95",
            target_guid=target_guid,
            reason="differs",
            rule="title",
            before={"title": ["Clerk"]},
            after=after or {"title": ["Head"]},
        )

    return make


class Child:
    """A process of its own that works on the store; talks in lines."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - a file of these tests
            [sys.executable, str(CHILD), *arguments],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def says(self) -> str:
        """The next line of the child, empty when it has ended."""
        return self.process.stdout.readline().strip()

    def go(self) -> None:
        """Let the child go on."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """Kill it with -9, and leave the zombie unburied as a busy parent would."""
        self.process.kill()
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)


@pytest.fixture
def child() -> Iterator[Callable[..., Child]]:
    """Starts children, and ends all that are left."""
    children: list[Child] = []

    def start(*arguments: str) -> Child:
        children.append(Child(*arguments))
        return children[-1]

    yield start
    for each in children:
        each.process.kill()
        each.process.communicate()
