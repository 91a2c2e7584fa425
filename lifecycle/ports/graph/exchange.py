"""Many requests in batches: reads until all are answered, writes once.

What is throttled (429) was not carried out, and neither was what a refused token (401) turned away: both may be sent
again, reads and writes alike. Anything else that went wrong is repeated for reads only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeVar

import stamina

from lifecycle.errors import TargetError, TargetUnavailableError, TransientError
from lifecycle.ports.graph.batch import MOST, BatchRequest, BatchResponse
from lifecycle.ports.graph.failures import SYSTEM, UNAUTHORIZED, broken, error_code, refusal
from lifecycle.ports.graph.sender import Sender
from lifecycle.ports.https.failures import THROTTLED, is_transient
from lifecycle.ports.https.pacing import Pacer

_BACKOFF_FIRST_S, _BACKOFF_MOST_S, _BACKOFF_JITTER_S = 1.0, 60.0, 2.0

T = TypeVar("T")


class Exchange:
    """Sends batches with patience.

    Args:
        sender: Sends one.
        pacer: Knows of pauses.
        patience_s: For how long the same requests are tried again, seconds.
        clock: Monotonic time, seconds.
    """

    def __init__(self, sender: Sender, pacer: Pacer, patience_s: float, clock: Callable[[], float]) -> None:
        self._sender, self._pacer, self._patience_s, self._clock = sender, pacer, patience_s, clock

    def read(self, operation: str, requests: Sequence[BatchRequest]) -> list[BatchResponse]:
        """Every answer, in the order of the requests; statuses that may pass were tried again.

        Raises:
            TargetError: One is missing when the patience is over, or a batch was refused.
        """
        rest, answers = iter(requests), list[BatchResponse]()
        while chunk := tuple(islice(rest, MOST)):
            rounds = _Rounds(self._sender, operation, chunk, is_transient)
            self.patiently(rounds.once)
            if len(rounds.found) < len(chunk):
                raise broken(operation, "an answer is missing in the batch's")
            answers += [rounds.found[position] for position in range(len(chunk))]
        return answers

    def write(self, operation: str, requests: Sequence[BatchRequest]) -> list[BatchResponse | TargetError]:
        """Answers in the order of at most 20 requests.

        Instead of an answer stands an error: with a status of its own (4xx) where the request was turned away, without
        one where nobody knows.
        """
        rounds = _Rounds(self._sender, operation, requests, lambda status: status == THROTTLED)
        answers: dict[int, BatchResponse | TargetError] = dict.fromkeys(
            range(len(requests)), broken(operation, "an answer is missing in the batch's")
        )
        try:
            self._patiently(rounds.once, was_not_carried_out)
        except TargetError as error:
            answers |= dict.fromkeys(rounds.outstanding, error)
        return list((answers | rounds.found).values())

    def alone(self, operation: str, send: Callable[[], BatchResponse]) -> BatchResponse | TargetError:
        """The answer to a write outside a batch; an error where none came."""

        def once() -> BatchResponse:
            response = send()
            if response.status == THROTTLED:
                raise refusal(operation, response.status)
            return response

        try:
            return self._patiently(once, was_not_carried_out)
        except TargetError as error:
            return error

    def patiently(self, read: Callable[[], None]) -> None:
        """Do what may be repeated, again after what is transient, until it is done or the patience is over."""
        self._patiently(read, lambda error: isinstance(error, TransientError))

    def _patiently(self, attempt: Callable[[], T], is_worth_it: Callable[[Exception], bool]) -> T:
        deadline_s = self._clock() + self._patience_s

        def again(error: Exception) -> bool:
            return is_worth_it(error) and self._clock() + self._pacer.pause_left_s() < deadline_s

        caller = stamina.RetryingCaller(
            attempts=None,
            timeout=None,
            wait_initial=_BACKOFF_FIRST_S,
            wait_max=_BACKOFF_MOST_S,
            wait_jitter=_BACKOFF_JITTER_S,
        )
        return caller(again, attempt)


class _Rounds:
    """A batch, and then batches of what of it may be sent again.

    Args:
        sender: Sends one.
        operation: What is tried, for messages.
        requests: At most 20.
        is_repeatable: Which statuses of an answer allow another try.
    """

    def __init__(
        self, sender: Sender, operation: str, requests: Sequence[BatchRequest], is_repeatable: Callable[[int], bool]
    ) -> None:
        self._sender, self._operation, self._requests = sender, operation, requests
        self._is_repeatable = is_repeatable
        self.outstanding = list(range(len(requests)))
        self._renewed = False
        self.found: dict[int, BatchResponse] = {}

    def once(self) -> None:
        """Send what is outstanding.

        Raises:
            TargetUnavailableError: Some of it may be sent again.
            TargetError: As for :meth:`lifecycle.ports.graph.sender.Sender.batch`; it stays outstanding.
        """
        asked = self.outstanding
        answered = self._sender.batch(self._operation, [self._requests[position] for position in asked])
        again: dict[int, BatchResponse] = {}
        for place, response in answered.items():
            refused = response.status == UNAUTHORIZED and not self._renewed
            kept = again if refused or self._is_repeatable(response.status) else self.found
            kept[asked[place]] = response
        self.outstanding = sorted(again)
        if any(response.status == UNAUTHORIZED for response in again.values()):
            self._renewed = True
            self._sender.renew_token()
        if again:
            first = again[self.outstanding[0]]
            code = error_code(first.body) or "throttled"
            raise TargetUnavailableError(SYSTEM, self._operation, first.status, code)


def was_not_carried_out(error: Exception) -> bool:
    """Whether an error says that a request was turned away unread: throttled, or with a token that had ended."""
    return isinstance(error, TargetUnavailableError) and error.code in {THROTTLED, UNAUTHORIZED}
