"""The pieces of a name, one by one, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.language.macros.template import UnfitValueError
from lifecycle.language.names.compiled import compile_format
from lifecycle.language.names.naming import NamingFormat, plain_formats
from lifecycle.language.names.part import capitals
from lifecycle.language.vocabulary import Vocabulary
from tests.support.world import MOMENT

F: dict[str, Any] = {"field": "u.f"}
MARIA = "María-José  de la Cruz"
CONDITION = {"field": "u.f", "operator": "is", "value": "x"}


def first_name(pieces: list[dict[str, Any]], value: str, **options: Any) -> str:
    one = NamingFormat.model_validate({"name": "one", "alternatives": [pieces], **options})
    return compile_format(one, {}, Vocabulary(env={"site": "North"})).series({"u.f": value}, "7", MOMENT).at(0)


@pytest.mark.parametrize(
    ("piece", "name"),
    [
        ({}, "María-José de la Cruz"),
        ({"word": "first"}, "María"),
        ({"word": "last"}, "Cruz"),
        ({"first": 3}, "Mar"),
        ({"last": 3}, "ruz"),
        ({"last": 99}, "María-José de la Cruz"),
        ({"nth": 2}, "a"),
        ({"nth": 99}, ""),
        ({"word": "last", "first": 1}, "C"),
        ({"word": "first", "last": 2}, "ía"),
        ({"word": "last", "nth": 3}, "u"),
        ({"case": "lower"}, "maría-josé de la cruz"),
        ({"case": "upper", "word": "first"}, "MARÍA"),
        ({"case": "capitals"}, "María-José De La Cruz"),
        ({"case": "capitals", "first": 4}, "Marí"),
        ({"case": "upper", "nth": 2, "word": "last"}, "R"),
    ],
)
def test_a_piece_takes_word_then_characters_then_case(piece: dict[str, Any], name: str) -> None:
    assert first_name([{**F, **piece}], MARIA) == name


@pytest.mark.parametrize(
    ("options", "piece", "name"),
    [
        ({"transliterate": True}, {"word": "first"}, "Maria"),
        ({"transliterate": True}, {"word": "first", "last": 2}, "ia"),
        ({"spaces": False}, {}, "María-JosédelaCruz"),
        ({"spaces": False}, {"last": 6}, "laCruz"),
        ({"spaces": False}, {"case": "capitals"}, "María-JoséDeLaCruz"),
        ({"remove": "aí"}, {"first": 5}, "Mr"),
        ({"case": "upper"}, {"word": "last"}, "CRUZ"),
        ({"max_length": 3}, {"word": "last"}, "Cru"),
    ],
)
def test_the_format_treats_all_of_its_text(options: dict[str, Any], piece: dict[str, Any], name: str) -> None:
    assert first_name([{**F, **piece}], MARIA, **options) == name


@pytest.mark.parametrize(
    ("pieces", "value", "name"),
    [
        ([F, {"macro": " %env.site%"}], "Ann", "AnnNorth"),
        ([F, {"text": " "}, {"macro": "%env.site%"}], "Ann", "Ann North"),
        ([{"macro": "%fx.truncate(#%fx.lower(#%src.u.f%#)%#, 2)%"}], "Ann", "an"),
        ([{"text": "x-"}, {"macro": "%src.u.f%"}], "", ""),
        ([F, {"text": "."}, {"macro": "%src.u.none%"}], "Ann", "Ann"),
        ([{"text": "E"}, {"counter": {"from": 17, "width": 5}}], "", "E00017"),
        ([{"counter": {"width": 2}}, {"text": "-"}, F], "Ann", "01-Ann"),
        ([F, {"random": 6}], "Ann", "Ann674612"),
    ],
)
def test_other_kinds_of_pieces(pieces: list[dict[str, Any]], value: str, name: str) -> None:
    assert first_name(pieces, value) == name


def test_a_macro_that_cannot_read_a_value_says_so_without_it() -> None:
    with pytest.raises(UnfitValueError) as refused:
        first_name([{"macro": "%fx.filetime(#%src.u.f%#)%"}], "not-a-date")
    assert "not-a-date" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("jean-luc o'NEIL", "Jean-Luc O'Neil"),
        ("éloïse ßen", "Éloïse Ssen"),
        ("", ""),
        ("van  der berg", "Van  Der Berg"),
        ("ZOE\u0308", "Zoe\u0308"),
    ],
)
def test_capitals_begin_words(text: str, name: str) -> None:
    assert capitals(text) == name


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"alternatives": []}, "Tuple should have at least 1 item after validation, not 0"),
        ({"alternatives": [[F], []]}, "alternative 1 has no field: it would give everybody the same name"),
        ({"alternatives": [[{"text": "svc"}]]}, "alternative 0 has no field: it would give everybody the same name"),
        ({"alternatives": [[F, {"random": 2}, {"counter": {"width": 2}}]]},
         "alternative 0 has more than one counter or random piece"),
        ({"alternatives": [[{}]]}, "a piece is one of text, field, random, counter, macro; given: none"),
        ({"alternatives": [[{"text": "a", "field": "b"}]]},
         "a piece is one of text, field, random, counter, macro; given: text and field"),
        ({"alternatives": [[{"random": 2, "macro": "b"}]]},
         "a piece is one of text, field, random, counter, macro; given: random and macro"),
        ({"alternatives": [[{"text": "abc", "first": 1}]]}, "first must stand with a field, not with text"),
        ({"alternatives": [[{"macro": "abc", "word": "last", "case": "lower"}]]},
         "word and case must stand with a field, not with macro"),
        ({"alternatives": [[{"random": 3, "nth": 1}]]}, "nth must stand with a field, not with random"),
        ({"alternatives": [[{**F, "first": 1, "last": 2}]]},
         "first and last exclude each other: a piece takes one part of its field"),
        ({"alternatives": [[{**F, "middle": 1}]]},
         "unknown key; allowed: case, counter, field, first, last, macro, nth, random, text, word"),
        ({"alternatives": [[{**F, "first": 0}]]}, "Input should be greater than or equal to 1"),
        ({"alternatives": [[{"random": 21}]]}, "Input should be less than or equal to 20"),
        ({"alternatives": [[{"counter": {}}]]}, "Field required"),
        ({"alternatives": [[{"counter": {"from": 100, "width": 2}}]]}, "from 100 has more than 2 digits"),
        ({"alternatives": [[{"counter": {"to": 9, "width": 2}}]]}, "unknown key; allowed: from, width"),
        ({"alternatives": [[{**F, "case": "title"}]]}, "Input should be 'given', 'lower', 'upper' or 'capitals'"),
        ({"alternatives": [[{**F, "case": "upper"}]], "case": "lower"},
         "the case of a piece is lost: the format's is lower"),
        ({"alternatives": [[F]], "max_length": 0}, "Input should be greater than or equal to 1"),
        ({}, "a format has either alternatives, or cases and a default"),
        ({"alternatives": [[F]], "cases": [{"when": CONDITION, "use": "a"}], "default": "b"},
         "a format has either alternatives, or cases and a default"),
        ({"cases": [{"when": CONDITION, "use": "a"}]},
         "cases and default stand together: default is for those whom no case meets"),
        ({"alternatives": [[F]], "default": "b"},
         "cases and default stand together: default is for those whom no case meets"),
        ({"cases": [{"when": CONDITION, "use": "a"}], "default": "b", "suffix": "x", "case": "lower"},
         "case, suffix: say it in the formats that the cases use"),
        ({"cases": [{"use": "a"}], "default": "b"}, "Field required"),
        ({"cases": [], "default": "b"}, "Tuple should have at least 1 item after validation, not 0"),
    ],
)  # fmt: skip
def test_format_refuses(spec: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        NamingFormat.model_validate({"name": "one", **spec})
    assert refused.value.errors()[0]["msg"].removeprefix("Value error, ") == problem


def test_plain_formats_are_those_that_an_advanced_one_chooses_from() -> None:
    plain = NamingFormat.model_validate({"name": "a", "alternatives": [[F]]})
    advanced = NamingFormat.model_validate(
        {"name": "b", "cases": [{"when": CONDITION, "use": "a"}, {"when": CONDITION, "use": "none"}], "default": "a"}
    )
    assert advanced.uses == ("a", "none")
    assert plain_formats(plain, {}) == {"a": plain}
    assert plain_formats(advanced, {"a": plain, "b": advanced}) == {"a": plain}
    assert (advanced.is_advanced, advanced.fields) == (True, {"u.f"})
