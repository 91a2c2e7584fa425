"""What each stable word of a report means, where the code that uses it has no room to say so."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.actions.change import Cause
from lifecycle.applying.verdict import Fate
from lifecycle.store.status import EntryState, PlanStatus, StepStatus

CAUSES: Mapping[Cause, str] = {
    Cause.JOINER: "The person works here and has no account.",
    Cause.MOVER: "The account differs from the person's record.",
    Cause.ADOPTED: "An account without an anchor was found by a correlation rule.",
    Cause.REHIRE: "The account was disabled as a leaver's, and the person is back.",
    Cause.LEAVER_INACTIVE: "The filter `active` of the data source no longer holds.",
    Cause.LEAVER_ENDED: "The person's end date has passed.",
    Cause.LEAVER_OUT_OF_SCOPE: "The filter `scope` of the data source no longer holds.",
    Cause.LEAVER_ABSENT: "No record in enough complete runs in a row.",
    Cause.FETCHED: "An answer to a webhook gave the value.",
    Cause.LISTED: "A record came into the data source of a user-actions.",
    Cause.GROUP_RULE: "A group rule applies, or no longer does.",
    Cause.REQUEST: "Somebody asked for it by hand.",
    Cause.UNDO: "It takes back what an earlier plan did.",
}

FATES: Mapping[Fate, str] = {
    Fate.SEND: "It is sent.",
    Fate.KEEP: "It is kept in the state store; nothing is sent.",
    Fate.HELD_BACK: "An earlier action of the list failed for this account.",
    Fate.DONE_ALREADY: "The directory is so already: counted as done.",
    Fate.PROTECTED: "The account, the group or the place is protected.",
    Fate.DRIFTED: "The live object is no longer what the plan saw.",
    Fate.GONE: "The account or the group no longer exists.",
    Fate.UNRESOLVED: "An account that the change refers to is not there, for example because its creation failed.",
    Fate.NAME_TAKEN: "Another account has taken one of the names since the plan was made.",
    Fate.UNREAD: "The system that the account reaches into could not be read.",
}

PLAN_STATUSES: Mapping[PlanStatus, str] = {
    PlanStatus.PROPOSED: "Within the limits, not applied yet.",
    PlanStatus.WAITING: "Over a limit: waits for approval of its hash.",
    PlanStatus.APPLYING: "A run is carrying it out.",
    PlanStatus.APPLIED: "Carried out; what could not be is in the journal.",
    PlanStatus.INTERRUPTED: "The run that carried it out ended early; the next run plans the rest.",
    PlanStatus.SUPERSEDED: "A newer plan of the same automation has taken its place.",
}

STEP_STATUSES: Mapping[StepStatus, str] = {
    StepStatus.WAITING: "Its time has not come, or it was tried in vain and is tried again.",
    StepStatus.DONE: "Done, or there was nothing to do.",
    StepStatus.FAILED: "It failed, and trying again would do it twice.",
    StepStatus.CANCELLED: "It does not apply any more: the person came back, the account is gone, or it was undone.",
}

ENTRY_STATES: Mapping[EntryState, str] = {
    EntryState.INTENDED: "Durable before the write is sent; still so after a kill, until the next run settles it.",
    EntryState.DONE: "Carried out, or so already.",
    EntryState.FAILED: "The directory refused, or it was found not carried out after a kill.",
    EntryState.STALE: "Not sent: the live object was not as planned.",
    EntryState.UNKNOWN: "Sent, and nobody can tell any more whether it was carried out.",
}
