"""A client of the admin side, for tests and the demo."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx


class SandboxGraphError(Exception):
    """The admin side refuses: its status and its sentence."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(status, problem)
        self.status, self.problem = status, problem

    def __str__(self) -> str:
        return f"{self.problem} ({self.status})"


class SandboxGraph:
    """Lets things happen in the simulated Microsoft 365.

    Users are named by id, userPrincipalName or objectGUID, products by GUID or part number (``SPE_E3``).

    Args:
        admin_url: Where the admin side is, e.g. ``https://127.0.0.21:8444/_sandbox``.
        ca_file: PEM file of the authority that signed the simulator's certificate.

    Example:
        >>> with SandboxGraph(sandbox.graph.admin_url, sandbox.ca_file) as graph:  # doctest: +SKIP
        ...     graph.sync_user(account.guid, upn="noor@corp.example.test", mail=None, enabled=True)
        ...     graph.give_licence(account.guid, "SPE_E3")
    """

    def __init__(self, admin_url: str, ca_file: str) -> None:
        # the environment's proxies do not concern loopback
        context = ssl.create_default_context(cafile=ca_file)
        self._http = httpx.Client(base_url=admin_url, verify=context, trust_env=False, timeout=30.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

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

    def reset(self) -> None:
        """Return to an empty tenant: no faults, no counts."""
        self._call("POST", "reset")

    def revoke_tokens(self) -> None:
        """Make every token issued so far worthless."""
        self._call("POST", "revoke-tokens")

    def faults(self, **faults: Any) -> dict[str, Any]:
        """Turn on exactly these switches (see ``sandbox.graph.faults.FAULTS``); ``True`` takes the defaults."""
        shown: dict[str, Any] = self._call("PUT", "faults", faults)
        return shown

    def clear_faults(self) -> None:
        """Turn every switch off."""
        self._call("DELETE", "faults")

    def state(self, user: str) -> dict[str, Any]:
        """Return a user: properties of Graph, groups, ``photoSha256``, ``automaticRepliesSetting``, ``revocations``."""
        shown: dict[str, Any] = self._call("GET", f"users/{user}")
        return shown

    def tenant(self) -> dict[str, Any]:
        """Return users, groups, products, requests by path, token_exchanges and faults."""
        shown: dict[str, Any] = self._call("GET", "state")
        return shown

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        response = self._http.request(method, f"/{path}", json=body)
        if response.is_error:
            content = response.json() if "json" in response.headers.get("content-type", "") else {}
            problem = content.get("error", response.reason_phrase)
            # a refusal of Graph itself is an object
            raise SandboxGraphError(response.status_code, problem["message"] if isinstance(problem, dict) else problem)
        return response.json() if response.content else None
