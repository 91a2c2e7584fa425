"""What an attempt means for its call: delivered, tried again later, or set aside; and what its answer brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lifecycle.actions.change import Cause
from lifecycle.actions.modify_user import ModifyUserParameters
from lifecycle.actions.stored_parameters import parameters_text
from lifecycle.outbound.attempt import NOBODY_KNOWS, Attempt, Outcome
from lifecycle.planning.action_list import FETCHED
from lifecycle.ports.api.delivery import Fate
from lifecycle.store.steps import Step
from lifecycle.store.store import Unit


@dataclass(frozen=True, slots=True)
class Patience:
    """How long calls are tried again.

    Args:
        first: After the first failure.
        most: After many; it doubles in between.
        give_up: Since the event; then a call is set aside.
        doubt: For how long a server may still be at a request whose answer was lost: a gateway gives up before what
            stands behind it does. Looked for earlier, it might arrive after the look.
    """

    first: timedelta = timedelta(seconds=5)
    most: timedelta = timedelta(minutes=15)
    give_up: timedelta = timedelta(days=14)
    doubt: timedelta = timedelta(minutes=2)

    def after(self, tries: int, *, uncertain: bool = False) -> timedelta:
        """How long to wait after so many tries."""
        pause = min(self.first * float(2 ** min(tries - 1, 20)), self.most)
        return max(pause, self.doubt) if uncertain else pause


def settle(unit: Unit, landed: Iterable[tuple[Attempt, Outcome]], patience: Patience, now: datetime) -> Counter[str]:
    """Note what became of calls; answers ``delivered``, ``postponed``, ``poisoned`` → how many."""
    counts: Counter[str] = Counter()
    tickets: dict[int, str | None] = {}
    steps: list[Step] = []
    for attempt, outcome in landed:
        if outcome.fate is Fate.DONE:
            tickets[attempt.queued.sequence] = attempt.webhook.ticket_in(outcome.answer)
            steps += _fetched(attempt, outcome.answer, now)
            counts["delivered"] += 1
        else:
            counts[_failed(unit, attempt, outcome, patience, now)] += 1
    unit.outbox.deliver_all(tickets, now)
    unit.steps.begin(steps)
    return counts


def _failed(unit: Unit, attempt: Attempt, outcome: Outcome, patience: Patience, now: datetime) -> str:
    queued, webhook = attempt.queued, attempt.webhook
    unknown = outcome.is_uncertain and not webhook.webhook.may_repeat and webhook.webhook.look_up is None
    if outcome.fate is Fate.REFUSED or unknown or now - queued.created_at >= patience.give_up:
        why = NOBODY_KNOWS if unknown else outcome.why
        unit.outbox.poison(queued.sequence, why, now, uncertain=outcome.is_uncertain)
        return "poisoned"
    next_at = now + patience.after(queued.tries + 1, uncertain=outcome.is_uncertain)
    unit.outbox.postpone(queued.sequence, next_at, outcome.why, uncertain=outcome.is_uncertain)
    return "postponed"


def _fetched(attempt: Attempt, answer: Any, now: datetime) -> Iterator[Step]:
    """What an answer says of the account, as a step that is due at once: through the gate, like any change."""
    call = attempt.queued.call
    values = attempt.webhook.fetched(answer) if call.account_guid else {}
    if values:
        parameters = ModifyUserParameters(set={name: text.replace("%", "%%") for name, text in values.items()})
        yield Step(
            step_id=f"{call.call_key}:0",
            course=call.call_key,
            directory=call.directory,
            automation=call.automation,
            account_guid=call.account_guid,
            person_key=call.person_key,
            rule=FETCHED,
            cause=Cause.FETCHED.value,
            item=0,
            action=parameters.action,
            parameters=parameters_text(parameters),
            due_at=now,
            begun_at=now,
        )
