"""A data source: which endpoints make a person, who is meant, and what the directory should say of them.

``config/data-sources/*.yaml``; the product page calls it "Data Source - LDAP Attribute Mapping".
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from lifecycle.config.category import Category
from lifecycle.config.mapping import NEVER_MAPPED, Mapped, Reference
from lifecycle.config.model import ConfigModel, Name
from lifecycle.config.names import NameBundle
from lifecycle.language.filters.filter import Filter
from lifecycle.language.model import AttributeName, WrongKeyError
from lifecycle.language.pattern import Pattern


class SourceEndpoint(ConfigModel):
    """An endpoint of the data source with its primary key."""

    name: Name
    key: str = Field(description="Field that holds the primary key; the same value in all endpoints.")


class RowRule(ConfigModel):
    """A rule that each person must meet; who does not is quarantined with the rule's reason code."""

    field: str
    rule: Literal["required", "unique", "pattern", "one_of", "length", "reference"]
    pattern: str | None = Field(None, description="Regular expression, in RE2 syntax, that the whole value must match.")
    values: tuple[str, ...] | None = Field(None, description="The allowed values.")
    max_length: int | None = Field(None, ge=1)
    references: str | None = Field(None, description="Field of this data source that must hold the value.")

    def model_post_init(self, _context: object) -> None:
        """Refuse a rule without its argument, or with another's.

        Raises:
            ValueError: Reported by pydantic with its place.
        """
        needs = {"pattern": "pattern", "one_of": "values", "length": "max_length", "reference": "references"}
        for rule, argument in needs.items():
            if (self.rule == rule) != (getattr(self, argument) is not None):
                verb = "needs" if self.rule == rule else "takes no"
                raise ValueError(f"rule {self.rule} {verb} {argument}")

    @field_validator("pattern")
    @classmethod
    def _is_regular_expression(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            Pattern(pattern)
        return pattern


class NullShare(ConfigModel):
    """Most of the people who may lack a value."""

    field: str
    max_percent: float = Field(ge=0, le=100)


class RunRules(ConfigModel):
    """Rules on the data as a whole; one that fails stops the run before anything is planned."""

    min_percent_of_last_run: float = Field(
        50.0,
        ge=0,
        le=100,
        description="Fewer rows than this share of what the last runs that read everybody had (median) stop the run.",
    )
    max_percent_quarantined: float = Field(10.0, ge=0, le=100)
    nulls: tuple[NullShare, ...] = ()


class Validation(ConfigModel):
    """What must hold before anything is planned."""

    rows: tuple[RowRule, ...] = ()
    run: RunRules = RunRules()


class Person(ConfigModel):
    """When somebody works here."""

    starts: str | None = Field(None, description="Field with the first day (timestamp).")
    ends: str | None = Field(None, description="Field with the end (timestamp); afterwards the person is a leaver.")
    create_days_before_start: float = Field(14.0, ge=0, le=3650)


class DataSource(ConfigModel):
    """One configuration of endpoints, rules and LDAP attribute mapping."""

    name: Name
    description: str = ""
    automation_category: Category = Field(
        Category.LIFECYCLE,
        description="user-lifecycle makes, moves, disables and enables accounts; user-creation makes accounts and "
        "leaves those that exist; user-modification changes attributes, references and memberships of accounts that "
        "exist, and nothing else; user-actions begins a list of actions for accounts that exist.",
    )
    endpoints: tuple[SourceEndpoint, ...] = Field(min_length=1, description="The first drives, the others enrich.")
    scope: Filter | None = Field(None, description="Who is meant at all; others are treated as not there.")
    active: Filter | None = Field(None, description="Who works here now; others are leavers.")
    person: Person = Person()
    tickets: bool = Field(
        False,
        description="The records are requests, such as HaloITSM's tickets, and the primary key is the ticket's: each "
        "is taken in hand by one run, done once, and answered by the webhooks for ticket-claimed, ticket-done and "
        "ticket-failed. Not for a user-lifecycle: a ticket that is not there is no leaver.",
    )
    validation: Validation = Validation()
    attributes: dict[AttributeName, Mapped] = Field(min_length=1, description="LDAP attribute → its value.")
    names: tuple[NameBundle, ...] = ()
    references: dict[AttributeName, Reference] = Field(
        default_factory=dict, description="LDAP attribute (manager, assistant, secretary, …) → the person it names."
    )
    manager: Reference | None = Field(None, description="Short for the reference named manager.")

    @field_validator("attributes", "references")
    @classmethod
    def _may_be_mapped(cls, attributes: dict[str, Any]) -> dict[str, Any]:
        seen = set()
        for name in attributes:
            if name.lower() in NEVER_MAPPED:
                raise WrongKeyError(name, f"is never mapped from the source: {NEVER_MAPPED[name.lower()]}")
            if name.lower() in seen:
                raise WrongKeyError(name, "stands twice: LDAP does not tell upper from lower case")
            seen.add(name.lower())
        return attributes

    @field_validator("attributes")
    @classmethod
    def _manager_is_a_reference(cls, attributes: dict[str, Any]) -> dict[str, Any]:
        for name in attributes:
            if name.lower() == "manager":
                raise WrongKeyError(name, "is never mapped from the source: see the section manager")
        return attributes

    @model_validator(mode="after")
    def _one_manager(self) -> DataSource:
        if self.manager and "manager" in {name.lower() for name in self.references}:
            raise ValueError("manager stands twice: once by itself, once among references")
        return self

    @model_validator(mode="after")
    def _tickets_are_no_staff_list(self) -> DataSource:
        if self.tickets and self.automation_category is Category.LIFECYCLE:
            raise ValueError("tickets are for the other categories: one that is not there is no leaver")
        return self

    @property
    def people(self) -> dict[str, Reference]:
        """Every reference to another person, manager included: LDAP attribute → reference."""
        return {**({"manager": self.manager} if self.manager else {}), **self.references}
