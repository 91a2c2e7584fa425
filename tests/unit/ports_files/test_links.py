"""Links are seen, counted, refused or removed; nothing is ever opened through one."""

import pytest

from lifecycle.errors import TargetError
from lifecycle.folders.manifest import DIRECTORY, REPARSE_POINT, Entry, Times
from lifecycle.folders.operation import Folder, InTheWay
from lifecycle.ports.files.copying import copy_tree
from lifecycle.ports.files.exchange import Exchange
from lifecycle.ports.files.failures import Reason
from lifecycle.ports.files.listing import folder_state, look, tree_of
from lifecycle.ports.files.place import Place
from lifecycle.ports.files.removing import remove_tree
from tests.unit.ports_files.played_server import PlayedServer

TIMES = Times(1, 2, 3)
FOLDER, FILE = Entry("", DIRECTORY, 0, TIMES), Entry("", 0x20, 7, TIMES)
JUNCTION = Entry("", DIRECTORY | REPARSE_POINT, 0, TIMES, reparse_tag=0xA0000003)
SYMLINK = Entry("", REPARSE_POINT, 0, TIMES, reparse_tag=0xA000000C)
DEDUPLICATED = Entry("", REPARSE_POINT, 9, TIMES, reparse_tag=0x80000013)
WITH_LINKS = {
    "ada": FOLDER,
    "ada\\a.txt": FILE,
    "ada\\away": JUNCTION,
    "ada\\away\\others.txt": FILE,
    "ada\\docs": FOLDER,
    "ada\\docs\\b.txt": DEDUPLICATED,
    "ada\\docs\\c.lnk": SYMLINK,
}


def _place(server: PlayedServer, path: str = "ada") -> Place:
    return Place(server.share(), path)


def test_links_are_counted_and_not_listed() -> None:
    server = PlayedServer(WITH_LINKS)
    state = folder_state(Exchange(), _place(server))
    assert isinstance(state, Folder)
    assert (state.count, state.size, state.links) == (5, 16, 2)
    assert "ada\\away" not in {path for _, path in server.log}


def test_copy_of_a_folder_with_links_is_refused_before_anything_is_written() -> None:
    server, target = PlayedServer(WITH_LINKS), PlayedServer({})
    exchange, place = Exchange(), _place(server)
    root = look(exchange, place)
    assert root is not None
    tree = tree_of(exchange, place, root)
    with pytest.raises(TargetError, match="holds-links: 2") as refused:
        copy_tree(exchange, place, _place(target), tree, lambda _: None)
    assert refused.value.code == Reason.HOLDS_LINKS
    assert target.log == []


def test_removal_takes_the_link_and_not_what_it_leads_to() -> None:
    server = PlayedServer(WITH_LINKS)
    assert remove_tree(Exchange(), _place(server), lambda _: None) == 5
    removed = [path for command, path in server.log if command == "SET_INFO"]
    assert set(removed) == set(WITH_LINKS) - {"ada\\away\\others.txt"}
    assert removed[-2:] == ["ada\\docs", "ada"], "folders come after what is in them"


@pytest.mark.parametrize("link", [JUNCTION, SYMLINK, FILE])
def test_link_or_file_with_the_folders_name_is_in_the_way(link: Entry) -> None:
    server = PlayedServer({"ada": link})
    assert folder_state(Exchange(), _place(server)) == InTheWay()
