"""``test-endpoint`` and ``test-webhook`` with Prefect, HaloITSM and the directory: artifacts, commands, files."""

from __future__ import annotations

import re
import shutil
import textwrap
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import FlowRunSort
from typer.testing import CliRunner

from blocks.halo import HaloITSMCredentials
from commands.main import app
from lifecycle.ports.api.tokens import TOKENS
from sandbox.organisation import EXISTING_ACCOUNT, EXISTING_PERSON
from tests.support.pipeline import CONFIG, Pipeline

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
NAME = f"{EXISTING_PERSON[0]} {EXISTING_PERSON[1]}"


@pytest.fixture(scope="module")
def ready(empty: Pipeline) -> Pipeline:
    """Blocks whose application may also write tickets."""
    block = HaloITSMCredentials.load("halo-itsm").model_dump()
    HaloITSMCredentials(**block | {"scopes": ["read:customers", "edit:tickets"]}).save("halo-itsm", overwrite=True)
    return empty


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect: str) -> Path:
    """A folder with the shipped configuration, in which commands are typed."""
    shutil.copytree(CONFIG, tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFECT_API_URL", f"{prefect}/api")
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


def typed(*arguments: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, list(arguments))
    return outcome.exit_code, outcome.output


def newest_run():
    """The last flow run, its artifacts by key, and its logs as one text."""
    with get_client(sync_client=True) as client:
        (run,) = client.read_flow_runs(sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=1)
        asked = {"artifacts": {"flow_run_id": {"any_": [str(run.id)]}}}
        found = client._client.post("/artifacts/filter", json=asked).json()  # noqa: SLF001
        logs = client._client.post("/logs/filter", json={"logs": {"flow_run_id": {"any_": [str(run.id)]}}}).text  # noqa: SLF001
    return run, {one["key"]: one["data"] for one in found}, logs


def test_an_endpoint_is_shown_in_three_artifacts(ready, here):
    status, told = typed("test-endpoint", "halo-users")
    assert status == 0, told
    run, pages, logs = newest_run()
    assert run.state.is_completed()
    assert set(pages) == {"test-response", "test-response-details", "test-request"}
    assert "- `surname` **Text**" in pages["test-response"]
    assert "- `users` **Array, 100 elements**" in pages["test-response"]
    assert "**200** OK" in pages["test-response-details"]
    assert "| `page_no` | `1` |" in pages["test-request"]
    assert "Bearer ••••••" in pages["test-request"]
    token = next(slot.token.value for slot in TOKENS._slots.values() if slot.token)  # noqa: SLF001
    shown = told + "".join(pages.values()) + logs
    assert [one for one in (token, ready.sandbox.halo.client_secret) if one in shown] == []
    surname = re.search(r"surname  Text  (\S+)", told)
    assert surname
    assert surname[1] not in logs, "personal data is for who asked, not for logs"


def test_a_webhook_is_shown_confirmed_sent_and_saved(ready, here):
    file = here / "config/webhooks/halo-add-ticket.yaml"
    before = file.read_text("utf-8")
    tickets = len(ready.halo.state()["tickets"])
    status, told = typed("test-webhook", "halo-add-ticket", "--account", EXISTING_ACCOUNT, "--save")
    assert status == 1
    assert "this creates or changes something there" in told
    assert f"Account for {NAME} [halo-ad-" in told
    assert len(ready.halo.state()["tickets"]) == tickets
    run, pages, logs = newest_run()
    assert run.state.name == "Not sent"
    assert NAME not in logs + str(run.state)
    assert "This request was not sent." in pages["test-request"]
    assert file.read_text("utf-8") == before
    status, told = typed("test-webhook", "halo-add-ticket", "--account", EXISTING_ACCOUNT, "--yes", "--save")
    assert status == 0, told
    made = ready.halo.state()["tickets"][tickets:]
    assert [one["summary"].startswith(f"Account for {NAME} [halo-ad-") for one in made] == [True]
    assert file.read_text("utf-8") == before.replace("draft: true ", "draft: false ")
    run, pages, logs = newest_run()
    assert run.state.is_completed()
    assert NAME in pages["test-response"]
    assert NAME not in logs + str(run.state)


@pytest.mark.parametrize("by", ["objectGUID", "userPrincipalName", "mail"])
def test_an_account_is_found_by_each_of_its_names(ready, here, by):
    (entry,) = ready.find(f"(sAMAccountName={EXISTING_ACCOUNT})", by)
    status, told = typed("test-webhook", "halo-add-ticket", "--account", entry[by.lower()][0])
    assert (status, NAME in told) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["test-endpoint", "nobody"], "error: no endpoint named 'nobody'"),
        (
            ["test-webhook", "halo-add-ticket", "--account", "nobody"],
            "error: the name means no account: it must be one",
        ),
        (["test-webhook", "halo-add-ticket", "--account", "x*)(cn=*"], "error: the name means no account"),
        (["test-webhook", "halo-delete-ticket"], "error: webhook halo-delete-ticket: macro %act.ticket% has no value"),
    ],
)
def test_what_cannot_be_tried_ends_with_2(ready, here, arguments, problem):
    status, told = typed(*arguments)
    assert (status, told.startswith(problem)) == (2, True), told


def test_without_a_prefect_server_nothing_is_tried(here, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL")
    monkeypatch.setenv("PREFECT_HOME", "/nowhere")
    status, told = typed("test-endpoint", "halo-users")
    assert status == 2
    assert "PREFECT_API_URL is not set" in told


def normal(text: str, host: str) -> str:
    """What is another one in each run, and the room that it takes, made alike."""
    text = text.replace(host, "acme.haloitsm.com")
    text = re.sub(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", "DATE", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+|\d\d\.\d\d\.\d{4}", "DATE", text)
    text = re.sub(r"halo-ad-[0-9a-f]{24}", "KEY", text)
    return re.sub(r" +", " ", text)


def test_the_page_shows_what_is_printed(ready, here):
    """Each shell block of the page is typed, and the text block behind it stands in what is printed, word for word."""
    ready.halo.reset()
    host = ready.sandbox.halo.host_name
    blocks = BLOCK.findall((ROOT / "docs/how-to/try-an-endpoint.md").read_text("utf-8"))
    assert [kind for kind, _ in blocks].count("sh") >= 3
    printed = ""
    for kind, indented in blocks:
        text = textwrap.dedent(indented)
        match kind:
            case "yaml" if text.startswith("# yaml-language-server") and "draft: true" in text:
                name = re.search(r"^name: (\S+)", text, re.MULTILINE)
                assert name
                (here / f"config/endpoints/{name[1]}.yaml").write_text(text, "utf-8")
            case "yaml":
                assert text in [one.read_text("utf-8") for one in (here / "config/endpoints").glob("*.yaml")]
            case "sh":
                printed = normal(typed(*text.split()[1:])[1], host)
            case "text":
                assert printed.startswith(normal(text, host))
