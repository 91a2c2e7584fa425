"""Trying a configuration on a sample: fields that are inferred, fields that are read, names that are tried."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from commands.main import app

PEOPLE = [
    {
        "id": 7,
        "emails": [{"value": "zoe@home.example", "primary": False}, {"value": "zoe@corp.example", "primary": True}],
        "address": {"city": "Berlin"},
        "left": None,
    },
    {"id": 8, "emails": [{"value": "noor@corp.example", "primary": True}], "address": {"city": "Leeds"}, "left": None},
]


def run(*arguments: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"})
    return outcome.exit_code, outcome.output


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return written(tmp_path, {"people": PEOPLE})


def written(folder: Path, content: Any) -> Path:
    file = folder / "sample.json"
    file.write_text(json.dumps(content), "utf-8")
    return file


def test_fields_are_those_of_an_endpoint(sample: Path) -> None:
    status, told = run("fields", str(sample), "--records", "people")
    assert status == 0
    assert YAML(typ="safe").load(told)["fields"] == {
        "address_city": {"select": "$.address.city"},
        "emails": {"type": "array", "select": "$.emails[?@.primary == true].value"},
        "id": {"type": "number"},
        "left": {},
    }


@pytest.mark.parametrize(
    ("content", "place", "problem"),
    [
        ([1], "", "holds no JSON objects"),
        ({"people": "x"}, "people", "holds no JSON objects under people"),
        ({"people": PEOPLE}, "$.people[*]", "--records must lead to one place, by names and indexes only"),
    ],
)
def test_fields_refuse_what_holds_no_records(tmp_path: Path, content: Any, place: str, problem: str) -> None:
    status, told = run("fields", str(written(tmp_path, content)), *(["--records", place] if place else []))
    assert (status, problem in told) == (2, True)


def test_broken_sample_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "sample.json"
    file.write_text('{"people":\n [}', "utf-8")
    assert run("fields", str(file)) == (2, f"error: {file} is no JSON: line 2: Expecting value\n")


def test_read_shows_every_field_with_its_value(tmp_path: Path) -> None:
    file = written(tmp_path, {"record_count": 1, "users": [{"id": 95.0, "firstname": " Zoë ", "inactive": False}]})
    status, told = run("read", "halo-users", str(file))
    rows = {cells[1].strip(): cells[3].strip() for line in told.splitlines() if len(cells := line.split("│")) > 3}
    assert status == 0
    assert (rows["id"], rows["firstname"], rows["inactive"], rows["surname"]) == ("95", "Zoë", "false", "")


def test_read_tells_what_does_not_fit(tmp_path: Path) -> None:
    status, told = run("read", "halo-users", str(written(tmp_path, {"id": "ninety-five"})))
    assert status == 1
    assert "holds nothing under users: it is taken for the records themselves" in told
    assert "[does not fit its datatype]" in told
    assert "ninety-five" not in told


def test_names_are_those_that_are_tried() -> None:
    person = ["halo-users.firstname=Zoë", "halo-users.surname=O'Brien"]
    expected = "zobrien\nzoeobrien\nzoeobrien2\n"
    assert run("names", "account-name", *person, "--most", "3") == (0, expected)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            ("names", "account-nam", "halo-users.firstname=Zoë"),
            "no format named 'account-nam'; there are: account-name",
        ),
        (
            ("names", "account-name", "firstname=Zoë"),
            "'firstname=Zoë' is no FIELD=VALUE; fields of this format: halo-users.",
        ),
    ],
)
def test_names_say_what_there_is(arguments: tuple[str, ...], problem: str) -> None:
    status, told = run(*arguments)
    assert (status, problem in told) == (2, True)
