"""The block of a folder of scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from prefect.types import SecretDict
from pydantic import ValidationError

from blocks.scripts import ScriptFolder
from lifecycle.errors import ConfigurationError
from lifecycle.ports.scripts.settings import ScriptSettings
from lifecycle.scripts.call import ScriptCall

SECRET = "t0ken-of-the-door-system"


def variables(value: object) -> SecretDict:
    return SecretDict({"DOOR_TOKEN": value})


class TestScriptFolder(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[ScriptFolder]:
        """The block to hold against them."""
        return ScriptFolder


def test_block_makes_the_settings_of_its_fields() -> None:
    assert ScriptFolder().settings() == ScriptSettings("config/scripts")
    block = ScriptFolder(
        folder="/srv/scripts",
        interpreters={"bash": ["/bin/bash", "-e"]},
        extensions={".sh": "bash"},
        environment=variables(SECRET),
        memory_bytes=100_000_000,
        cpu_s=30,
        grace_s=1,
    )
    assert block.settings() == ScriptSettings(
        "/srv/scripts", {"bash": ("/bin/bash", "-e")}, {".sh": "bash"}, {"DOOR_TOKEN": SECRET}, 100_000_000, 30, 1.0
    )


def test_block_shows_no_variable() -> None:
    block = ScriptFolder(environment=variables(SECRET))
    shown = repr(block) + str(block) + str(block.model_dump()) + block.model_dump_json() + repr(block.settings())
    assert SECRET not in shown


def test_block_opens_its_folder(tmp_path: Path) -> None:
    (tmp_path / "token.sh").write_text('printf \'{"token": "%s"}\' "$DOOR_TOKEN"')
    (tmp_path / "token.sh").chmod(0o644)
    with ScriptFolder(folder=str(tmp_path), environment=variables(SECRET)).open() as scripts:
        assert scripts.run(ScriptCall("token.sh")).outcome == {"token": SECRET}


def test_block_whose_folder_is_not_there_says_so(tmp_path: Path) -> None:
    opening = ScriptFolder(folder=str(tmp_path / "none"), environment=variables(SECRET)).open()
    with pytest.raises(ConfigurationError, match="folder: none: No such file") as refused, opening:
        pytest.fail("it is open")
    assert SECRET not in str(refused.value)


def test_block_refuses_fields_that_cannot_be() -> None:
    with pytest.raises(ValidationError) as refused:
        ScriptFolder(environment=variables([SECRET]))
    assert SECRET not in str(refused.value)
    with pytest.raises(ConfigurationError, match=r"extensions\.\.rb: no interpreter is named 'ruby'"):
        ScriptFolder(extensions={".rb": "ruby"}).open()
