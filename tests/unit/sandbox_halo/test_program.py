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

from sandbox.halo.client import SandboxHalo

ROOT = Path(__file__).parents[3]


def arguments(folder: Path, *more: str) -> list[str]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for number, pem in enumerate(certificate.cert_chain_pems):
        pem.write_to_path(folder / "cert.pem", append=number > 0)
    files = ["--certfile", f"{folder}/cert.pem", "--keyfile", f"{folder}/key.pem", "--ready-file", f"{folder}/ready"]
    client = ["--client-id", "id", "--client-secret", "secret", "--tenant", "example"]
    return [sys.executable, "-m", "sandbox.halo", "--address", "127.0.0.1", *files, *client, *more]


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
    form = {"grant_type": "client_credentials", "client_id": "id", "client_secret": "secret"}
    with httpx.Client(verify=ssl.create_default_context(cafile=ca_file), trust_env=False) as client:
        token = client.post(f"{url}/auth/token?tenant=example", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get(f"{url}/api/Users", headers=headers).json()["record_count"] == 495
        with SandboxHalo(f"{url}/_sandbox", ca_file) as admin:
            admin.faults(reset=True)
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):  # TLS may hide the RST as an end
            client.get(f"{url}/api/Users", headers=headers)
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
