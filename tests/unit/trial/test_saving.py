"""What is saved is whole, checks, and changes nothing else; what does not check leaves the file as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError
from lifecycle.trial.datatypes import Suggestion
from lifecycle.trial.saving import saved

DRAFT = """\
# yaml-language-server: $schema=../schema/endpoints.schema.json
name: staff
description: "Quoted, with a very long line that is not to be folded, whatever the width of lines may be"
draft: true     # until it is tested
credentials: halo-itsm
url: 'https://{Host-Name}/api/Staff'

key: id
fields:
  id: {}        # a number
  # when they begin and end
  start: &day {}
  end: *day
  city:
    select: "$.address.city"
"""
FOUND = [
    Suggestion("id", {}, {"type": "number"}),
    Suggestion("start", {}, {"type": "timestamp", "format": "%d/%m/%Y"}),
    Suggestion("end", {}, {"type": "timestamp", "format": "%d/%m/%Y"}),
    Suggestion("room", None, {}),
]
AFTER = (
    DRAFT.replace("draft: true", "draft: false")
    .replace("id: {}", "id: {type: number}")
    .replace("&day {}", "&day {type: timestamp, format: '%d/%m/%Y'}")
    + "  room: {}\n"
)


def draft(folder: Path, text: str = DRAFT) -> Path:
    file = folder / "endpoints/staff.yaml"
    file.write_bytes(text.encode())
    return file


def test_saving_changes_what_it_says_and_a_second_time_no_byte(folder: Path) -> None:
    file = draft(folder)
    file.chmod(0o640)
    kept = saved(folder, "endpoints/staff.yaml", FOUND)
    assert (kept.set, kept.added, kept.lifted, kept.problems) == (3, 1, True, ())
    assert kept.told == f"Saved in {file}: datatypes set: 3, fields added: 1, a draft no longer."
    assert file.read_text("utf-8") == AFTER
    assert file.stat().st_mode & 0o777 == 0o640
    stamp = file.stat().st_ino, file.stat().st_mtime_ns
    again = saved(folder, "endpoints/staff.yaml", FOUND)
    assert again.told == f"Nothing to save: {file} says all of it."
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == stamp
    assert not load_configuration(folder).endpoints["staff"].draft
    assert [one.name for one in file.parent.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize(("before", "behind"), [("\ufeff", ""), ("", "# ünd\n")])
def test_byte_order_mark_and_line_ends_stay(folder: Path, before: str, behind: str) -> None:
    file = draft(folder, (before + DRAFT + behind).replace("\n", "\r\n"))
    saved(folder, "endpoints/staff.yaml", FOUND[:3])
    expected = before + AFTER.removesuffix("  room: {}\n") + behind
    assert file.read_bytes() == expected.replace("\n", "\r\n").encode()


def test_a_file_that_would_not_check_stays_and_says_why(folder: Path) -> None:
    file = folder / "endpoints/halo-users.yaml"
    before = file.read_bytes()
    kept = saved(
        folder, "endpoints/halo-users.yaml", [Suggestion("inactive", {}, {"type": "number", "format": "%d/%m/%Y"})]
    )
    assert kept.told == f"{file} stays as it was: what would be saved does not check."
    (problem,) = kept.problems
    assert problem.startswith(f"{file}:")
    assert "format belongs to type timestamp" in problem
    assert file.read_bytes() == before
    assert sorted(one.name for one in file.parent.iterdir()) == sorted({one.name for one in file.parent.glob("*.yaml")})


def test_a_datatype_that_another_file_cannot_live_with_is_not_saved(folder: Path) -> None:
    source = folder / "data-sources/halo-people.yaml"
    file = folder / "endpoints/halo-users.yaml"
    before = file.read_bytes()
    assert "halo-users.inactive" in source.read_text("utf-8")
    kept = saved(folder, "endpoints/halo-users.yaml", [Suggestion("inactive", {}, {"type": "timestamp"})])
    assert kept.problems, "a filter compares it as text"
    assert all(str(source) in one for one in kept.problems)
    assert file.read_bytes() == before


def test_a_link_stays_a_link(folder: Path) -> None:
    real = folder / "endpoints" / "shared"
    real.mkdir()
    target = real / "staff.txt"
    target.write_text(DRAFT, "utf-8")
    (folder / "endpoints/staff.yaml").symlink_to(target)
    saved(folder, "endpoints/staff.yaml", FOUND)
    assert (folder / "endpoints/staff.yaml").is_symlink()
    assert target.read_text("utf-8") == AFTER


def test_a_file_that_is_not_there_or_cannot_be_replaced_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        saved(folder, "endpoints/staff.yaml", FOUND)
    file = draft(folder)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match="cannot be written: No space left on device"):
        saved(folder, "endpoints/staff.yaml", FOUND)
    assert file.read_text("utf-8") == DRAFT
    assert [one.name for one in file.parent.iterdir() if one.name.startswith(".")] == []
