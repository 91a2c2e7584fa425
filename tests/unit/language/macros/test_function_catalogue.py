"""The catalogue of functions: each is true to its examples, declares itself, and gives a text or refuses."""

import inspect
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.language.macros.functions.catalogue import EXAMPLE_WORDS, FUNCTIONS, THEMES
from lifecycle.language.macros.functions.digits import EXAMPLE_ATTEMPT
from lifecycle.language.macros.functions.function import Example, Function
from lifecycle.language.macros.functions.kinds import TEXT
from lifecycle.language.macros.template import UnfitValueError, compile_template
from tests.support.function_calls import call

EXAMPLES = [(function, example) for function in FUNCTIONS.values() for example in function.examples]


@pytest.mark.parametrize(("function", "example"), EXAMPLES, ids=lambda one: getattr(one, "text", ""))
def test_example_is_true(function: Function, example: Example) -> None:
    template = compile_template(example.text, EXAMPLE_WORDS, at_hand={"src", "attempt"})
    assert template.render(example.row, attempt=EXAMPLE_ATTEMPT) == example.result
    assert function.name in template.names("fx")
    assert template.fields == set(example.row)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda one: one.name)
def test_function_declares_itself(function: Function) -> None:
    assert function.examples
    assert function.meaning.endswith(".")
    assert len({one.name for one in function.parameters}) == len(function.parameters)
    assert not any(one.variadic for one in function.parameters[:-1])
    optional = [one.optional for one in function.parameters]
    assert optional == sorted(optional), "what may be left out comes last"
    assert (function.apply is None) != (function.load is None)
    parameters = list(inspect.signature(function.code()).parameters.values())[function.needs_attempt :]
    fewest = sum(one.default is one.empty and one.kind is not one.VAR_POSITIONAL for one in parameters)
    assert fewest <= function.fewest
    if function.most is None:
        assert parameters[-1].kind is inspect.Parameter.VAR_POSITIONAL
    else:
        assert len(parameters) == function.most


def test_names_are_those_of_the_catalogue() -> None:
    assert len(FUNCTIONS) == sum(len(theme) for theme in THEMES.values()) >= 25
    assert all(name == function.name for name, function in FUNCTIONS.items())


@given(st.lists(st.text(), min_size=6, max_size=6))
@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda one: one.name)
def test_function_gives_a_text_or_refuses(function: Function, values: list[str]) -> None:
    """Whatever the values: the same text twice, or the error that names the function."""
    constants = {
        "lookup table": "sites", "regular expression (RE2)": "(a)|b", "date layout": "dd.MM.yyyy",
        "IANA timezone": "UTC",
        "`alpha_2` or `alpha_3` or `numeric` or `name`": "name", "`days` or `weeks` or `months` or `years`": "months",
    }  # fmt: skip
    kinds = [one.kind for one in function.parameters]
    arguments = [constants[kind.name] if kind.constant else f"<{chr(97 + n)}>" for n, kind in enumerate(kinds)]
    numbers = [str(len(value)) if kind is not TEXT else value for value, kind in zip(values, kinds, strict=False)]
    text = f"{function.name}({', '.join(arguments)})"
    outcomes = [outcome(lambda given=given: call(text, *given, attempt=EXAMPLE_ATTEMPT))  # type: ignore[misc]
                for given in (values, values, numbers)]  # fmt: skip
    assert outcomes[0] == outcomes[1]
    assert all(isinstance(one, str) for one in outcomes)


def outcome(rendered: Callable[[], str]) -> str:
    try:
        return rendered()
    except UnfitValueError as refused:
        return str(refused)
