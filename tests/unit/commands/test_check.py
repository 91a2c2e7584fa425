"""What ``halo-ad check`` prints, and its exit status."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from commands import check as command
from commands.main import app
from commands.report import in_order, show
from lifecycle.config.block_names import CREDENTIALS, DIRECTORY, STORE
from lifecycle.config.loader import read_configuration

ROOT = Path(__file__).parents[3]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped configuration, as ``config`` below the working folder."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    for variable in ("PREFECT_API_URL", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    return Path("config")


def run(*arguments: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, ["check", *arguments])
    return outcome.exit_code, outcome.stdout


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.usefixtures("config")
def test_check_says_that_everything_fits() -> None:
    files = sum(1 for _ in Path("config").rglob("*.yaml"))
    assert run("--no-blocks") == (0, f"config: {files} files, 2 automations, everything fits\n")


def test_check_prints_as_a_compiler_does(config: Path) -> None:
    spoil(config / "endpoints/halo-users.yaml", "records: users", "client_secret: hunter2\nrecords: users")
    status, told = run("--no-blocks")
    assert status == 1
    assert "hunter2" not in told
    head, hint, end = told.partition("    = allowed: credentials, depends_on, ")
    wanted = """\
config/endpoints/halo-users.yaml:19:1: error: client_secret: unknown key
 19 | client_secret: •••••••
    | ^^^^^^^^^^^^^
"""
    assert (head, bool(hint)) == (wanted, True)
    assert end.endswith("\n\n1 error in 1 file\n")


def test_macro_is_shown_at_its_own_character(config: Path) -> None:
    spoil(config / "formats/address.yaml", "%env.mail_domain%", "%env.mail_domian%")
    wanted = """\
config/formats/address.yaml:8:11: error: suffix: unknown setting env.mail_domian
 8 | suffix: "@%env.mail_domian%"
   |           ^^^^^^^^^^^^^^^^
   = did you mean env.mail_domain?

1 error in 1 file
"""
    assert run("--no-blocks") == (1, wanted)


def test_check_counts_errors_and_files(config: Path) -> None:
    spoil(config / "settings.yaml", "env:", "envs:")
    spoil(config / "formats/address.yaml", "case: lower", "case: low\nmax: 5")
    status, told = run("--no-blocks")
    assert (status, told.splitlines()[-1]) == (1, "3 errors in 2 files")


def test_check_speaks_json(config: Path) -> None:
    spoil(config / "settings.yaml", "  mail_domain: corp", "  password: 5\n  mail_domain: corp")
    status, told = run("--no-blocks", "--format", "json")
    assert status == 1
    assert json.loads(told) == [
        {
            "file": "config/settings.yaml",
            "line": 6,
            "column": 13,
            "span": 1,
            "path": "env.password",
            "text": "must be text, in quotes; given: something that is not shown here",
            "hints": [],
        }
    ]


@pytest.mark.usefixtures("config")
def test_check_speaks_json_when_nothing_is_wrong() -> None:
    assert run("--no-blocks", "--format", "json") == (0, "[]\n")


@pytest.mark.parametrize("arguments", [("nowhere",), ("config/settings.yaml",), ("--format", "xml"), ("a", "b")])
@pytest.mark.usefixtures("config")
def test_wrong_call_has_a_status_of_its_own(arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2


@pytest.mark.usefixtures("config")
def test_blocks_that_cannot_be_asked_for_are_told() -> None:
    reason = "blocks: not checked: PREFECT_API_URL is not set, neither in the environment nor in the active profile\n"
    status, told = run()
    assert (status, told.startswith(reason)) == (0, True)
    status, told = run("--blocks")
    assert status == 1
    assert told.endswith(reason + "1 error in 1 file\n")


@pytest.mark.usefixtures("config")
def test_blocks_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def names(_address: object, slugs: tuple[str, ...]) -> dict[str, set[str]]:
        return {key: set[str]() for key in slugs} | {
            CREDENTIALS: {"halo-itms"},
            DIRECTORY: {"corp-ad"},
            STORE: {"corp-ad"},
        }

    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    monkeypatch.setattr("commands.prefect_blocks.block_names", names)
    status, told = run()
    assert status == 1
    details, lacks = "endpoints/halo-starter-tickets.yaml", "the Prefect server has no block of type"
    assert [line for line in told.splitlines() if ": error: " in line or " = " in line] == [
        f"config/{details}:5:14: error: credentials: {lacks} haloitsm-credentials named 'halo-itsm'",
        "   = did you mean 'halo-itms'?",
        "   = there are: halo-itms",
        f"config/automations/people-to-ad.yaml:6:8: error: store: {lacks} halo-ad-state-store named 'halo-ad-store'",
        "   = there are: corp-ad",
    ]


def test_block_of_another_type_is_told(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def names(_address: object, slugs: tuple[str, ...]) -> dict[str, set[str]]:
        return {key: set[str]() for key in slugs} | {CREDENTIALS: {"halo-itsm", "corp-ad"}, STORE: {"halo-ad-store"}}

    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    monkeypatch.setattr("commands.prefect_blocks.block_names", names)
    assert "directory: block 'corp-ad' on the Prefect server is of type haloitsm-credentials; " in run(str(config))[1]


def test_colours_are_for_terminals_alone(config: Path) -> None:
    spoil(config / "settings.yaml", "env:", "envs:")
    reading = read_configuration(config)

    def printed(*, terminal: bool) -> str:
        out = io.StringIO()
        console = Console(file=out, force_terminal=terminal, color_system="standard" if terminal else None, width=80)
        show(in_order(reading.problems, reading), reading, console, 80)
        return out.getvalue()

    assert "\x1b[" in printed(terminal=True)
    assert "\x1b" not in printed(terminal=False)


def test_program_writes_what_a_log_can_hold(config: Path) -> None:
    spoil(config / "settings.yaml", "  mail_domain: corp", "  größe: 5\n  mail_domain: corp")
    outcome = subprocess.run(
        [sys.executable, "-c", "from commands.main import main; main()", "check", "--no-blocks"],
        capture_output=True, timeout=60, check=False, env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (outcome.returncode, outcome.stderr) == (1, b"")
    assert b"env.gr\\xf6\\xdfe" in outcome.stdout


def test_file_name_cannot_speak_to_the_terminal(config: Path) -> None:
    (config / "endpoints" / "a\x1b[2J\n.yaml").write_text("name: 5", "utf-8")
    told = run("--no-blocks")[1]
    assert "\x1b" not in told
    assert "a\\x1b[2J\\n.yaml:1:7: error: name: must be text" in told


HEAVY = frozenset(
    {
        "prefect", "pandas", "great_expectations", "httpx", "requests", "authlib", "msal", "stamina", "ldap3", "PIL",
        "smbprotocol", "spnego", "pypsrp", "psrpcore", "sqlalchemy", "alembic", "cryptography", "ssl",
        "urllib.request", "http.client",
    }
)  # fmt: skip
"""What is there for doing, not for checking (a country that a macro names is looked up by phonenumbers even then)."""

IMPORTS = f"""\
import sys
from commands.main import main
sys.argv = ["halo-ad", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    print(end.code, *sorted({set(HEAVY)} & sys.modules.keys()))
"""


def imported(*arguments: str) -> list[str]:
    """Exit status and heavy libraries that a run of the program imports."""
    outcome = subprocess.run(  # noqa: S603 (our own interpreter and text)
        [sys.executable, "-c", IMPORTS, "check", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True, env={"PREFECT_HOME": "/nowhere"},
    )  # fmt: skip
    return outcome.stdout.splitlines()[-1].split()


def test_check_imports_neither_prefect_nor_what_it_does_not_need() -> None:
    assert [name for name in imported() if name != "pandas"] == ["0"]


def test_check_does_not_import_pandas() -> None:
    assert "pandas" not in imported()


def test_help_says_what_the_options_do() -> None:
    outcome = CliRunner().invoke(app, ["check", "--help"])
    assert outcome.exit_code == 0
    assert command.check.__doc__ is not None
    assert "exit status is 1" in outcome.stdout
