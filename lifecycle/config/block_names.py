"""Prefect blocks that the configuration names: secrets and connections, which never stand in a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lifecycle.config.configuration import Configuration
from lifecycle.config.findings.finding import Finding

CREDENTIALS, DIRECTORY, STORE = "haloitsm-credentials", "halo-ad-active-directory", "halo-ad-state-store"
SLUGS = (CREDENTIALS, DIRECTORY, STORE)
"""Slugs of the block types; Prefect knows them by these."""


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
    for automation in configuration.automations.values():
        file = f"automations/{automation.name}.yaml"
        yield NamedBlock(automation.directory, DIRECTORY, file, "directory")
        yield NamedBlock(automation.store, STORE, file, "store")


def ambiguous_names(configuration: Configuration) -> Iterator[tuple[str, Finding]]:
    """Names that are wanted for two types of block: file and finding."""
    first: dict[str, NamedBlock] = {}
    for mention in named_blocks(configuration):
        before = first.setdefault(mention.name, mention)
        if before.slug != mention.slug:
            problem = f"block {mention.name!r} is named for another type of block in {before.file}, {before.path}"
            yield mention.file, Finding(mention.path, problem)
