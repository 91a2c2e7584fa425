"""The program: serves HTTPS, says when it listens, ends cleanly."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import trustme

from sandbox.exchange.client import SandboxExchange

ROOT = Path(__file__).parents[3]


def arguments(folder: Path, *more: str) -> list[str]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for number, pem in enumerate(certificate.cert_chain_pems):
        pem.write_to_path(folder / "cert.pem", append=number > 0)
    files = ["--certfile", f"{folder}/cert.pem", "--keyfile", f"{folder}/key.pem", "--ready-file", f"{folder}/ready"]
    client = ["--client-id", "id", "--client-secret", "secret", "--user", "svc", "--password", "word"]
    return [sys.executable, "-m", "sandbox.exchange", "--address", "127.0.0.1", *files, *client, *more]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(arguments(tmp_path, "--port", "0"), cwd=ROOT) as process:  # noqa: S603 - our own program
        try:
            deadline = time.monotonic() + 30
            while not (tmp_path / "ready").exists():
                assert process.poll() is None, "the simulator has ended"
                assert time.monotonic() < deadline, "the simulator does not listen"
                time.sleep(0.02)
            yield process
        finally:
            process.kill()


def test_program_serves_https_and_ends_cleanly(program: subprocess.Popen[bytes], tmp_path: Path) -> None:
    port = json.loads((tmp_path / "ready").read_text(encoding="ascii"))["port"]
    url, ca_file = f"https://127.0.0.1:{port}", str(tmp_path / "ca.pem")
    with SandboxExchange(f"{url}/_sandbox", ca_file) as admin:
        admin.sync_user("aaaaaaaa-0000-4000-8000-000000000001", "noor.haddad@corp.example.test")
        assert len(admin.state()["people"]) == 1
        context = ssl.create_default_context(cafile=ca_file)
        assert httpx.post(f"{url}/powershell", content="<x/>", verify=context, trust_env=False).status_code == 401
        program.send_signal(signal.SIGTERM)  # while a connection is still open
        assert program.wait(15) == 0


def test_program_refuses_a_taken_port(program: subprocess.Popen[bytes], tmp_path: Path) -> None:
    del program
    port = json.loads((tmp_path / "ready").read_text(encoding="ascii"))["port"]
    second = tmp_path / "second"
    second.mkdir()
    ended = subprocess.run(  # noqa: S603 - our own program
        arguments(second, "--port", str(port)), cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode != 0
    assert "cannot listen on" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (second / "ready").exists()
