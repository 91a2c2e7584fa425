"""halo-ad check against a real Prefect server that wants to know who asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from sandbox.prefect_server import environment, free_port, prefect_server

ROOT = Path(__file__).parents[3]
SECRET = "admin:canary-auth"
BLOCKS = {
    "HALO_ITSM_HOST_NAME": "halo.example.test",
    "HALO_ITSM_CLIENT_ID": "reader",
    "HALO_ITSM_CLIENT_SECRET": "canary-one",
    "CORP_AD_HOST": "dc1.corp.example.test",
    "CORP_AD_USER": "svc-halo-ad@corp.example.test",
    "CORP_AD_PASSWORD": "canary-two",
    "HALO_AD_STORE_URL": "sqlite:///state.db",
}
Check = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A server with the blocks of the shipped configuration; answers the variables of its clients."""
    folder = tmp_path_factory.mktemp("prefect")
    port = free_port()
    variables = environment(folder, port)
    with prefect_server(port, variables | {"PREFECT_SERVER_API_AUTH_STRING": SECRET}, folder / "server.log"):
        client = variables | {"PREFECT_API_AUTH_STRING": SECRET}
        subprocess.run(
            [sys.executable, "-m", "deployments.register_blocks"],
            cwd=ROOT, env={**os.environ, **client, **BLOCKS}, check=True, timeout=120, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        yield client


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Runs the program on a copy of the shipped configuration, one file changed; answers status and output."""

    def run(
        variables: Mapping[str, str], *arguments: str, file: str = "", old: str = "", new: str = ""
    ) -> tuple[int, str]:
        shutil.copytree(ROOT / "config", tmp_path / "config", dirs_exist_ok=True)
        if file:
            changed = tmp_path / "config" / file
            changed.write_text(changed.read_text("utf-8").replace(old, new), "utf-8")
        done = subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-c", "from commands.main import main; main()", "check", *arguments],
            cwd=tmp_path, env={"PYTHONPATH": str(ROOT), **variables}, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert "canary" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    return run


def test_blocks_that_exist_fit(server: dict[str, str], check: Check) -> None:
    status, told = check(server, "--blocks")
    assert (status, told.splitlines()[0]) == (0, "blocks: looked up on the Prefect server")


def test_profile_tells_where_the_server_is(server: dict[str, str], check: Check, tmp_path: Path) -> None:
    lines = [f'{name} = "{server[name]}"' for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING")]
    profiles = tmp_path / "profiles.toml"
    profiles.write_text("\n".join(['active = "work"', "[profiles.work]", *lines]), "utf-8")
    assert check({"PREFECT_PROFILES_PATH": str(profiles)}, "--blocks")[0] == 0


def test_block_that_is_missing_is_told(server: dict[str, str], check: Check) -> None:
    file = "automations/people-to-ad.yaml"
    status, told = check(server, file=file, old="directory: corp-ad ", new="directory: corp-da ")
    assert status == 1
    lacks = "the Prefect server has no block of type halo-ad-active-directory named 'corp-da'"
    assert told.splitlines()[:4] == [
        f"config/{file}:5:12: error: directory: {lacks}",
        " 5 | directory: corp-da           # Prefect block of type Active Directory Credentials",
        "   |            ^^^^^^^",
        "   = did you mean 'corp-ad'?",
    ]


def test_block_of_another_type_is_told(server: dict[str, str], check: Check) -> None:
    status, told = check(server, file="automations/people-to-ad.yaml", old="store: halo-ad-store", new="store: corp-ad")
    assert status == 1
    assert "store: block 'corp-ad' is named for another type of block in automations/people-to-ad.yaml" in told
    assert "store: block 'corp-ad' on the Prefect server is of type halo-ad-active-directory" in told


def test_wrong_authorization_is_told_and_no_error(server: dict[str, str], check: Check) -> None:
    wrong = server | {"PREFECT_API_AUTH_STRING": "admin:wrong"}
    reason = "blocks: not checked: the Prefect API refuses us (401): see PREFECT_API_AUTH_STRING and PREFECT_API_KEY"
    status, told = check(wrong)
    assert (status, told.splitlines()[0]) == (0, reason)
    assert check(wrong, "--blocks")[0] == 1
