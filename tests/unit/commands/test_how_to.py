"""The page on checking shows what the program prints."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.main import app

ROOT = Path(__file__).parents[3]
SLIPS = (
    (
        "automations/people-to-ad.yaml",
        '{attribute: mail, value: "%src.halo-users.emailaddress%"}',
        "emailaddress",
        "emailadress",
    ),
    ("formats/address.yaml", "%env.mail_domain%", "mail_domain", "mail_domian"),
)


def test_page_shows_the_real_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/how-to/check-your-configuration.md").read_text("utf-8")
    shown = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    assert shown
    shutil.copytree(ROOT / "config", tmp_path / "config")
    for name, where, old, new in SLIPS:
        file = tmp_path / "config" / name
        text = file.read_text("utf-8")
        assert where in text
        file.write_text(text.replace(where, where.replace(old, new)), "utf-8")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["check", "--no-blocks"]).stdout == shown[1]
