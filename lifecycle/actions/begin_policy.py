"""Begin policy: what a list does for an account, at once or later, is kept in the store until each part is done.

Written before anything else of the list, so that a run that is killed in between leaves the rest to the next. Undone by
ending it: what still waits is cancelled.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from lifecycle.actions.change import Cause, Change, Phase, State
from lifecycle.directory.account import Account
from lifecycle.language.filters.value import duration_of


class Waiting(BaseModel):
    """One action that waits for its time.

    Args:
        item: Its place in the list.
        action: Its name.
        after: How long after the beginning it falls due; empty is at once.
        parameters: All of it, JSON: what was approved is what is done, whatever the configuration says by then.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: int
    action: str
    after: str
    parameters: str

    @property
    def delay(self) -> timedelta:
        """How long after the beginning it falls due."""
        return duration_of(self.after) if self.after else timedelta()


class BeginPolicy(Change):
    """Nothing is written outside the store."""

    phase: ClassVar[Phase] = Phase.BEGIN_POLICY
    limited: ClassVar[bool] = False
    verb: ClassVar[str] = "lists of actions to begin"
    action: Literal["begin-policy"] = "begin-policy"
    course: str = Field(description="Names this course of the list, for good.")
    waiting: tuple[Waiting, ...] = Field(min_length=1)
    triggers: tuple[str, ...] = Field(
        (),
        exclude_if=lambda triggers: not triggers,
        description="Digests of the differences between record and account that it begins for.",
    )

    def undone(self, account: str) -> Change | None:
        """What still waits is cancelled."""
        return EndPolicy(person=self.person, account=account, cause=Cause.UNDO, rule=self.rule, course=self.course)


class EndPolicy(Change):
    """What still waits of a course is cancelled; nothing is written outside the store."""

    phase: ClassVar[Phase] = Phase.BEGIN_POLICY
    limited: ClassVar[bool] = False
    verb: ClassVar[str] = "lists of actions to end"
    action: Literal["end-policy"] = "end-policy"
    course: str

    def state(self, live: Account) -> State:  # noqa: ARG002
        """Cancelling may be done at any time, and twice."""
        return State.AS_PLANNED


def step_id(course: str, item: int) -> str:
    """The name of one action of a course."""
    return f"{course}:{item}"
