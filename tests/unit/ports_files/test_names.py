"""Names that stand for others: which are asked about, and what the server's word makes of them."""

from __future__ import annotations

import pytest

from lifecycle.folders.manifest import DIRECTORY, Entry, Times
from lifecycle.folders.operation import Folder
from lifecycle.ports.files.exchange import Exchange
from lifecycle.ports.files.listing import folder_state
from lifecycle.ports.files.names import looks_substituted
from lifecycle.ports.files.place import Place
from tests.unit.ports_files.played_server import PlayedServer

FOLDER, FILE = Entry("", DIRECTORY, 0, Times(1, 2, 3)), Entry("", 0x20, 7, Times(1, 2, 3))


@pytest.mark.parametrize(
    ("name", "looks"),
    [
        ("AHY9U3~9.TXT", True), ("TZHRWN~X", True), ("BUDG~1.XLS", True), ("BHY9U3^9.TXT", True), ("ABCDE~4A.X", True),
        ("REALLY~1.TXT", True), ("README.TXT", False), ("IMG_0001.JPG", False), ("P1010001.JPG", False),
        ("letter~1.txt", False), ("REALLY LONG~1.TXT", False), ("A.B.C", False), ("", False),
    ],
)  # fmt: skip
def test_names_that_are_asked_about(name: str, looks: bool) -> None:
    assert looks_substituted(name) is looks


def _renamed(names: list[str], real: dict[str, str]) -> tuple[str, ...]:
    tree = {"ann": FOLDER, "ann\\docs": FOLDER, **{f"ann\\docs\\{name}": FILE for name in names}}
    server = PlayedServer(tree, real_names={f"ann\\docs\\{name}": other for name, other in real.items()})
    state = folder_state(Exchange(), Place(server.share(), "ann"))
    assert isinstance(state, Folder)
    return state.renamed


def test_names_that_the_server_has_otherwise_are_found() -> None:
    found = _renamed(["AHY9U3~9.TXT", "REALLY~1.TXT", "letter.txt"], {"AHY9U3~9.TXT": "aux.txt"})
    assert found == ("docs\\AHY9U3~9.TXT",)


def test_case_makes_no_other_name() -> None:
    assert _renamed(["REALLY~1.TXT"], {"REALLY~1.TXT": "Really~1.txt"}) == ()


@pytest.mark.parametrize("name", ["notes.", "tail ", "plan?.doc", "a|b", "\x07bell"])
def test_names_that_no_other_server_takes_are_found(name: str) -> None:
    assert _renamed([name], {}) == (f"docs\\{name}",)
