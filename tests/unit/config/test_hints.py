"""What stands below a problem that ``halo-ad check`` prints: what would be right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.main import app
from tests.support.bad_configuration import DETAILS, FULL, PEOPLE, SYNC, USERS, Bad

HINTS: list[Bad] = [
    (USERS, "records:", "record:",
     "did you mean 'records'?",
     ("allowed: credentials, depends_on, description, draft, errors, fields, headers, key, message, method, name, one, "
      "pagination, params, records, repeatable, url")),
    (USERS, "key: id", "key: id\nmethod: PUT"),
    (PEOPLE, "sAMAccountName: account", "sAMAccountName: acount",
     "did you mean 'account'?",
     "there are: account, full"),
    (SYNC, "data_source: people", "data_source: persons", "there are: people"),
    (SYNC, "store: store", "store: store\nanchor: mail", "there are: employeeID, sn"),
    (SYNC, "%src.users.name%", "%src.name%",
     "did you mean 'users.name'?",
     "there are: details.dept, details.id, users.id, users.name, users.start"),
    (SYNC, "CN=All", "CN=%fx.lowr(A)%", "did you mean fx.lower?"),
    (USERS, "key: id", "key: Id", "did you mean 'id'?", "there are: id, name, start"),
    (USERS, "{type: timestamp}", "{tipe: timestamp}",
     "did you mean 'type'?",
     "allowed: default, format, null_before, nulls, pick, select, separator, timezone, type"),
    (DETAILS, "dept: {}", "dept: {type: txt, pick: frist}", "did you mean 'text'?", "did you mean 'first'?"),
    (PEOPLE, "rule: required", "rule: requird", "did you mean 'required'?"),
    (PEOPLE, "name: details, key: id", "name: detials, key: id",
     "did you mean 'details'?",
     "there are: details, users"),
    (FULL, "%env.mail%", "%env.mial%", "did you mean env.mail?"),
]  # fmt: skip


@pytest.mark.parametrize("row", HINTS, ids=lambda row: row[2])
def test_hints_say_what_would_be_right(
    row: Bad, write_configuration: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, old, new, *expected = row
    monkeypatch.chdir(write_configuration(file, old, new).parent)
    lines = CliRunner().invoke(app, ["check", "--no-blocks"]).output.splitlines()
    assert [line.partition(" = ")[2] for line in lines if line.lstrip().startswith("= ")] == expected
