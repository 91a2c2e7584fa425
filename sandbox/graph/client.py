"""A client of the admin side, for tests and the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.simulators.client import AdminClient


class SandboxGraph(AdminClient):
    """Lets things happen in the simulated Microsoft 365.

    Users are named by id, userPrincipalName or objectGUID, products by GUID or part number (``SPE_E3``).

    Args:
        admin_url: Where the admin side is, e.g. ``https://127.0.0.21:8444/_sandbox``.
        ca_file: PEM file of the authority that signed the simulator's certificate.

    A reset returns to an empty tenant.

    Example:
        >>> with SandboxGraph(sandbox.graph.admin_url, sandbox.ca_file) as graph:  # doctest: +SKIP
        ...     graph.sync_user(account.guid, upn="noor@corp.example.test", mail=None, enabled=True)
        ...     graph.give_licence(account.guid, "SPE_E3")
    """

    def sync_user(
        self, guid: str | None, upn: str, mail: str | None = None, *, enabled: bool = True, mailbox: bool = True
    ) -> str:
        """Bring in an account of Active Directory, or what changed about it; return the user's id.

        Args:
            guid: objectGUID; None makes a user of the cloud alone.
            upn: userPrincipalName.
            mail: Address.
            enabled: Whether it may sign in.
            mailbox: Whether it has a mailbox in Exchange Online.
        """
        body = {"guid": guid, "upn": upn, "mail": mail, "enabled": enabled, "mailbox": mailbox}
        number: str = self._call("POST", "users", body)["id"]
        return number

    def delete_user(self, user: str) -> None:
        """Delete a user."""
        self._call("DELETE", f"users/{user}")

    def give_licence(self, user: str, sku: str, *, disabled_plans: Sequence[str] = ()) -> None:
        """Assign a licence to a user; one without a usage location gets GB."""
        self._call("POST", "licences", {"user": user, "sku": sku, "disabled_plans": list(disabled_plans)})

    def make_group(self, name: str, licences: Mapping[str, Sequence[str]] | None = None) -> str:
        """Make a group that gives licences (product → service plans that are off); return its id."""
        body = {"name": name, "licences": {sku: list(plans) for sku, plans in (licences or {}).items()}}
        number: str = self._call("POST", "groups", body)["id"]
        return number

    def join(self, group: str, user: str) -> None:
        """Make a user a member of a group."""
        self._call("POST", "members", {"group": group, "user": user})

    def set_units(self, sku: str, units: int) -> None:
        """Let the tenant have so many licences of a product."""
        self._call("PUT", "units", {"sku": sku, "units": units})

    def state(self, user: str) -> dict[str, Any]:
        """Return a user: Graph's properties, groups, photoSha256, automaticRepliesSetting and revocations."""
        shown: dict[str, Any] = self._call("GET", f"users/{user}")
        return shown

    def tenant(self) -> dict[str, Any]:
        """Return users, groups, products, requests by path, token_exchanges and faults."""
        shown: dict[str, Any] = self._call("GET", "state")
        return shown
