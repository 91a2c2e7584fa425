"""The blocks of a run: each is loaded once, and one that is missing ends the run before anything is settled."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocks.files import FileServerCredentials
from blocks.run_ports import LoadedBlocks
from blocks.store import StateStore
from lifecycle.actions.change import Cause
from lifecycle.actions.home_folder import DIGEST, PATH, DeleteHomeFolder
from lifecycle.config.automation import Automation
from lifecycle.config.loader import load_configuration
from lifecycle.errors import UnusableBlockError
from lifecycle.planning.plan import Plan
from lifecycle.runs.run import RunPorts
from lifecycle.store import Store
from lifecycle.store.journal import Intent
from tests.support.world import NOW, World, new_account, new_directory, person

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def automation() -> Automation:
    """The shipped one, with home folders on servers whose block nobody has saved."""
    shipped = load_configuration(CONFIG).automations["people-to-ad"]
    return shipped.model_copy(update={"file_servers": "gone"})


@pytest.fixture
def ports(automation: Automation) -> RunPorts:
    """Of one run."""
    return LoadedBlocks(automation).ports(lambda: datetime.now(UTC))


def _not_saved(_name: str) -> None:
    raise ValueError("Unable to find block document")


def test_a_change_that_was_open_stays_open_while_the_block_of_its_system_is_missing(
    ports: RunPorts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has looked: that it cannot be told would be settled for good."""
    monkeypatch.setattr(FileServerCredentials, "load", _not_saved)
    with Store.open(f"sqlite:///{tmp_path}/state.db") as store, ports.systems() as systems:
        world = World(new_directory(), store)
        guid, identity = new_account(world.directory, person("1")), world.directory.identity()
        held = {PATH: r"\\files\home\ann", DIGEST: "d"}
        change = DeleteHomeFolder(account=guid, cause=Cause.REQUEST, rule="request", before=held, after={PATH: None})
        plan = Plan(automation=world.policy.automation, directory=identity, created_at=NOW, changes=(change,))
        plan_id, run_id = world.save(plan), world.new_run().run_id
        intent = Intent(
            f"{plan_id}:0", plan_id, run_id, identity, 0, change.action, None, guid, "request", "request", held, {}
        )
        with store.begin() as unit:
            unit.journal.intend([intent], NOW)

        with pytest.raises(UnusableBlockError, match="block gone: no HaloITSM-AD File Server Credentials is saved"):
            world.recover(systems)

        assert world.journal(plan_id) == {0: "intended"}


def test_a_block_is_loaded_once_for_all_stages_of_a_run(
    ports: RunPorts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []

    def load(name: str) -> StateStore:
        loaded.append(name)
        return StateStore(url=f"sqlite:///{tmp_path}/state.db")

    monkeypatch.setattr(StateStore, "load", load)
    for _ in range(3):
        with ports.store() as store, store.begin():
            pass

    assert loaded == ["halo-ad-store"]
