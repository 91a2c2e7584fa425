"""Forks deliverers, each of which kills itself before a line: ``forked_deliverer.py <connection> <store> <settings>``.

It has one thread and everything imported, so that a fork is cheap and safe. One JSON object a line of its input says
what time it is, and before which line, at the how manieth visit, the next deliverer dies. The answer is the signal that
ended it and, of one that came to its end, every line that it ran and how often.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from sqlalchemy import Engine

from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound import attempt, delivering, settling
from lifecycle.outbound.delivering import deliver_calls
from lifecycle.ports.api import client, delivery
from lifecycle.ports.api.authorization import ClientCredentials
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer
from lifecycle.store import Store, outbox
from lifecycle.store.engine import engine_of

WATCHED = {one.__file__ for one in (attempt, delivering, settling, delivery, outbox)}
SENDING = client.__file__, {"deliver", "_filled"}


def main() -> None:
    """Fork as often as told."""
    given = json.loads(sys.argv[1])
    way = ClientCredentials(**given.pop("authorization"))
    connection, tokens = ApiConnection(authorization=way, **given), TokenCache()
    engine = engine_of(sys.argv[2])
    deliverer = Deliverer(connection, tokens, engine, Vocabulary(env=json.loads(sys.argv[3])))
    for line in sys.stdin:
        order = json.loads(line)
        if order["before"] is None:  # here, so that every fork has the token and the statements at hand
            answer: dict[str, Any] = {"signal": 0, "visits": deliverer.deliver(**order)}
        else:
            answer = _forked(lambda order=order: deliverer.deliver(**order), engine)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _forked(work: Callable[[], object], engine: Engine) -> dict[str, Any]:
    engine.dispose()  # no connection is shared with a child
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        with os.fdopen(writer, "w") as told:
            told.write(json.dumps(work()))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as heard:
        visits = heard.read()
    _, status = os.waitpid(pid, 0)
    return {"signal": os.WTERMSIG(status), "visits": json.loads(visits) if visits else None}


@dataclass(frozen=True)
class Deliverer:
    """Delivers from one store to one HaloITSM."""

    connection: ApiConnection
    tokens: TokenCache
    engine: Engine
    words: Vocabulary

    def deliver(self, now: float, before: tuple[str, int] | None) -> dict[str, int]:
        """Deliver what is due, or die before a line; answers line → how often it ran."""
        watch = Watch(before)

        def clock() -> datetime:
            return datetime.fromtimestamp(now, UTC)

        def open_api(_block: str) -> ApiClient:
            return ApiClient(self.connection, now=clock, tokens=self.tokens, pacer=Pacer(10_000, 1.0))

        store = Store(self.engine)
        with store.lease("outbox", "child", clock) as lease:
            threading.settrace(watch.called)
            sys.settrace(watch.called)
            deliver_calls(store, lease, open_api, self.words, clock)
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
        store.close()
        return watch.visits


class Watch:
    """Counts lines, in all threads, and ends the process before one of them."""

    def __init__(self, before: tuple[str, int] | None) -> None:
        self._line, self._visit = before or ("", 0)
        self._lock = threading.Lock()
        self.visits: dict[str, int] = {}

    def called(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        """A function is called: its lines are watched or not."""
        code = frame.f_code
        is_watched = code.co_filename in WATCHED or (code.co_filename == SENDING[0] and code.co_name in SENDING[1])
        return self.ran if is_watched else None

    def ran(self, frame: FrameType, event: str, _arg: Any) -> Any:
        """A line is about to run."""
        if event == "line":
            line = f"{frame.f_code.co_filename.rpartition('/lifecycle/')[2]}:{frame.f_lineno}"
            with self._lock:
                self.visits[line] = self.visits.get(line, 0) + 1
                if line == self._line and self.visits[line] == self._visit:
                    os.kill(os.getpid(), signal.SIGKILL)
        return self.ran


if __name__ == "__main__":
    main()
