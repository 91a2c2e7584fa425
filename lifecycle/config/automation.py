"""An automation: a data source and what to do with its people (``config/automations/*.yaml``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lifecycle.actions.outside import System
from lifecycle.config.model import ConfigModel, Name
from lifecycle.config.notification import Notification
from lifecycle.language.filters.filter import Filter
from lifecycle.language.model import AttributeName


class CorrelationRule(ConfigModel):
    """One way to find a person's account; the rules are tried in order."""

    attribute: AttributeName
    value: str = Field(description="Text with macros that the attribute must hold.")


class Placement(ConfigModel):
    """Where accounts stand; the first that applies is taken."""

    ou: str = Field(description="Distinguished name with macros; values are escaped.")
    when: Filter | None = None


class GroupRule(ConfigModel):
    """A group that people get by rule, and lose when the rule no longer applies."""

    group: str = Field(description="Distinguished name with macros; values are escaped.")
    when: Filter | None = None


class Leavers(ConfigModel):
    """What happens to the accounts of people who left."""

    ou: str = Field(description="Where disabled accounts are moved.")
    absent_runs: int = Field(2, ge=1, description="Complete runs in a row without the person before absence counts.")
    policy: Name | None = Field(
        None,
        description="The list of actions; without one: disable, take back the groups that rules gave, move to ou.",
    )


class Limit(ConfigModel):
    """The most changes of one kind in one run; going over either figure is a breach."""

    count: int | None = Field(None, ge=0, description="At most so many.")
    percent: float | None = Field(None, ge=0, le=100, description="At most this share of those it could touch.")
    percent_from: int = Field(5, ge=0, description="The share is looked at from this many changes on.")

    @model_validator(mode="after")
    def _limits_something(self) -> Limit:
        if self.count is None and self.percent is None:
            raise ValueError("needs count, percent or both; percent: 100 is no limit")
        return self


ActionName = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=60)]


class PerOu(ConfigModel):
    """Limits for one OU; a kind without one is limited as a whole only."""

    create: Limit | None = None
    disable: Limit | None = None
    delete: Limit | None = None
    enable: Limit | None = None
    move: Limit | None = None


class Limits(ConfigModel):
    """Counted on the plan, before the first write. A breach stops the whole run."""

    create: Limit = Limit(count=50, percent=10)
    disable: Limit = Limit(count=20, percent=5)
    delete: Limit = Limit(count=0)
    delete_mailbox: Limit = Field(Limit(count=0), description="Mailboxes that are deleted for good.")
    enable: Limit = Limit(count=20, percent=5)
    move: Limit = Limit(count=50, percent=20)
    group_removal: Limit = Limit(count=200, percent=20)
    attribute: Limit = Field(
        Limit(count=200, percent=20), description="People in whom one and the same attribute changes."
    )
    attributes: dict[AttributeName, Limit] = Field(
        default_factory=dict, description="Other limits for single attributes."
    )
    action: Limit = Field(
        Limit(count=20, percent=5), description="Changes of one action that none of the limits above counts."
    )
    actions: dict[ActionName, Limit] = Field(
        default_factory=dict, description="Other limits for single actions, by the name that the plan table shows."
    )
    per_ou: PerOu = Field(
        PerOu(disable=Limit(count=10, percent=30)),
        description="The same, counted for each OU by itself.",
    )


class Protected(ConfigModel):
    """Accounts that are never written, besides those that the directory itself marks."""

    accounts: tuple[str, ...] = Field((), description="sAMAccountName, userPrincipalName or objectGUID.")


class Automation(ConfigModel):
    """One automation."""

    def names_block(self, system: System) -> bool:
        """Whether a block is named for a system."""
        if system is System.MAIL:
            return bool(self.exchange_online or self.exchange_server)
        return bool(getattr(self, system.value))

    name: Name
    description: str = ""
    data_source: Name
    directory: Name = Field(description="Name of the Prefect block with the directory's credentials.")
    store: Name = Field(description="Name of the Prefect block with the state store's URL.")
    microsoft_365: Name | None = Field(None, description="Prefect block of Microsoft Graph, for actions that need it.")
    exchange_online: Name | None = Field(None, description="Prefect block of Exchange Online; with a server: hybrid.")
    exchange_server: Name | None = Field(None, description="Prefect block of the organisation's own Exchange server.")
    file_servers: Name | None = Field(None, description="Prefect block of the file servers with home folders.")
    scripts: Name | None = Field(None, description="Prefect block of the folder with custom scripts.")
    photos: str | None = Field(
        None, description="Folder with pictures of people, on the worker's machine, for manage-photo."
    )
    anchor: AttributeName = Field("employeeID", description="LDAP attribute that ties an account to a person for good.")
    correlate: tuple[CorrelationRule, ...] = Field(
        (), description="Ways to find an account that bears no anchor yet, tried in order."
    )
    on_exists: Literal["update", "skip", "fail"] = Field(
        "update", description="What to do with an account found by a rule that bears no anchor yet."
    )
    managed_ous: tuple[str, ...] = Field(min_length=1, description="Nothing outside these is ever written.")
    placement: tuple[Placement, ...] = Field(
        (), description="For user-lifecycle and user-creation, which need at least one."
    )
    groups: tuple[GroupRule, ...] = ()
    leavers: Leavers | None = Field(None, description="For user-lifecycle alone, which needs it.")
    template: Name | None = Field(None, description="Template for new accounts; what a record says counts more.")
    joiners: Name | None = Field(None, description="Policy for accounts that were created, once they are there.")
    movers: Name | None = Field(None, description="Policy for accounts that a record changes.")
    rehires: Name | None = Field(None, description="Policy for accounts whose person has come back.")
    people: Name | None = Field(
        None,
        description="For user-actions alone, which needs it: policy for the account of everybody who comes into the "
        "data source, begun once each time.",
    )
    notify: tuple[Notification, ...] = Field((), description="Who is told of runs, by mail or chat.")
    limits: Limits = Limits()
    protected: Protected = Protected()
    lease_wait_minutes: float = Field(
        60.0,
        ge=0,
        le=1440,
        description="How long a run that writes waits while another one writes to the same directory; then it fails.",
    )
    approval_hours: float = Field(24.0, gt=0, le=8760, description="A plan older than this is not applied: plan again.")
    show_values: bool = Field(False, description="Whether the plan table in Prefect shows attribute values.")
