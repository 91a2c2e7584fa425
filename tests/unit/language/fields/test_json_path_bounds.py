"""What a JSONPath may cost, whatever it and the document are."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.language.fields.json_path import LONGEST, JsonPath, JsonPathError

PERSON = {
    "emails": [
        {"value": "a@x.test", "primary": False, "kind": "home", "pattern": "h.*"},
        {"value": "b@x.test", "primary": True, "kind": "work", "pattern": "("},
        {"value": "c@y.test", "kind": "WORK", "pattern": "O"},
    ],
    "address": {"city": "Bern"},
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$.address.city", ["Bern"]),
        ("$['address']['city']", ["Bern"]),
        ("$.emails[?@.primary == true].value", ["b@x.test"]),
        ("$.emails[-1].value", ["c@y.test"]),
        ("$.emails[*].kind", ["home", "work", "WORK"]),
        ("$..value", ["a@x.test", "b@x.test", "c@y.test"]),
        ("$.emails[?match(@.kind, '(?i)work')].value", ["b@x.test", "c@y.test"]),
        ("$.emails[?match(@.value, 'x')].value", []),
        ("$.emails[?search(@.value, '@x')].value", ["a@x.test", "b@x.test"]),
        ("$.emails[?search(@.value, 'a|^b')].value", ["a@x.test", "b@x.test"]),
        # A pattern of the record that is none matches nothing (RFC 9535, section 2.4.6).
        ("$.emails[?match(@.kind, @.pattern)].kind", ["home"]),
        ("$.emails[?search(@.kind, @.pattern)].kind", ["home", "WORK"]),
        ("$.emails[?length(@.kind) == 4 && count(@.*) > 3].value", ["a@x.test", "b@x.test"]),
        ("$.nothing[*].value", []),
    ],
)
def test_json_path_finds(text: str, found: list[Any]) -> None:
    assert JsonPath(text).found(PERSON) == found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("emails", "is not an RFC 9535 JSONPath (expected 'TOKEN_ROOT', found 'TOKEN_NAME'): 'emails'"),
        ("", "is not an RFC 9535 JSONPath (expected 'TOKEN_ROOT', found 'TOKEN_EOF'): ''"),
        ("$.a | $.b", "is not an RFC 9535 JSONPath (unexpected token '|'): '$.a | $.b'"),
        ("$.a[?@.b =~ /x/]", "is not an RFC 9535 JSONPath (unexpected token '='): '$.a[?@.b =~ /x/]'"),
        ("$.a[?isinstance(@.b, 'x')]",
         "is not an RFC 9535 JSONPath (function 'isinstance' is not defined): \"$.a[?isinstance(@.b, 'x')]\""),
        ("$.a[?match(@.b)]", "is not an RFC 9535 JSONPath (match() requires 2 arguments): '$.a[?match(@.b)]'"),
        ("$.a[?match(@.b, '(')]", "a pattern in it is not a regular expression (missing ): (): '('"),
        (r"$.a[?search(@.b, '(a)\\1')]",
         r"a pattern in it is not a regular expression (invalid escape sequence: \1): '(a)\\1'"),
        ("$" + ".a" * LONGEST, "must have at most 1000 characters"),
    ],
)  # fmt: skip
def test_json_path_refuses(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(problem) + "$"):
        JsonPath(text)


@pytest.mark.parametrize("text", ["$[?" + "(" * 900, "$[?" + "!" * 900 + "@]", "$" + "[?@" * 300, "$[" + "'" * 900])
def test_json_path_refuses_what_is_nested_without_end(text: str) -> None:
    with pytest.raises(ValueError, match="is not an RFC 9535 JSONPath"):
        JsonPath(text)


def nested(depth: int, width: int) -> dict[str, Any]:
    return {f"k{at}": nested(depth - 1, width) if depth else 1 for at in range(width)}


def tower(levels: int) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for _ in range(levels):
        built = {"x": built}
    return built


def wrapped(levels: int) -> dict[str, Any]:
    inner: list[Any] = []
    for _ in range(levels):
        inner = [inner]
    return {"a": inner}


MANY = {"a": [{"b": at} for at in range(10_000)]}


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("$..*..*..*..*..*..*", nested(9, 2)),
        ("$..*..*..*..*..nothing", tower(99)),
        ("$.a" + "[*,*]" * 60, wrapped(90)),
        ("$.a[?$.a[?@.b == 1 && $.a[?@.b == 2]]]", MANY),
        ("$.a[?$.a[?@.b == @.c]]", MANY),
        ("$..[?$..[?$..[?$..[?@.x]]]]", nested(9, 2)),
        ("$" + "..[?@" * 30 + "]" * 30, nested(9, 2)),
    ],
)
def test_json_path_that_would_take_for_ever_is_given_up(text: str, record: dict[str, Any]) -> None:
    with pytest.raises(JsonPathError, match=r"^the document is too large for the path$"):
        JsonPath(text).found(record)


def test_json_path_counts_each_record_by_itself() -> None:
    path = JsonPath("$.a[*].b")
    assert [len(path.found(MANY)) for _ in range(3)] == [10_000] * 3


def test_json_path_goes_no_deeper_than_a_hundred_levels() -> None:
    assert JsonPath("$..nothing").found(tower(99)) == []
    with pytest.raises(JsonPathError, match=r"^the document is too deep for the path$"):
        JsonPath("$..nothing").found(tower(101))


def test_json_path_survives_comparing_what_is_nested_without_end() -> None:
    record = {"a": [tower(90_000)], "c": tower(90_000)}
    try:
        with pytest.raises(JsonPathError):
            JsonPath("$.a[?@ == $.c]").found(record)
    finally:
        while record:  # Python would take the towers down in recursion
            record = record.pop("x", None) or record.pop("c", None) or {}  # type: ignore[assignment]


def test_match_has_no_catastrophic_text() -> None:
    """A backtracking engine would not end within the age of the universe."""
    assert JsonPath("$[?match(@, '(a*)*b')]").found({"a": "a" * 100_000}) == []
    assert JsonPath("$.l[?search(@.t, @.p)]").found({"l": [{"t": "a" * 100_000, "p": "(a*)*b"}]}) == []


PIECES = st.sampled_from(
    ["$", ".", "..", "[", "]", "?", "@", "*", "'a'", "a", ",", ":", "(", ")", "&&", "!", "==", "<", "1", "1e999", "-1",
     "match(", "search(", "count(", "length(", "value(", " ", "\\", '"', "é", "9" * 25, "null", "'('"]
)  # fmt: skip


@settings(deadline=None)  # a loaded machine is no fault
@given(st.lists(PIECES, max_size=15).map("".join) | st.text(), st.booleans())
def test_any_text_is_a_path_or_refused(text: str, rooted: bool) -> None:
    try:
        path = JsonPath("$" + text if rooted else text)
    except ValueError:
        return
    assert isinstance(path.found(PERSON), list)
