"""Which files a configuration consists of, and which lie in its folder without being read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from lifecycle.config.findings.finding import Finding

SETTINGS = "settings.yaml"
_OTHERS = frozenset({"schema", "scripts"})
"""Folders that belong there and hold no configuration."""
_YAML = frozenset({".yaml", ".yml"})


def files_of(folder: Path, kind: str) -> list[str]:
    """The files of one kind, as ``endpoints/halo-users.yaml``, in the alphabet."""
    return sorted(f"{kind}/{file.name}" for file in (folder / kind).glob("*.yaml") if not file.name.startswith("."))


def strays(folder: Path, kinds: Collection[str]) -> Iterator[tuple[str, Finding]]:
    """YAML files that nobody would read, and why; hidden files and folders are left alone."""
    for file in _yaml_files(folder):
        if isinstance(file, OSError):
            yield str(Path(file.filename).relative_to(folder)), Finding("", f"cannot be read: {file.strerror}")
            continue
        parts = file.relative_to(folder).parts
        name = "/".join(parts)
        if parts[0] in _OTHERS or name == SETTINGS:
            continue
        if len(parts) == 1:
            known = f"besides {SETTINGS}, files stand in folders: {', '.join(kinds)}"
            yield name, Finding("", "is not read", hint=known)
        elif parts[0] not in kinds:
            problem = f"is not read: no folder is named {parts[0]!r}"
            yield name, Finding("", problem, given=parts[0], known=kinds, listed="there are")
        elif len(parts) > 2:  # noqa: PLR2004 - the folder and the file
            yield name, Finding("", f"is not read: files stand directly in {parts[0]}/")
        elif file.suffix != ".yaml":
            yield name, Finding("", "is not read: its name must end in .yaml")


def _yaml_files(folder: Path) -> Iterator[Path | OSError]:
    """Every YAML file below a folder, and the error of each folder that cannot be read."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield error
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _yaml_files(entry)
        elif entry.suffix in _YAML:
            yield entry
