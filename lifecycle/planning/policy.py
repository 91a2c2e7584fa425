"""What the planner needs to know besides people and accounts: the rules, and what earlier runs remember."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from lifecycle.config.automation import Automation, Limits
from lifecycle.config.data_source import DataSource
from lifecycle.config.recipe import Recipe, late_order, recipe_of
from lifecycle.errors import ConfigurationError
from lifecycle.language.macro import compile_template
from lifecycle.language.naming import NamingFormat
from lifecycle.language.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Bundle:
    """Attributes whose values are allocated together.

    Args:
        formats: LDAP attribute → (format, suffix with its macros filled).
        refresh: Whether a name follows the person's fields.
        scope: Where values must be unique.
    """

    formats: Mapping[str, tuple[NamingFormat, str]]
    refresh: Literal["never", "on_change"]
    scope: Literal["forest", "container"]


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one automation, macros filled. Distinguished names are text, compared by their key.

    An automation that only modifies has no leavers' OU.
    """

    automation: str
    anchor: str
    correlate: tuple[str, ...]
    on_exists: Literal["update", "skip", "fail"]
    managed_ous: tuple[str, ...]
    leavers_ou: str
    absent_runs: int
    bundles: tuple[Bundle, ...]
    limits: Limits
    late: tuple[Recipe, ...] = ()
    """Attributes that read the account or the action, each behind those that it reads."""
    additive: frozenset[str] = frozenset()
    """Attributes whose values come in addition to those that are there."""
    modifies_only: bool = False
    """Whether accounts are neither made, moved, disabled nor enabled, nor anchored."""
    excluded: frozenset[str] = frozenset()
    """Lower-case sAMAccountName, userPrincipalName or GUID of accounts on the exclusion list."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier runs left in the store.

    Args:
        absences: Anchor → complete runs in a row without the person.
        grants: Account GUID → GUIDs of the groups that a rule gave.
        departures: Account GUID → when a run of ours disabled it.
    """

    absences: Mapping[str, int] = field(default_factory=dict)
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    departures: Mapping[str, datetime] = field(default_factory=dict)


def policy_of(
    automation: Automation, source: DataSource, formats: Mapping[str, NamingFormat], words: Vocabulary
) -> Policy:
    """The rules of an automation, with the settings filled in.

    Raises:
        ConfigurationError: A macro names an unknown setting, or something that differs from person to person.
    """
    file = f"automations/{automation.name}.yaml"

    def filled(path: str, text: str, where: str = file) -> str:
        try:
            template = compile_template(text, words)
        except ValueError as error:
            raise ConfigurationError(where, path, str(error)) from None
        if template.fields:
            raise ConfigurationError(where, path, "only %env.…% macros may stand here")
        return template.render({})

    bundles = tuple(
        Bundle(
            formats={
                attribute: (formats[name], filled("suffix", formats[name].suffix, f"formats/{name}.yaml"))
                for attribute, name in bundle.attributes.items()
            },
            refresh=bundle.refresh,
            scope=bundle.scope,
        )
        for bundle in source.names
    )
    recipes = {name: recipe_of(name, mapped, words, formats) for name, mapped in source.attributes.items()}
    leavers = automation.leavers
    return Policy(
        automation=automation.name,
        anchor=automation.anchor,
        correlate=tuple(rule.attribute for rule in automation.correlate),
        on_exists=automation.on_exists,
        managed_ous=tuple(filled(f"managed_ous.{n}", ou) for n, ou in enumerate(automation.managed_ous)),
        leavers_ou=filled("leavers.ou", leavers.ou) if leavers else "",
        absent_runs=leavers.absent_runs if leavers else 1,
        bundles=bundles,
        limits=automation.limits,
        late=tuple(late_order(recipes)),
        additive=frozenset(name for name, mapped in source.attributes.items() if mapped.mode == "add"),
        modifies_only=source.modifies_only,
        excluded=frozenset(name.lower() for name in automation.protected.accounts),
    )
