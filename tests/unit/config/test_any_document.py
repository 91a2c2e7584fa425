"""Whatever a file holds, loading ends soon, with a configuration or with problems, never with another exception."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.config.documents.document import Document
from lifecycle.config.documents.file_text import MOST_BYTES
from lifecycle.config.documents.yaml_nodes import MOST_NODES
from lifecycle.config.loader import read_configuration
from tests.support.any_document import PLACES, processor_seconds, write_alone
from tests.support.noise import damaged, documents

LAUGHS = "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
MOST_S = 30.0
"""Processor time. No measurement: what does not end in proportion takes hours. `tests/fuzz` measures."""

SMALL = [
    """\
name: users
credentials: halo
url: https://{Host-Name}/api/Users
pagination: {mode: none}
key: id
fields:
  id: {type: number}
  start: {type: timestamp}
""",
    """\
name: people
endpoints:
  - {name: users, key: id}
scope: {not: {field: users.id, operator: is, value: X}}
attributes:
  sn: {value: "%src.users.name%"}
""",
    "env:\n  base: DC=corp,DC=test\n  mail: corp.test\n",
    'name: account\nalternatives: [[{field: users.name}]]\nsuffix: "@%env.mail%"\n',
]
"""Files that are nearly right."""


def test_random_documents_are_read_or_refused(tmp_path: Path) -> None:
    for number, data in enumerate(documents(20_261_123, 1500, SMALL, largest=300)):
        write_alone(tmp_path / "config", PLACES[number % len(PLACES)], data)
        assert processor_seconds(tmp_path / "config") < MOST_S, f"document {number}"


def test_damaged_file_among_others_is_told(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration()
    texts = {file: file.read_text("utf-8") for file in sorted(folder.rglob("*.yaml"))}
    chance = random.Random(20_261_124)  # noqa: S311 - nothing is kept secret with it
    for _ in range(150):
        file = chance.choice(list(texts))
        file.write_text(damaged(chance, texts[file], list(texts.values())), "utf-8")
        assert processor_seconds(folder) < MOST_S, file.read_text("utf-8")
        file.write_text(texts[file], "utf-8")


def filled(piece: str) -> str:
    """A piece over and over, as much as a file may hold."""
    return (piece * (MOST_BYTES // len(piece) + 1))[:MOST_BYTES]


@pytest.mark.parametrize(
    "text",
    [filled("[")[:-1], filled("{a: "), "[" + filled("a,")[:-2], filled("- !!str x\n"), '"' + filled("a\n")[:-2] + '"',
     "env: {" + filled("x: y, ")[:-8], "- &a x\n" + filled("- *a\n")[:-9], filled("%A b\n")],
    ids=["lists", "mappings", "items", "tags", "folded", "flow", "aliases", "directives"],
)  # fmt: skip
def test_largest_documents_take_no_longer(text: str, tmp_path: Path) -> None:
    write_alone(tmp_path / "config", PLACES[0], text.encode())
    assert processor_seconds(tmp_path / "config") < MOST_S


@pytest.mark.parametrize(
    ("text", "problem", "line", "column"),
    [
        (LAUGHS, f"holds more than {MOST_NODES} values where aliases are followed", 1, 5),
        ("a: &a [*a]", "alias *a stands inside of what it names", 1, 8),
        ("a: *b", "alias *b names no anchor before it", 1, 4),
        ("a: " + "[" * 70, "is nested deeper than 60 times", 1, 63),
        ("a:\n\tb: c", "is no YAML: found character '\\t' that cannot start any token", 2, 1),
        ("a: b\n---\nc: d", "is no YAML: but found another document", 2, 1),
        ("? [a]\n: b", "a key must be text", 1, 3),
        (": b", "a key is missing before the colon", 1, 1),
        ("a: !!python/name:os.system x", "tag !!python/name:os.system has no meaning here", 1, 4),
        ("a: !!int x", "is not what its tag !!int says", 1, 4),
        ('a: "\\ud800"', "holds half of a surrogate pair: no text", 1, 4),
        ("a:\n  <<: [x]", "<< takes mappings alone", 2, 8),
        ("a: b\ra: c\r\na: d", "key 'a' stands twice", 2, 1),
    ],
)
def test_document_is_refused_at_its_place(text: str, problem: str, line: int, column: int) -> None:
    document = Document(text)
    fault = document.faults[0]
    place = document.place("", "file", fault.offset, fault.length)
    assert (fault.problem, place.line, place.column) == (problem, line, column)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        ("# nothing", {}),
        ("null", {}),
        ("day: 2026-11-23\nagreed: yes\nsize: 1_000\ncode: 007", {
            "day": "2026-11-23", "agreed": "yes", "size": "1_000", "code": 7}),
        ("%YAML 1.1\n---\nagreed: yes", {"agreed": "yes"}),
        ("49: true\nnull: ~\n0x1F: 0x1F\noct: 0o17", {"49": True, "null": None, "0x1F": 31, "oct": 15}),
        (f"a: {'9' * 5000}", {"a": "9" * 5000}),
        ("a: 1e999\nb: .inf\nc: -.inf\nd: 1.5", {
            "a": float("inf"), "b": float("inf"), "c": float("-inf"), "d": 1.5}),
        ("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a", {
            "a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": {"x": 1, "y": 2}}),
        ("a: !!str 5\nb: !!int 5\nc: ! 5", {"a": "5", "b": 5, "c": "5"}),
    ],
)  # fmt: skip
def test_document_says(text: str, value: object) -> None:
    document = Document(text)
    assert (document.value, document.faults) == (value, [])


def test_place_of_a_key_with_dots_is_found() -> None:
    document = Document("env:\n  a.b: x\n  a: {c: y}\n")
    assert [document.raw(path) for path in ("env.a.b", "env.a.c", "env.a.d")] == ["x", "y", None]


def _byte_order_mark(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfenv: {base: 5}\n")


def _utf16(file: Path) -> None:
    file.write_text("env: {base: DC=corp}\n", "utf-16")


def _latin1(file: Path) -> None:
    file.write_bytes("env:\n  base: Köln\n".encode("latin-1"))


def _large(file: Path) -> None:
    file.write_bytes(b"#" * (MOST_BYTES + 1))


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _circle(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.name)


def _link_out(file: Path) -> None:
    file.unlink()
    (file.parents[1] / "elsewhere.yaml").write_text("password: hunter2\n", "utf-8")
    file.symlink_to("../elsewhere.yaml")


def _device(file: Path) -> None:
    file.unlink()
    file.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("spoil", "problem", "place"),
    [
        (_byte_order_mark, "must be text, in quotes; given: 5", (1, 13)),
        (_utf16, "is not UTF-8 text, but UTF-16: save it as UTF-8", (0, 0)),
        (_latin1, "is not UTF-8 text", (2, 10)),
        (_large, "is larger than 128 KiB", (0, 0)),
        (_pipe, "is no ordinary file", (0, 0)),
        (_circle, "is a link that leads to itself", (0, 0)),
        (_link_out, "is a link that leads out of the folder: it is not followed", (0, 0)),
        (_device, "is a link that leads out of the folder: it is not followed", (0, 0)),
    ],
)
def test_unusual_file_is_refused(
    spoil: Callable[[Path], None], problem: str, place: tuple[int, int], write_configuration: Callable[..., Path]
) -> None:
    folder = write_configuration()
    spoil(folder / "settings.yaml")
    (found,) = read_configuration(folder).problems
    assert (found.text, (found.line, found.column)) == (problem, place)


def test_link_inside_the_folder_is_followed(write_configuration: Callable[..., Path]) -> None:
    """Kubernetes mounts a folder of files as links into a hidden one."""
    folder = write_configuration()
    (folder / "..data").mkdir()
    (folder / "settings.yaml").rename(folder / "..data" / "settings.yaml")
    (folder / "settings.yaml").symlink_to("..data/settings.yaml")
    assert read_configuration(folder).problems == ()
