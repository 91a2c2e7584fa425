"""People who wait for a run: collected until nobody new has come for a moment, bounded, without a clock of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

QUIET_S, LONGEST_S = 0.5, 5.0
"""A run begins when nobody has come for so long, or when the first has waited for so long."""
MOST_WAITING = 10_000
MOST_IN_RUN = 500
MOST_TRIES = 5
_FIRST_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True)
class Batch:
    """People of one run.

    Args:
        tries: Primary key → runs that were begun for this person before, in vain.
    """

    tries: Mapping[str, int]

    @property
    def keys(self) -> tuple[str, ...]:
        """Their primary keys, sorted."""
        return tuple(sorted(self.tries))


class Waiting:
    """People by primary key, each once.

    Args:
        most: People who may wait.
    """

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._fresh: dict[str, None] = {}
        self._first = self._last = 0.0
        self._again: dict[str, tuple[int, float]] = {}

    def __len__(self) -> int:
        return len(self._fresh) + len(self._again)

    def add(self, keys: Collection[str], now: float) -> bool:
        """Let people wait; False, and nobody was added, where not all of them find room."""
        new = set(keys) - self._fresh.keys() - self._again.keys()
        if len(self) + len(new) > self._most:
            return False
        if not self._fresh:
            self._first = now
        self._last = now
        for key in keys:
            self._again.pop(key, None)  # something new has happened to this person: not the end of an old trouble
            self._fresh[key] = None
        return True

    def due_at(self) -> float | None:
        """When the next run is to begin; None where nobody waits."""
        moments = [until for _, until in self._again.values()]
        if self._fresh:
            moments.append(min(self._last + QUIET_S, self._first + LONGEST_S))
        return min(moments, default=None)

    def take(self, now: float) -> Batch:
        """The people of a run that begins now. Those with a trouble behind them go by themselves, behind the others."""
        if self._fresh and min(self._last + QUIET_S, self._first + LONGEST_S) <= now:
            return self._taken()
        ripe = [key for key, (_, until) in self._again.items() if until <= now][:MOST_IN_RUN]
        return Batch({key: self._again.pop(key)[0] for key in ripe})

    def take_all(self) -> Batch:
        """The same at the end, however short they have waited."""
        self._fresh |= dict.fromkeys(self._again)
        self._again.clear()
        return self._taken()

    def put_back(self, batch: Batch, now: float) -> int:
        """Let people wait for another run, longer each time; answers how many have had enough of them."""
        given_up = 0
        for key, before in batch.tries.items():
            tries = before + 1
            if key in self._fresh:
                continue
            if tries >= MOST_TRIES:
                given_up += 1
            else:
                self._again[key] = (tries, now + _FIRST_PAUSE_S * 2 ** (tries - 1))
        return given_up

    def _taken(self) -> Batch:
        keys = list(self._fresh)[:MOST_IN_RUN]
        for key in keys:
            del self._fresh[key]
        return Batch(dict.fromkeys(keys, 0))
