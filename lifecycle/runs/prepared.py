"""An automation made ready: everything compiled and resolved, so that no fault of configuration shows later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from lifecycle.actions.modify_by_template import ModifyByTemplateParameters
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.template import AccountTemplate
from lifecycle.config.checks.mapping import PLACE
from lifecycle.config.checks.schema import automation_schema_problems, schema_problems
from lifecycle.config.configuration import Configuration
from lifecycle.config.endpoint import Endpoint
from lifecycle.config.findings.finding import Finding
from lifecycle.config.loader import load_configuration
from lifecycle.config.policy import ActionPolicy
from lifecycle.directory.schema import Schema
from lifecycle.errors import ConfigurationError, RequestError
from lifecycle.outbound.freezing import Announcer
from lifecycle.people.mapping import Mapper
from lifecycle.people.merge import Table
from lifecycle.planning.policy import policy_of
from lifecycle.ports.api.request_template import RequestTemplate
from lifecycle.runs.run import RunRules
from lifecycle.sourcing.single import asked_keys


class PreparedAutomation:
    """One automation with its data source, endpoints, mapping and policy.

    Args:
        configuration: All of ``config/``.
        name: Name of the automation.

    Raises:
        ConfigurationError: Something is wrong; the message names file and place.
    """

    def __init__(self, configuration: Configuration, name: str) -> None:
        self._configuration, folder = configuration, configuration.folder
        if name not in configuration.automations:
            known = ", ".join(sorted(configuration.automations)) or "none"
            raise ConfigurationError(
                str(folder / "automations"), "", f"no automation named {name!r}; there are: {known}"
            )
        self.automation = configuration.automations[name]
        self.source = configuration.data_sources[self.automation.data_source]
        self.words = configuration.vocabulary
        self.endpoints: tuple[Endpoint, ...] = tuple(
            configuration.endpoints[part.name] for part in self.source.endpoints
        )
        for endpoint in self.endpoints:
            if endpoint.draft:
                file = str(folder / "endpoints" / f"{endpoint.name}.yaml")
                raise ConfigurationError(file, "draft", "a draft is not used by a live run; test it, then say false")
            RequestTemplate(endpoint, self.words, f"endpoints/{endpoint.name}.yaml")
        self.mapper = Mapper(configuration, name)
        zone = configuration.settings.zone
        live = tuple(one for one in configuration.webhooks.values() if not one.draft)
        self.announcer = Announcer(live, self.words, zone)
        self.policy = policy_of(
            self.automation, self.source, configuration.formats, self.words, zone, self._policies(configuration),
            configuration.templates.get(self.automation.template or ""),
        )  # fmt: skip

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """An automation of a folder.

        Args:
            folder: ``config/``.
            name: Name of the automation.

        Raises:
            ConfigurationError: Something in the folder is wrong; the message names file and place.
        """
        return cls(load_configuration(folder), name)

    @staticmethod
    def _policies(configuration: Configuration) -> dict[str, ActionPolicy]:
        """All lists of actions, with the content of the templates that they name."""
        return {
            name: one.model_copy(update={"actions": configuration.with_templates(one.actions)})
            for name, one in configuration.policies.items()
        }

    def with_templates(self, items: Sequence[Parameters]) -> tuple[Parameters, ...]:
        """Actions that somebody asks for by hand, with the content of the templates that they name.

        Raises:
            RequestError: There is no such template.
        """
        known = self._configuration.templates
        for item in items:
            if isinstance(item, ModifyByTemplateParameters) and item.template not in known:
                raise RequestError(
                    f"no template named {item.template!r}; there are: {', '.join(sorted(known)) or 'none'}"
                )
        return self._configuration.with_templates(items)

    @property
    def credentials(self) -> tuple[str, ...]:
        """Names of the blocks that authorise the endpoints, the driving endpoint's first."""
        return tuple(dict.fromkeys(endpoint.credentials for endpoint in self.endpoints))

    def endpoint(self, name: str) -> Endpoint:
        """One endpoint of the data source."""
        return next(one for one in self.endpoints if one.name == name)

    def asked(self, only: Sequence[str]) -> tuple[str, ...]:
        """The primary keys of those who alone are to be looked at; none for everybody.

        An account is found by its anchor alone then. Where that is not the primary key, others might bear the same.

        Raises:
            RequestError: A key is none, or this automation cannot look at some people alone.
        """
        if not only:
            return ()
        part = self.source.endpoints[0]
        driver = self.endpoint(part.name)
        if driver.one is None:
            raise RequestError(f"only: endpoint {driver.name} says no way to ask for one record; give it a one")
        if part.key != driver.key:
            raise RequestError(f"only: {part.key} is the primary key, but records of {driver.name} go by {driver.key}")
        anchor = self._configuration.recipes_of(self.source)[self.automation.anchor]
        if anchor.fields != {f"{driver.name}.{driver.key}"}:
            raise RequestError(
                f"only: {self.automation.anchor} is not made of the primary key alone: only a read of everybody tells "
                "whose account is whose"
            )
        return asked_keys(only)

    def primary_column(self, endpoint: str) -> str:
        """The field of an endpoint that holds the data source's primary key."""
        return next(one.key for one in self.source.endpoints if one.name == endpoint)

    def keyed(self, table: Table) -> Table:
        """An endpoint's records with the data source's primary key instead of the endpoint's own."""
        return replace(table, key=self.primary_column(table.endpoint))

    @property
    def attributes(self) -> tuple[str, ...]:
        """Every LDAP attribute that planning looks at."""
        told_by_name = [attribute for bundle in self.policy.bundles for attribute in bundle.formats]
        told_by_name += [
            attribute for recipe in self.policy.computed_attributes for attribute in sorted(recipe.names("ad"))
        ]
        told_by_name += sorted(self.policy.template.attributes) if self.policy.template else []
        for actions in (self.policy.leavers, *self.policy.lists.values()):
            told_by_name += sorted(actions.attributes)
        names = [*self.source.attributes, *self.source.people, *self.policy.correlate, self.policy.anchor]
        return tuple(dict.fromkeys([*names, *(name for name in told_by_name if name not in PLACE)]))

    @property
    def password_length(self) -> int:
        """Characters of generated passwords."""
        return (self.policy.template.template if self.policy.template else AccountTemplate(name="none")).password.length

    def check_schema(self, schema: Schema) -> None:
        """Hold the mapping against what the directory says of these attributes.

        Raises:
            ConfigurationError: An attribute does not exist there, user objects may not hold it, or it is of another
                kind than the mapping takes it for.
        """
        recipes = self._configuration.recipes_of(self.source)
        source = schema_problems(self.source, recipes, schema, complete=True)
        automation = automation_schema_problems(self.automation, schema)
        for kind, name, problems in (
            ("data-sources", self.source.name, source),
            ("automations", self.automation.name, automation),
        ):
            for problem in problems:
                found = problem if isinstance(problem, Finding) else Finding(*problem)
                file = self._configuration.folder / kind / f"{name}.yaml"
                raise ConfigurationError(str(file), found.path, found.text)

    @property
    def rules(self) -> RunRules:
        """What runs of the automation go by."""
        return RunRules(
            policy=self.policy,
            data_source=self.source.name,
            attributes=self.attributes,
            macro_env=self.words,
            announcer=self.announcer,
            check_schema=self.check_schema,
            groups_of_others=self.groups_of_others,
            password_length=self.password_length,
            approval_hours=self.automation.approval_hours,
            lease_wait_minutes=self.automation.lease_wait_minutes,
            show_values=self.automation.show_values,
        )

    @property
    def groups_of_others(self) -> frozenset[str]:
        """Group rules of the other automations of this directory: what they gave is theirs to take back."""
        return frozenset(
            rule.group
            for other in self._configuration.automations.values()
            if other.name != self.automation.name and other.directory == self.automation.directory
            for rule in other.groups
        )
