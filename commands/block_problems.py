"""Blocks that the configuration names against those that the Prefect server has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lifecycle.config.block_names import NamedBlock, named_blocks
from lifecycle.config.configuration import Configuration
from lifecycle.config.findings.finding import Finding


def block_problems(configuration: Configuration, there: Mapping[str, set[str]]) -> Iterator[tuple[str, Finding]]:
    """Blocks that are missing or of another type, each at its first mention: file and finding.

    Args:
        configuration: What names them.
        there: Slug of a block type → names of its blocks on the server.
    """
    first: dict[tuple[str, str], NamedBlock] = {}
    for mention in named_blocks(configuration):
        first.setdefault((mention.name, mention.slug), mention)
    for (name, slug), mention in first.items():
        if name in there[slug]:
            continue
        others = [one for one, names in there.items() if name in names]
        if others:
            problem = f"block {name!r} on the Prefect server is of type {others[0]}; needed: {slug}"
        else:
            problem = f"the Prefect server has no block of type {slug} named {name!r}"
        yield mention.file, Finding(mention.path, problem, given=name, known=there[slug], listed="there are")
