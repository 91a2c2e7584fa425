"""A run: who it is, the rules it goes by, and the ports it works through."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from lifecycle.applying.password import generate_password, no_secret
from lifecycle.applying.systems import Systems
from lifecycle.directory.operation import Directory
from lifecycle.directory.schema import Schema
from lifecycle.errors import ConfigurationError
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.freezing import Announcer
from lifecycle.planning.policy import Policy
from lifecycle.ports.api.client import ApiClient
from lifecycle.store import Lease, Store


class RunKind(StrEnum):
    """What a run plans for. The values name runs and plans in the store."""

    EVERYBODY = ""
    SOME = "single"
    DUE = "due"
    REQUEST = "request"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class RunRules:
    """What a run goes by, from the configuration of one automation.

    Args:
        policy: The rules of planning and of protection.
        data_source: Name of the data source: absences and tickets are counted for it.
        attributes: LDAP attributes that planning looks at.
        macro_env: Settings and tables, for the texts of actions.
        announcer: The webhooks.
        check_schema: Raises ConfigurationError where the mapping does not fit what the directory says of attributes.
        groups_of_others: Groups that rules of other automations give: what they gave is theirs to take back.
        password_length: Characters of generated passwords.
        approval_hours: A plan that is older is not applied.
        lease_wait_minutes: How long a run waits while another one writes to the directory.
        show_values: Whether the plan table may show values of attributes.
    """

    policy: Policy
    data_source: str
    attributes: tuple[str, ...]
    macro_env: Vocabulary
    announcer: Announcer
    check_schema: Callable[[Schema], None]
    groups_of_others: frozenset[str]
    password_length: int
    approval_hours: float
    lease_wait_minutes: float
    show_values: bool


def no_source(name: str) -> AbstractContextManager[ApiClient]:
    """Where no API is connected.

    Raises:
        ConfigurationError: Always.
    """
    raise ConfigurationError("", "", f"nothing is connected that goes by the name of {name!r}")


@dataclass(frozen=True, slots=True)
class RunPorts:
    """What a run works through. Each opener returns a context manager, entered where the port is needed.

    Args:
        store: Opens the state store.
        directory: Opens the directory.
        clock: Returns the present moment, UTC.
        systems: Opens what is connected besides the directory.
        source: Opens the client of an API, by the name of its credentials.
        new_password: Makes a password for a primary key, of so many characters.
        secret_of: Returns the password that a secret of this name holds; ConfigurationError where there is none.
        warn: Called with what a person should see, of whom there may be none.
    """

    store: Callable[[], AbstractContextManager[Store]]
    directory: Callable[[], AbstractContextManager[Directory]]
    clock: Callable[[], datetime]
    systems: Callable[[], AbstractContextManager[Systems]] = Systems
    source: Callable[[str], AbstractContextManager[ApiClient]] = no_source
    new_password: Callable[[str, int], str] = generate_password
    secret_of: Callable[[str], str] = no_secret
    warn: Callable[[str], Any] = lambda _text: None


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Args:
        run_id: Its key: the flow run and, where that is run again, its run count.
        rules: What it goes by.
        ports: What it works through.
        now: Its moment, UTC: when it began or, where it writes, when its turn came.
        kind: What it plans for.
        dry_run: Whether it writes nothing to the directory.
        lease: The right to write; None of a dry run, and of every run whose turn has not come.
    """

    run_id: str
    rules: RunRules
    ports: RunPorts
    now: datetime
    kind: RunKind = RunKind.EVERYBODY
    dry_run: bool = True
    lease: Lease | None = None

    @property
    def automation(self) -> str:
        """Name of the automation."""
        return self.rules.policy.automation

    @property
    def label(self) -> str:
        """What runs and plans of its kind go by: those about some people never stand for those about everybody."""
        return f"{self.automation}: {self.kind.value}" if self.kind.value else self.automation

    @property
    def plan_id(self) -> str:
        """The name of the plan that it makes.

        Identifiers of runs that Prefect schedules together begin alike (UUID version 7); their ends are random.
        """
        flow_run, count = flow_run_of(self.run_id)
        again = f"-{count}" if count > 1 else ""
        return f"{self.label.replace(': ', '-')}-{flow_run[-12:]}{again}"

    def later(self) -> Run:
        """The same run, at the present moment."""
        return replace(self, now=self.ports.clock())

    def with_lease(self, lease: Lease) -> Run:
        """The run, now that its turn has come."""
        return replace(self, lease=lease, now=self.ports.clock())


def run_key(flow_run_id: str, run_count: int) -> str:
    """The key of a run: a flow run that Prefect runs again is another run, with a plan of its own."""
    return flow_run_id if run_count <= 1 else f"{flow_run_id}/{run_count}"


def flow_run_of(run_id: str) -> tuple[str, int]:
    """The flow run of a run's key, and its run count."""
    flow_run, _, count = run_id.partition("/")
    return flow_run, int(count or 1)
