"""Whatever a value is, the reader of its place's format gets exactly it back."""

import json
import shlex
import unicodedata
import warnings
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lifecycle.directory import dn
from lifecycle.language.macros.place import PLACES
from lifecycle.language.macros.template import Place, UnfitValueError
from tests.support.placed_values import render

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from ldap3.operation.search import compile_filter, parse_filter
SPECIAL = st.text(
    st.sampled_from("\\\"'/%.-_ #,+<>;=*()&|!:?[]{}`~$^@\t\n\r\0\x01\x7f\x85\u2028é\ufeffCONab1"), min_size=1
)
VALUES = st.one_of(SPECIAL, st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
ANYTHING = VALUES | st.text(min_size=1)
NAMES = st.text(st.sampled_from(". -COMNAUXPRLT1²$~é/:a"), min_size=1, max_size=6)
LINES = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]) | st.sampled_from(" ;é"), min_size=1)


def shown(value: str) -> str:
    """What a report shows of a value."""
    return "".join("\ufffd" if unicodedata.category(one) == "Cc" and one not in "\t\n\r" else one for one in value)


def rendered(place: Place, text: str, **row: str) -> str:
    """The same; a refused value ends the example."""
    try:
        return render(place, text, **row)
    except UnfitValueError:
        assume(False)
        raise


@given(VALUES, VALUES)
def test_url_parses_back_to_its_values(segment: str, query: str) -> None:
    assume(not {segment, query} & {".", ".."})
    url = render("url", "https://h.test/api/%src.s%/x?q=%src.q%&r=1", s=segment, q=query)
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "h.test", "")
    assert unquote(parts.path) == f"/api/{segment}/x"
    assert parts.path.count("/") == len(["api", "segment", "x"])
    assert parse_qsl(parts.query, keep_blank_values=True) == [("q", query), ("r", "1")]
    assert str(httpx.URL(url)) == url


@given(VALUES, VALUES)
def test_url_segment_of_several_values_never_steps_up(one: str, other: str) -> None:
    url = rendered("url", "https://h.test/api/%src.a%%src.b%.%src.b%/x", a=one, b=other)
    assert httpx.URL(url).path == f"/api/{one}{other}.{other}/x"


@given(VALUES, VALUES)
def test_name_parses_back_to_its_values(leaf: str, department: str) -> None:
    name = render("dn", "CN=%src.n%,OU=%src.d%,OU=Staff,%env.base_dn%", n=leaf, d=department)
    assert dn.parse(name) == (("CN", leaf), ("OU", department), ("OU", "Staff"), ("DC", "corp"), ("DC", "test"))


@given(ANYTHING, ANYTHING)
def test_json_parses_back_to_its_values(one: str, other: str) -> None:
    text = render("json", '{"a": "%src.a%", "b": ["x %src.b% %src.a%", 1], "%src.b%": null}', a=one, b=other)
    assert json.loads(text) == {"a": one, "b": [f"x {other} {one}", 1], other: None} | (
        {"a": None} if other == "a" else {}
    )


@given(ANYTHING, ANYTHING)
def test_xml_parses_back_to_its_values(one: str, other: str) -> None:
    text = rendered("xml", "<r a='%src.a%' b=\"%src.b%\"><t>%src.a%|%src.b%</t></r>", a=one, b=other)
    root = ET.fromstring(text)  # noqa: S314 (our own text)
    assert root.attrib == {"a": one, "b": other}
    assert [(child.tag, child.text) for child in root] == [("t", f"{one}|{other}")]


def assertions(node: Any) -> dict[str, bytes]:
    """Attribute → value of every equality in an LDAP filter, as it goes over the wire."""
    if node.getName() == "equalityMatch":
        match = node.getComponent()
        return {str(match["attributeDesc"]): bytes(match["assertionValue"])}
    assert node.getName() in {"and", "or"}
    return {name: value for part in node.getComponent() for name, value in assertions(part).items()}


@given(VALUES, VALUES)
def test_ldap_filter_parses_back_to_its_values(one: str, other: str) -> None:
    text = render("ldap_filter", "(&(cn=%src.a%)(|(sn=x%src.b%)(mail=%src.b%)))", a=one, b=other)
    node = parse_filter(text, None, False, False, None, False).elements[0]
    values = assertions(compile_filter(node))
    assert values == {"cn": one.encode(), "sn": f"x{other}".encode(), "mail": other.encode()}


@given(LINES, LINES)
@example(" a", "b ")
def test_header_is_one_header_with_its_value(one: str, other: str) -> None:
    text = rendered("header", "%src.a%; %src.b%", a=one, b=other)
    assert text == f"{one}; {other}".strip(" ")
    request = httpx.Request("GET", "https://h.test", headers=[(b"x-name", text.encode("latin-1"))])
    assert [value for name, value in request.headers.raw if name == b"x-name"] == [text.encode("latin-1")]


@given(ANYTHING)
def test_header_is_never_two(value: str) -> None:
    """Whatever the value: refused, or without anything that ends a line."""
    try:
        text = render("header", "a%src.v%", v=value)
    except UnfitValueError:
        assert set(value) & {chr(code) for code in (*range(32), *range(127, 160))} or max(value) > "\xff"
        return
    assert not set(text) & {chr(code) for code in (*range(32), *range(127, 160))}


@given(NAMES, NAMES)
@example("CO", "N1")
@example(" ", "COM1")
@example("..", "x")
def test_path_component_stays_one(one: str, other: str) -> None:
    path = rendered("path", "/srv/home/%src.a%%src.b%/.%src.b%", a=one, b=other)
    components = path.replace("\\", "/").split("/")
    assert components == ["", "srv", "home", one + other, f".{other}"]
    for name in components[3:]:
        assert name not in {".", ".."}
        assert name.rstrip(". ") == name
        assert not set(name) & {*'<>:"/\\|?*', *map(chr, range(32))}
        assert name.split(".")[0].strip().upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}


@given(ANYTHING, ANYTHING)
def test_argument_is_its_value_and_no_option(one: str, other: str) -> None:
    alone, named = rendered("argv", "%src.a%%src.b%", a=one, b=other), rendered("argv", "--n=%src.a%", a=one)
    assert (alone, named) == (one + other, f"--n={one}")
    assert not alone.startswith("-")
    assert "\0" not in alone + named
    assert shlex.split(shlex.quote(named)) == [named]


@given(VALUES)
@example("-" * 3)
@example("1. a")
@example("    code")
@example("| a | b |\n|---|---|")
def test_markdown_shows_the_value_as_text(value: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(render("markdown", "%src.v%", v=value))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    pieces = [piece for token in tokens for piece in token.children or []]
    assert {piece.type for piece in pieces} <= {"text"}
    assert "".join(piece.content for piece in pieces) == shown(value)


@given(VALUES)
def test_markdown_value_stays_in_its_cell(value: str) -> None:
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(render("markdown", "| a | b |\n|---|---|\n| %src.v% | x |\n", v=value))
    cells = [token for token in tokens if token.type == "inline"]
    assert [token.type for token in tokens].count("tr_open") == 2
    assert "".join(piece.content for piece in cells[2].children or []) == shown(value)
    assert cells[3].content == "x"


REFUSALS = {
    f"macro {names} has a value that cannot stand here" for names in ("%src.v%", "%fx.lower%", "%src.v% %fx.lower%")
}


@given(ANYTHING)
@pytest.mark.parametrize("place", sorted(PLACES))
def test_any_value_is_rendered_or_refused(place: Place, value: str) -> None:
    for text in ("%src.v%", "a%src.v%", "%src.v%/%fx.lower(#%src.v%#)%"):
        try:
            assert isinstance(render(place, text, v=value), str)
        except UnfitValueError as refused:
            assert str(refused) in REFUSALS  # noqa: PT017 (both endings are right)
