"""People are told of live runs: a plan that waits, a run that failed, somebody newly quarantined."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from ruamel.yaml import YAML

from flows.sync_people import sync_people
from lifecycle.errors import IncompleteReadError, LimitExceededError
from tests.support.pipeline import CONFIG, Pipeline


@pytest.fixture
def chat() -> Iterator[list[dict[str, Any]]]:
    """What a chat was told."""
    told: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        CustomWebhookNotificationBlock(
            name="chat", url=f"http://127.0.0.1:{server.server_port}/", method="POST", allow_private_urls=True,
            json_data={"subject": "{{subject}}", "text": "{{body}}"},
        ).save("chat", overwrite=True)  # fmt: skip
        try:
            yield told
        finally:
            server.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped configuration, which tells the chat; and a mail server that is not there, which stops nothing."""
    copied, yaml = tmp_path / "config", YAML()
    shutil.copytree(CONFIG, copied)
    file = copied / "automations/people-to-ad.yaml"
    content: Any = yaml.load(file)
    content["notify"] = [
        {"block": "halo-ad-mail-server/nobody"},
        {"block": "custom-webhook/chat", "subject": "%act.automation%: %act.outcome%", "body": "%act.reason%"},
    ]
    content["limits"]["disable"] = {"count": 0}
    yaml.dump(content, file)
    return copied


def test_people_are_told_of_live_runs_alone(loaded: Pipeline, folder: Path, chat: list[dict[str, Any]]) -> None:
    key = loaded.find("(&(employeeID=*)(department=Radiology))", "employeeID")[0]["employeeid"][0]
    nameless = loaded.halo.hire("Nameless", "", department="Radiology")
    loaded.halo.leave(int(key))
    try:
        sync_people(config_dir=str(folder))
        assert chat == [], "a dry run tells nobody"
        with pytest.raises(LimitExceededError):
            sync_people(dry_run=False, config_dir=str(folder))
        loaded.halo.rehire(int(key))
        sync_people(dry_run=False, config_dir=str(folder))
        loaded.halo.faults(repeat_last_page={"at_page": 2})
        with pytest.raises(IncompleteReadError):
            sync_people(dry_run=False, config_dir=str(folder))
    finally:
        loaded.halo.clear_faults()
        loaded.halo.vanish(ids=[nameless])

    assert [one["subject"] for one in chat] == [
        "people-to-ad: awaiting-approval", "people-to-ad: quarantined", "people-to-ad: run-failed",
    ]  # fmt: skip
    assert "disable: 1" in chat[0]["text"]
    assert chat[1]["text"] == "1 rule-required"
    assert "a page came a second time" in chat[2]["text"]
