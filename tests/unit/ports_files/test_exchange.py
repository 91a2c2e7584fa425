"""Many chains on their way: the window, the credits, the order, and what a failure leaves behind."""

from collections.abc import Iterator

import pytest

from lifecycle.errors import TargetError
from lifecycle.folders.manifest import DIRECTORY, Entry, Times
from lifecycle.ports.files import messages
from lifecycle.ports.files.exchange import Exchange, Steps
from lifecycle.ports.files.place import Place, find
from tests.unit.ports_files.played_server import PlayedServer

TREE = {str(number): Entry("", DIRECTORY, 0, Times(number, 0, 0)) for number in range(50)}


def _created(place: Place, name: str, chains: int = 1) -> Steps[int]:
    found = 0
    for _ in range(chains):
        replies = yield place.chain("look", messages.opening(name, messages.READ_ATTRIBUTES), messages.closing())
        found = messages.opened(replies[0].must()).created
    return found


def test_results_of_single_chains_come_in_order_with_a_window_outstanding() -> None:
    server = PlayedServer(TREE)
    place = Place(server.share(), "")
    assert list(Exchange().run((_created(place, name) for name in TREE), 8)) == list(range(50))
    assert server.most == 8 * 2


def test_every_task_ends_however_many_chains_it_has() -> None:
    place = Place(PlayedServer(TREE).share(), "")
    found = Exchange().run((_created(place, name, int(name) % 3 + 1) for name in TREE), 5)
    assert sorted(found) == list(range(50))


def test_no_more_is_outstanding_than_the_server_grants() -> None:
    server = PlayedServer(TREE, credits=5)
    place = Place(server.share(), "")
    assert sorted(Exchange().run((_created(place, name, 2) for name in TREE), 32)) == list(range(50))
    assert server.most <= 5


def test_chain_that_costs_more_than_the_server_grants_is_refused() -> None:
    place = Place(PlayedServer(TREE, credits=10).share(), "")
    exchange = Exchange()
    with pytest.raises(TargetError, match="too few credits"):
        exchange.post(place.chain("read", messages.reading(1024 * 1024)))


def test_failure_is_told_and_leaves_no_answer_behind() -> None:
    server = PlayedServer(TREE)
    place, exchange = Place(server.share(), ""), Exchange()

    def tasks() -> Iterator[Steps[int]]:
        for name in ("1", "2", "missing", "3", "4"):
            yield _created(place, name)

    with pytest.raises(TargetError, match="STATUS_OBJECT_NAME_NOT_FOUND"):
        list(exchange.run(tasks(), 8))
    assert server.sequence_window["high"] - server.sequence_window["low"] == 512
    assert exchange.do(_created(place, "7")) == 7


def test_absent_name_is_none_and_no_error() -> None:
    place = Place(PlayedServer({}).share(), "ada")
    assert Exchange().do(find(place)) is None


@pytest.mark.parametrize(("size", "credits_needed"), [(0, 1), (1, 1), (65_536, 1), (65_537, 2), (1_048_576, 16)])
def test_request_costs_a_credit_for_each_64_kib(size: int, credits_needed: int) -> None:
    """[MS-SMB2] 3.2.4.1.5."""
    assert messages.reading(size).credits == credits_needed
    assert messages.writing(bytes(size)).credits == credits_needed
