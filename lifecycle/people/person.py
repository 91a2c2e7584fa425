"""A person as the planner sees one: what the directory should say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lifecycle.config.recipe import Texts
from lifecycle.notice import Notice


class Standing(StrEnum):
    """Whether somebody works here."""

    EMPLOYED = "employed"
    NOT_STARTED = "not-started"
    INACTIVE = "inactive"
    ENDED = "ended"
    OUT_OF_SCOPE = "out-of-scope"


LEAVING = frozenset({Standing.INACTIVE, Standing.ENDED, Standing.OUT_OF_SCOPE})


@dataclass(frozen=True, slots=True)
class Person:
    """One person, mapped.

    Args:
        key: Normalised primary key.
        standing: Whether they work here; all that follows matters only for those who do.
        anchor: Value of the anchor attribute, also for those who do not work here.
        correlate: Attribute and value of each correlation rule that has a value, in the order of the rules.
        create: LDAP attribute → text, or several, for a new account; computed attributes are not among them.
        update: The same for an existing account.
        clear: Attributes to clear on an existing account.
        ou: Distinguished name of the OU that the account belongs in.
        groups: Distinguished name of each group that a rule gives → the rule, for the journal.
        references: LDAP attribute → primary key of the person that it shall name.
        unknown: Attributes that shall name somebody whom no record fits.
        fields: Source fields that naming formats and computed attributes read.
    """

    key: str
    standing: Standing
    anchor: str
    correlate: tuple[tuple[str, str], ...] = ()
    create: Mapping[str, Texts] = field(default_factory=dict)
    update: Mapping[str, Texts] = field(default_factory=dict)
    clear: frozenset[str] = frozenset()
    ou: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class People:
    """All people of one run.

    Args:
        persons: Those that may be planned for, sorted by key.
        quarantined: Anchors of those whose accounts must not be touched in this run.
        notices: Why anybody was rejected or quarantined.
        is_partial: Whether only some people were asked for: who is not among them may work here all the same.
    """

    persons: tuple[Person, ...]
    quarantined: frozenset[str]
    notices: tuple[Notice, ...]
    is_partial: bool = False
