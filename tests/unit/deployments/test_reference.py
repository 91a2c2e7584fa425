"""The reference pages: current, complete, and honest about it."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import typer

from deployments import generate_reference
from deployments.generate_reference import PAGES, configuration, filters, macros, main, outdated, reason_codes
from deployments.reference_filters import MEANINGS
from deployments.reference_models import kind, table
from lifecycle.config.loader import FOLDERS
from lifecycle.language.filters.value import Operator
from lifecycle.language.macros.binding import PREFIXES
from lifecycle.language.macros.date_layout import LETTERS
from lifecycle.language.macros.functions.catalogue import FUNCTIONS
from lifecycle.language.macros.place import PLACES
from lifecycle.notice import Reason


def test_pages_are_what_the_code_says() -> None:
    assert [path.name for path, _ in outdated()] == [], "run make reference"


def test_pages_name_every_reason_and_every_key() -> None:
    codes, keys = reason_codes(), configuration()
    assert all(f"`{reason.value}`" in codes for reason in Reason)
    for model in FOLDERS.values():
        assert all(f"| `{name}` |" in keys for name in model.model_fields)


def test_page_of_filters_names_every_operator() -> None:
    page = filters()
    assert set(MEANINGS) == {name for part in get_args(Operator) for name in (get_args(part) or (part,))}
    assert all(f"| `{name}` |" in page for name in MEANINGS)


def test_page_of_macros_names_everything() -> None:
    page = macros()
    assert all(f"#### `fx.{name}({function.usage})`" in page for name, function in FUNCTIONS.items())
    assert all(one.result in page for function in FUNCTIONS.values() for one in function.examples)
    assert all(f"| `{name}` |" in page for name in (*PREFIXES, *PLACES, *LETTERS))


def test_outdated_tells_a_missing_and_a_changed_page(tmp_path: Path) -> None:
    assert len(list(outdated(tmp_path))) == len(PAGES)
    for path, wanted in outdated(tmp_path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted, "utf-8")
    assert not list(outdated(tmp_path))
    (tmp_path / "docs/reference/reason-codes.md").write_text("old", "utf-8")
    assert [path.name for path, _ in outdated(tmp_path)] == ["reason-codes.md"]


def test_main_check_fails_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    monkeypatch.setattr(generate_reference, "outdated", lambda: iter([(page, "new")]))
    with pytest.raises(typer.Exit) as caught:
        main(check=True)
    assert caught.value.exit_code == 1
    assert "page.md" in capsys.readouterr().err
    assert not page.exists()


def test_table_escapes_what_would_break_it() -> None:
    assert table(("a",), [("x|y <b>",)]).splitlines()[-1] == "| x\\|y &lt;b> |"
    assert table(("a",), [("`<` <b>",)]).splitlines()[-1] == "| `<` &lt;b> |"


def test_kind_speaks_yaml() -> None:
    assert kind(dict[str, tuple[int, ...]]) == "name → list of whole number"
    assert kind(str | None) == "text"
