"""What others do on the sandbox, and what they see there: an administrator, and the clients of other programs."""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import ldap3

from lifecycle.directory import dn
from lifecycle.directory.account import Value
from lifecycle.directory.values import password_bytes, wire
from lifecycle.ports.directory.connection import Session
from sandbox.handle import Share
from sandbox.ldapsearch import SECURITY_DESCRIPTOR, Entry
from sandbox.organisation import DOMAIN, STAFF_OU, UPN_SUFFIX
from tests.support.bench import PASSWORD, Bench

TOUCHED = frozenset({"whenchanged", "usnchanged", "badpasswordtime", "badpwdcount", "lastlogon", "lastlogontimestamp"})
"""What the directory itself writes whenever an object is touched; nobody can put it back."""

RIGHTS = SECURITY_DESCRIPTOR.lower()
"""What a state calls the security descriptor."""


@dataclass(frozen=True, kw_only=True)
class OthersBench(Bench):
    """A sandbox on which others than the product are at work.

    Args:
        administrator: Bound as the domain's administrator.
        numbers: What tells one account that is made from the next.
    """

    administrator: Session = field(repr=False)
    numbers: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def account(self, *, ou: str = STAFF_OU, enabled: bool = True, **attributes: Value) -> str:
        """An account that the administrator makes, with a password that may stay; answers its GUID.

        Args:
            ou: Where.
            enabled: Whether it may log on.
            attributes: LDAP attributes as texts; names are given to it unless they are told.
        """
        name = f"person{next(self.numbers)}"
        values = {
            "sAMAccountName": name,
            "userPrincipalName": f"{name}@{UPN_SUFFIX}",
            "employeeID": f"E-{name}",
            "userAccountControl": "512" if enabled else "514",
            **attributes,
        }
        given: dict[str, Any] = {key: list(map(str, wire(value))) for key, value in values.items()}
        given["unicodePwd"] = password_bytes(PASSWORD)
        cn = str(attributes.get("displayName", name))
        self._done(self.administrator.ldap.add(dn.join("CN", cn, ou), ["user"], given))
        return self.guid(str(values["sAMAccountName"]))

    def modify(self, guid: str, **attributes: str | bytes | list[str]) -> None:
        """Write attributes of any object as the administrator; an empty one clears."""
        values = {name: value if isinstance(value, list) else [value] for name, value in attributes.items() if value}
        changes = {name: [(ldap3.MODIFY_REPLACE, values.get(name, []))] for name in attributes}
        self._done(self.administrator.ldap.modify(f"<GUID={guid}>", changes))

    def delete(self, guid: str) -> None:
        """Delete any object, as the administrator."""
        self._done(self.administrator.ldap.delete(f"<GUID={guid}>"))

    def join(self, guid: str, *groups: str) -> None:
        """Make an account a member of groups, as the administrator."""
        self._members(ldap3.MODIFY_ADD, guid, groups)

    def leave(self, guid: str, *groups: str) -> None:
        """Let an account be a member of groups no longer, as the administrator."""
        self._members(ldap3.MODIFY_DELETE, guid, groups)

    def _members(self, kind: str, guid: str, groups: Iterable[str]) -> None:
        for group in groups:
            member = {"member": [(kind, [f"<GUID={guid}>"])]}
            self._done(self.administrator.ldap.modify(f"<GUID={group}>", member))

    def _done(self, message: int) -> None:
        _, result = self.administrator.result(message, "arrange")
        assert result["result"] == 0, (result["description"], result["message"])

    def entry(self, guid: str) -> Entry:
        """Every attribute of an object and its security descriptor, as OpenLDAP's client reads them."""
        (entry,) = self.find(f"(objectGUID={escaped(guid)})", "*", SECURITY_DESCRIPTOR)
        return entry

    def state(self, guid: str) -> dict[str, list[str]]:
        """The same, sorted, without what the directory writes by itself: two may be compared, rights included."""
        entry = self.entry(guid)
        assert RIGHTS in entry, "who may not read it would compare nothing"
        return {name: sorted(values) for name, values in entry.items() if name not in TOUCHED}

    def rights(self, guid: str) -> str:
        """An object's security descriptor as samba-tool shows it, SDDL, with what is audited besides."""
        return self.samba_tool("dsacl", "get", f"--objectdn={self.entry(guid)['dn'][0]}")

    def smbclient(self, share: Share, command: str) -> str:
        """What another client of a share says; each command fails the test if it fails."""
        return self._smb("smbclient", f"//{share.host}/{share.name}", "-c", command)

    def smbcacls(self, share: Share, name: str) -> str:
        """Owner, group and entries of a file or folder, as another client reads them."""
        return self._smb("smbcacls", f"//{share.host}/{share.name}", name)

    def _smb(self, program: str, *arguments: str) -> str:
        account = self.sandbox.directory.user.partition("@")[0]
        done = subprocess.run(  # noqa: S603 - our own arguments
            [program, *arguments, "-U", f"{DOMAIN}\\{account}"],
            env={"PATH": os.environ["PATH"], "PASSWD": self.sandbox.directory.password, "LC_ALL": "C.UTF-8"},
            text=True, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "NT_STATUS" not in done.stdout, done.stdout
        return done.stdout


def escaped(guid: str) -> str:
    """An objectGUID as it stands in a filter."""
    groups = guid.split("-")
    raw = bytes.fromhex("".join(groups))
    return "".join(f"\\{byte:02x}" for byte in raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:])
