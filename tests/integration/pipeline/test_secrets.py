"""No password, token or secret in Prefect's database, logs or artifacts, nor in the state store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import stamina
from prefect.client.orchestration import get_client

from blocks.directory import ActiveDirectoryCredentials
from blocks.halo import HaloITSMCredentials
from lifecycle.errors import LifecycleError
from lifecycle.ports.api.tokens import TOKENS
from sandbox.connect import save_blocks
from tests.support.pipeline import CANARY, Pipeline


@pytest.fixture(scope="module")
def canaries(loaded: Pipeline) -> list[str]:
    """Runs that were stopped, succeeded and fail, with secrets that can be recognised; answers the secrets."""
    assert loaded.passwords, "the load should have made passwords"
    assert all(password.startswith(CANARY) for password in loaded.passwords.values())
    loaded.halo.faults(truncated_json={"page": 2})
    with stamina.set_testing(True, attempts=2), pytest.raises(LifecycleError):
        loaded.sync()
    loaded.halo.clear_faults()
    halo, directory = loaded.sandbox.halo, loaded.sandbox.directory
    assert halo is not None
    wrong = f"{CANARY}-client-secret"
    HaloITSMCredentials(**{**HaloITSMCredentials.load("halo-itsm").model_dump(), "client_secret": wrong}).save(
        "halo-itsm", overwrite=True
    )
    loaded.halo.revoke_tokens()
    with pytest.raises(LifecycleError):
        loaded.sync()
    save_blocks(loaded.sandbox, loaded.store_url)
    broken = ActiveDirectoryCredentials.load("corp-ad").model_copy(update={"password": f"{CANARY}-bind"})
    ActiveDirectoryCredentials(**broken.model_dump()).save("corp-ad", overwrite=True)
    with pytest.raises(LifecycleError):
        loaded.sync()
    save_blocks(loaded.sandbox, loaded.store_url)
    tokens = [slot.token.value for slot in TOKENS._slots.values() if slot.token]  # noqa: SLF001
    assert tokens, "the runs should have left a token in the process"
    return [CANARY, halo.client_secret, directory.password, directory.administrator_password, *tokens]


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


def test_secrets_are_nowhere_in_the_state_store(canaries, loaded: Pipeline):
    database = Path(loaded.store_url.removeprefix("sqlite:///"))
    written = b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))
    assert len(written) > 100_000
    assert [secret[:4] for secret in canaries if secret.encode() in written] == []


def test_secrets_are_nowhere_in_files_that_prefect_keeps(canaries, prefect_home: Path):
    kept = [file for file in prefect_home.rglob("*") if file.is_file()]
    assert kept
    assert [str(file) for file in kept for secret in canaries if secret.encode() in file.read_bytes()] == []
