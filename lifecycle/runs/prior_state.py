"""What earlier runs left, loaded whole: the one place that fills a :class:`PriorState` from the store."""

from __future__ import annotations

from lifecycle.applying.left_behind import left_behind
from lifecycle.applying.lost_mailboxes import lost_mailboxes
from lifecycle.applying.remember import last_policy_runs
from lifecycle.planning.prior_state import PriorState
from lifecycle.runs.run import RunRules
from lifecycle.store import Mark
from lifecycle.store.store import Unit


def load_prior_state(unit: Unit, rules: RunRules, directory: str) -> PriorState:
    """What earlier runs left.

    Args:
        unit: An open transaction.
        rules: What the run goes by.
        directory: objectGUID of the domain.
    """
    automation = rules.policy.automation
    return PriorState(
        absences=unit.absences.load(rules.data_source),
        grants=unit.grants.load(directory, rules.groups_of_others),
        departures=unit.departures.load(directory),
        names=unit.names.load(directory) if rules.policy.never_reuses else {},
        courses=unit.steps.courses(directory),
        under_way=unit.steps.under_way(directory, automation),
        served=unit.marks.load(Mark.SERVED, directory, automation),
        held=unit.marks.load(Mark.HELD, directory),
        policy_runs=last_policy_runs(unit, directory, automation),
        mailboxes=lost_mailboxes(unit, directory),
        left_behind=left_behind(unit, directory),
        synced_at=unit.sound_runs.last_acted(automation),
    )
