"""A client of the admin side, for tests and the demo."""

from __future__ import annotations

from typing import Any

from sandbox.simulators.client import AdminClient


class SandboxHalo(AdminClient):
    """Lets things happen in the simulated HaloITSM.

    Args:
        admin_url: Where the admin side is, e.g. ``https://127.0.0.21:8443/_sandbox``.
        ca_file: PEM file of the authority that signed the simulator's certificate; ``None`` for plain HTTP.

    A reset returns to the seed: no tickets, the settings of the start.

    Example:
        >>> with SandboxHalo(sandbox.halo.admin_url, sandbox.ca_file) as halo:  # doctest: +SKIP
        ...     person = halo.hire("Noor", "Haddad", department="Finance")
        ...     halo.faults(fail_page={"page": 3})
    """

    def hire(self, firstname: str, surname: str, *, department: str, **more: str) -> int:
        """Add a person and return the id; ``more``: title, manager_email, start_date, end_date (ISO 8601)."""
        body = {"firstname": firstname, "surname": surname, "department": department, **more}
        number: int = self._call("POST", "hire", body)["id"]
        return number

    def ask_for(self, firstname: str, surname: str, *, department: str = "", start_date: str | None = None) -> int:
        """Open a ticket that asks for an account and return its number; ``start_date``: ISO 8601."""
        body = {"firstname": firstname, "surname": surname, "department": department, "start_date": start_date}
        number: int = self._call("POST", "starter", body)["id"]
        return number

    def ticket(self, number: int) -> dict[str, Any]:
        """Return a ticket with its actions."""
        return next(one for one in self.state()["tickets"] if one["id"] == number)

    def move(self, user_id: int, *, department: str, **more: str) -> None:
        """Move a person to a department, under its head unless ``manager_email`` is given; ``more``: also title."""
        self._call("POST", "move", {"id": user_id, "department": department, **more})

    def rename(self, user_id: int, **names: str) -> None:
        """Give a person another ``firstname``, ``surname`` or both."""
        self._call("POST", "rename", {"id": user_id, **names})

    def leave(self, user_id: int) -> None:
        """Make a person inactive."""
        self._call("POST", "leave", {"id": user_id})

    def rehire(self, user_id: int) -> None:
        """Make a person active again."""
        self._call("POST", "rehire", {"id": user_id})

    def shrink(self, people: int) -> int:
        """Let only the first so many people be there, and the chief; return how many that are. A reset brings all back.

        With ``sandbox.halo.people.FEWEST`` everybody is there who is in the seed for a reason.
        """
        number: int = self._call("POST", "shrink", {"people": people})["people"]
        return number

    def vanish(self, *, fraction: float | None = None, ids: list[int] | None = None) -> list[int]:
        """Let a share of the people, or those named, disappear wholly; return who."""
        body = {"fraction": fraction} if ids is None else {"ids": ids}
        gone: list[int] = self._call("POST", "vanish", body)["ids"]
        return gone

    def reappear(self, ids: list[int] | None = None) -> list[int]:
        """Bring back those named, or all who vanished; return who."""
        back: list[int] = self._call("POST", "reappear", {} if ids is None else {"ids": ids})["ids"]
        return back

    def settings(self, **settings: Any) -> None:
        """Set exactly these settings (see ``sandbox.halo.simulator.Settings``)."""
        self._call("PUT", "settings", settings)

    def webhook(self, url: str, **proof: str) -> None:
        """Send a webhook after each change of a user; ``proof``: secret, or user and password; ca_file for its TLS."""
        self._call("PUT", "webhook", {"url": url, **proof})

    def state(self) -> dict[str, Any]:
        """Return counts, users, tickets with actions, requests, refused_429, token_exchanges, faults, webhooks sent."""
        shown: dict[str, Any] = self._call("GET", "state")
        return shown
