"""Revoke sessions: every token of the user becomes worthless. No undo: whoever may sign in signs in again."""

from __future__ import annotations

from typing import ClassVar, Literal

from lifecycle.actions.change import Phase, State
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.cloud.operation import RevokeSessions
from lifecycle.cloud.user import CloudUser
from lifecycle.directory.account import Account
from lifecycle.notice import Reason

VALID_FROM = "m365.signInSessionsValidFromDateTime"


def valid_from(user: CloudUser) -> str | None:
    """Since when tokens count, as ISO 8601."""
    since = user.sign_in_sessions_valid_from
    return since.isoformat() if since else None


class RevokeSessionsChange(OutsideChange):
    """``before`` holds since when tokens counted when the plan was made; a later moment means that it is done."""

    phase: ClassVar[Phase] = Phase.DISABLE
    verb: ClassVar[str] = "users whose sessions end"
    system: ClassVar[System] = System.CLOUD
    needs: ClassVar[frozenset[Need]] = frozenset({Need.CLOUD_USER})
    action: Literal["revoke-sessions"] = "revoke-sessions"

    def state_outside(self, outside: Outside) -> State:
        """By the moment since which tokens count."""
        user = outside.user(self.account)
        if user is None:
            return State.MISSING
        return State.AS_PLANNED if valid_from(user) == self.before[VALID_FROM] else State.DONE_ALREADY

    def operation(self, account: Account, outside: Outside) -> RevokeSessions:  # noqa: ARG002
        """One call."""
        user = outside.user(self.account)
        if user is None:
            raise RefusalError(Reason.TARGET_MISSING)
        return RevokeSessions(user.id)


class RevokeSessionsParameters(Parameters):
    """Whoever is signed in to Microsoft 365 has to sign in again, within minutes."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Revoke sign-in sessions",
        writes="Graph revokeSignInSessions",
        undo="none: whoever may sign in signs in again",
        tested="a simulated Microsoft Graph",
        again="ends the sessions begun since",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.CLOUD_USER})
    action: Literal["revoke-sessions"] = "revoke-sessions"

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """One change for an account that has a user there."""
        if user := sight.outside.user(subject.account.guid):
            yield RevokeSessionsChange(**subject.told(), before={VALID_FROM: valid_from(user)})
