"""The syntax of macros: trees, their spelling, and texts that are no template."""

import pickle
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.language.macros.syntax import MOST_NESTED, Literally, Macro, MacroError, Tree, parse, spelled

TEXTS = st.text(st.one_of(st.sampled_from('%#(),". src\n'), st.characters()), min_size=1)
PREFIXES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_\-]{0,5}", fullmatch=True) | st.just("")
NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.:/\-]{0,8}", fullmatch=True)
ONE_NAMES = NAMES.filter(lambda name: "." not in name)


def trees(macros: st.SearchStrategy[Macro]) -> st.SearchStrategy[Tree]:
    """Literals and macros, no two literals side by side."""
    pairs = st.lists(st.tuples(macros, st.none() | TEXTS), max_size=3)

    def woven(first: str | None, others: list[tuple[Macro, str | None]]) -> Tree:
        nodes = [first, *(node for pair in others for node in pair)]
        return tuple(Literally(node) if isinstance(node, str) else node for node in nodes if node is not None)

    return st.builds(woven, st.none() | TEXTS, pairs)


def macros(arguments: st.SearchStrategy[Tree]) -> st.SearchStrategy[Macro]:
    given_ones = st.none() | st.lists(arguments, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Macro, PREFIXES.filter(bool), NAMES, given_ones), st.builds(Macro, st.just(""), ONE_NAMES, given_ones)
    )


LEAVES = st.builds(Macro, PREFIXES.filter(bool), NAMES) | st.builds(Macro, st.just(""), ONE_NAMES)
TREES = trees(st.recursive(LEAVES, lambda inner: macros(trees(inner)), max_leaves=6))


@given(TREES)
def test_spelled_tree_parses_back(tree: Tree) -> None:
    assert parse(spelled(tree)) == tree


@given(st.text(st.sampled_from('%#(),". abfx')))
def test_parse_spelled_is_stable(text: str) -> None:
    try:
        tree = parse(text)
    except MacroError:
        return
    assert parse(spelled(tree)) == tree


def argument(text: str) -> tuple[Tree, ...]:
    (macro,) = parse(f"%fx.f({text})%")
    assert isinstance(macro, Macro)
    assert macro.arguments is not None
    return macro.arguments


A = Macro("src", "a")


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("", ()),
        ("  ", ()),
        ('""', ((),)),
        (",", ((), ())),
        (" a , b ", ((Literally("a"),), (Literally("b"),))),
        ('" a , b "', ((Literally(" a , b "),),)),
        ('",", ")"', ((Literally(","),), (Literally(")"),))),
        ('"say ""hi"""', ((Literally('say "hi"'),),)),
        ('""""', ((Literally('"'),),)),
        ('"100 %%"', ((Literally("100 %"),),)),
        ('"#%src.a%#, "', ((A, Literally(", ")),)),
        ('  "a"  ,b', ((Literally("a"),), (Literally("b"),))),
        ('5" pipe', ((Literally('5" pipe'),),)),
        ("(a, b)", ((Literally("(a, b)"),),)),
        ("((a),b),c", ((Literally("((a),b)"),), (Literally("c"),))),
        ("#%src.a%# x", ((A, Literally(" x")),)),
        ("# 5", ((Literally("# 5"),),)),
        ("##%src.a%##", ((Literally("#"), A, Literally("#")),)),
        ("a\n  b", ((Literally("a\n  b"),),)),
        ("#%fx.g(#%src.a%#, b)%#", ((Macro("fx", "g", ((A,), (Literally("b"),))),),)),
    ],
)
def test_parse_reads_arguments(text: str, arguments: tuple[Tree, ...]) -> None:
    assert argument(text) == arguments


@pytest.mark.parametrize(
    ("text", "macro"),
    [
        ("%mail_domain%", Macro("", "mail_domain")),
        ("%src.halo-users.firstname%", Macro("src", "halo-users.firstname")),
        ("%halo-users.firstname%", Macro("halo-users", "firstname")),
        ("%act.timestamp_dd/MM/yyyy_HH:mm%", Macro("act", "timestamp_dd/MM/yyyy_HH:mm")),
        ("%fx.f%", Macro("fx", "f", None)),
        ("%fx.f()%", Macro("fx", "f", ())),
    ],
)
def test_parse_reads_names(text: str, macro: Macro) -> None:
    assert parse(text) == (macro,)


def test_macro_knows_where_it_stands() -> None:
    tree = parse("ab%src.a%%fx.f(#%src.b%#)%")
    _, first, second = tree
    assert isinstance(first, Macro)
    assert isinstance(second, Macro)
    assert second.arguments
    (inner,) = second.arguments[0]
    assert isinstance(inner, Macro)
    assert (first.position, second.position, inner.position) == (2, 9, 15)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("50% off", "at character 3: expected prefix.name after %; write %% for a percent sign"),
        ("%", "at character 1: expected prefix.name after %; write %% for a percent sign"),
        ("%.a%", "at character 1: expected prefix.name after %; write %% for a percent sign"),
        ("x%src.a", "at character 2: macro src.a is not closed by %"),
        ("%src.a b%", "at character 1: macro src.a is not closed by %"),
        ("%src.%", "at character 1: macro src is not closed by %; write %% for a percent sign"),
        ("%fx.lower(#%src.a%)%", "at character 11: macro src.a is not closed by %#"),
        ("%fx.lower(a%", "at character 12: a macro inside an argument is written #%…%#, a percent sign %%"),
        ('%fx.lower("a%")%', "at character 13: a macro inside an argument is written #%…%#, a percent sign %%"),
        ("%fx.lower((a)", "at character 10: parenthesis is not closed"),
        ("%fx.lower(", "at character 10: parenthesis is not closed"),
        ("%fx.lower(a, ", "at character 10: parenthesis is not closed"),
        ('%fx.lower(a, "b)', "at character 14: quotation mark is not closed"),
        ('%fx.lower("a" b)%', 'at character 15: expected , or ) after the argument; write "" for a quotation mark'),
        ('%fx.lower("a"', 'at character 14: expected , or ) after the argument; write "" for a quotation mark'),
        ("%fx.lower(%src.a%)%", "at character 11: a macro inside an argument is written #%…%#, a percent sign %%"),
        ("%fx.lower(a)b%", "at character 1: macro fx.lower is not closed by %"),
        ("%fx.lower(a", "at character 10: parenthesis is not closed"),
    ],
)
def test_parse_refuses(text: str, problem: str) -> None:
    with pytest.raises(MacroError) as refused:
        parse(text)
    assert str(refused.value) == problem
    assert refused.value.position == int(problem.split()[2].rstrip(":")) - 1


def nested(depth: int) -> str:
    return "%fx.f(" + "#%fx.f(" * (depth - 1) + ")%#" * (depth - 1) + ")%"


def test_nesting_has_an_end() -> None:
    assert parse(nested(MOST_NESTED))
    for depth in (MOST_NESTED + 1, 50_000):
        with pytest.raises(MacroError, match=rf"^at character 224: macros are nested deeper than {MOST_NESTED}$"):
            parse(nested(depth))


@pytest.mark.parametrize(
    "piece",
    ["%%", "a", "%src.a%", "%fx.f(", "(", "#", '"', '%fx.f("', " ", "%fx.f(,,,)%", "%a", "#%", ", ", "a."],
)
@pytest.mark.parametrize("opening", ["", "%fx.f(", '%fx.f("', "%"])
def test_parse_takes_time_linear_in_the_text(opening: str, piece: str) -> None:
    """A quadratic reader would need minutes for a text of this length."""
    started = time.process_time()
    try:
        parse(opening + piece * 100_000)
    except MacroError as refused:
        assert refused.args  # noqa: PT017 (both endings are right)
    assert time.process_time() - started < 30  # no measurement: what is not linear takes hours


def test_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(MacroError("no", 3)))  # noqa: S301 (our own bytes)
    assert (str(error), error.position) == ("no", 3)
