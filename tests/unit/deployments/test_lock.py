"""``requirements.lock``: hashes for everything, no index, and what ``pyproject.toml`` asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[3]
LOCK = (PROJECT / "requirements.lock").read_text("utf-8")
PINS = [
    (canonicalize_name(name), version) for name, version in re.findall(r"^([\w.\-]+)==([^\s;]+)", LOCK, re.MULTILINE)
]
"""Name and version; a package whose version depends on the interpreter's stands there more than once."""
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
ASKED = [
    *PYPROJECT["project"]["dependencies"],
    *PYPROJECT["dependency-groups"]["sandbox"],
    *PYPROJECT["dependency-groups"]["dev"],
]


@pytest.mark.parametrize("requirement", [Requirement(one) for one in ASKED], ids=str)
def test_lock_fits_pyproject(requirement: Requirement) -> None:
    pinned = {version for name, version in PINS if name == canonicalize_name(requirement.name)}
    assert pinned, "is not locked: run make lock"
    assert pinned == set(requirement.specifier.filter(pinned, prereleases=True)), "another is locked: run make lock"


def test_lock_has_a_hash_for_every_package() -> None:
    blocks = re.split(r"^(?=[\w.\-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(PINS)
    assert all("--hash=sha256:" in block for block in blocks)


def test_lock_names_no_index() -> None:
    allowed = re.compile(r"[\w.\-]+==\S+( ;.*)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|\s+#.*")
    assert [line for line in LOCK.splitlines() if not allowed.fullmatch(line)] == []
    assert "://" not in LOCK
