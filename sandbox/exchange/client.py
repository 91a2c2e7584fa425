"""A client of the admin side, for tests and the demo."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Any, Self

import httpx


class SandboxExchangeError(Exception):
    """The admin side refuses: its status and its sentence."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(status, problem)
        self.status, self.problem = status, problem

    def __str__(self) -> str:
        return f"{self.problem} ({self.status})"


class SandboxExchange:
    """Lets things happen in the simulated Exchange.

    Args:
        admin_url: Where the admin side is, e.g. ``https://127.0.0.21:8443/_sandbox``.
        ca_file: PEM file of the authority that signed the simulator's certificate.

    Example:
        >>> with SandboxExchange(sandbox.exchange.admin_url, sandbox.ca_file) as exchange:  # doctest: +SKIP
        ...     exchange.sync_user(guid, "noor.haddad@corp.example.test")
        ...     exchange.give_mailbox(guid, place="online")
        ...     exchange.faults(commit_then_lost=True)
    """

    def __init__(self, admin_url: str, ca_file: str | None = None) -> None:
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

    def sync_user(self, guid: str, upn: str, *, entra_id: str | None = None) -> str:
        """Make an account known to the server and, unless ``entra_id`` is empty, to the tenant; return its Entra id."""
        known: str = self._call("POST", "sync-user", {"guid": guid, "upn": upn, "entra_id": entra_id})["entra_id"]
        return known

    def give_mailbox(self, guid: str, *, place: str = "server", **more: Any) -> str:
        """Give an account a mailbox and return its GUID; ``more``: database, alias, address, shared."""
        body = {"guid": guid, "place": place, **more}
        exchange_guid: str = self._call("POST", "give-mailbox", body)["exchange_guid"]
        return exchange_guid

    def take_licence(self, guid: str) -> None:
        """Take the licence from an account: its mailbox in the cloud is soft-deleted."""
        self._call("POST", "take-licence", {"guid": guid})

    def hold(
        self, guid: str, *, place: str = "server", litigation: bool = True, in_place: tuple[str, ...] = ()
    ) -> None:
        """Put exactly these holds on an account's mailbox; ``litigation=False`` and no others lifts them."""
        body = {"guid": guid, "place": place, "litigation": litigation, "in_place": list(in_place)}
        self._call("POST", "hold", body)

    def enable_skype(self, guid: str, **more: str) -> None:
        """Enable an account for Skype for Business; ``more``: pool, sip_address."""
        self._call("POST", "enable-skype", {"guid": guid, **more})

    def reset(self) -> None:
        """Forget accounts, mailboxes, faults and the log."""
        self._call("POST", "reset")

    def faults(self, **faults: Any) -> dict[str, Any]:
        """Turn on exactly these switches (see ``sandbox.exchange.faults.FAULTS``); ``True`` takes the defaults."""
        shown: dict[str, Any] = self._call("PUT", "faults", faults)
        return shown

    def clear_faults(self) -> None:
        """Turn every switch off."""
        self._call("DELETE", "faults")

    def state(self, guid: str = "") -> dict[str, Any]:
        """Return one account with its mailboxes (account, server, online, lost), or everything.

        Everything is: people, mailboxes, deleted_accounts, purged, log, effects, sessions_opened, token_exchanges,
        faults.
        """
        shown: dict[str, Any] = self._call("GET", f"state?guid={guid}" if guid else "state")
        return shown

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        response = self._http.request(method, f"/{path}", json=body)
        if response.is_error:
            content = response.json() if "json" in response.headers.get("content-type", "") else {}
            raise SandboxExchangeError(response.status_code, content.get("error", response.reason_phrase))
        return response.json() if response.content else None
