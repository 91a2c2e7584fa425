"""Blocks from the environment or by asking: which, with what, and never a secret in a message."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import typer
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

import blocks
from blocks.directory import ActiveDirectoryCredentials
from blocks.halo import HaloITSMCredentials
from blocks.scripts import ScriptFolder
from blocks.store import StateStore
from deployments import register_blocks
from deployments.register_blocks import BLOCK_TYPES, filled, main, named_blocks, variable
from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError

CONFIG = Path(__file__).parents[3] / "config"
ENVIRONMENT = {
    "HALO_ITSM_HOST_NAME": "halo.example.test",
    "HALO_ITSM_CLIENT_ID": "reader",
    "HALO_ITSM_CLIENT_SECRET": "canary-one",
    "HALO_ITSM_SCOPES": "read:customers, read:tickets",
    "CORP_AD_HOST": "dc1.corp.example.test",
    "CORP_AD_USER": "svc-halo-ad@corp.example.test",
    "CORP_AD_PASSWORD": "canary-two",
    "HALO_AD_STORE_URL": "sqlite:///state.db",
}


def _nobody(question: str, _secret: bool) -> str:
    pytest.fail(f"asked: {question}")


def test_block_types_are_all_of_the_package() -> None:
    sources = [path for folder in blocks.__path__ for path in Path(folder).glob("*.py")]
    files = {path.stem for path in sources if "_block_type_slug" in path.read_text("utf-8")}
    assert {kind.__module__.removeprefix("blocks.") for kind in BLOCK_TYPES} == files


def test_named_blocks_are_those_of_the_configuration() -> None:
    assert named_blocks(load_configuration(CONFIG)) == {
        "halo-itsm": HaloITSMCredentials,
        "corp-ad": ActiveDirectoryCredentials,
        "halo-ad-store": StateStore,
    }


def test_named_blocks_refuses_one_name_for_two_types() -> None:
    configuration = load_configuration(CONFIG)
    one = configuration.automations["people-to-ad"].model_copy(update={"store": "corp-ad"})
    with pytest.raises(ConfigurationError, match="'corp-ad' is named as two different types"):
        named_blocks(replace(configuration, automations={"people-to-ad": one}))


def test_filled_takes_the_environment() -> None:
    block = filled("halo-itsm", HaloITSMCredentials, ENVIRONMENT, _nobody)
    assert isinstance(block, HaloITSMCredentials)
    assert block.client_secret.get_secret_value() == "canary-one"
    assert block.scopes == ["read:customers", "read:tickets"]
    assert block.requests_per_window == 700


def test_filled_asks_for_what_is_required_and_hides_secrets() -> None:
    asked: list[tuple[str, bool]] = []

    def ask(question: str, secret: bool) -> str:
        asked.append((question.rpartition(" ")[2], secret))
        return "dc1.example.test"

    filled("corp-ad", ActiveDirectoryCredentials, {}, ask)
    assert asked == [("[CORP_AD_HOST]", False), ("[CORP_AD_USER]", False), ("[CORP_AD_PASSWORD]", True)]


def test_filled_names_the_variable_and_not_its_value() -> None:
    environment = ENVIRONMENT | {"CORP_AD_PORT": "canary-three"}
    with pytest.raises(ConfigurationError, match="CORP_AD_PORT") as caught:
        filled("corp-ad", ActiveDirectoryCredentials, environment, _nobody)
    assert "canary" not in str(caught.value)


def test_variable_is_block_and_field_in_capitals() -> None:
    assert variable("halo-ad-store", "url") == "HALO_AD_STORE_URL"


def test_main_refuses_without_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    with temporary_settings(restore_defaults={PREFECT_API_URL}), pytest.raises(typer.Exit) as caught:
        main(CONFIG)
    assert caught.value.exit_code == 1
    assert "PREFECT_API_URL" in capsys.readouterr().err


@pytest.mark.usefixtures("_prefect")
def test_main_saves_keeps_and_overwrites(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(register_blocks.sys, "stdin", None)  # nobody is asked: everything is in the environment
    main(CONFIG)
    assert ActiveDirectoryCredentials.load("corp-ad").password.get_secret_value() == "canary-two"
    monkeypatch.setenv("CORP_AD_PASSWORD", "canary-four")
    main(CONFIG)
    assert ActiveDirectoryCredentials.load("corp-ad").password.get_secret_value() == "canary-two"
    main(CONFIG, overwrite=True)
    assert ActiveDirectoryCredentials.load("corp-ad").password.get_secret_value() == "canary-four"
    said = capsys.readouterr()
    assert said.out.count("saved ") == 6
    assert said.out.count("kept ") == 3
    assert "canary" not in said.out + said.err


def test_filled_asks_for_what_the_authorization_needs() -> None:
    environment = {"HR_HOST_NAME": "hr.example.test", "HR_AUTHORIZATION": "api_key", "HR_API_KEY_NAME": "X-Key"}
    asked: list[tuple[str, bool]] = []

    def ask(question: str, secret: bool) -> str:
        asked.append((question.rpartition(" ")[2], secret))
        return "canary-five"

    block = filled("hr", HaloITSMCredentials, environment, ask)
    assert isinstance(block, HaloITSMCredentials)
    assert block.api_key.get_secret_value() == "canary-five"
    assert asked == [("[HR_API_KEY]", True)]


def test_filled_tells_a_field_of_another_authorization() -> None:
    environment = ENVIRONMENT | {"HALO_ITSM_API_KEY": "canary-six"}
    with pytest.raises(ConfigurationError, match="client_credentials takes no api_key: leave it empty") as caught:
        filled("halo-itsm", HaloITSMCredentials, environment, _nobody)
    assert "canary" not in str(caught.value)


def test_filled_reads_names_and_values_from_json() -> None:
    environment = {"IT_SCRIPTS_ENVIRONMENT": '{"API_TOKEN": "canary-seven"}', "IT_SCRIPTS_EXTENSIONS": '{".sh": "sh"}'}
    block = filled("it-scripts", ScriptFolder, environment, _nobody)
    assert isinstance(block, ScriptFolder)
    assert block.settings().environment == {"API_TOKEN": "canary-seven"}
    assert block.extensions == {".sh": "sh"}


@pytest.mark.parametrize("given", ["API_TOKEN=canary-eight", '["canary-eight"]', '{"API_TOKEN": ["canary-eight"]}'])
def test_filled_tells_what_is_no_json_without_showing_it(given: str) -> None:
    with pytest.raises(ConfigurationError, match="IT_SCRIPTS_ENVIRONMENT") as caught:
        filled("it-scripts", ScriptFolder, {"IT_SCRIPTS_ENVIRONMENT": given}, _nobody)
    assert "canary" not in str(caught.value)


@pytest.mark.usefixtures("_prefect")
def test_script_folder_that_is_saved_hides_its_environment() -> None:
    block = filled("it-scripts", ScriptFolder, {"IT_SCRIPTS_ENVIRONMENT": '{"API_TOKEN": "canary-nine"}'}, _nobody)
    block.save("it-scripts")
    assert ScriptFolder.load("it-scripts").settings() == block.settings()
    with get_client(sync_client=True) as client:
        shown = client.read_block_document_by_name("it-scripts", "halo-ad-script-folder", include_secrets=False)
    assert shown.data["folder"] == "config/scripts"
    assert "canary" not in shown.model_dump_json()
