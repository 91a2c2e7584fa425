"""The domain as a run views it, once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lifecycle.directory.account import DirectoryView
from lifecycle.runs.run import Run


@dataclass(frozen=True, slots=True)
class DirectoryRead:
    """The whole domain.

    Args:
        identity: objectGUID of the domain.
        view: What is in it.
    """

    identity: str
    view: DirectoryView


def view_directory(run: Run, more: Collection[str] = ()) -> DirectoryRead:
    """Read the whole domain.

    Args:
        run: Its rules say which attributes are looked at.
        more: Further ones.

    Raises:
        ConfigurationError: The mapping does not fit the schema.
        DirectoryError: The read failed or is not complete.
    """
    attributes = tuple(dict.fromkeys((*run.rules.attributes, *sorted(more))))
    with run.ports.directory() as directory:
        run.rules.check_schema(directory.schema(run.rules.attributes))
        return DirectoryRead(directory.identity(), directory.view(attributes))
