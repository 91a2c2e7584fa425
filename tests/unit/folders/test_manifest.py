"""Listings and their digests, and the manifest of an archive."""

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.folders.archive_manifest import Archived, manifest_lines, member_name, read_manifest
from lifecycle.folders.descriptor import SecurityDescriptor, sid_bytes
from lifecycle.folders.manifest import DIRECTORY, HIDDEN, READ_ONLY, REPARSE_POINT, Entry, Times, digest_of
from lifecycle.folders.metadata import Metadata, Stream

TIMES = Times(1, 2, 3)
ROOT = Entry("", DIRECTORY, 0, TIMES)
SYMLINK, JUNCTION, DFS, CLOUD, DEDUPLICATED = 0xA000000C, 0xA0000003, 0x8000000A, 0x9000001A, 0x80000013
METADATA = Metadata(SecurityDescriptor(sid_bytes("S-1-5-18"), dacl=b"\2\0\10\0\0\0\0\0"))

PARTS = st.text(alphabet="abcé .ß王", min_size=1, max_size=4).filter(lambda part: part not in {".", ".."})
NUMBERS = st.integers(0, 2**63 - 1)
FILES = st.builds(
    Entry, PARTS, st.sampled_from([0, READ_ONLY, HIDDEN, READ_ONLY | HIDDEN]), NUMBERS,
    st.builds(Times, NUMBERS, NUMBERS, NUMBERS),
)  # fmt: skip
TREES = st.lists(FILES, max_size=5, unique_by=lambda one: one.name).map(lambda files: [ROOT, *files])


@settings(max_examples=30)
@given(TREES, st.randoms(use_true_random=False))
def test_digest_does_not_depend_on_the_order(tree: list[Entry], chance: random.Random) -> None:
    mixed = tree.copy()
    chance.shuffle(mixed)
    assert digest_of(mixed) == digest_of(tree)


@pytest.mark.parametrize(
    "other",
    [
        Entry("a", 0, 5, TIMES), Entry("b", 0, 4, TIMES), Entry("a", READ_ONLY, 4, TIMES),
        Entry("a", DIRECTORY, 4, TIMES),
        Entry("a", 0, 4, Times(1, 2, 4)),
    ],
)  # fmt: skip
def test_digest_tells_a_difference(other: Entry) -> None:
    assert digest_of([ROOT, Entry("a", 0, 4, TIMES)]) != digest_of([ROOT, other])


@pytest.mark.parametrize(
    "same",
    [Entry("a", 0x20 | 0x800, 4, TIMES), Entry("a", 0x20, 4, Times(1, 9, 3)), Entry("a", 0x20, 4, Times(9, 2, 3), 77)],
)
def test_digest_is_that_of_what_a_copy_keeps(same: Entry) -> None:
    """Compression is the server's; reading moves the access time, and on some servers the time of creation with it."""
    assert digest_of([Entry("a", 0x20, 4, TIMES)]) == digest_of([same])


@pytest.mark.parametrize(
    ("source", "copy", "like"),
    [
        (Times(1, 2, 3), Times(1, 9, 3), True),
        (Times(1, 2, 3), Times(2, 2, 3), False),
        (Times(1, 2, 3), Times(1, 2, 4), False),
        (Times(3, 4, 3), Times(9, 4, 3), True),
    ],
)
def test_copy_is_like_its_source_in_times(source: Times, copy: Times, like: bool) -> None:
    assert Entry("a", 0, 4, source).is_like(Entry("a", 0, 4, copy)) is like


@pytest.mark.parametrize(
    ("attributes", "tag", "link"),
    [
        (0, 0, False), (DIRECTORY, 0, False), (REPARSE_POINT, SYMLINK, True),
        (DIRECTORY | REPARSE_POINT, JUNCTION, True),
        (DIRECTORY | REPARSE_POINT, DFS, True), (REPARSE_POINT, CLOUD, True), (REPARSE_POINT, 0, True),
        (REPARSE_POINT, DEDUPLICATED, False),
    ],
)  # fmt: skip
def test_link_is_whatever_is_not_known_to_be_its_own(attributes: int, tag: int, link: bool) -> None:
    assert Entry("a", attributes, 0, TIMES, reparse_tag=tag).is_link is link


def _archived(tree: list[Entry]) -> list[Archived]:
    return [Archived(entry, METADATA, "" if entry.is_folder else "00" * 32) for entry in tree]


@settings(max_examples=30)
@given(TREES)
def test_manifest_is_read_as_it_was_written(tree: list[Entry]) -> None:
    archived = _archived(tree)
    assert read_manifest(manifest_lines(archived, len(archived))) == archived


def test_manifest_keeps_streams() -> None:
    metadata = replace(METADATA, streams=(Stream(":Zone.Identifier:$DATA", b"[ZoneTransfer]"),))
    archived = [Archived(ROOT, METADATA), Archived(Entry("a", 0, 1, TIMES), metadata, "00")]
    assert read_manifest(manifest_lines(archived, 2)) == archived


@pytest.mark.parametrize(
    "name", ["..\\a", "a\\..\\..\\b", "\\a", "a\\", "a/b", "C:\\a", "a\\\\b", "x:y", "a\0", "b\\a", "."]
)
def test_manifest_with_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    lines = list(manifest_lines(_archived([ROOT, Entry(name, 0, 1, TIMES)]), 2))
    with pytest.raises(ValueError, match=r"^(a name in an archive that leads elsewhere|.*names are no tree)$"):
        read_manifest(lines)


@pytest.mark.parametrize(
    "lines",
    [
        [], ["{}"], ["["], ["null"], [json.dumps({"format": "zip", "version": 1, "count": 0})],
        list(manifest_lines(_archived([ROOT]), 2)), list(manifest_lines(_archived([ROOT, ROOT]), 2)),
        list(manifest_lines(_archived([Entry("a", 0, 1, TIMES)]), 1)), list(manifest_lines(_archived([]), 0)),
        [*manifest_lines(_archived([ROOT]), 2), "{}"],
    ],
)  # fmt: skip
def test_manifest_that_is_not_whole_is_refused(lines: list[str]) -> None:
    with pytest.raises(ValueError, match=r"manifest|archive"):
        read_manifest(lines)


def test_member_name_has_slashes() -> None:
    assert member_name("a\\b c.txt") == "content/a/b c.txt"


@pytest.mark.parametrize(
    "name", ["", "::$DATA", ":a", "a:b:$DATA", ":a\\b:$DATA", ":a:$INDEX_ALLOCATION", ":a:b:$DATA"]
)
def test_stream_with_another_files_path_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a stream"):
        Stream(name, b"")
