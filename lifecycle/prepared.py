"""An automation made ready: everything compiled and resolved, so that no fault of configuration shows later."""

from __future__ import annotations

from pathlib import Path

from lifecycle.config.endpoint import Endpoint
from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError
from lifecycle.people.mapping import Mapper
from lifecycle.people.merge import Table
from lifecycle.planning.policy import policy_of
from lifecycle.sourcing.request import RequestTemplate


class PreparedAutomation:
    """One automation with its data source, endpoints, mapping and policy.

    Args:
        folder: ``config/``.
        name: Name of the automation.

    Raises:
        ConfigurationError: Something is wrong; the message names file and place.
    """

    def __init__(self, folder: Path, name: str) -> None:
        configuration = load_configuration(folder)
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
            RequestTemplate(endpoint, self.words)
        self.mapper = Mapper(configuration, name)
        self.policy = policy_of(self.automation, self.source, configuration.formats, self.words)

    @property
    def credentials(self) -> tuple[str, ...]:
        """Names of the blocks that authorise the endpoints, the driving endpoint's first."""
        return tuple(dict.fromkeys(endpoint.credentials for endpoint in self.endpoints))

    def endpoint(self, name: str) -> Endpoint:
        """One endpoint of the data source."""
        return next(one for one in self.endpoints if one.name == name)

    def keyed(self, table: Table) -> Table:
        """An endpoint's records with the data source's primary key instead of the endpoint's own."""
        part = next(one for one in self.source.endpoints if one.name == table.endpoint)
        return Table(table.endpoint, table.frame, part.key)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Every LDAP attribute that planning looks at."""
        names = [*self.source.attributes, *self.policy.correlate, self.policy.anchor]
        names += [attribute for bundle in self.policy.bundles for attribute in bundle.formats if attribute != "cn"]
        return tuple(dict.fromkeys([*names, "manager"] if self.source.manager else names))
