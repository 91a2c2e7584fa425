"""Reason codes: why a person was rejected, quarantined, skipped or reported. Stable, listed in the docs.

A notice names the person by primary key only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Reason(StrEnum):
    """Every reason code. The text behind each is what the report and the reference page say."""

    meaning: str

    def __new__(cls, code: str, meaning: str) -> Self:
        """Attach the meaning to the code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    KEY_EMPTY = "key-empty", "The record has no primary key."
    KEY_DUPLICATE = "key-duplicate", "One endpoint holds the primary key more than once."
    RECORD_MISSING = "record-missing", "HaloITSM has no record of the person who was asked for; that makes no leaver."
    FIELD_UNREADABLE = "field-unreadable", "A field's value does not fit its datatype."
    DETAIL_MISSING = "detail-missing", "The list names the person, the dependent endpoint does not know them."
    REQUEST_UNFIT = "request-unfit", "A value of the record cannot stand in the dependent endpoint's request."
    RULE_REQUIRED = "rule-required", "A required field is empty."
    RULE_UNIQUE = "rule-unique", "A field that must be unique is shared with another person."
    RULE_PATTERN = "rule-pattern", "A field does not match its pattern."
    RULE_ONE_OF = "rule-one-of", "A field is not one of the allowed values."
    RULE_REFERENCE = "rule-reference", "A field refers to a person that does not exist."
    RULE_LENGTH = "rule-length", "A field is longer than allowed."
    MAPPING_EMPTY = "mapping-empty", "An attribute that must have a value came out empty."
    VALUE_UNFIT = "value-unfit", "A value does not fit the syntax or the range of its attribute in the directory."
    VALUE_TOO_LONG = "value-too-long", "A value is longer than its attribute in the directory holds."
    PLACE_MISSING = "place-missing", "The OU that the person belongs in does not exist or is not managed."
    GROUP_MISSING = "group-missing", "A group that a rule names does not exist, is privileged or is not managed."
    NAME_EXHAUSTED = "name-exhausted", "No free name could be formed."
    MATCH_AMBIGUOUS = "match-ambiguous", "More than one account matches the person."
    MATCH_SHARED = "match-shared", "Two people match one account."
    MATCH_PROTECTED = "match-protected", "The matching account is protected: it is never touched."
    MATCH_CONFLICT = "match-conflict", "The matching account is anchored to another person."
    MATCH_UNPROVEN = (
        "match-unproven",
        "An account without an anchor matches, but others may match it too: a run that reads everybody decides.",
    )
    EXISTS_ALREADY = "exists-already", "An account exists, and the automation says to leave it."
    EXISTS_REFUSED = "exists-refused", "An account exists, and the automation calls that a fault."
    NO_ACCOUNT = "no-account", "The person has no account, and the automation only changes accounts that exist."
    NOT_STARTED = "not-started", "The person starts in the future."
    DISABLED_BY_HAND = "disabled-by-hand", "The account was disabled by somebody else: it is not enabled again."
    ABSENT_PENDING = "absent-pending", "The person is gone, but not for enough complete runs."
    LEAVER_PROTECTED = "leaver-protected", "The person left, but the account is protected."
    TARGET_UNREAD = "target-unread", "A system that the account reaches into could not be read; tried again."
    TARGET_REFUSED = "target-refused", "A folder or a script that the action needs cannot be used."
    TARGET_MISSING = "target-missing", "The account has nothing there yet that could be changed; tried again."
    MAILBOX_ON_HOLD = "mailbox-on-hold", "The mailbox is on hold: it is neither disabled nor deleted."
    MAILBOX_OTHER = "mailbox-other", "The account has a mailbox of another kind than the action is about."
    LICENCE_INHERITED = "licence-inherited", "A group gives the licence: it is not taken from the person."
    UNDO_IMPOSSIBLE = "undo-impossible", "The change cannot be taken back."
    UNDO_DRIFTED = "undo-drifted", "Somebody has changed it since: it is left as it is."
    STILL_ENABLED = "still-enabled", "The account may log on: it is disabled first and deleted later."
    RESTORED_IN_PART = "restored-in-part", "Something of a deleted account cannot be put back: see to it by hand."
    NOT_SEEN_SINCE = (
        "not-seen-since",
        "No sync was completed since the step fell due, so nobody knows whether the leaver is back; it waits.",
    )
    ACCOUNT_PROTECTED = "account-protected", "The account is protected: it is never touched."
    REFERENCE_UNRESOLVED = (
        "reference-unresolved",
        "A manager, or another person whom an attribute names, cannot be resolved yet; tried again in the next run.",
    )


QUARANTINE = frozenset(
    {
        Reason.KEY_EMPTY, Reason.KEY_DUPLICATE, Reason.FIELD_UNREADABLE, Reason.DETAIL_MISSING,
        Reason.REQUEST_UNFIT,
        Reason.RULE_REQUIRED, Reason.RULE_UNIQUE, Reason.RULE_PATTERN, Reason.RULE_ONE_OF, Reason.RULE_REFERENCE,
        Reason.RULE_LENGTH, Reason.MAPPING_EMPTY, Reason.VALUE_UNFIT, Reason.VALUE_TOO_LONG,
        Reason.PLACE_MISSING, Reason.NAME_EXHAUSTED,
        Reason.MATCH_AMBIGUOUS, Reason.MATCH_SHARED, Reason.MATCH_PROTECTED, Reason.MATCH_CONFLICT,
        Reason.EXISTS_REFUSED,
    }
)  # fmt: skip
"""Reasons that keep a person and their account untouched until somebody looks."""


@dataclass(frozen=True, slots=True, order=True)
class Notice:
    """One line of the report: a person (by primary key), a reason, and the field, rule or count it is about."""

    key: str
    reason: Reason
    about: str = ""
