"""The ground of the clients of an admin side, for tests and the demo."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Any, Self

import httpx


class SandboxRefusalError(Exception):
    """An admin side refuses: its status and its sentence."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(status, problem)
        self.status, self.problem = status, problem

    def __str__(self) -> str:
        return f"{self.problem} ({self.status})"


class AdminClient:
    """Asks an admin side; each simulator's client adds what can happen there.

    Args:
        admin_url: Where the admin side is, e.g. ``https://127.0.0.21:8443/_sandbox``.
        ca_file: PEM file of the authority that signed the simulator's certificate; ``None`` for plain HTTP.
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

    def reset(self) -> None:
        """Return to the start: no faults, no counts; tokens stay good."""
        self._call("POST", "reset")

    def revoke_tokens(self) -> None:
        """Make every token issued so far worthless."""
        self._call("POST", "revoke-tokens")

    def faults(self, **faults: Any) -> dict[str, Any]:
        """Turn on exactly these switches (``FAULTS`` of the simulator's ``faults``); ``True`` takes the defaults."""
        shown: dict[str, Any] = self._call("PUT", "faults", faults)
        return shown

    def clear_faults(self) -> None:
        """Turn every switch off."""
        self._call("DELETE", "faults")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        response = self._http.request(method, f"/{path}", json=body)
        if response.is_error:
            content = response.json() if "json" in response.headers.get("content-type", "") else {}
            problem = content.get("error", response.reason_phrase)
            # a refusal of Graph itself is an object
            raise SandboxRefusalError(
                response.status_code, problem["message"] if isinstance(problem, dict) else problem
            )
        return response.json() if response.content else None
