"""What a script may be called with."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.scripts.call import MAX_ARGUMENT_BYTES, MAX_ARGUMENTS, MAX_ARGUMENTS_BYTES, MAX_INPUT_BYTES, ScriptCall

CANARY = "canary-of-the-data"
TEXT = st.text(max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


def test_call_keeps_what_it_is_given() -> None:
    call = ScriptCall("badges/add.py", ("--name", "Ann; rm -rf /", ""), {"name": "Zoë"}, "python3", 5.0, "ab")
    assert call.argv == ("--name", "Ann; rm -rf /", "")
    assert json.loads(call.stdin) == {"name": "Zoë"}
    assert pickle.loads(pickle.dumps(call)) == call  # noqa: S301 - our own bytes


def test_call_shows_neither_arguments_nor_input() -> None:
    shown = repr(ScriptCall("add.py", (CANARY,), {"name": CANARY}))
    assert "add.py" in shown
    assert CANARY not in shown


def test_call_sends_the_input_as_it_was_when_it_was_made() -> None:
    given_input = {"name": "Ann"}
    call = ScriptCall("add.py", input=given_input)
    given_input["name"] = "Bob"
    assert call.stdin == b'{"name": "Ann"}'


@pytest.mark.parametrize(
    "path",
    ["add.py", "badges/add.py", "Zugang löschen.ps1", "a", "a.b.c", "x" * 200],
)
def test_call_takes_a_path_below_the_folder(path: str) -> None:
    assert ScriptCall(path).path == path


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "..", "../add.py", "a/../b.py", "a//b", "a/", "./a", ".git/config", "-c", "a/-c", "a\\b",
     "a\0b", "a\nb", "\ud800", "x" * 201],
)  # fmt: skip
def test_call_refuses_a_path_that_names_no_file_below_the_folder(path: str) -> None:
    with pytest.raises(ValueError, match="path: "):
        ScriptCall(path)


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (("fine", f"{CANARY}\0"), "argument 2 holds NUL"),
        ((f"{CANARY}\ud800",), "argument 1 cannot be written in UTF-8"),
        ((CANARY + "x" * MAX_ARGUMENT_BYTES,), "argument 1 has 32786 bytes; 32768 are allowed"),
        (("é" * (MAX_ARGUMENT_BYTES // 2 + 1),), "argument 1 has 32770 bytes"),
        (("x",) * (MAX_ARGUMENTS + 1), "there are 257 arguments; 256 are allowed"),
        (("x" * MAX_ARGUMENT_BYTES,) * 4, f"{MAX_ARGUMENTS_BYTES + 4} bytes together; {MAX_ARGUMENTS_BYTES} are"),
    ],
)
def test_call_refuses_arguments_that_cannot_arrive(argv: tuple[str, ...], problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as refused:
        ScriptCall("add.py", argv)
    assert CANARY not in str(refused.value)


def test_call_takes_arguments_up_to_the_limits() -> None:
    assert len(ScriptCall("add.py", ("",) * MAX_ARGUMENTS).argv) == MAX_ARGUMENTS
    assert ScriptCall("add.py", ("x" * MAX_ARGUMENT_BYTES,)).argv[0][-1] == "x"


def _circle() -> dict[str, Any]:
    circle: dict[str, Any] = {CANARY: 1}
    circle["inner"] = circle
    return circle


def _deep() -> dict[str, Any]:
    deep: dict[str, Any] = {CANARY: 1}
    for _ in range(100_000):
        deep = {"inner": deep}
    return deep


@pytest.mark.parametrize(
    "wrong",
    [{"at": {CANARY}}, {CANARY: float("nan")}, {"a": f"{CANARY}\ud800"}, {(CANARY,): 1}, _circle(), _deep()],
    ids=["set", "nan", "surrogate", "key", "circle", "deep"],
)
def test_call_refuses_an_input_that_is_no_json(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot be written as JSON") as refused:
        ScriptCall("add.py", input=wrong)
    assert CANARY not in str(refused.value)
    assert refused.value.__context__ is None, "the exception below it holds the value"


def test_call_bounds_the_input() -> None:
    spare = len('{"a": ""}')
    assert len(ScriptCall("add.py", input={"a": "x" * (MAX_INPUT_BYTES - spare)}).stdin) == MAX_INPUT_BYTES
    with pytest.raises(ValueError, match="1048577 bytes; 1048576 are allowed"):
        ScriptCall("add.py", input={"a": "x" * (MAX_INPUT_BYTES - spare + 1)})


@pytest.mark.parametrize("timeout_s", [0, -1, float("nan"), float("inf"), 86_401])
def test_call_refuses_a_time_that_is_none(timeout_s: float) -> None:
    with pytest.raises(ValueError, match="timeout_s"):
        ScriptCall("add.py", timeout_s=timeout_s)


@given(st.dictionaries(TEXT, JSON, max_size=3))
def test_call_writes_any_json_so_that_it_is_read_again(value: dict[str, Any]) -> None:
    assert json.loads(ScriptCall("add.py", input=value).stdin) == value


@given(st.text(st.characters(), max_size=30), st.lists(st.text(st.characters(), max_size=30), max_size=5))
def test_call_takes_exactly_what_a_program_can_be_given(path: str, argv: list[str]) -> None:
    """Whatever is made can be passed on; whatever is refused names the place and not the text."""
    try:
        call = ScriptCall(path, tuple(argv))
    except ValueError as error:
        assert str(error).startswith(("path: ", "argument "))  # noqa: PT017 - either may come
    else:
        assert b"\0" not in "".join(call.argv).encode()
        parts = path.encode().split(b"/")
        assert not {b"", b".", b".."}.intersection(parts)
