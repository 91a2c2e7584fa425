"""People are told of live runs: a plan that waits, a run that failed, somebody newly quarantined."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flows.sync_people import sync_people
from lifecycle.errors import IncompleteReadError, LimitExceededError
from tests.cases.chat import BLOCK, Message, chat
from tests.support.pipeline import CONFIG, Pipeline


@pytest.fixture
def messages() -> Iterator[list[Message]]:
    """What a chat was told."""
    with chat() as arrived:
        yield arrived


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped configuration, which tells the chat; and a mail server that is not there, which stops nothing."""
    copied, yaml = tmp_path / "config", YAML()
    shutil.copytree(CONFIG, copied)
    file = copied / "automations/people-to-ad.yaml"
    content: Any = yaml.load(file)
    content["notify"] = [
        {"block": "halo-ad-mail-server/nobody"},
        {"block": f"custom-webhook/{BLOCK}", "subject": "%act.automation%: %act.outcome%", "body": "%act.reason%"},
    ]
    content["limits"]["disable"] = {"count": 0}
    yaml.dump(content, file)
    return copied


def test_people_are_told_of_live_runs_alone(loaded: Pipeline, folder: Path, messages: list[Message]) -> None:
    key = loaded.find("(&(employeeID=*)(department=Radiology))", "employeeID")[0]["employeeid"][0]
    nameless = loaded.halo.hire("Nameless", "", department="Radiology")
    loaded.halo.leave(int(key))
    try:
        sync_people(config_dir=str(folder))
        assert messages == [], "a dry run tells nobody"
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

    assert [one.subject for one in messages] == [
        "people-to-ad: awaiting-approval", "people-to-ad: quarantined", "people-to-ad: run-failed",
    ]  # fmt: skip
    assert "disable: 1" in messages[0].body
    assert messages[1].body == "1 rule-required"
    assert "a page came a second time" in messages[2].body
