"""What every chapter of the story has at hand, and how it says what holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lifecycle.applying.stored_plans import plan_of
from lifecycle.planning.plan import Plan
from lifecycle.store import Store
from sandbox.demo.tell import Teller
from sandbox.errors import SandboxError
from sandbox.halo.client import SandboxHalo
from sandbox.handle import Sandbox

_PAUSE_S = 0.5


@dataclass(frozen=True)
class DemoContext:
    """The sandbox that the story happens on, and its printer.

    Args:
        sandbox: Up.
        halo: The admin side of HaloITSM.
        store_url: The state store.
        tell: Prints.
    """

    sandbox: Sandbox
    halo: SandboxHalo
    store_url: str
    tell: Teller

    def expect(self, holds: bool, text: str) -> None:
        """Say what holds.

        Raises:
            SandboxError: It does not hold, which ends the story.
        """
        if not holds:
            raise SandboxError(f"this should hold and does not: {text}")
        self.tell.good(text)

    def wait_until(self, holds: Callable[[], object], text: str, timeout_s: float) -> float:
        """Look until something holds; returns the seconds that it took.

        Raises:
            SandboxError: It did not hold in time.
        """
        began = time.monotonic()
        while not holds():
            if time.monotonic() - began > timeout_s:
                raise SandboxError(f"after {timeout_s:.0f} s this does not hold yet: {text}")
            time.sleep(_PAUSE_S)
        return time.monotonic() - began

    def newest_plan(self) -> tuple[str, Plan]:
        """Identifier and content of the plan that was made last."""
        with Store.open(self.store_url) as store, store.begin() as unit:
            stored = unit.plans.newest("people-to-ad")
        if stored is None:
            raise SandboxError("no plan was made")
        return stored.plan_id, plan_of(stored)
