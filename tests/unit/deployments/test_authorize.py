"""The first agreement, against the simulator over HTTPS and a real Prefect server; and the redirect by itself."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from pydantic import SecretStr

from blocks.halo import HaloITSMCredentials
from deployments import authorize
from deployments.loopback import Loopback, NoCodeError
from lifecycle.errors import ConfigurationError
from lifecycle.ports.api.request import ApiRequest
from tests.support.https_api import Authority
from tests.support.simulated_halo import SimulatedHalo, simulated_halo


@pytest.fixture(scope="module")
def halo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedHalo]:
    with simulated_halo(Authority(tmp_path_factory.mktemp("ca"))) as running:
        yield running


def save(halo: SimulatedHalo, name: str, **changes: Any) -> None:
    values = {
        "host_name": halo.host_name,
        "tenant": "example",
        "authorization": "authorization_code",
        "authorize_url": "https://{Host-Name}/auth/authorize?tenant={tenantname}",
        "client_id": "id",
        "client_secret": "canary-secret",
        "ca_file": halo.ca_file,
        "patience_s": 5,
    }
    HaloITSMCredentials(**(values | changes)).save(name, overwrite=True)


class Browser:
    """Opens the address that is printed, as a person would, and follows where it leads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ca_file: str) -> None:
        self._context, self.printed, self.pages = ssl.create_default_context(cafile=ca_file), [], []
        self._pool = ThreadPoolExecutor(1)
        monkeypatch.setattr("builtins.print", self._print)

    def _print(self, *texts: object, **_: object) -> None:
        self.printed.append(" ".join(map(str, texts)))
        if self.printed[-1].startswith("https://"):
            self.pages.append(self._pool.submit(self._open, self.printed[-1]))

    def _open(self, address: str) -> httpx.Response:
        with httpx.Client(verify=self._context, follow_redirects=True, trust_env=False, timeout=20) as http:
            return http.get(address)

    def shown(self) -> list[httpx.Response]:
        """What the browser shows in the end."""
        with self._pool:
            return [page.result(timeout=30) for page in self.pages]


@pytest.mark.usefixtures("_prefect")
def test_authorize_saves_a_refresh_token_that_runs_renew(halo: SimulatedHalo, monkeypatch: pytest.MonkeyPatch) -> None:
    save(halo, "halo-code")
    browser = Browser(monkeypatch, halo.ca_file)
    authorize.main("halo-code", port=0, patience_s=30)
    assert [page.status_code for page in browser.shown()] == [200]
    assert browser.printed[-1] == "\nauthorised; granted: read:customers. Saved in block 'halo-code'."
    first = HaloITSMCredentials.load("halo-code").refresh_token.get_secret_value()
    assert first
    assert first not in "".join(browser.printed)

    halo.simulator.tokens.revoke_all()  # what is in the process is worth nothing: it must be renewed
    with HaloITSMCredentials.load("halo-code").get_client() as client:
        pages = client.pages(_users(), ApiRequest("https://{Host-Name}/api/Users"))
        assert len(next(pages).records) > 10
    second = HaloITSMCredentials.load("halo-code")
    assert second.refresh_token.get_secret_value() not in {"", first}
    assert (second.client_secret.get_secret_value(), second.host_name) == ("canary-secret", halo.host_name)


def _users() -> Any:
    from lifecycle.config.loader import load_configuration  # noqa: PLC0415  (one test)

    shipped = load_configuration(Path(__file__).parents[3] / "config").endpoints["halo-users"]
    return shipped.model_copy(update={"pagination": shipped.pagination.model_copy(update={"total": None})})


@pytest.mark.usefixtures("_prefect")
def test_authorize_refuses_other_blocks(halo: SimulatedHalo, capsys: pytest.CaptureFixture[str]) -> None:
    save(halo, "halo-client", authorization="client_credentials", authorize_url="")
    for name, says in (
        ("halo-client", "uses client_credentials"),
        ("halo-nobody", "block halo-nobody: no HaloITSM Credentials is saved under this name"),
    ):
        with pytest.raises(typer.Exit):
            authorize.main(name, port=0)
        assert says in capsys.readouterr().err


@pytest.mark.usefixtures("_prefect")
def test_authorize_says_when_nobody_agrees(halo: SimulatedHalo, capsys: pytest.CaptureFixture[str]) -> None:
    save(halo, "halo-code")
    with pytest.raises(typer.Exit):
        authorize.main("halo-code", port=0, patience_s=0.05)
    assert "nobody agreed within" in capsys.readouterr().err


@pytest.mark.usefixtures("_prefect")
def test_block_that_was_saved_wrongly_says_what_is_wrong(halo: SimulatedHalo) -> None:
    """The UI does not run our rules; loading does, and shows no value."""
    save(halo, "halo-wrong")
    block = HaloITSMCredentials.load("halo-wrong")
    block.bearer_token = SecretStr("canary-bearer")
    block.save("halo-wrong", overwrite=True)
    with pytest.raises(ConfigurationError) as caught:
        HaloITSMCredentials.named("halo-wrong")
    assert caught.value.problem == "authorization authorization_code takes no bearer_token: leave it empty"
    assert caught.value.__context__ is None


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback(0, "s-1") as listening:
        yield listening


def answered(loopback: Loopback, *queries: str) -> tuple[list[int], Any]:
    """The status of each visit, and what the wait for a code comes to."""
    with ThreadPoolExecutor(1) as pool, httpx.Client(trust_env=False, timeout=20) as http:
        waiting = pool.submit(loopback.code, 20)
        statuses = [http.get(loopback.redirect_uri + query).status_code for query in queries]
        error = waiting.exception(timeout=30)
        return statuses, error or waiting.result()


def test_loopback_takes_the_answer_with_its_state_alone(loopback: Loopback) -> None:
    visits = ("favicon.ico", "?code=canary", "?code=canary&state=s-2", "?state=s-1", "x?code=c&state=s-1")
    assert answered(loopback, *visits, "?code=c-1&state=s-1") == ([400] * 5 + [200], "c-1")


@pytest.mark.parametrize(
    ("error", "says"), [("access_denied", "the server refused: access_denied"), ("canary", "for an unknown reason")]
)
def test_loopback_tells_a_refusal(loopback: Loopback, error: str, says: str) -> None:
    statuses, caught = answered(loopback, f"?error={error}&error_description=canary&state=s-1")
    assert (statuses, type(caught)) == ([200], NoCodeError)
    assert says in str(caught)
    assert "canary" not in str(caught)


def test_loopback_waits_no_longer_than_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 0.0, 9.0])
    monkeypatch.setattr("deployments.loopback.HTTPServer.handle_request", lambda _: None)  # nobody comes
    with (
        Loopback(0, "s-1", clock=lambda: next(moments)) as listening,
        pytest.raises(NoCodeError, match="nobody agreed within 5 s"),
    ):
        listening.code(5)
