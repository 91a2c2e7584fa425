"""Lookup tables: the file, and what macros find in it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.config.loader import load_configuration
from lifecycle.config.table import LookupTable
from lifecycle.errors import ConfigurationError
from lifecycle.language.macros.template import compile_template

CITIES = "name: cities\nentries: {BER: Berlin, Straße: Street}\ndefault: Elsewhere\n"


def table(**keys: Any) -> LookupTable:
    return LookupTable.model_validate({"name": "cities", **keys})


@pytest.mark.parametrize(
    ("keys", "text", "found"),
    [
        ({"entries": {"BER": "Berlin"}}, "ber", "Berlin"),
        ({"entries": {"Straße": "x"}}, "STRASSE", "x"),
        ({"entries": {"BER": "Berlin"}}, "LEE", None),
        ({"entries": {"BER": "Berlin"}, "ignore_case": False}, "ber", None),
        ({"entries": {"BER": "Berlin", "ber": "b"}, "ignore_case": False}, "ber", "b"),
        ({"entries": {"": "none"}}, "", "none"),
    ],
)
def test_table_finds(keys: Mapping[str, Any], text: str, found: str | None) -> None:
    assert table(**keys).table.find(text) == found


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"entries": {}}, "at least 1 item"),
        ({"entries": {"a": True}}, 'must be text, in quotes where YAML reads it otherwise: "True"'),
        ({"entries": {1: "a"}}, 'must be text, in quotes where YAML reads it otherwise: "1"'),
        ({"entries": {"BER": "a", "Ber": "b"}}, "entries 'BER' and 'Ber' are the same without regard to case"),
        ({"entries": {"a": "b"}, "key": "a"}, "unknown key; allowed: default, description, entries, ignore_case, name"),
    ],
)
def test_table_refuses(keys: Mapping[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        table(**keys)
    assert problem in str(refused.value)


def test_table_is_in_the_vocabulary(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration()
    (folder / "tables").mkdir()
    (folder / "tables/cities.yaml").write_text(CITIES, "utf-8")
    words = load_configuration(folder).vocabulary
    assert compile_template("%fx.lookup(#%src.a%#, cities)%", words).render({"a": "ber"}) == "Berlin"
    assert compile_template("%fx.lookup(#%src.a%#, cities)%", words).render({"a": "?"}) == "Elsewhere"


def test_table_that_does_not_exist_is_told(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration(
        "data-sources/people.yaml", '"%src.users.name%"}\nnames', '"%fx.lookup(#%src.users.name%#, citys)%"}\nnames'
    )
    (folder / "tables").mkdir()
    (folder / "tables/cities.yaml").write_text(CITIES, "utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    assert refused.value.path == "attributes.sn.value"
    assert refused.value.problem == "fx.lookup: table names no lookup table: 'citys'; did you mean cities?"


def test_table_bears_the_name_of_its_file(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration()
    (folder / "tables").mkdir()
    (folder / "tables/towns.yaml").write_text(CITIES, "utf-8")
    with pytest.raises(ConfigurationError, match=r"towns\.yaml:1:7: name: is 'cities', but the file is named 'towns'"):
        load_configuration(folder)
