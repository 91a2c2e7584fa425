"""A client of the admin side, for tests and the demo."""

from __future__ import annotations

from typing import Any

from sandbox.simulators.client import AdminClient


class SandboxExchange(AdminClient):
    """Lets things happen in the simulated Exchange.

    Args:
        admin_url: Where the admin side is, e.g. ``https://127.0.0.21:8443/_sandbox``.
        ca_file: PEM file of the authority that signed the simulator's certificate.

    A reset forgets accounts, mailboxes and the log.

    Example:
        >>> with SandboxExchange(sandbox.exchange.admin_url, sandbox.ca_file) as exchange:  # doctest: +SKIP
        ...     exchange.sync_user(guid, "noor.haddad@corp.example.test")
        ...     exchange.give_mailbox(guid, place="online")
        ...     exchange.faults(commit_then_lost=True)
    """

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

    def make_room(self, guid: str) -> None:
        """Let what an account uses be the mailbox of a room, on whichever side it is known."""
        self._call("POST", "make-room", {"guid": guid})

    def hold(
        self, guid: str, *, place: str = "server", litigation: bool = True, in_place: tuple[str, ...] = ()
    ) -> None:
        """Put exactly these holds on an account's mailbox; ``litigation=False`` and no others lifts them."""
        body = {"guid": guid, "place": place, "litigation": litigation, "in_place": list(in_place)}
        self._call("POST", "hold", body)

    def enable_skype(self, guid: str, **more: str) -> None:
        """Enable an account for Skype for Business; ``more``: pool, sip_address."""
        self._call("POST", "enable-skype", {"guid": guid, **more})

    def state(self, guid: str = "") -> dict[str, Any]:
        """Return one account with its mailboxes (account, server, online, lost), or everything.

        Everything is: people, mailboxes, deleted_accounts, purged, log, effects, sessions_opened, token_exchanges,
        faults.
        """
        shown: dict[str, Any] = self._call("GET", f"state?guid={guid}" if guid else "state")
        return shown
