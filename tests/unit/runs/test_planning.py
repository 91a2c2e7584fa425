"""What somebody types by hand is told in their words where it is wrong."""

from __future__ import annotations

import pytest

from lifecycle.errors import RequestError
from lifecycle.store import Store
from tests.support.world import World, new_account, new_directory, person


def test_a_macro_that_is_none_is_named_with_its_place(store: Store) -> None:
    world = World(new_directory(), store)
    guid = new_account(world.directory, person("1"))
    items = [{"action": "disable-user"}, {"action": "modify-user", "set": {"title": "%ad.nothing"}}]

    with pytest.raises(RequestError, match=r"^1\..*title"):
        world.request(items, guid)
