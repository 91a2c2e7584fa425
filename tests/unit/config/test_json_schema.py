"""The JSON Schemas: current, correct, and named by the files that they describe."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from lifecycle.config.json_schema import main, schemas, stale_files, write_schemas

CONFIG = Path(__file__).parents[3] / "config"
FILES = sorted(CONFIG.rglob("*.yaml"))


def validator(kind: str) -> jsonschema.Draft202012Validator:
    schema = json.loads(schemas()[f"{kind}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_schemas_are_current() -> None:
    assert stale_files(CONFIG / "schema") == []
    assert main(["--check", "--folder", str(CONFIG / "schema")]) == 0


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(CONFIG).as_posix())
def test_file_names_its_schema_and_fits_it(file: Path) -> None:
    first, _, rest = file.read_text("utf-8").partition("\n")
    schema = (file.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
    kind = "settings" if file.parent == CONFIG else file.parent.name
    assert schema == (CONFIG / "schema" / f"{kind}.schema.json").resolve()
    assert [error.message for error in validator(kind).iter_errors(YAML(typ="safe", pure=True).load(rest))] == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("settings", {"environment": {}}),
        ("formats", {"name": "a", "alternatives": []}),
        ("endpoints", {"name": "Not So", "credentials": "a", "url": "https://h", "key": "id", "fields": {"id": {}}}),
        ("data-sources", {"name": "a", "endpoints": [], "attributes": {"sn": "x"}}),
        ("data-sources", {"name": "a", "endpoints": [{"name": "a", "key": "b"}], "attributes": {"sn": 5}}),
        ("automations", {"name": "a"}),
    ],
)
def test_schema_refuses(kind: str, content: dict[str, Any]) -> None:
    assert not validator(kind).is_valid(content)


def test_written_schemas_replace_what_is_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "schema"
    assert main(["--folder", str(folder)]) == 0
    assert stale_files(folder) == []
    (folder / "gone.schema.json").write_text("{}")
    (folder / "formats.schema.json").write_text("{}")
    (folder / "settings.schema.json").unlink()
    (folder / "notes.md").write_text("kept")
    assert main(["--check", "--folder", str(folder)]) == 1
    problem = "not current: formats.schema.json, gone.schema.json, settings.schema.json; run python -m"
    assert problem in capsys.readouterr().err
    write_schemas(folder)
    assert stale_files(folder) == []
    assert (folder / "notes.md").exists()
    assert not (folder / "gone.schema.json").exists()
