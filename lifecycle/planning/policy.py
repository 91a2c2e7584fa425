"""The rules of one automation, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from lifecycle.actions.group_members import RemoveFromGroupsParameters
from lifecycle.actions.logon import DisableUserParameters
from lifecycle.actions.move_user import MoveUserParameters
from lifecycle.actions.template import AccountTemplate
from lifecycle.config.automation import Automation, Limits
from lifecycle.config.category import Category
from lifecycle.config.data_source import DataSource
from lifecycle.config.names import NameBundle
from lifecycle.config.policy import ActionPolicy
from lifecycle.config.recipe import Recipe, computed_order, recipe_of
from lifecycle.directory.name_rules import NameRule, name_rule
from lifecycle.errors import ConfigurationError
from lifecycle.language.macros.template import compile_template
from lifecycle.language.names.compiled import CompiledFormat, compile_format
from lifecycle.language.names.naming import NamingFormat
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.planning.action_list import (
    JOINERS,
    LEAVERS,
    MOVERS,
    PEOPLE,
    REHIRES,
    ActionList,
    CompiledTemplate,
    action_list,
    compiled_template,
)
from lifecycle.planning.names import Bundle

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one automation, macros filled. Distinguished names are text, compared by their key.

    Only a user-lifecycle has a leavers' OU.
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
    computed_attributes: tuple[Recipe, ...] = ()
    """Attributes that read the account or the action, each behind those that it reads."""
    additive: frozenset[str] = frozenset()
    """Attributes whose values come in addition to those that are there."""
    category: Category = Category.LIFECYCLE
    """What is done at all: only some categories make, move, disable, enable and anchor accounts."""
    tickets: bool = False
    """Whether records are requests, each done once."""
    excluded: frozenset[str] = frozenset()
    """Lower-case sAMAccountName, userPrincipalName or GUID of accounts on the exclusion list."""
    zone: ZoneInfo = _UTC
    """The organisation's, for conditions of naming formats and of actions."""
    lists: Mapping[str, ActionList] = field(default_factory=dict)
    """What is done to joiners, movers, rehires and leavers besides; one that is not there does nothing."""
    template: CompiledTemplate | None = None
    """For new accounts."""

    @property
    def leavers(self) -> ActionList:
        """What happens to the accounts of people who left."""
        return self.lists.get(LEAVERS) or usual_leavers(self.leavers_ou)

    @property
    def never_reuses(self) -> bool:
        """Whether any bundle asks which names accounts had in earlier times."""
        return any(bundle.never_reuse for bundle in self.bundles)


@lru_cache
def usual_leavers(ou: str) -> ActionList:
    """What happens to leavers where no policy says otherwise: nothing that could not be taken back in a moment."""
    place = ou.replace("%", "%%")
    items = (
        DisableUserParameters(continue_on_error=True),
        RemoveFromGroupsParameters(continue_on_error=True),
        MoveUserParameters(ou=place),
    )
    return action_list(LEAVERS, items, Vocabulary())


def policy_of(
    automation: Automation,
    source: DataSource,
    formats: Mapping[str, NamingFormat],
    words: Vocabulary,
    zone: ZoneInfo = _UTC,
    policies: Mapping[str, ActionPolicy] | None = None,
    template: AccountTemplate | None = None,
) -> Policy:
    """The rules of an automation, with the settings filled in.

    Args:
        automation: The automation.
        source: Its data source.
        formats: All naming formats.
        words: Settings and tables.
        zone: The organisation's.
        policies: All lists of actions.
        template: For new accounts.

    Raises:
        ConfigurationError: A macro names an unknown setting, or something that differs from person to person.
    """
    file = f"automations/{automation.name}.yaml"

    def filled(path: str, text: str) -> str:
        try:
            template = compile_template(text, words)
        except ValueError as error:
            raise ConfigurationError(file, path, str(error)) from None
        if template.fields:
            raise ConfigurationError(file, path, "only %env.…% macros may stand here")
        return template.render({})

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
        bundles=tuple(_bundle(bundle, formats, words) for bundle in source.names),
        limits=automation.limits,
        computed_attributes=tuple(computed_order(recipes)),
        additive=frozenset(name for name, mapped in source.attributes.items() if mapped.mode == "add"),
        category=source.automation_category,
        tickets=source.tickets,
        excluded=frozenset(name.lower() for name in automation.protected.accounts),
        zone=zone,
        lists=_lists(automation, policies or {}, words),
        template=compiled_template(template, words) if template else None,
    )


def _lists(automation: Automation, policies: Mapping[str, ActionPolicy], words: Vocabulary) -> Mapping[str, ActionList]:
    named = {
        JOINERS: automation.joiners,
        MOVERS: automation.movers,
        REHIRES: automation.rehires,
        PEOPLE: automation.people,
        LEAVERS: automation.leavers.policy if automation.leavers else None,
    }
    found = {}
    for rule, name in named.items():
        if name is not None:
            try:
                found[rule] = action_list(rule, policies[name].actions, words)
            except ValueError as error:
                raise ConfigurationError(f"policies/{name}.yaml", "actions", str(error)) from None
    return found


def _bundle(bundle: NameBundle, formats: Mapping[str, NamingFormat], words: Vocabulary) -> Bundle:
    compiled: dict[tuple[str, NameRule], CompiledFormat] = {}
    for attribute, name in bundle.attributes.items():
        if (name, name_rule(attribute)) not in compiled:
            try:
                one = compile_format(formats[name], formats, words, attribute, bundle.on_clash)
            except ValueError as error:
                raise ConfigurationError(f"formats/{name}.yaml", "", str(error)) from None
            compiled[name, name_rule(attribute)] = one
    return Bundle(
        formats={attribute: compiled[name, name_rule(attribute)] for attribute, name in bundle.attributes.items()},
        refresh=bundle.refresh,
        scope=bundle.scope,
        never_reuse=bundle.never_reuse,
    )
