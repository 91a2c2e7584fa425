"""A data source: which endpoints make a person, who is meant, and what the directory should say of them.

``config/data-sources/*.yaml``; the product page calls it "Data Source - LDAP Attribute Mapping".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from lifecycle.config.model import AttributeName, ConfigModel, Name
from lifecycle.language.filter import Filter
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
        50.0, ge=0, le=100, description="Fewer rows than this share of the last completed run stop the run."
    )
    max_percent_quarantined: float = Field(10.0, ge=0, le=100)
    nulls: tuple[NullShare, ...] = ()


class Validation(ConfigModel):
    """What must hold before anything is planned."""

    rows: tuple[RowRule, ...] = ()
    run: RunRules = RunRules()


class MappedAttribute(ConfigModel):
    """One LDAP attribute and where its value comes from."""

    value: str = Field(description="Text with macros.")
    on_empty: Literal["keep", "clear", "reject"] = Field(
        "keep", description="An empty value leaves the attribute alone, clears it, or quarantines the person."
    )
    when: Literal["create", "update", "both"] = "both"


def _short_form(value: object) -> object:
    if isinstance(value, str):
        return {"value": value}
    if not isinstance(value, Mapping | MappedAttribute):
        raise ValueError(f"must be text with macros, in quotes, or a mapping with value; given: {value!r}")  # noqa: TRY004 (pydantic reports it)
    return value


_NEVER_MAPPED = {
    **dict.fromkeys(("unicodepwd", "userpassword"), "passwords are generated"),
    **dict.fromkeys(("objectguid", "objectsid", "memberof", "primarygroupid"), "the directory writes it"),
    **dict.fromkeys(("cn", "name", "distinguishedname"), "see names and the automation's placement"),
    **dict.fromkeys(("admincount", "sidhistory", "ntsecuritydescriptor"), "it gives rights"),
    "useraccountcontrol": "enabling and disabling are actions",
    "manager": "see the section manager",
    "member": "see the automation's groups",
}
"""Lower-case name of an attribute → why it has no place in a mapping."""


Mapped = Annotated[MappedAttribute, BeforeValidator(_short_form, json_schema_input_type=str | MappedAttribute)]
"""A mapped attribute; a text alone is its value."""


class NameBundle(ConfigModel):
    """Attributes whose unique values are allocated together: one that is taken burns the candidate for all."""

    attributes: dict[AttributeName, Name] = Field(min_length=1, description="LDAP attribute → naming format.")
    refresh: Literal["never", "on_change"] = Field(
        "never", description="never: a name once given is kept; on_change: it follows the person's fields."
    )
    scope: Literal["forest", "container"] = Field(
        "forest", description="Where the values must be unique: everywhere, or in the OU (cn)."
    )


class ManagerReference(ConfigModel):
    """The manager: a field of the person holds a value that another person's field holds."""

    value: str = Field(description="Text with macros that names the manager.")
    matches: str = Field(description="Field of the manager's own record with the same text.")


class Person(ConfigModel):
    """When somebody works here."""

    starts: str | None = Field(None, description="Field with the first day (timestamp).")
    ends: str | None = Field(None, description="Field with the end (timestamp); afterwards the person is a leaver.")
    create_days_before_start: float = Field(14.0, ge=0, le=3650)


class DataSource(ConfigModel):
    """One configuration of endpoints, rules and LDAP attribute mapping."""

    name: Name
    description: str = ""
    automation_category: str = "user-lifecycle"
    endpoints: tuple[SourceEndpoint, ...] = Field(min_length=1, description="The first drives, the others enrich.")
    scope: Filter | None = Field(None, description="Who is meant at all; others are treated as not there.")
    active: Filter | None = Field(None, description="Who works here now; others are leavers.")
    person: Person = Person()
    validation: Validation = Validation()
    attributes: dict[AttributeName, Mapped] = Field(min_length=1, description="LDAP attribute → its value.")
    names: tuple[NameBundle, ...] = ()
    manager: ManagerReference | None = None

    @field_validator("attributes")
    @classmethod
    def _may_be_mapped(cls, attributes: dict[str, MappedAttribute]) -> dict[str, MappedAttribute]:
        seen = set()
        for name in attributes:
            if name.lower() in _NEVER_MAPPED:
                raise ValueError(f"{name} is never mapped from the source: {_NEVER_MAPPED[name.lower()]}")
            if name.lower() in seen:
                raise ValueError(f"{name} stands twice: LDAP does not tell upper from lower case")
            seen.add(name.lower())
        return attributes
