"""A store on SQLite, and a world around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lifecycle.store import Store
from tests.support.nights import Begin, Nights
from tests.support.world import World, new_directory, with_lists


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store a file of tests: each world has a directory of its own, and they share nothing."""
    folder: Path = tmp_path_factory.mktemp("store")
    with Store.open(f"sqlite:///{folder}/state.db") as opened:
        yield opened


@pytest.fixture
def world(store: Store) -> World:
    """Nobody is there yet."""
    return World(new_directory(), store)


@pytest.fixture
def begin(world: World) -> Begin:
    """Nights of an organisation with these lists of actions."""

    def with_these(**lists: list[dict[str, object]]) -> Nights:
        return Nights(replace(world, policy=with_lists(**lists)))

    return with_these


class Killed(BaseException):
    """What a kill is to the code that it hits: nothing catches it."""


@pytest.fixture
def die() -> Callable[..., None]:
    """Something to put where a run is to be killed."""

    def now(*_arguments: object) -> None:
        raise Killed

    return now


@pytest.fixture
def killed() -> type[BaseException]:
    """The exception that ``die`` raises."""
    return Killed
