"""Writing through Graph: operations go out in waves of batches, and every one gets its answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lifecycle.answer import NO_ANSWER, Answer, Permit, freely
from lifecycle.cloud.operation import CloudOperation, SetPhoto, subjects
from lifecycle.ports.graph.batch import MOST, BatchResponse
from lifecycle.ports.graph.exchange import Exchange
from lifecycle.ports.graph.requests import Call, answer_of, calls_of, name_of, photo_url, summed_up, waves
from lifecycle.ports.graph.sender import Sender

_UNSENT = Answer(NO_ANSWER, "not sent")
_WRITE = "write"


class Writer:
    """Carries operations out, each once.

    Args:
        exchange: Sends batches.
        sender: Sends photos.
        base_url: Version of Graph.
    """

    def __init__(self, exchange: Exchange, sender: Sender, base_url: str) -> None:
        self._exchange, self._sender, self._base_url = exchange, sender, base_url

    def send(self, operations: Sequence[CloudOperation], permit: Permit = freely) -> list[Answer]:
        """Answers in the order of the operations.

        When a whole batch, or a photo, gets no answer, nothing more is sent: whoever called must look up what became of
        it, and would otherwise wait for each of the others.
        """
        answers: list[list[Answer]] = [[] for _ in operations]
        calls = [calls_of(operation, self._base_url) for operation in operations]
        for wave in waves(map(subjects, operations)):
            for chunk in _chunks([(position, call) for position in wave for call in calls[position]]):
                permit()
                if not self._sent(chunk, answers):
                    return _told(operations, calls, answers)
            for position in wave:
                operation = operations[position]
                if not isinstance(operation, SetPhoto):
                    continue
                permit()
                if not self._photo(operation, answers[position]):
                    return _told(operations, calls, answers)
        return _told(operations, calls, answers)

    def _sent(self, chunk: Sequence[tuple[int, Call]], answers: list[list[Answer]]) -> bool:
        """Send a batch, keep its answers, and say whether to go on."""
        responses = self._exchange.write(_WRITE, [call.request for _, call in chunk])
        for (position, call), response in zip(chunk, responses, strict=True):
            answers[position].append(answer_of(call, response))
        return any(isinstance(response, BatchResponse) for response in responses)

    def _photo(self, operation: SetPhoto, answers: list[Answer]) -> bool:
        name, url = name_of(operation), photo_url(operation.user)
        response = self._exchange.alone(name, lambda: self._sender.put_photo(name, url, operation.jpeg))
        answers.append(answer_of(None, response))
        return isinstance(response, BatchResponse)


def _told(
    operations: Sequence[CloudOperation], calls: Sequence[Sequence[Call]], answers: Sequence[Sequence[Answer]]
) -> list[Answer]:
    """One answer an operation; what was not sent is told as well."""
    expected = [1 if isinstance(one, SetPhoto) else len(made) for one, made in zip(operations, calls, strict=True)]
    return [summed_up([*got, *[_UNSENT] * (count - len(got))]) for got, count in zip(answers, expected, strict=True)]


def _chunks(calls: Sequence[tuple[int, Call]]) -> Iterator[tuple[tuple[int, Call], ...]]:
    rest = iter(calls)
    while chunk := tuple(islice(rest, MOST)):
        yield chunk
