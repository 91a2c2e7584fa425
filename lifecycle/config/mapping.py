"""One mapped attribute and one reference, as a data source writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from lifecycle.config.model import ConfigModel, Name

SOURCES = ("value", "field", "format", "values")
"""The keys of which a mapped attribute has exactly one."""

Text = Annotated[str, Field(min_length=1)]


class MappedAttribute(ConfigModel):
    """One LDAP attribute and where its value comes from: exactly one of value, field, format and values."""

    value: str | None = Field(None, description="Text with macros; a constant where it has none.")
    field: str | None = Field(None, description="Source field whose text is taken as it is.")
    format: Name | None = Field(None, description="Naming format; its first name is taken, whoever else has it.")
    values: tuple[Text, ...] | None = Field(
        None, min_length=1, description="Texts with macros, for an attribute of several values; empty ones fall away."
    )
    on_empty: Literal["keep", "clear", "reject"] = Field(
        "keep", description="An empty value leaves the attribute alone, clears it, or quarantines the person."
    )
    when: Literal["create", "update", "both"] = Field(
        "both", description="Whether the value is for new accounts, for those that exist, or for both."
    )
    split: Text | None = Field(
        None, description="Separator that makes several values of one text; spaces around them fall away."
    )
    mode: Literal["replace", "add"] = Field(
        "replace", description="Whether the values take the place of those that are there, or come in addition."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> MappedAttribute:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"; given: {', '.join(given)}" if given else ""
            raise ValueError(f"needs one of {', '.join(SOURCES[:-1])} and {SOURCES[-1]}{found}")
        if self.split is not None and given[0] not in {"value", "field"}:
            raise ValueError(f"split belongs to value or field, not to {given[0]}")
        if self.mode == "add" and self.on_empty == "clear":
            raise ValueError("mode add keeps what is there: it cannot go with on_empty clear")
        return self

    @property
    def several(self) -> bool:
        """Whether it may give more values than one."""
        return self.values is not None or self.split is not None or self.mode == "add"


def _short_form(value: object) -> object:
    if isinstance(value, str):
        return {"value": value}
    if not isinstance(value, Mapping | MappedAttribute):
        raise ValueError(  # noqa: TRY004  (pydantic reports it)
            f"must be text with macros, in quotes, or a mapping with {', '.join(SOURCES[:-1])} or {SOURCES[-1]}; "
            f"given: {value!r}"
        )
    return value


Mapped = Annotated[MappedAttribute, BeforeValidator(_short_form, json_schema_input_type=str | MappedAttribute)]
"""A mapped attribute; a text alone is its value."""


class Reference(ConfigModel):
    """Another person, whom an attribute names: a text of the one is in a field of the other."""

    value: str = Field(description="Text with macros that names the other person.")
    matches: str = Field(description="Field of the other person's own record with the same text.")


NEVER_MAPPED: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "unicodepwd", "userpassword", "unixuserpassword", "dbcspwd", "ntpwdhistory", "lmpwdhistory",
            "supplementalcredentials", "userpkcs12", "pwdlastset",
        ),
        "passwords are generated",
    ),
    **dict.fromkeys(
        (
            "objectguid", "objectsid", "objectclass", "objectcategory", "memberof", "primarygroupid",
            "samaccounttype", "lastlogontimestamp", "lockouttime",
        ),
        "the directory writes it",
    ),
    **dict.fromkeys(("cn", "name", "distinguishedname"), "see names and the automation's placement"),
    **dict.fromkeys(
        (
            "admincount", "sidhistory", "ntsecuritydescriptor", "altsecurityidentities", "serviceprincipalname",
            "msds-allowedtodelegateto", "msds-allowedtoactonbehalfofotheridentity", "msds-keycredentiallink",
        ),
        "it gives rights",
    ),
    "useraccountcontrol": "enabling and disabling are actions",
    "member": "see the automation's groups",
}  # fmt: skip
"""Lower-case name of an attribute → why it has no place in a mapping."""
