"""What tests of the pipeline do and look at: runs, resets, and the directory as ldapsearch sees it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import ldap3
import pytest
from pydantic import TypeAdapter

from flows.apply_plan import apply_plan
from flows.run_action import run_action
from flows.sync_people import sync_people
from flows.undo_run import undo_run
from lifecycle.actions.catalogue import AnyParameters
from lifecycle.applying.stored_plans import plan_of
from lifecycle.errors import LimitExceededError
from lifecycle.planning.plan import Plan
from lifecycle.planning.selection import Accounts
from lifecycle.ports.directory.connection import DirectoryConnection
from lifecycle.ports.directory.search import search
from lifecycle.store import Store, StoredPlan
from sandbox.halo.client import SandboxHalo
from sandbox.handle import Sandbox
from sandbox.ldapsearch import Entry, ldapsearch
from sandbox.organisation import EXISTING_ACCOUNT, EXISTING_PERSON, STAFF_OU, UPN_SUFFIX

AUTOMATION = "people-to-ad"
CONTRACTORS = "(&(objectClass=user)(employeeNumber=T*))"
PEOPLE = "(&(objectClass=user)(employeeID=*))"
ENABLED = "(&(objectClass=user)(employeeID=*)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))"
PEOPLE_COUNT = 240
"""Besides the chief: three pages, and half the time that everybody of the seed takes."""
CANARY = "Canary-77-Zq"
"""Begins every password of the first load, so that it is recognised wherever it should not be."""
READ: TypeAdapter[list[Any]] = TypeAdapter(list[AnyParameters])
CONFIG = str(Path(__file__).parents[2] / "config")


class Pipeline:
    """The product on a sandbox.

    Args:
        sandbox: Up.
        halo: The admin side of its HaloITSM.
        folder: Where state stores go, one for each reset.
    """

    def __init__(self, sandbox: Sandbox, halo: SandboxHalo, folder: Path) -> None:
        self.sandbox, self.halo, self._folder = sandbox, halo, folder
        self._stores = itertools.count()
        self.is_loaded = False
        self.passwords: dict[str, str] = {}
        self.store_url = self._new_store()

    def reset(self) -> None:
        """Seed HaloITSM, remove every account of the pipeline from the directory, begin a new store."""
        self.is_loaded = False
        self.halo.reset()
        self.halo.shrink(PEOPLE_COUNT)
        self.store_url = self._new_store()
        with self.administrator().open() as connection:
            base = self.sandbox.directory.base_dn
            doomed = list(search(connection, base, f"(|{PEOPLE}{CONTRACTORS})", ()))
            for message in [connection.ldap.delete(f"<GUID={entry.guid}>") for entry in doomed]:
                _, result = connection.result(message, "delete")
                assert result["result"] == 0, result["description"]
            first, last, mail = EXISTING_PERSON
            if not list(search(connection, base, f"(mail={mail})", ())):
                name = {
                    "givenName": first, "sn": last, "mail": mail, "sAMAccountName": EXISTING_ACCOUNT,
                    "userPrincipalName": f"{EXISTING_ACCOUNT}@{UPN_SUFFIX}", "displayName": f"{first} {last}",
                }  # fmt: skip
                password = '"Sandbox-Only-1"'.encode("utf-16-le")
                attributes = {**name, "unicodePwd": password, "userAccountControl": 512}
                message = connection.ldap.add(f"CN={first} {last},{STAFF_OU}", ["user"], attributes)
                _, result = connection.result(message, "add")
                assert result["result"] == 0, result["description"]

    def load(self) -> dict[str, Any]:
        """The first apply: far over the limits, so it is stopped by the gate and approved by its hash.

        ``passwords`` has them by primary key afterwards.
        """
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("blocks.run_ports.generate_password", self._new_password)
            with pytest.raises(LimitExceededError) as stopped:
                self.sync()
            return self.approve(stopped.value.plan_id, stopped.value.plan_hash)

    def dry_run(self) -> dict[str, Any]:
        """``sync-people`` as it is without arguments."""
        result: dict[str, Any] = sync_people(config_dir=CONFIG)
        return result

    def sync(self) -> dict[str, Any]:
        """``sync-people`` for real."""
        result: dict[str, Any] = sync_people(dry_run=False, config_dir=CONFIG)
        return result

    def approve(self, plan_id: str, plan_hash: str) -> dict[str, Any]:
        """``apply-plan`` for real."""
        result: dict[str, Any] = apply_plan(plan_id, plan_hash, dry_run=False, config_dir=CONFIG)
        self.is_loaded = True
        return result

    def request(self, accounts: Accounts, *actions: dict[str, Any], dry_run: bool = False) -> dict[str, Any]:
        """``run-action``."""
        first, *then = READ.validate_python(list(actions))
        result: dict[str, Any] = run_action(accounts, first, then, dry_run=dry_run, config_dir=CONFIG)
        return result

    def undo(self, plan_id: str, *changes: int, dry_run: bool = False) -> dict[str, Any]:
        """``undo-run``."""
        result: dict[str, Any] = undo_run(plan_id, changes=changes, dry_run=dry_run, config_dir=CONFIG)
        return result

    def administrator(self) -> DirectoryConnection:
        """A connection with all rights, for arranging what the product then finds."""
        directory = self.sandbox.directory
        return DirectoryConnection(
            directory.host, directory.administrator, directory.administrator_password, ca_file=self.sandbox.ca_file
        )

    def connection(self, user: str, password: str) -> DirectoryConnection:
        """How another account reaches the directory."""
        return DirectoryConnection(self.sandbox.directory.host, user, password, ca_file=self.sandbox.ca_file)

    def modify(self, dn: str, **attributes: str) -> None:
        """Change an object as the administrator; an empty text clears."""
        with self.administrator().open() as connection:
            replace = {name: [(ldap3.MODIFY_REPLACE, [value] if value else [])] for name, value in attributes.items()}
            _, result = connection.result(connection.ldap.modify(dn, replace), "modify")
            assert result["result"] == 0, result["description"]

    def modify_members(self, group_dn: str, *, add: str) -> None:
        """Make an account a member of a group as the administrator."""
        with self.administrator().open() as connection:
            message = connection.ldap.modify(group_dn, {"member": [(ldap3.MODIFY_ADD, [add])]})
            _, result = connection.result(message, "modify")
            assert result["result"] == 0, result["description"]

    def find(self, filter_text: str, *attributes: str) -> list[Entry]:
        """What ldapsearch finds."""
        return ldapsearch(self.sandbox, filter_text, *attributes)

    def account(self, key: int) -> Entry:
        """The one account of a person, every attribute."""
        (entry,) = self.find(f"(employeeID={key})", "*")
        return entry

    def stamps(self) -> dict[str, str]:
        """GUID → uSNChanged of every user and group: what was not written keeps its number."""
        found = self.find("(|(objectClass=user)(objectClass=group))", "objectGUID", "uSNChanged")
        return {entry["objectguid"][0]: entry["usnchanged"][0] for entry in found}

    def newest_plan(self) -> tuple[StoredPlan, Plan]:
        """The plan that was made last."""
        with Store.open(self.store_url) as store, store.begin() as unit:
            stored = unit.plans.newest(AUTOMATION)
        assert stored is not None
        return stored, plan_of(stored)

    def plan_of(self, plan_id: str) -> Plan:
        """A plan that the store keeps."""
        with Store.open(self.store_url) as store, store.begin() as unit:
            stored = unit.plans.load(plan_id)
        assert stored is not None
        return plan_of(stored)

    def _new_password(self, key: str, length: int) -> str:
        assert length > len(CANARY)
        return self.passwords.setdefault(key, f"{CANARY}!{key}-aA1")

    def _new_store(self) -> str:
        return f"sqlite:///{self._folder}/{next(self._stores)}.db"
