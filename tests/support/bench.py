"""A domain controller without HaloITSM, the product's directory port on it, and the tools of somebody else."""

from __future__ import annotations

import itertools
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from lifecycle.directory.account import Value
from lifecycle.directory.operation import AddUser
from lifecycle.ports.directory.client import ActiveDirectory
from lifecycle.ports.directory.connection import DirectoryConnection
from sandbox.handle import Sandbox
from sandbox.ldapsearch import Entry, ldapsearch
from sandbox.machine import SAMBA_PYTHON, SAMBA_TOOL
from sandbox.organisation import GROUPS_OU, STAFF_OU, UPN_SUFFIX

PASSWORD = "Aa1-first-password"
PROJECT = Path(__file__).parents[2]
_NUMBERS = itertools.count()


def samba_python(sandbox: Sandbox, module: str, *arguments: object) -> None:
    """Run a module inside Samba's own Python on the controller's database."""
    as_root = () if os.geteuid() == 0 else ("sudo", "-n")
    done = subprocess.run(  # noqa: S603 - our own arguments
        [*as_root, SAMBA_PYTHON, "-B", "-m", module, f"{sandbox.folder}/smb.conf", *map(str, arguments)],
        cwd=PROJECT, stdin=subprocess.DEVNULL, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class Bench:
    """A sandbox and what tests do on it; ``directory`` is the product's, bound as the delegated account."""

    sandbox: Sandbox
    directory: ActiveDirectory = field(repr=False)

    def connection(self, user: str, password: str) -> DirectoryConnection:
        """How another account reaches the controller."""
        directory = self.sandbox.directory
        return DirectoryConnection(directory.host, user, password, ca_file=self.sandbox.ca_file)

    def binds(self, name: str, password: str) -> str:
        """Log on with OpenLDAP's client: empty when it may, else Windows' number for the reason, ``773`` for one."""
        directory = self.sandbox.directory
        done = subprocess.run(  # noqa: S603 - our own arguments
            [
                "/usr/bin/ldapsearch", "-H", f"ldaps://{directory.host}", "-x", "-LLL", "-D", f"{name}@{UPN_SUFFIX}",
                "-y", "/dev/stdin", "-b", "", "-s", "base", "(objectClass=*)", "defaultNamingContext",
            ],
            env={**os.environ, "LDAPTLS_CACERT": self.sandbox.ca_file},
            input=password, text=True, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return ""
        _, found, reason = done.stderr.partition("AcceptSecurityContext error, data ")
        assert found, done.stderr
        return reason.partition(",")[0]

    def find(self, filter_text: str, *attributes: str, base: str = "") -> list[Entry]:
        """What ldapsearch finds."""
        return ldapsearch(self.sandbox, filter_text, *attributes, base=base)

    def samba_tool(self, *arguments: str) -> str:
        """Run samba-tool against the controller as the administrator; answers what it prints."""
        directory = self.sandbox.directory
        done = subprocess.run(  # noqa: S603 - our own arguments
            [SAMBA_TOOL, *arguments, "-H", f"ldap://{directory.host}", "-U", "CORP\\Administrator"],
            env={**os.environ, "PASSWD": directory.administrator_password},
            stdin=subprocess.DEVNULL, text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def set_rights(self, dn: str, sddl: str, *, action: str = "allow") -> None:
        """Put an entry at the head of an object's access control list."""
        self.samba_tool("dsacl", "set", f"--action={action}", f"--objectdn={dn}", f"--sddl={sddl}")

    def new_user(self, name: str, ou: str = STAFF_OU, **attributes: Value) -> str:
        """An account made by the product; answers its GUID."""
        account_name = f"{name.lower()}{next(_NUMBERS)}"
        values = {
            "sAMAccountName": account_name,
            "userPrincipalName": f"{account_name}@{UPN_SUFFIX}",
            "userAccountControl": 512,
            "pwdLastSet": -1,
            **attributes,
        }
        (answer,) = self.directory.send([AddUser(f"CN={account_name},{ou}", values, PASSWORD)])
        assert answer.ok, answer
        return self.guid(account_name)

    def guid(self, account_name: str) -> str:
        """Of one account."""
        (account,) = self.directory.holders("sAMAccountName", [account_name], ())[account_name]
        return account.guid

    def account_name(self, guid: str) -> str:
        """What an account is called."""
        return str(self.directory.accounts([guid], ())[guid].attributes["sAMAccountName"])

    def dn(self, guid: str) -> str:
        """Where an account stands."""
        return self.directory.accounts([guid], ())[guid].dn

    def groups(self) -> list[str]:
        """GUIDs of the groups that the delegated account may fill, in the order of their names."""
        found = sorted(self.directory.groups().values(), key=lambda group: group.dn)
        return [group.guid for group in found if group.dn.endswith(GROUPS_OU)]

    def another_account(self, name: str, *rights: tuple[str, str]) -> DirectoryConnection:
        """A plain account with these rights (place, SDDL with ``{sid}``); answers how it connects."""
        self.samba_tool("user", "create", name, PASSWORD)
        (entry,) = self.find(f"(sAMAccountName={name})", "objectSid")
        sid = _sid(bytes.fromhex(entry["objectsid"][0]))
        for place, sddl in rights:
            self.set_rights(place, sddl.format(sid=sid))
        return self.connection(f"{name}@{UPN_SUFFIX}", PASSWORD)


def _sid(raw: bytes) -> str:
    parts = [int.from_bytes(raw[place : place + 4], "little") for place in range(8, len(raw), 4)]
    return "-".join(["S", str(raw[0]), str(int.from_bytes(raw[2:8], "big")), *map(str, parts)])
