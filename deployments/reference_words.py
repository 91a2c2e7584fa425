"""What each stable word of a report means, where the code that uses it has no room to say so."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.actions.change import Cause
from lifecycle.applying.verdict import Fate
from lifecycle.store.status import EntryState, PlanStatus

CAUSES: Mapping[Cause, str] = {
    Cause.JOINER: "The person works here and has no account.",
    Cause.MOVER: "The account differs from the person's record.",
    Cause.ADOPTED: "An account without an anchor was found by a correlation rule.",
    Cause.REHIRE: "The account was disabled as a leaver's, and the person is back.",
    Cause.LEAVER_INACTIVE: "The filter `active` of the data source no longer holds.",
    Cause.LEAVER_ENDED: "The person's end date has passed.",
    Cause.LEAVER_OUT_OF_SCOPE: "The filter `scope` of the data source no longer holds.",
    Cause.LEAVER_ABSENT: "No record in enough complete runs in a row.",
    Cause.GROUP_RULE: "A group rule applies, or no longer does.",
}

FATES: Mapping[Fate, str] = {
    Fate.SEND: "It is sent.",
    Fate.DONE_ALREADY: "The directory is so already: counted as done.",
    Fate.PROTECTED: "The account, the group or the place is protected.",
    Fate.DRIFTED: "The live object is no longer what the plan saw.",
    Fate.GONE: "The account or the group no longer exists.",
    Fate.UNRESOLVED: "An account that the change refers to is not there, for example because its creation failed.",
    Fate.NAME_TAKEN: "Another account has taken one of the names since the plan was made.",
}

PLAN_STATUSES: Mapping[PlanStatus, str] = {
    PlanStatus.PROPOSED: "Within the limits, not applied yet.",
    PlanStatus.WAITING: "Over a limit: waits for approval of its hash.",
    PlanStatus.APPLYING: "A run is carrying it out.",
    PlanStatus.APPLIED: "Carried out; what could not be is in the journal.",
    PlanStatus.INTERRUPTED: "The run that carried it out ended early; the next run plans the rest.",
    PlanStatus.SUPERSEDED: "A newer plan of the same automation has taken its place.",
}

ENTRY_STATES: Mapping[EntryState, str] = {
    EntryState.INTENDED: "Durable before the write is sent; still so after a kill, until the next run settles it.",
    EntryState.DONE: "Carried out, or so already.",
    EntryState.FAILED: "The directory refused, or it was found not carried out after a kill.",
    EntryState.STALE: "Not sent: the live object was not as planned.",
    EntryState.UNKNOWN: "Sent, and nobody can tell any more whether it was carried out.",
}
