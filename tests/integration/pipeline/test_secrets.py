"""No password, token or secret in Prefect's database, logs or artifacts, nor in the state store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client

from blocks.directory import ActiveDirectoryCredentials
from blocks.halo import HaloITSMCredentials
from lifecycle.errors import LifecycleError
from lifecycle.ports.api.tokens import TOKENS
from sandbox.connect import save_blocks
from tests.support.pipeline import Pipeline

CANARY = "Canary-77-Zq"


@pytest.fixture(scope="module")
def canaries(empty: Pipeline) -> Iterator[list[str]]:
    """Runs that succeed, are stopped and fail, with secrets that can be recognised; answers the secrets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.directory.generate_password", lambda key: f"{CANARY}!{key}-aA1")
        with pytest.raises(LifecycleError):
            empty.sync()
        stored, _ = empty.newest_plan()
        empty.approve(stored.plan_id, stored.plan_hash)
    empty.halo.faults(truncated_json={"page": 2})
    with pytest.raises(LifecycleError):
        empty.sync()
    empty.halo.clear_faults()
    halo, directory = empty.sandbox.halo, empty.sandbox.directory
    assert halo is not None
    wrong = f"{CANARY}-client-secret"
    HaloITSMCredentials(**{**HaloITSMCredentials.load("halo-itsm").model_dump(), "client_secret": wrong}).save(
        "halo-itsm", overwrite=True
    )
    empty.halo.revoke_tokens()
    with pytest.raises(LifecycleError):
        empty.sync()
    save_blocks(empty.sandbox, empty.store_url)
    broken = ActiveDirectoryCredentials.load("corp-ad").model_copy(update={"password": f"{CANARY}-bind"})
    ActiveDirectoryCredentials(**broken.model_dump()).save("corp-ad", overwrite=True)
    with pytest.raises(LifecycleError):
        empty.sync()
    save_blocks(empty.sandbox, empty.store_url)
    tokens = [slot.token.value for slot in TOKENS._slots.values() if slot.token]  # noqa: SLF001
    assert tokens, "the runs should have left a token in the process"
    yield [CANARY, halo.client_secret, directory.password, directory.administrator_password, *tokens]
    empty.is_loaded = False


def test_secrets_are_nowhere_in_prefects_database(canaries, prefect_home: Path):
    """Every cell of every table but the encrypted block documents, as bytes."""
    database = prefect_home / "server" / "prefect.db"
    found = []
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        cells = 0
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                cells += len(row)
                found += [(table, secret[:4]) for secret in canaries if any(secret in str(cell) for cell in row)]
    assert cells > 1000
    assert found == []


def test_secrets_are_nowhere_in_prefects_api(canaries):
    surfaces = {}
    with get_client(sync_client=True) as client:
        for path in ("flow_runs", "task_runs", "artifacts", "logs", "deployments"):
            response = client._client.post(f"/{path}/filter", json={"limit": 200})  # noqa: SLF001
            surfaces[path] = response.text
        surfaces["block_documents"] = client._client.post("/block_documents/filter", json={"limit": 200}).text  # noqa: SLF001
    assert len(surfaces["logs"]) > 1000
    assert len(surfaces["artifacts"]) > 1000
    assert {name: secret[:4] for name, text in surfaces.items() for secret in canaries if secret in text} == {}


def test_secrets_are_nowhere_in_the_state_store(canaries, empty: Pipeline):
    database = Path(empty.store_url.removeprefix("sqlite:///"))
    written = b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))
    assert len(written) > 100_000
    assert [secret[:4] for secret in canaries if secret.encode() in written] == []


def test_secrets_are_nowhere_in_files_that_prefect_keeps(canaries, prefect_home: Path):
    kept = [file for file in prefect_home.rglob("*") if file.is_file()]
    assert kept
    assert [str(file) for file in kept for secret in canaries if secret.encode() in file.read_bytes()] == []
