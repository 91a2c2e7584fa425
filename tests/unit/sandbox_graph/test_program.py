"""The program: serves HTTPS, says when it listens, ends cleanly."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import trustme

from lifecycle.ports.graph.client import open_graph
from lifecycle.ports.graph.connection import GraphConnection
from sandbox.graph.client import SandboxGraph
from tests.support.simulated_graph import client_certificate

ROOT = Path(__file__).parents[3]


def arguments(folder: Path, *more: str) -> list[str]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for number, pem in enumerate(certificate.cert_chain_pems):
        pem.write_to_path(folder / "cert.pem", append=number > 0)
    files = ["--certfile", f"{folder}/cert.pem", "--keyfile", f"{folder}/key.pem", "--ready-file", f"{folder}/ready"]
    client = ["--client-id", "id", "--client-secret", "secret", "--tenant", "acme.test"]
    return [sys.executable, "-m", "sandbox.graph", "--address", "127.0.0.1", *files, *client, *more]


def wait_until_ready(process: subprocess.Popen[bytes], folder: Path) -> int:
    deadline = time.monotonic() + 30
    while not (folder / "ready").exists():
        assert process.poll() is None, "the simulator has ended"
        assert time.monotonic() < deadline, "the simulator does not listen"
        time.sleep(0.02)
    port: int = json.loads((folder / "ready").read_text(encoding="ascii"))["port"]
    return port


def test_program_serves_https_and_ends_cleanly(tmp_path: Path) -> None:
    folder = tmp_path
    registered, credential = client_certificate()
    (folder / "client.pem").write_bytes(registered)
    command = arguments(folder, "--client-certificate", f"{folder}/client.pem")
    with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: S603 - our own program
        try:
            host, ca_file = f"127.0.0.1:{wait_until_ready(process, folder)}", str(folder / "ca.pem")
            settings = GraphConnection("acme.test", "id", credential, host, host, ca_file)
            with SandboxGraph(f"https://{host}/_sandbox", ca_file) as admin, open_graph(settings) as graph:
                admin.set_units("SPE_E3", 7)
                assert sorted(sku.free for sku in graph.skus().values()) == [7, 25, 100]
                process.send_signal(signal.SIGTERM)  # while a connection is still open
                assert process.wait(15) == 0
        finally:
            process.kill()


def test_program_refuses_a_taken_port(tmp_path: Path) -> None:
    folder = tmp_path
    with subprocess.Popen(arguments(folder), cwd=ROOT) as process:  # noqa: S603 - our own program
        try:
            port = wait_until_ready(process, folder)
            second = folder / "second"
            second.mkdir()
            ended = subprocess.run(  # noqa: S603 - our own program
                arguments(second, "--port", str(port)),
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
        finally:
            process.kill()
    assert ended.returncode != 0
    assert "cannot listen on" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (second / "ready").exists()
