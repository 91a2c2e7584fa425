"""The systems that are connected besides the directory: looked up for a plan, and written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lifecycle.actions.outside import Need, Outside, System, Wanted
from lifecycle.answer import Answer
from lifecycle.cloud.operation import Cloud
from lifecycle.cloud.user import CloudIdentity, CloudPart, CloudUser
from lifecycle.directory.account import Account
from lifecycle.errors import TargetError

_REFUSED = 1
"""The code of an operation that was not sent, where the system gave none."""


@dataclass(frozen=True, slots=True)
class Systems:
    """The ports of one automation; None where it names no block.

    Args:
        cloud: Microsoft 365.
    """

    cloud: Cloud | None = None

    def look_up(self, wanted: Wanted, accounts: Mapping[str, Account]) -> Outside:
        """Read what is wanted; a system that cannot be read is said to be so, and holds up no other.

        Args:
            wanted: What.
            accounts: By objectGUID, with userPrincipalName; those that are not there are not looked for.
        """
        unread: dict[System, str] = {}
        users: dict[str, CloudUser] = {}
        if System.CLOUD in wanted.systems:
            try:
                users = self._users(wanted, accounts)
            except TargetError as error:
                unread[System.CLOUD] = f"{error.description} ({error.code})"
        return Outside(users, unread)

    def send(self, system: System, operations: Sequence[Any]) -> list[Answer]:
        """Carry operations out, in their order; one that could not even be sent was not carried out."""
        port = self.cloud
        if port is None:
            return [Answer(_REFUSED, f"no {system.value} is configured")] * len(operations)
        try:
            return port.send(operations)
        except TargetError as error:
            return [Answer(error.code or _REFUSED, error.description)] * len(operations)

    def _users(self, wanted: Wanted, accounts: Mapping[str, Account]) -> dict[str, CloudUser]:
        if self.cloud is None:
            raise TargetError("graph", "read users", _REFUSED, "no microsoft-365 is configured")
        photos = wanted.accounts.get(Need.CLOUD_PHOTO, frozenset())
        plain = wanted.accounts.get(Need.CLOUD_USER, frozenset()) - photos
        found: dict[str, CloudUser] = {}
        for guids, parts in ((plain, ()), (photos, (CloudPart.PHOTO,))):
            identities = [
                CloudIdentity(guid, str(accounts[guid].attributes.get("userPrincipalName", "")))
                for guid in sorted(guids)
                if guid in accounts
            ]
            if identities:
                found |= self.cloud.users(identities, parts)
        return found


NO_SYSTEMS = Systems()
