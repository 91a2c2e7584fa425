"""Whether the code on disk is still the code that was loaded."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded, as it was then.

    Args:
        changed_ns: File of a module of the checkout, or folder that packages are installed in → when it was changed.
    """

    changed_ns: Mapping[Path, int | None]

    @classmethod
    def now(cls, checkout: Path) -> Self:
        """Everything that this process has imported from a checkout, and where it imports the rest from."""
        files = (Path(file) for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None)))
        own = {file for file in files if file.is_relative_to(checkout)}
        return cls(_changed_ns([*own, *(folder for one in sys.path if (folder := Path(one)).is_dir())]))

    @property
    def has_changed(self) -> bool:
        """Whether a file was changed or is gone, or a package was installed or removed."""
        return _changed_ns(self.changed_ns) != self.changed_ns


def _changed_ns(paths: Iterable[Path]) -> dict[Path, int | None]:
    return {path: path.stat().st_mtime_ns if path.exists() else None for path in paths}
