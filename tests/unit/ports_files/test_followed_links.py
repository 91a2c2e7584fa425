"""Links that a server follows by itself: seen by the numbers of folders, and nothing behind them is read or removed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lifecycle.errors import TargetError
from lifecycle.folders.identity import FolderIdentity
from lifecycle.folders.manifest import DIRECTORY, Entry, Times
from lifecycle.folders.operation import Folder, InTheWay
from lifecycle.ports.files import messages
from lifecycle.ports.files.exchange import Exchange
from lifecycle.ports.files.failures import Reason
from lifecycle.ports.files.listing import folder_state, look, see_copyable, tree_of
from lifecycle.ports.files.place import Place
from lifecycle.ports.files.removing import remove_tree
from tests.unit.ports_files.played_server import PlayedServer

TIMES = Times(1, 2, 3)
FOLDER, FILE = Entry("", DIRECTORY, 0, TIMES), Entry("", 0x20, 7, TIMES)
TREE = {
    "home": FOLDER,
    "home\\ann": FOLDER,
    "home\\ann\\docs": FOLDER,
    "home\\ann\\docs\\a.txt": FILE,
    "home\\ann\\shared": FOLDER,
    "home\\ann\\shared\\theirs.txt": FILE,
    "home\\bob": FOLDER,
}


def _place(server: PlayedServer, path: str = "home\\ann") -> Place:
    return Place(server.share(), path)


def _commands(server: PlayedServer) -> set[str]:
    return {command for command, _ in server.log}


@pytest.mark.parametrize(
    "given",
    [
        {"above": {"home\\ann\\shared": 5}},
        {"volumes": {"home\\ann\\shared": 8}},
        {"above": {"home\\ann\\shared": 5}, "shows_links": False},
    ],
    ids=["elsewhere", "another volume", "a server without reparse points"],
)
def test_link_to_a_folder_is_counted_and_what_is_behind_it_is_not(given: Mapping[str, object]) -> None:
    server = PlayedServer(TREE, **given)
    state = folder_state(Exchange(), _place(server))
    assert isinstance(state, Folder)
    assert (state.count, state.size, state.links, state.followed) == (3, 7, 1, ("shared",))


def test_link_to_a_neighbour_and_the_neighbour_have_one_number() -> None:
    server = PlayedServer(TREE, numbers={"home\\ann\\docs": 50, "home\\ann\\shared": 50})
    state = folder_state(Exchange(), _place(server))
    assert isinstance(state, Folder)
    assert (state.count, state.size, state.followed) == (2, 0, ("docs", "shared"))


@pytest.mark.parametrize(
    "given", [{"above": {"home\\ann\\shared": 5}}, {"numbers": {"home\\ann\\docs": 50, "home\\ann\\shared": 50}}]
)
def test_nothing_of_a_folder_with_such_a_link_is_removed_or_copied(given: Mapping[str, object]) -> None:
    server = PlayedServer(TREE, **given)
    exchange, place = Exchange(), _place(server)
    with pytest.raises(TargetError) as refused:
        remove_tree(exchange, place, lambda _: None)
    assert refused.value.code == Reason.HOLDS_LINKS
    root = look(exchange, place)
    assert root is not None
    with pytest.raises(TargetError, match="holds-links"):
        see_copyable(exchange, place, tree_of(exchange, place, root), "copy")
    assert "SET_INFO" not in _commands(server)


@pytest.mark.parametrize(
    "given",
    [
        {"above": {"home\\ann": 5}},
        {"volumes": {"home\\ann": 8, "home\\ann\\docs": 8, "home\\ann\\shared": 8}},
        {"numbers": {"home\\ann": 50, "home\\bob": 50}, "above": {"home\\ann\\docs": 50, "home\\ann\\shared": 50}},
    ],
    ids=["elsewhere", "another volume", "the neighbour"],
)
def test_home_folder_that_is_itself_such_a_link_is_no_folder(given: Mapping[str, object]) -> None:
    server = PlayedServer(TREE, **given)
    assert folder_state(Exchange(), _place(server)) == InTheWay()
    with pytest.raises(TargetError, match="holds-links"):
        remove_tree(Exchange(), _place(server), lambda _: None)
    assert "SET_INFO" not in _commands(server)


def test_root_of_a_share_is_compared_with_nothing() -> None:
    server = PlayedServer({"ann": FOLDER, "ann\\a.txt": FILE}, above={"": 717})
    state = folder_state(Exchange(), _place(server, "ann"))
    assert isinstance(state, Folder)
    assert (state.count, state.links) == (1, 0)


NO_NUMBERS = dict.fromkeys(("", *TREE), 0)


def test_server_without_numbers_that_shows_its_links_is_believed() -> None:
    state = folder_state(Exchange(), _place(PlayedServer(TREE, numbers=NO_NUMBERS)))
    assert isinstance(state, Folder)
    assert (state.count, state.links) == (4, 0)


def test_server_that_gives_no_number_for_the_folder_above_but_shows_its_links_is_believed() -> None:
    """As [MS-FSA] allows: ``..`` has the number 0 where it is made up."""
    state = folder_state(Exchange(), _place(PlayedServer(TREE, above=NO_NUMBERS)))
    assert isinstance(state, Folder)
    assert state.links == 0


@pytest.mark.parametrize("given", [{"numbers": NO_NUMBERS}, {"above": NO_NUMBERS}])
def test_server_that_shows_neither_numbers_nor_links_is_refused(given: Mapping[str, object]) -> None:
    server = PlayedServer(TREE, shows_links=False, **given)
    with pytest.raises(TargetError) as refused:
        folder_state(Exchange(), _place(server))
    assert refused.value.code == Reason.LINKS_NOT_SHOWN


def test_answer_without_dots_or_volume_says_nothing() -> None:
    """The root of a Windows volume lists neither ``.`` nor ``..``."""
    assert messages.identity(bytes(88), []) == FolderIdentity()
