"""Tickets as a source: each is taken in hand by one run, done once, and answered once, whatever breaks between."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL
from ruamel.yaml import YAML

from flows.apply_plan import apply_plan
from flows.deliver_outbox import deliver_outbox
from flows.sync_people import sync_people
from lifecycle.errors import LimitExceededError
from lifecycle.runs.outbox import OUTBOX
from lifecycle.store import Store
from sandbox.organisation import CONTRACTORS_OU
from tasks.clock import utc_now
from tests.support.pipeline import CONFIG, Pipeline

DRAFTS = ("endpoints/halo-starter-tickets", "webhooks/halo-claim-ticket", "webhooks/halo-answer-done",
          "webhooks/halo-answer-failed")  # fmt: skip
NEW, IN_PROGRESS, WITH_USER, CLOSED = 1, 2, 4, 9
WORKER = """
import sys
from flows.sync_people import sync_people
sync_people("starter-tickets", dry_run=False, config_dir=sys.argv[1])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped configuration with the files about starter tickets turned on."""
    copied, yaml = tmp_path / "config", YAML()
    shutil.copytree(CONFIG, copied)
    for name in DRAFTS:
        file = copied / f"{name}.yaml"
        content: Any = yaml.load(file)
        content["draft"] = False
        yaml.dump(content, file)
    return copied


def run(folder: Path, *, dry_run: bool = False) -> dict[str, Any]:
    result: dict[str, Any] = sync_people("starter-tickets", dry_run=dry_run, config_dir=str(folder))
    return result


def accounts(pipeline: Pipeline, *tickets: int) -> list[str]:
    asked = "".join(f"(employeeNumber=T{number})" for number in tickets)
    return [entry["dn"][0] for entry in pipeline.find(f"(|{asked})", "sAMAccountName")]


def notes(pipeline: Pipeline, ticket: int) -> list[str]:
    return [action["note"] for action in pipeline.halo.ticket(ticket)["actions"]]


def test_a_ticket_becomes_an_account_and_is_answered_once(loaded, folder) -> None:
    number = loaded.halo.ask_for("Ticket", "Tester", department="Nursing")

    assert run(folder, dry_run=True)["changes"] == {"create-user": 1}
    assert (loaded.halo.ticket(number)["status_id"], accounts(loaded, number)) == (NEW, [])
    run(folder)

    (dn,) = accounts(loaded, number)
    assert dn.endswith(CONTRACTORS_OU)
    assert loaded.halo.ticket(number)["status_id"] == CLOSED
    (note,) = notes(loaded, number)
    assert "ticket.tester@corp.example.test" in note
    assert run(folder)["changes"] == {}
    assert len(notes(loaded, number)) == 1


def test_a_ticket_that_cannot_be_done_says_why_and_may_be_mended(loaded, folder) -> None:
    number = loaded.halo.ask_for("", "Nameless")

    run(folder)
    assert loaded.halo.ticket(number)["status_id"] == WITH_USER
    assert "rule-required" in notes(loaded, number)[0]
    assert run(folder)["changes"] == {}, "it has left the source: nobody answers it again"


def test_a_ticket_whose_answer_is_on_its_way_is_not_done_again(loaded, folder) -> None:
    number = loaded.halo.ask_for("Slow", "Answer")

    with Store.open(loaded.store_url) as store, store.lease(OUTBOX, "somebody else", utc_now):
        run(folder)
        assert len(accounts(loaded, number)) == 1
        assert run(folder)["changes"] == {}
    assert (loaded.halo.ticket(number)["status_id"], notes(loaded, number)) == (NEW, [])
    assert deliver_outbox("starter-tickets", str(folder))["delivered"] == 2

    assert (loaded.halo.ticket(number)["status_id"], len(notes(loaded, number))) == (CLOSED, 1)


def test_fifty_tickets_and_two_workers_at_once(loaded, folder) -> None:
    numbers = [loaded.halo.ask_for(f"First{n:02}", f"Starter{n:02}") for n in range(50)]
    command = [sys.executable, "-c", WORKER, str(folder)]
    env = {**os.environ, "PREFECT_API_URL": str(PREFECT_API_URL.value())}

    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env) for _ in range(2)]  # noqa: S603
    said = [worker.communicate(timeout=240)[0].decode() for worker in workers]
    run(folder)

    for worker, text in zip(workers, said, strict=True):  # one directory has one writer: the other waits for its turn
        assert worker.returncode == 0, text
    assert len(accounts(loaded, *numbers)) == 50
    tickets = [loaded.halo.ticket(number) for number in numbers]
    assert {ticket["status_id"] for ticket in tickets} == {CLOSED}
    assert [len(ticket["actions"]) for ticket in tickets] == [1] * 50


def test_tickets_of_a_plan_that_waits_are_done_when_it_is_approved(loaded, folder) -> None:
    automation, yaml = folder / "automations/starter-tickets.yaml", YAML()
    content: Any = yaml.load(automation)
    content["limits"]["create"] = {"count": 0}
    yaml.dump(content, automation)
    number = loaded.halo.ask_for("Over", "Limit")

    with pytest.raises(LimitExceededError) as stopped:
        run(folder)
    assert (accounts(loaded, number), notes(loaded, number)) == ([], [])
    apply_plan(stopped.value.plan_id, stopped.value.plan_hash, "starter-tickets", dry_run=False, config_dir=str(folder))

    assert len(accounts(loaded, number)) == 1
    assert (loaded.halo.ticket(number)["status_id"], len(notes(loaded, number))) == (CLOSED, 1)
