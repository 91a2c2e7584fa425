"""Prefect blocks that the configuration names: secrets and connections, which never stand in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lifecycle.config.configuration import Configuration
from lifecycle.config.findings.finding import Finding

CREDENTIALS, DIRECTORY, STORE = "haloitsm-credentials", "halo-ad-active-directory", "halo-ad-state-store"
GRAPH, FILES, SCRIPTS = "halo-ad-microsoft-graph", "halo-ad-file-server", "halo-ad-script-folder"
EXCHANGE_ONLINE, EXCHANGE_SERVER = "halo-ad-exchange-online", "halo-ad-exchange-server"
MAIL_SERVER, RECEIVER = "halo-ad-mail-server", "halo-ad-webhook-receiver"
SLUGS = (
    CREDENTIALS, DIRECTORY, STORE, GRAPH, EXCHANGE_ONLINE, EXCHANGE_SERVER, FILES, SCRIPTS, MAIL_SERVER, RECEIVER,
)  # fmt: skip
"""Slugs of the block types; Prefect knows them by these."""


_SYSTEMS: Mapping[str, str] = {
    "microsoft_365": GRAPH,
    "exchange_online": EXCHANGE_ONLINE,
    "exchange_server": EXCHANGE_SERVER,
    "file_servers": FILES,
    "scripts": SCRIPTS,
}
"""Key of an automation → the type of the block that it names."""


@dataclass(frozen=True, slots=True)
class NamedBlock:
    """One mention of a block.

    Args:
        name: Its name.
        slug: The block type that is needed there.
        file: The file that names it, below the folder of the configuration.
        path: Where in that file.
    """

    name: str
    slug: str
    file: str
    path: str


def named_blocks(configuration: Configuration) -> Iterator[NamedBlock]:
    """Every mention of a block, in the order in which one would make them."""
    for endpoint in configuration.endpoints.values():
        yield NamedBlock(endpoint.credentials, CREDENTIALS, f"endpoints/{endpoint.name}.yaml", "credentials")
    for webhook in configuration.webhooks.values():
        yield NamedBlock(webhook.credentials, CREDENTIALS, f"webhooks/{webhook.name}.yaml", "credentials")
    for automation in configuration.automations.values():
        file = f"automations/{automation.name}.yaml"
        yield NamedBlock(automation.directory, DIRECTORY, file, "directory")
        yield NamedBlock(automation.store, STORE, file, "store")
        for path, slug in _SYSTEMS.items():
            if name := getattr(automation, path):
                yield NamedBlock(name, slug, file, path)
        for number, one in enumerate(automation.notify):
            slug, _, name = one.block.partition("/")
            if slug == MAIL_SERVER:  # the other types are Prefect's own
                yield NamedBlock(name, slug, file, f"notify.{number}.block")


def ambiguous_names(configuration: Configuration) -> Iterator[tuple[str, Finding]]:
    """Names that are wanted for two types of block: file and finding."""
    first: dict[str, NamedBlock] = {}
    for mention in named_blocks(configuration):
        before = first.setdefault(mention.name, mention)
        if before.slug != mention.slug:
            problem = f"block {mention.name!r} is named for another type of block in {before.file}, {before.path}"
            yield mention.file, Finding(mention.path, problem)
