"""A store file that an older build made, opened by this one, with the directory in memory that it was made on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lifecycle.applying.approval import approved_plan
from lifecycle.directory.account import Group
from lifecycle.planning.plan import Plan
from lifecycle.store import PlanStatus, Store, StoredPlan
from tests.support.announcing import announcer
from tests.support.memory_directory import MemoryDirectory
from tests.support.memory_objects import User
from tests.support.world import NAMES, World, with_lists

STORES = Path(__file__).parents[1] / "data" / "stores"
APPROVAL = timedelta(hours=72)


@dataclass
class OldStore:
    """What an older build left, and a world of this build on it.

    Args:
        world: The world; its clock goes on from the last moment of the store.
        facts: What the older build said of its store.
    """

    world: World
    facts: Mapping[str, Any]

    def guid(self, key: str) -> str:
        """The account of a person who was there at the beginning."""
        return str(self.facts["guids"][key])

    def loaded(self, plan_id: str) -> StoredPlan:
        """A plan of the store."""
        with self.world.store.begin() as unit:
            stored = unit.plans.load(plan_id)
        assert stored is not None
        return stored

    def approved(self, plan_id: str, plan_hash: str) -> Plan:
        """A plan, approved by what somebody types, as ``apply-plan`` does."""
        identity = self.world.directory.identity()
        return approved_plan(self.loaded(plan_id), plan_id, plan_hash, identity, APPROVAL, self.world.now)

    def apply(self, plan_id: str, plan_hash: str) -> Plan:
        """Approve and carry out; nothing fails."""
        self.world.recover()
        plan = self.approved(plan_id, plan_hash)
        assert self.loaded(plan_id).status is PlanStatus.WAITING
        assert self.world.apply(plan, plan_id).failures == []
        return plan


@contextmanager
def old_store(build: str, folder: Path) -> Iterator[OldStore]:
    """The store of a build, copied into a folder, and its directory rebuilt."""
    kept = STORES / build
    facts = json.loads((kept / "facts.json").read_text("utf-8"))
    shutil.copy(kept / "state.db", folder / "state.db")
    directory = _directory(json.loads((kept / "directory.json").read_text("utf-8")))
    policy = replace(with_lists(leavers=facts["leavers"]), bundles=(replace(NAMES, never_reuse=True),))
    with Store.open(f"sqlite:///{folder}/state.db") as store:
        now = datetime.fromisoformat(facts["now"])
        world = World(directory, store, policy=policy, now=now, announcer=announcer({"events": ["done"]}))
        yield OldStore(world, facts)


def _directory(held: Mapping[str, Any]) -> MemoryDirectory:
    directory = MemoryDirectory(held["base_dn"], held["containers"], identity=held["identity"])
    groups = {Group(one["guid"], one["dn"], one["rid"]): held["members"][one["guid"]] for one in held["groups"]}
    users, deleted = (map(_user, held[kind]) for kind in ("users", "deleted"))
    directory.put_back(users=users, deleted=deleted, groups=groups)
    return directory


def _user(held: Mapping[str, Any]) -> User:
    attributes = {
        name: tuple(value) if isinstance(value, list) else value for name, value in held["attributes"].items()
    }
    return User(held["guid"], held["dn"], held["rid"], attributes, held["bits"], protected=held["protected"])
