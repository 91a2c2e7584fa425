"""What may be done once only: a step ends with a try that may have done something, and with no other."""

from __future__ import annotations

import pytest

from lifecycle.actions.change import Cause, Listed
from lifecycle.actions.run_script import DIGEST, RUN, RunScript
from lifecycle.applying.chains import StepTally
from lifecycle.applying.verdict import Fate, Verdict
from lifecycle.planning.plan import Plan
from lifecycle.store.journal import Outcome
from lifecycle.store.status import EntryState
from lifecycle.store.steps import Step
from tests.support.world import NOW, World

SENT = object()


@pytest.mark.parametrize(
    ("operation", "postponed", "repeatable", "status"),
    [
        (SENT, False, False, "failed"),
        (SENT, False, True, "waiting"),
        (SENT, True, False, "waiting"),
        (None, False, False, "waiting"),  # drifted, held back, unread: nothing was called
    ],
)
def test_a_step_ends_only_when_it_may_have_been_done(
    world: World,
    operation: object,
    postponed: bool,
    repeatable: bool,
    status: str,
) -> None:
    directory = world.directory.identity()
    listed = Listed(rule="movers", item=0, step=f"{directory}:0")
    change = RunScript(
        account="g", cause=Cause.MOVER, rule="movers", listed=listed, before={DIGEST: "d"}, after={RUN: "a.py"},
        repeatable=repeatable,
    )  # fmt: skip
    plan = Plan(automation="a", directory=directory, created_at=NOW, changes=(change,), notices=())
    step = Step(
        listed.step, directory, directory, "a", "g", "", "movers", "mover", 0, "run-script", "{}", NOW, NOW
    )  # fmt: skip
    verdict = Verdict(0, change, Fate.SEND if operation else Fate.DRIFTED, operation, "g")
    outcome = Outcome("e", EntryState.FAILED, "g", "failed (3)")
    with world.store.begin() as unit:
        unit.steps.begin([step])
        StepTally(plan).settle(unit, [verdict], {0: outcome}, NOW, {0} if postponed else set())

    assert world.steps() == [("run-script", status)]
