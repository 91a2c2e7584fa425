"""A copy of the shipped configuration, and lines to the simulated HaloITSM and to APIs that a test makes up."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lifecycle.ports.api.authorization import Authorization, ClientCredentials
from lifecycle.ports.api.connection import ApiConnection
from tests.support.https_api import Asked, Authority, FakeApi, Reply, serve
from tests.support.simulated_halo import CLIENT_ID, CLIENT_SECRET, TENANT, SimulatedHalo, simulated_halo
from tests.support.trial_lines import opener

TOKEN_URL = "https://{Host-Name}/auth/token?tenant={tenantname}"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def halo(authority: Authority) -> Iterator[SimulatedHalo]:
    with simulated_halo(authority) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped configuration, to be written to."""
    return Path(shutil.copytree(Path(__file__).parents[3] / "config", tmp_path / "config"))


@pytest.fixture
def open_halo(halo: SimulatedHalo) -> Callable[[str], Any]:
    way = ClientCredentials(
        token_url=TOKEN_URL, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, scopes=("read:customers", "edit:tickets")
    )
    return opener(ApiConnection(halo.host_name, way, tenant=TENANT, ca_file=halo.ca_file, patience_s=1.0))


@pytest.fixture
def api(authority: Authority) -> Iterator[Callable[..., tuple[FakeApi, Callable[[str], Any]]]]:
    """An API that answers by a function, and what opens a line to it with an authorization."""
    running = []

    def made(answer: Callable[[Asked], Reply], way: Authorization) -> tuple[FakeApi, Callable[[str], Any]]:
        fake = FakeApi(answer)
        server = serve(fake, authority)
        host = server.__enter__()
        running.append(server)
        return fake, opener(ApiConnection(host, way, ca_file=authority.ca_file, patience_s=1.0))

    yield made
    for server in running:
        server.__exit__(None, None, None)
