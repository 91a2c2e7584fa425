"""What tests of the pipeline do and look at: runs, resets, and the directory as ldapsearch sees it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import ldap3

from flows.apply_plan import apply_plan
from flows.sync_people import sync_people
from lifecycle.planning.plan import Plan
from lifecycle.ports.directory.connection import DirectoryConnection
from lifecycle.ports.directory.search import search
from lifecycle.store import Store, StoredPlan
from sandbox.halo.client import SandboxHalo
from sandbox.handle import Sandbox
from sandbox.ldapsearch import Entry, ldapsearch
from sandbox.organisation import EXISTING_PERSON, STAFF_OU

AUTOMATION = "people-to-ad"
PEOPLE = "(&(objectClass=user)(employeeID=*))"
ENABLED = "(&(objectClass=user)(employeeID=*)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))"
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
        self.store_url = self._new_store()

    def reset(self) -> None:
        """Seed HaloITSM, remove every account of the pipeline from the directory, begin a new store."""
        self.is_loaded = False
        self.halo.reset()
        self.store_url = self._new_store()
        with self.administrator().open() as connection:
            base = self.sandbox.directory.base_dn
            doomed = list(search(connection, base, PEOPLE, ()))
            for message in [connection.ldap.delete(f"<GUID={entry.guid}>") for entry in doomed]:
                _, result = connection.result(message, "delete")
                assert result["result"] == 0, result["description"]
            first, last, mail = EXISTING_PERSON
            if not list(search(connection, base, f"(mail={mail})", ())):
                name = {"givenName": first, "sn": last, "mail": mail, "sAMAccountName": "hberger"}
                password = '"Sandbox-Only-1"'.encode("utf-16-le")
                attributes = {**name, "unicodePwd": password, "userAccountControl": 512}
                message = connection.ldap.add(f"CN={first} {last},{STAFF_OU}", ["user"], attributes)
                _, result = connection.result(message, "add")
                assert result["result"] == 0, result["description"]

    def load(self) -> dict[str, Any]:
        """The first apply: far over the limits, so approved by its hash."""
        made = self.dry_run()
        return self.approve(made["plan_id"], made["plan_hash"])

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
        return stored, Plan.model_validate_json(stored.body)

    def plan_of(self, plan_id: str) -> Plan:
        """A plan that the store keeps."""
        with Store.open(self.store_url) as store, store.begin() as unit:
            stored = unit.plans.load(plan_id)
        assert stored is not None
        return Plan.model_validate_json(stored.body)

    def _new_store(self) -> str:
        return f"sqlite:///{self._folder}/{next(self._stores)}.db"
