"""A client of the admin side, for tests and the demo."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Any, Self

import httpx


class SandboxHaloError(Exception):
    """The admin side refuses: its status and its sentence."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(status, problem)
        self.status, self.problem = status, problem

    def __str__(self) -> str:
        return f"{self.problem} ({self.status})"


class SandboxHalo:
    """Lets things happen in the simulated HaloITSM.

    Args:
        admin_url: Where the admin side is, e.g. ``https://127.0.0.21:8443/_sandbox``.
        ca_file: PEM file of the authority that signed the simulator's certificate; ``None`` for plain HTTP.

    Example:
        >>> with SandboxHalo(sandbox.halo.admin_url, sandbox.ca_file) as halo:  # doctest: +SKIP
        ...     person = halo.hire("Noor", "Haddad", department="Finance")
        ...     halo.faults(fail_page={"page": 3})
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

    def hire(self, firstname: str, surname: str, *, department: str, **more: str) -> int:
        """Add a person and return the id; ``more``: title, manager_email, start_date, end_date (ISO 8601)."""
        body = {"firstname": firstname, "surname": surname, "department": department, **more}
        number: int = self._call("POST", "hire", body)["id"]
        return number

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

    def vanish(self, *, fraction: float | None = None, ids: list[int] | None = None) -> list[int]:
        """Let a share of the people, or those named, disappear wholly; return who."""
        body = {"fraction": fraction} if ids is None else {"ids": ids}
        gone: list[int] = self._call("POST", "vanish", body)["ids"]
        return gone

    def reappear(self, ids: list[int] | None = None) -> list[int]:
        """Bring back those named, or all who vanished; return who."""
        back: list[int] = self._call("POST", "reappear", {} if ids is None else {"ids": ids})["ids"]
        return back

    def reset(self) -> None:
        """Return to the seed: no tickets, no faults, no counts, the settings of the start."""
        self._call("POST", "reset")

    def revoke_tokens(self) -> None:
        """Make every token issued so far worthless."""
        self._call("POST", "revoke-tokens")

    def settings(self, **settings: Any) -> None:
        """Set exactly these settings (see ``sandbox.halo.simulator.Settings``)."""
        self._call("PUT", "settings", settings)

    def faults(self, **faults: Any) -> dict[str, Any]:
        """Turn on exactly these switches (see ``sandbox.halo.faults.FAULTS``); ``True`` takes the defaults."""
        shown: dict[str, Any] = self._call("PUT", "faults", faults)
        return shown

    def clear_faults(self) -> None:
        """Turn every switch off."""
        self._call("DELETE", "faults")

    def state(self) -> dict[str, Any]:
        """Return counts, users, tickets with actions, requests by path, refused_429, token_exchanges, faults."""
        shown: dict[str, Any] = self._call("GET", "state")
        return shown

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        response = self._http.request(method, f"/{path}", json=body)
        if response.is_error:
            content = response.json() if "json" in response.headers.get("content-type", "") else {}
            raise SandboxHaloError(response.status_code, content.get("error", response.reason_phrase))
        return response.json() if response.content else None
