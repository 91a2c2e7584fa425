"""The organisation that a case happens in, reached only from outside: flows, the program, LDAP, SMB, admin sides.

These modules run unchanged on older builds, so that a case can be shown to fail there: of the product they import the
flows only, and of the sandbox its addresses and switches.
"""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import ldap3
import ruamel.yaml

from sandbox.connect import save_blocks
from sandbox.exchange.client import SandboxExchange
from sandbox.graph.client import SandboxGraph
from sandbox.halo.client import SandboxHalo
from sandbox.handle import PROJECT, Sandbox
from sandbox.ldapsearch import Entry, ldapsearch
from sandbox.organisation import MANAGED_OUS

AUTOMATION = "people-to-ad"
PEOPLE = "(&(objectClass=user)(|(employeeID=*)(employeeNumber=*)))"
DISABLED = 0x2
"""The bit ADS_UF_ACCOUNTDISABLE of userAccountControl."""
FEWEST_PEOPLE = 200
"""HaloITSM's simulator leaves nobody out who is there for a reason when it has so many, and the chief."""

Result = dict[str, Any]
"""What a flow returns."""


class World:
    """A directory, the simulated services, a configuration and a state store, all as a new installation has them.

    Args:
        sandbox: Up, with its simulators.
        folder: Empty; for the configuration and the state store.
    """

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        assert sandbox.halo
        assert sandbox.graph
        assert sandbox.exchange
        self.sandbox, self.folder = sandbox, folder
        self.config = folder / "config"
        self.store_url = f"sqlite:///{folder}/state.db"
        self.halo = SandboxHalo(sandbox.halo.admin_url, sandbox.ca_file)
        self.cloud = SandboxGraph(sandbox.graph.admin_url, sandbox.ca_file)
        self.mail = SandboxExchange(sandbox.exchange.admin_url, sandbox.ca_file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in (self.halo, self.cloud, self.mail):
            client.close()

    def begin(self) -> None:
        """Return everything to the start: services as seeded, accounts as they were, configuration as shipped."""
        for client in (self.halo, self.cloud, self.mail):
            client.clear_faults()
            client.reset()
        self.halo.shrink(FEWEST_PEOPLE)
        shutil.copytree(PROJECT / "config", self.config)
        for name, share in (("homes", self.sandbox.share), ("home_archive", self.sandbox.archive_share)):
            assert self.configure("settings.yaml", f"env.{name}", rf"\\{share.host}\{share.name}")
        # Nights pass without a pause here.
        self.configure(f"automations/{AUTOMATION}.yaml", "leavers.absent_hours", 0)
        self.save_blocks()

    def save_blocks(self) -> None:
        """Save the Prefect blocks that the configuration names, with this world's state store."""
        save_blocks(self.sandbox, self.store_url)

    # Configuration

    def configure(self, file: str, path: str, value: Any) -> bool:
        """Set one key of a YAML file, if this build's JSON Schema has it.

        Args:
            file: Below ``config/``.
            path: Keys with dots between them; the last one is looked for by its name in the JSON Schema.
            value: What to write; None removes the key.

        Returns:
            Whether the build has the key.
        """
        *parents, key = path.split(".")
        if not _schema_has(file.partition("/")[0].removesuffix(".yaml"), parents[-1] if parents else "", key):
            return False
        yaml = ruamel.yaml.YAML()
        target = self.config / file
        document = yaml.load(target)
        place = document
        for parent in parents:
            place = place.setdefault(parent, {})
        if value is None:
            place.pop(key, None)
        else:
            place[key] = value
        yaml.dump(document, target)
        return True

    def turn_on(self, *kinds: str) -> None:
        """Name the blocks of further systems: microsoft_365, exchange_server, exchange_online, file_servers."""
        blocks = {
            "microsoft_365": "m365", "exchange_server": "exchange-server", "exchange_online": "exchange-online",
            "file_servers": "corp-files",
        }  # fmt: skip
        for kind in kinds:
            assert self.configure(f"automations/{AUTOMATION}.yaml", kind, blocks[kind])

    def write_policy(self, name: str, actions: list[Mapping[str, Any]], **more: Any) -> None:
        """Write a list of actions, under a name that ``leavers.policy``, ``joiners`` or ``movers`` can give."""
        yaml = ruamel.yaml.YAML()
        yaml.dump({"name": name, "actions": actions, **more}, self.config / "policies" / f"{name}.yaml")

    # Runs

    def sync(self, *, dry_run: bool = False, only: tuple[str, ...] = ()) -> Result:
        """Run ``sync-people``."""
        from flows.sync_people import sync_people  # noqa: PLC0415 - Prefect reads its settings at the first import

        result: Result = sync_people(AUTOMATION, dry_run=dry_run, config_dir=str(self.config), only=only)
        return result

    def sync_and_approve(self) -> Result:
        """Run ``sync-people``; a plan that the gate stops is approved by its hash and applied."""
        state = self.sync_state()
        if state.name != "Waiting for approval":
            result: Result = state.result()
            return result
        error = state.data if isinstance(state.data, Exception) else state.result(raise_on_failure=False)
        return self.approve(error.plan_id, error.plan_hash)

    def sync_state(self, *, dry_run: bool = False) -> Any:
        """Run ``sync-people`` and return its final state, a failed one as well."""
        from flows.sync_people import sync_people  # noqa: PLC0415

        return sync_people(AUTOMATION, dry_run=dry_run, config_dir=str(self.config), return_state=True)

    def approve(self, plan_id: str, plan_hash: str) -> Result:
        """Run ``apply-plan`` for a plan that waits."""
        from flows.apply_plan import apply_plan  # noqa: PLC0415

        result: Result = apply_plan(plan_id, plan_hash, AUTOMATION, dry_run=False, config_dir=str(self.config))
        return result

    def run_due_steps(self) -> Result:
        """Run ``run-due-steps``."""
        from flows.run_due_steps import run_due_steps  # noqa: PLC0415

        result: Result = run_due_steps(AUTOMATION, dry_run=False, config_dir=str(self.config))
        return result

    def program(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``halo-ad`` as a person types it."""
        return subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "-m", "commands.main", *arguments],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=check,
        )

    # The directory

    @contextmanager
    def administrator(self) -> Iterator[ldap3.Connection]:
        """Bind as the domain's administrator, for arranging what the product then finds."""
        directory = self.sandbox.directory
        with bound(self.sandbox, directory.administrator, directory.administrator_password) as connection:
            yield connection

    def find(self, filter_text: str, *attributes: str) -> list[Entry]:
        """Search with ldapsearch."""
        return ldapsearch(self.sandbox, filter_text, *attributes)

    def account(self, key: int) -> Entry:
        """The one account whose employeeID is the person's key, with every attribute."""
        (entry,) = self.find(f"(employeeID={key})", "*")
        return entry

    def is_enabled(self, entry: Entry) -> bool:
        """Whether the account may log on."""
        return not int(entry["useraccountcontrol"][0]) & DISABLED

    def modify(self, dn: str, **attributes: str | list[str]) -> None:
        """Replace attributes as the administrator; an empty text clears."""
        changes = {name: [(ldap3.MODIFY_REPLACE, _values(value))] for name, value in attributes.items()}
        with self.administrator() as connection:
            connection.modify(dn, changes)
            assert connection.result["result"] == 0, connection.result["description"]

    def add(self, dn: str, classes: list[str], **attributes: str | int | list[str]) -> None:
        """Add an object as the administrator."""
        with self.administrator() as connection:
            connection.add(dn, classes, attributes)
            assert connection.result["result"] == 0, connection.result["description"]

    def delete(self, dn: str) -> None:
        """Delete an object as the administrator."""
        with self.administrator() as connection:
            connection.delete(dn)
            assert connection.result["result"] == 0, connection.result["description"]


@contextmanager
def bound(sandbox: Sandbox, user: str, password: str) -> Iterator[ldap3.Connection]:
    """Bind over LDAPS with verified certificates.

    Args:
        sandbox: Up.
        user: userPrincipalName or DOMAIN-qualified name.
        password: Its password.

    Raises:
        ldap3.core.exceptions.LDAPException: The bind was refused.
    """
    tls = ldap3.Tls(ca_certs_file=sandbox.ca_file, validate=ssl.CERT_REQUIRED)
    server = ldap3.Server(
        sandbox.directory.host, port=sandbox.directory.port, use_ssl=True, tls=tls, get_info=ldap3.NONE
    )
    connection = ldap3.Connection(server, user, password, auto_bind=True)
    try:
        yield connection
    finally:
        connection.unbind()


def clear(sandbox: Sandbox, seeded: Mapping[str, Mapping[str, list[str]]]) -> None:
    """Return the managed OUs to what they held at first.

    Args:
        sandbox: Up.
        seeded: What :func:`seed_of` returned before anything was changed.
    """
    directory = sandbox.directory
    with bound(sandbox, directory.administrator, directory.administrator_password) as connection:
        for dn in sorted(_people(connection), key=len, reverse=True):
            connection.delete(dn)
            assert connection.result["result"] == 0, connection.result["description"]
        for dn, attributes in seeded.items():
            password = '"Sandbox-Only-1"'.encode("utf-16-le")
            kept = {name: values for name, values in attributes.items() if name in _KEPT}
            connection.add(dn, ["user"], {**kept, "unicodePwd": password, "userAccountControl": 512})
            assert connection.result["result"] == 0, connection.result["description"]


_KEPT = (
    "givenName", "sn", "mail", "sAMAccountName", "userPrincipalName", "displayName", "department", "title",
)  # fmt: skip


def seed_of(sandbox: Sandbox) -> dict[str, dict[str, list[str]]]:
    """The accounts below the managed OUs, by distinguished name, with their attributes as texts."""
    directory = sandbox.directory
    with bound(sandbox, directory.administrator, directory.administrator_password) as connection:
        return _people(connection)


def _people(connection: ldap3.Connection) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for unit in MANAGED_OUS:
        entries = connection.extend.standard.paged_search(
            unit, "(&(objectClass=user)(!(adminCount=1)))", attributes=[*_KEPT], generator=False
        )
        for entry in entries:
            if entry["type"] == "searchResEntry":
                raw = entry["raw_attributes"]
                found[entry["dn"]] = {name: [one.decode() for one in values] for name, values in raw.items() if values}
    return found


def _values(value: str | list[str]) -> list[str]:
    if isinstance(value, list):
        return value
    return [value] if value else []


def _schema_has(kind: str, parent: str, key: str) -> bool:
    """Whether the JSON Schema of a kind of file has a property of this name, or lets its parent hold any name."""
    schema = json.loads((PROJECT / "config" / "schema" / f"{kind}.schema.json").read_text("utf-8"))
    found: dict[str, list[Any]] = {}
    _collect_properties(schema, found)
    return key in found or any("patternProperties" in one for one in found.get(parent, ()))


def _collect_properties(schema: Any, found: dict[str, list[Any]]) -> None:
    if isinstance(schema, dict):
        for name, one in schema.get("properties", {}).items():
            found.setdefault(name, []).append(one)
    if isinstance(schema, dict | list):
        for one in schema.values() if isinstance(schema, dict) else schema:
            _collect_properties(one, found)
