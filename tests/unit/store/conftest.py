"""A store on each of the two databases: an SQLite file, and a PostgreSQL server that the session starts for itself."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from lifecycle.store import Intent, Store, StoredPlan
from sandbox.guard import guarded_by

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
CHILD = Path(__file__).with_name("child.py")
ROOT = Path(__file__).parents[3]


def _server_binaries() -> Path:
    """The newest folder with ``initdb``: on the path, or where Debian puts them."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    if not versions:
        pytest.fail("PostgreSQL's server is missing: install postgresql-15 (its binaries are enough)")
    return versions[-1].parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Host part and query of URLs to a server of the session's own: a socket in a temporary folder, no TCP."""
    binaries = _server_binaries()
    folder = Path(tempfile.mkdtemp(prefix="halo-ad-pg-"))
    identity: dict[str, object] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(*command: str) -> None:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            command, cwd=folder, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **identity
        )
        if done.returncode:
            log = folder / "log"
            pytest.fail(f"{command[0]} failed: {done.stderr}{log.read_text() if log.exists() else ''}")

    data, control = str(folder / "data"), str(binaries / "pg_ctl")
    # the server's first line in its file is its process number
    over = 'kill -s QUIT "$(head -n 1 "$0/data/postmaster.pid")"; rm -rf "$0"'
    try:
        run(str(binaries / "initdb"), "-D", data, "-U", "halo", "--auth=trust", "--encoding=UTF8", "--locale=C")
        settings = f"-c listen_addresses='' -k {folder}"
        with guarded_by("/bin/sh", "-c", over, str(folder)):
            run(control, "start", "--wait", "-D", data, "-l", str(folder / "log"), "-o", settings)
            try:
                yield f"postgresql://halo@/postgres?host={folder}"
            finally:
                run(control, "stop", "--wait", "-m", "immediate", "-D", data)
    finally:
        shutil.rmtree(folder)


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
