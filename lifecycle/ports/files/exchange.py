"""Many requests on their way at once, over one thread of ours.

What is to be done with one file is a generator: it yields a chain of requests, is given the answers, yields the next,
and returns what it found. :meth:`Exchange.run` keeps many of them going, so that a copy reads like the steps of one
file and costs a round trip for all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from smbprotocol.exceptions import SMBResponseException

from lifecycle.errors import LifecycleError
from lifecycle.folders.identity import Surroundings
from lifecycle.folders.operation import OnAlive, unheard
from lifecycle.ports.files.connection import Share
from lifecycle.ports.files.failures import SUCCESS, broken, refusal, translated
from lifecycle.ports.files.messages import Message

WINDOW = 16
"""Files in work at once."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chain:
    """Requests that a server carries out one after the other ([MS-SMB2] 3.3.5.2.7), sent in one piece."""

    share: Share
    messages: tuple[Message, ...]
    operation: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request: NTSTATUS, and what came with it."""

    status: int
    body: bytes = field(repr=False)
    operation: str = ""

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return self.status == SUCCESS

    def must(self) -> bytes:
        """What came with the answer.

        Raises:
            TargetError: The request was refused.
        """
        if not self.ok:
            raise refusal(self.operation, self.status)
        return self.body


Replies = list[Reply]
Steps = Generator[Chain, Replies, T]


def must(replies: Iterable[Reply]) -> None:
    """See that all requests of a chain were carried out.

    Raises:
        TargetError: One was refused; the first counts, as the others follow from it.
    """
    for reply in replies:
        reply.must()


@dataclass(slots=True, eq=False)
class Pending:
    """A chain on its way, and its answers when they were looked at."""

    chain: Chain
    requests: list[Any]
    replies: Replies | None = None
    steps: Generator[Chain, Replies, Any] | None = None


class Exchange:
    """Sends chains and collects their answers. For one thread.

    Args:
        on_alive: Called whenever a chain was answered.
        surroundings: Share and path of a folder → what is in it, as far as that was looked at; filled as it is needed.
    """

    def __init__(
        self, on_alive: OnAlive = unheard, surroundings: dict[tuple[Share, str], Surroundings] | None = None
    ) -> None:
        self._waiting: deque[Pending] = deque()
        self._on_alive = on_alive
        self.surroundings = {} if surroundings is None else surroundings

    def run(self, tasks: Iterable[Steps[T]], window: int = WINDOW) -> Iterator[T]:
        """Carry out tasks, ``window`` at once; their results as they come.

        Those of tasks with a single chain come in order.

        Raises:
            TargetError: Whatever a task raises. The others are left where they are: they are begun again another time.
        """
        ours: deque[Pending] = deque()
        try:
            for task in tasks:
                while len(ours) >= window:
                    yield from self._advance(ours)
                yield from self._step(task, None, ours)
            while ours:
                yield from self._advance(ours)
        finally:
            for pending in ours:  # after a failure, which is what the caller hears of; no answer may be left behind
                with suppress(LifecycleError):
                    self.settle(pending)

    def do(self, task: Steps[T]) -> T:
        """Carry out one task."""
        (result,) = self.run((task,))
        return result

    def post(self, chain: Chain) -> Pending:
        """Send a chain, when the server lets as much be outstanding.

        Raises:
            TargetUnavailableError: The connection ended.
        """
        self._make_room(chain)
        share = chain.share
        with translated(chain.operation):
            requests = share.connection.send_compound(
                list(chain.messages), share.session_id, share.tree_id, related=len(chain.messages) > 1
            )
        pending = Pending(chain, requests)
        self._waiting.append(pending)
        return pending

    def settle(self, pending: Pending) -> Replies:
        """Wait for the answers to a chain.

        Raises:
            TargetUnavailableError: The connection ended, or an answer did not come in time.
        """
        if pending.replies is None:
            self._waiting.remove(pending)
            pending.replies = [self._reply(pending.chain, request) for request in pending.requests]
            self._on_alive()
        return pending.replies

    def _advance(self, ours: deque[Pending]) -> Iterator[Any]:
        pending = ours.popleft()
        replies = self.settle(pending)
        if pending.steps is not None:
            yield from self._step(pending.steps, replies, ours)

    def _step(self, steps: Steps[T], replies: Replies | None, ours: deque[Pending]) -> Iterator[T]:
        try:
            chain = next(steps) if replies is None else steps.send(replies)
        except StopIteration as end:
            yield end.value
            return
        pending = self.post(chain)
        pending.steps = steps
        ours.append(pending)

    def _make_room(self, chain: Chain) -> None:
        needed = sum(message.credits for message in chain.messages)
        window = chain.share.connection.sequence_window
        for pending in list(self._waiting):
            if window["high"] - window["low"] >= needed:
                break
            if pending.chain.share.connection is chain.share.connection:
                self.settle(pending)
        if window["high"] - window["low"] < needed:
            raise broken(chain.operation, "the server grants too few credits")

    def _reply(self, chain: Chain, request: Any) -> Reply:
        share = chain.share
        try:
            with translated(chain.operation):
                try:
                    response = share.connection.receive(request, timeout=share.timeout_s, resolve_symlinks=False)
                except SMBResponseException as error:
                    response = error.header
        except LifecycleError:
            share.connection.outstanding_requests.pop(request.message["message_id"].get_value(), None)
            raise
        return Reply(int(response["status"].get_value()), response["data"].get_value(), chain.operation)


def exhaust(results: Iterable[None]) -> None:
    """Carry out tasks that find nothing."""
    for _ in results:
        continue
