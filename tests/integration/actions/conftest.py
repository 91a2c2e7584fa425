"""The product on the sandbox that rooms share, home folders there, and the ways to reach its Exchange."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.handle import Sandbox, Share
from sandbox.organisation import STAFF_OU
from tests.support.action_bench import ActionBench
from tests.support.home_places import Person, Place, create
from tests.support.mail_bench import Exchanges, MailBench, SideName

SIDES: tuple[SideName, ...] = ("server", "online", "hybrid")


@pytest.fixture(scope="session")
def bench(shared_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionBench]:
    """A domain controller and the simulators, and the product on them."""
    with ActionBench.on(shared_sandbox, tmp_path_factory.mktemp("bench")) as made:
        yield made


@pytest.fixture(scope="session")
def elsewhere(bench: ActionBench) -> Iterator[str]:
    """An OU for staff, in which an account inherits other rights than in the one above it."""
    name = f"OU=Elsewhere,{STAFF_OU}"
    bench.samba_tool("ou", "create", name)
    bench.set_rights(name, "(A;CI;RP;;;AN)")
    yield name
    bench.samba_tool("ou", "delete", name, "--force-subtree-delete")


@pytest.fixture
def shares(bench: ActionBench) -> Iterator[tuple[Share, Share, Share]]:
    """Both shares of homes and that of archives, empty again afterwards, and named by nobody."""
    sandbox = bench.sandbox
    three = sandbox.share, sandbox.second_share, sandbox.archive_share
    yield three
    for share in three:
        for left in Path(share.folder).iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    for entry in bench.find("(homeDirectory=*)", "sAMAccountName"):
        bench.modify(bench.guid(entry["samaccountname"][0]), homeDirectory="")


@pytest.fixture
def person(bench: ActionBench, shares: tuple[Share, Share, Share]) -> Callable[..., Person]:
    """Accounts with a home folder with something in it, given by the product; ``bare`` without one."""

    def made(*, bare: bool = False) -> Person:
        guid = bench.account()
        name = bench.account_name(guid)
        home = Place(shares[0], name)
        if not bare:
            bench.carry_out([create(home.share)], [guid])
            home.fill()
        return Person(guid, name, home)

    return made


@pytest.fixture(scope="module")
def exchanges(bench: ActionBench) -> Iterator[Exchanges]:
    """Opened when they are needed."""
    with ExitStack() as stack:
        yield Exchanges(bench.sandbox, stack)


@pytest.fixture(params=SIDES)
def mail(request: pytest.FixtureRequest, bench: ActionBench, exchanges: Exchanges) -> MailBench:
    """Each side in turn, with nobody in Exchange."""
    return MailBench.of(bench, exchanges, request.param)


@pytest.fixture
def server(bench: ActionBench, exchanges: Exchanges) -> MailBench:
    """The organisation's own servers alone."""
    return MailBench.of(bench, exchanges, "server")


@pytest.fixture
def online(bench: ActionBench, exchanges: Exchanges) -> MailBench:
    """Exchange Online alone."""
    return MailBench.of(bench, exchanges, "online")


@pytest.fixture
def hybrid(bench: ActionBench, exchanges: Exchanges) -> MailBench:
    """Both."""
    return MailBench.of(bench, exchanges, "hybrid")
