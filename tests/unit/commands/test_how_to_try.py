"""What the how-to pages tell somebody to type is typed here, and gives what they show."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.main import app

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)

Page = Callable[[str], list[tuple[str, str]]]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """The fenced blocks of a page, as (language, text), in a folder with the shipped configuration."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def blocks(name: str) -> list[tuple[str, str]]:
        text = (ROOT / f"docs/how-to/{name}.md").read_text("utf-8")
        return [
            (kind, re.sub(f"^{indent}", "", body, flags=re.MULTILINE)) for indent, kind, body in BLOCK.findall(text)
        ]

    return blocks


def typed(commands: str) -> str:
    """What the programs of a shell block print, one after the other."""
    printed = ""
    for line in commands.splitlines():
        outcome = CliRunner().invoke(app, shlex.split(line)[1:])
        assert outcome.exit_code == 0, outcome.output
        printed += outcome.stdout
    return "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"


def follow(blocks: list[tuple[str, str]], files: dict[int, str]) -> None:
    """Do what a page says: write the blocks that are files, type the commands, compare what is printed."""
    printed = ""
    for position, (kind, text) in enumerate(blocks):
        if position in files:
            Path(files[position]).write_text(text, "utf-8")
        elif kind == "sh":
            printed = typed(text)
        elif kind == "text":
            assert printed == text


def test_adding_an_endpoint_goes_as_the_page_says(page: Page) -> None:
    blocks = page("add-an-endpoint")
    assert [kind for kind, _ in blocks] == ["json", "sh", "text", "yaml", "sh", "text"]
    follow(blocks, {0: "answer.json", 3: "config/endpoints/staff.yaml"})


def test_a_naming_format_goes_as_the_page_says(page: Page) -> None:
    blocks = page("a-naming-format-with-fallbacks")
    assert [kind for kind, _ in blocks] == ["yaml", "sh", "text", "yaml", "yaml", "sh", "text", "yaml"]
    formats = {0: "short-name", 3: "login", 4: "contractor-name"}
    follow(blocks, {position: f"config/formats/{name}.yaml" for position, name in formats.items()})
    source = Path("config/data-sources/halo-people.yaml")
    old = "  - attributes: {sAMAccountName: account-name, userPrincipalName"
    assert old in source.read_text("utf-8")
    bundle = blocks[-1][1].partition("\n")[2]
    source.write_text(source.read_text("utf-8").replace(old, f"{bundle}  - attributes: {{userPrincipalName"), "utf-8")
    assert typed("halo-ad check --no-blocks").endswith("everything fits\n")


def test_picking_from_an_array_goes_as_the_page_says(page: Page) -> None:
    blocks = page("pick-from-an-array")
    head = "name: staff\ndraft: true\ncredentials: staff-api\nurl: https://{Host-Name}/api/people\nkey: id\n"
    blocks[1] = ("yaml", head + blocks[1][1])
    follow(blocks, {0: "person.json", 1: "config/endpoints/staff.yaml"})


def test_mapping_an_attribute_goes_as_the_page_says(page: Page) -> None:
    """The page's lines, in the shipped data source instead of what it has of these attributes."""
    blocks = [text for kind, text in page("map-an-attribute") if kind == "yaml"]
    mapped, references, late = blocks
    source = Path("config/data-sources/halo-people.yaml")
    named = {line.split(":")[0].strip() for line in (mapped + late).splitlines() if line.startswith("  ")}
    kept = [
        line for line in source.read_text("utf-8").splitlines(keepends=True) if line.split(":")[0].strip() not in named
    ]
    lines = "".join(line for line in (mapped + late).splitlines(keepends=True) if line.startswith("  "))
    text = "".join(kept).replace("attributes:\n  employeeID", f"attributes:\n{lines}  employeeID") + references
    source.write_text(text, "utf-8")
    assert typed("halo-ad check --no-blocks").endswith("everything fits\n")


def test_running_a_script_goes_as_the_page_says(page: Page, tmp_path: Path) -> None:
    orders = tmp_path / "orders"
    orders.mkdir()
    script = Path("config/scripts/door_badge.py")
    for path in (script, script.parent):  # a checkout may be writable by a group
        path.chmod(path.stat().st_mode & ~0o022)
    blocks = [(kind, text.replace("/srv/door/orders", str(orders))) for kind, text in page("run-a-script")]
    assert [kind for kind, _ in blocks] == ["json", *["sh", "text"] * 3]
    follow(blocks[:-2], {0: "zoe.json"})
    (order,) = orders.iterdir()
    assert json.loads(order.read_text("utf-8")) == {"name": "Zoë Example"}
    follow(blocks[-2:], {})
    assert list(orders.iterdir()) == []
    script.chmod(0o664)
    refused = CliRunner().invoke(app, ["script", "door_badge.py", "zoe.json", str(orders)])
    told = refused.stderr.removeprefix("error: ")
    assert f"```\n{told}```" in (ROOT / "docs/how-to/run-a-script.md").read_text("utf-8")
