"""One call: made once, and shown whatever becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lifecycle.errors import ConfigurationError, SourceError
from lifecycle.ports.api.delivery import Delivery, Fate
from lifecycle.ports.api.request import ApiRequest
from lifecycle.trial.redaction import Redaction, redaction_of
from lifecycle.trial.tree import Branch, tree_of
from lifecycle.trial.trial import Line
from lifecycle.trial.views import AnswerView, RequestView, answer_view, sent_view, unsent_view


@dataclass(frozen=True, slots=True)
class Call:
    """A call and its views.

    Args:
        delivery: What became of it.
        why: The reason in a few words, where it was not answered well; no personal data.
        request: The request, as it was sent where it was.
        answer: The answer; None where none came.
        tree: It as a tree; None where it is no JSON.
    """

    delivery: Delivery = field(repr=False)
    why: str
    request: RequestView
    answer: AnswerView | None = None
    tree: Branch | None = None

    @property
    def sent(self) -> bool:
        """Whether it left, as far as anybody knows."""
        return self.answer is not None or self.delivery.fate is Fate.UNKNOWN

    @property
    def status(self) -> str:
        """The status with its words; empty without an answer."""
        return f"{self.answer.status} {self.answer.reason}".rstrip() if self.answer else ""


def made_call(name: str, line: Line, request: ApiRequest) -> Call:
    """Send a request once.

    Args:
        name: Name of the endpoint or webhook, for messages.
        line: Where to.
        request: With macros rendered.

    Raises:
        ConfigurationError: The address leads elsewhere, or the request sets what the block's API key sets.
        StoreError: A new refresh token could not be stored.
    """
    try:
        line.api.authorize()
    except SourceError as error:
        return Call(Delivery(Fate.NOT_DONE), str(error), prepared_view(name, line, request))
    delivery = line.api.deliver(name, request)
    response = delivery.response
    if response is None:
        return Call(delivery, delivery.why, prepared_view(name, line, request))
    redaction = _redaction(line, response.request.headers.get("Authorization", ""))
    tree = tree_of(redaction.json(delivery.answer)) if isinstance(delivery.answer, dict | list) else None
    request_view = sent_view(response.request, line.connection, redaction)
    return Call(delivery, delivery.why, request_view, answer_view(response, redaction), tree)


def prepared_view(name: str, line: Line, request: ApiRequest) -> RequestView:
    """A request that is not sent.

    Raises:
        ConfigurationError: The address leads elsewhere, or has a placeholder that the block does not fill.
    """
    if not line.connection.fence.admits(line.connection.fill(request.url)):
        raise ConfigurationError(name, "url", "leads to a host that the credentials block does not name")
    return unsent_view(request, line.connection, _redaction(line))


def _redaction(line: Line, sent: str = "") -> Redaction:
    return redaction_of([line.connection], [sent] if sent else [])
