"""Home folders of people on the sandbox's shares, and the actions on them as a file gives them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.handle import Share
from tests.support.action_bench import ActionBench
from tests.support.sandbox_systems import root_of


@dataclass(frozen=True)
class Place:
    """A name on a share: as the directory has it, and behind the share."""

    share: Share
    name: str

    @property
    def unc(self) -> str:
        """As a UNC path."""
        return str(root_of(self.share).child(self.name))

    @property
    def folder(self) -> Path:
        """Behind the share."""
        return Path(self.share.folder) / self.name

    @property
    def is_there(self) -> bool:
        """Whether a folder stands there."""
        return self.folder.is_dir()

    def fill(self) -> None:
        """Put something in it."""
        (self.folder / "letters" / "old").mkdir(parents=True)
        for number in range(12):
            file = self.folder / "letters" / f"letter {number}.txt"
            file.write_text(f"Dear {number}" * number, "utf-8")
            os.utime(file, (1_500_000_000, 1_400_000_000.5 + number))
        (self.folder / "Zoë.bin").write_bytes(os.urandom(70_000))

    def contents(self) -> dict[str, tuple[bytes | None, int]]:
        """Name → content and time of last write."""
        return {
            str(file.relative_to(self.folder)): (
                None if file.is_dir() else file.read_bytes(),
                file.stat().st_mtime_ns // 100,
            )
            for file in self.folder.rglob("*")
        }

    def rights(self, bench: ActionBench, inside: str = "") -> str:
        """Owner and entries, as another client reads them."""
        return bench.smbcacls(self.share, f"{self.name}/{inside}".rstrip("/"))


@dataclass(frozen=True)
class Person:
    """An account, and where its home folder stands or will stand."""

    guid: str
    name: str
    home: Place


def create(share: Share, name: str = "%sAMAccountName%") -> dict[str, Any]:
    """The action that makes a home folder on a share."""
    return {"action": "create-home-folder", "path": rf"\\{share.host}\{share.name}\{name}"}


def move(share: Share, name: str = "%sAMAccountName%", **more: object) -> dict[str, Any]:
    """The action that moves it to a share."""
    return {"action": "move-home-folder", "to": rf"\\{share.host}\{share.name}\{name}", **more}


def delete(archives: Share | None) -> dict[str, Any]:
    """The action that deletes it, into an archive or for good."""
    where = rf"\\{archives.host}\{archives.name}\%sAMAccountName%.zip" if archives else "none"
    return {"action": "delete-home-folder", "archive": where}
