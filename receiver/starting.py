"""One run at a time, for all who came before it began. Who comes meanwhile is in the next."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from enum import Enum
from typing import Protocol, TypeVar
from uuid import uuid4

from receiver.waiting import Batch, Waiting

LOG = logging.getLogger("halo_ad.receiver")
LONGEST_RUN_S = 900.0
"""After that others are not kept waiting for the run: it was killed, or waits for another one that writes."""
_LOOK_FIRST_S, _LOOK_MOST_S = 0.5, 5.0
_AWAY_FIRST_S, _AWAY_MOST_S = 1.0, 30.0
_LAST_S = 5.0

T = TypeVar("T")


class RunsUnavailableError(Exception):
    """Runs can neither be started nor looked at for the moment."""


class Ending(Enum):
    """How a run ended."""

    DONE = "done"
    IN_VAIN = "in vain"


class Runs(Protocol):
    """What starts runs."""

    async def start(self, keys: Collection[str], once: str) -> str:
        """Start a run for some people; asked again with the same ``once`` it starts no second one. Answers its id.

        Raises:
            RunsUnavailableError: Whether it was started is unknown.
        """

    async def ending(self, run_id: str) -> Ending | None:
        """How a run ended; None while it goes on.

        Raises:
            RunsUnavailableError: That cannot be told now.
        """


class Starter:
    """Starts runs.

    Args:
        runs: What starts them.
        waiting: Who waits.
        clock: Seconds; never goes back.
        sleep: Lets seconds pass.
    """

    def __init__(
        self,
        runs: Runs,
        waiting: Waiting | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._runs, self._clock, self._sleep = runs, clock, sleep
        self.waiting = Waiting() if waiting is None else waiting
        self._came = asyncio.Event()
        self._unstarted: Batch | None = None
        self._run_id = self._once = ""
        self.is_away = False
        """Whether runs could not be started or looked at when that was last tried."""

    def offer(self, keys: Collection[str]) -> bool:
        """Let people wait for a run that has not begun yet; False where there is no room."""
        taken = self.waiting.add(keys, self._clock())
        self._came.set()
        return taken

    async def work(self) -> None:
        """Start one run after the other, until cancelled."""
        while True:
            batch = self._unstarted = await self._due()
            once = self._once = uuid4().hex
            self._run_id = await self._patiently(lambda: self._runs.start(batch.keys, once))  # noqa: B023 (awaited here)
            self._unstarted = None
            LOG.info("run %s was started for %d people", self._run_id, len(batch.keys))
            if await self._ended() is Ending.IN_VAIN:
                given_up = self.waiting.put_back(batch, self._clock())
                LOG.warning(
                    "run %s ended in vain: %d people wait for another", self._run_id, len(batch.keys) - given_up
                )
                if given_up:
                    LOG.error("%d people are left to the next run for everybody", given_up)
            self._run_id = ""

    async def finish(self) -> None:
        """At the end, when nobody works any more: one last run for those who wait, unless one goes on."""
        if self._unstarted is None:
            self._unstarted, self._once = self.waiting.take_all(), uuid4().hex
        batch = self._unstarted
        if batch.keys and not self._run_id:
            with suppress(RunsUnavailableError, TimeoutError):
                run_id = await asyncio.wait_for(self._runs.start(batch.keys, self._once), _LAST_S)
                LOG.info("run %s was started for %d people", run_id, len(batch.keys))
                batch = Batch({})
        if left := len(batch.keys) + len(self.waiting):
            LOG.warning("%d people are left to the next run for everybody", left)

    async def _due(self) -> Batch:
        """Those for whom a run is to begin now; waits for them."""
        while True:
            due, now = self.waiting.due_at(), self._clock()
            if due is not None and due <= now:
                return self.waiting.take(now)
            self._came.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._came.wait(), None if due is None else due - now)

    async def _ended(self) -> Ending:
        until, pause_s = self._clock() + LONGEST_RUN_S, _LOOK_FIRST_S
        while self._clock() < until:
            ending = await self._patiently(lambda: self._runs.ending(self._run_id))
            if ending is not None:
                return ending
            await self._sleep(pause_s)
            pause_s = min(pause_s * 1.2, _LOOK_MOST_S)
        LOG.error("run %s does not end: it is waited for no longer", self._run_id)
        return Ending.IN_VAIN

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer. What is asked may be asked twice."""
        pause_s = _AWAY_FIRST_S
        while True:
            try:
                answer = await ask()
            except RunsUnavailableError as error:
                if not self.is_away:
                    LOG.warning("Prefect does not answer (%s); %d people wait", error, len(self.waiting))
                self.is_away = True
                await self._sleep(pause_s)
                pause_s = min(2 * pause_s, _AWAY_MOST_S)
            else:
                if self.is_away:
                    LOG.info("Prefect answers again")
                self.is_away = False
                return answer
