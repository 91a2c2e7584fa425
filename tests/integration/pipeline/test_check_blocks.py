"""halo-ad check asks a real Prefect server for the blocks that files name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from blocks.directory import ActiveDirectoryCredentials
from blocks.halo import HaloITSMCredentials
from blocks.store import StateStore

ROOT = Path(__file__).parents[3]
Check = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def server(prefect: str) -> str:
    """A server with blocks of their own names; answers the address of its API."""
    for kind in (HaloITSMCredentials, ActiveDirectoryCredentials, StateStore):
        kind.register_type_and_schema()
    HaloITSMCredentials(host_name="halo.example.test", client_id="reader", client_secret="canary-one").save(
        "checked-halo", overwrite=True
    )
    ActiveDirectoryCredentials(host="dc1.example.test", user="svc@example.test", password="canary-two").save(
        "checked-ad", overwrite=True
    )
    StateStore().save("checked-store", overwrite=True)
    return f"{prefect}/api"


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Runs the program on the shipped configuration with these blocks; answers status and output."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    names = {"halo-itsm": "checked-halo", "corp-ad": "checked-ad", "halo-ad-store": "checked-store"}
    for file in (tmp_path / "config").rglob("*.yaml"):
        text = file.read_text("utf-8")
        for old, new in names.items():
            text = text.replace(f": {old}", f": {new}")
        file.write_text(text, "utf-8")

    def run(variables: dict[str, str], *arguments: str) -> tuple[int, str]:
        done = subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-c", "from commands.main import main; main()", "check", *arguments],
            cwd=tmp_path, env={"PYTHONPATH": str(ROOT), **variables}, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.stderr == ""
        assert "canary" not in done.stdout
        return done.returncode, done.stdout

    return run


def test_blocks_that_exist_fit(server: str, check: Check) -> None:
    status, told = check({"PREFECT_API_URL": server}, "--blocks")
    assert (status, told.splitlines()[0]) == (0, "blocks: looked up on the Prefect server")


def test_profile_tells_where_the_server_is(server: str, check: Check, tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text(
        f'active = "work"\n[profiles.work]\nPREFECT_API_URL = "{server}"\n', "utf-8"
    )
    assert check({"PREFECT_HOME": str(tmp_path)}, "--blocks")[0] == 0


def test_blocks_that_are_missing_or_of_another_type_are_told(server: str, check: Check, tmp_path: Path) -> None:
    place = "config/automations/people-to-ad.yaml"
    text = (tmp_path / place).read_text("utf-8")
    text = text.replace(": checked-ad ", ": checked-da ").replace(": checked-store ", ": checked-halo ")
    (tmp_path / place).write_text(text, "utf-8")
    status, told = check({"PREFECT_API_URL": server})
    assert status == 1
    lines = [line.removeprefix(place) for line in told.splitlines() if line.startswith(place) or " = did" in line]
    missing = "the Prefect server has no block of type halo-ad-active-directory named 'checked-da'"
    ambiguous = "is named for another type of block in endpoints/halo-starter-tickets.yaml, credentials"
    other = "on the Prefect server is of type haloitsm-credentials; needed: halo-ad-state-store"
    assert lines == [
        f":5:12: error: directory: {missing}",
        "   = did you mean 'checked-ad'?",
        f":6:8: error: store: block 'checked-halo' {ambiguous}",
        f":6:8: error: store: block 'checked-halo' {other}",
        "   = did you mean 'checked-store'?",
    ]
