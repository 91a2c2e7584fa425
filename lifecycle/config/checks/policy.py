"""A policy against the settings, and the automations that name one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lifecycle.actions.delete_user import DeleteUserParameters
from lifecycle.actions.modify_by_template import ModifyByTemplateParameters
from lifecycle.actions.outside import System
from lifecycle.actions.parameters import AT_HAND
from lifecycle.actions.template import AccountTemplate
from lifecycle.config.automation import Automation
from lifecycle.config.checks.problems import Problem, in_template, sample_of, unknown
from lifecycle.config.configuration import Configuration
from lifecycle.config.policy import ActionPolicy
from lifecycle.directory import dn
from lifecycle.language.macros.place import Place
from lifecycle.language.vocabulary import Vocabulary


def policy_problems(policy: ActionPolicy, configuration: Configuration) -> Iterator[Problem]:
    """Texts of actions that are none, or no distinguished name where one is asked for; templates that are not there."""
    for number, parameters in enumerate(policy.actions):
        path = f"actions.{number}"
        if isinstance(parameters, ModifyByTemplateParameters):
            yield from unknown(f"{path}.template", "template", parameters.template, configuration.templates)
            if parameters.content is not None:
                yield f"{path}.content", "is filled in from the template: leave it out"
            continue
        yield from _texts(path, parameters.texts(), configuration.vocabulary)


def template_problems(template: AccountTemplate, configuration: Configuration) -> Iterator[Problem]:
    """Texts of a template that are none, or no distinguished name where one is asked for."""
    yield from _texts("", template.texts(), configuration.vocabulary)


def _texts(prefix: str, texts: Iterable[tuple[str, str, Place]], words: Vocabulary) -> Iterator[Problem]:
    for inner, text, place in texts:
        path = f"{prefix}.{inner}" if prefix else inner
        problems = list(in_template(path, text, words, place=place, at_hand=AT_HAND))
        yield from problems
        if not problems and place == "dn":
            try:
                dn.parse(sample_of(text, words, place, AT_HAND))
            except ValueError as error:
                yield path, f"{error}: {text!r}"


def named_policies(automation: Automation, configuration: Configuration) -> Iterator[Problem]:
    """Policies that an automation names and that are not there."""
    named = {
        "joiners": automation.joiners,
        "movers": automation.movers,
        "rehires": automation.rehires,
        "leavers.policy": automation.leavers.policy if automation.leavers else None,
        "people": automation.people,
    }
    if automation.template is not None:
        yield from unknown("template", "template", automation.template, configuration.templates)
        template = configuration.templates.get(automation.template)
        if template and template.for_present_accounts:
            yield "template", "has rules with ou or remove_from_groups, which are for accounts that are there already"
    for path, name in named.items():
        if name is not None:
            yield from unknown(path, "policy", name, configuration.policies)
            yield from _unconnected(path, automation, configuration.policies.get(name))
            yield from _misplaced(path, configuration.policies.get(name))


def _misplaced(path: str, policy: ActionPolicy | None) -> Iterator[Problem]:
    """Whoever came, moved or came back is not deleted."""
    if policy and path not in _MAY_DELETE and any(isinstance(one, DeleteUserParameters) for one in policy.actions):
        yield path, "its action delete-user is for leavers alone: say it in leavers.policy"


_MAY_DELETE = frozenset({"leavers.policy", "people"})


def _unconnected(path: str, automation: Automation, policy: ActionPolicy | None) -> Iterator[Problem]:
    """Systems that the actions of a policy need and for which the automation names no block."""
    needed = {need.system: one.action for one in policy.actions for need in one.looks_up()} if policy else {}
    for system, action in sorted(needed.items()):
        if not automation.names_block(system):
            key = "exchange_online or exchange_server" if system is System.MAIL else system.value
            what = "folder" if system is System.PHOTOS else "block"
            yield path, f"its action {action} needs a {what}: say {key}"
