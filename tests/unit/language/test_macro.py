"""Macros: parsing, rendering, and escaping by place."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.directory import dn
from lifecycle.language.macro import MacroError, MissingValueError, Place, UnfitValueError, compile_template
from lifecycle.language.vocabulary import Vocabulary

WORDS = Vocabulary(env={"base_dn": "DC=corp,DC=test", "mail_domain": "corp.test"})
ROW = {"u.first": "Zoë", "u.last": "O'Brien", "u.id": "7", "u.none": "", "u.end": "2026-11-23T00:00:00+00:00"}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def render(text: str, place: Place = "prose", **row: str) -> str:
    return compile_template(text, WORDS, place).render(row or ROW)


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("", ""),
        ("no macro", "no macro"),
        ("100 %% sure", "100 % sure"),
        ("%%%%", "%%"),
        ("%src.u.first%", "Zoë"),
        ("%%%src.u.id%%%", "%7%"),
        ("#%src.u.id%#", "#7#"),
        ("%src.u.first% %src.u.last%", "Zoë O'Brien"),
        ("%src.u.first%%src.u.id%", "Zoë7"),
        ("[%src.u.none%]", "[]"),
        ("[%src.not.there%]", "[]"),
        ("x@%env.mail_domain%", "x@corp.test"),
        ("%fx.upper(zoë)%", "ZOË"),
        ("%fx.lower(#%src.u.last%#)%", "o'brien"),
        ("%fx.trim(#%src.u.first%#)%", "Zoë"),
        ("%fx.unaccent(#%src.u.first%#)%", "Zoe"),
        ("%fx.default(#%src.u.none%#, nobody)%", "nobody"),
        ("%fx.default(#%src.u.first%#, nobody)%", "Zoë"),
        ("%fx.default(#%src.u.none%#, )%", ""),
        ("%fx.default(#%src.u.none%#, (a, b))%", "(a, b)"),
        ("%fx.default(#%src.u.none%#, 100 %%)%", "100 %"),
        ("%fx.default(#%src.u.none%#, # 5)%", "# 5"),
        ("%fx.default(#%src.u.none%#, #%src.u.first%# #%src.u.last%#)%", "Zoë O'Brien"),
        ("%fx.truncate(#%fx.upper(#%src.u.last%#)%#, 3)%", "O'B"),
        ("%fx.lower(#%%#)%", "#%#"),
        ("%fx.truncate(abc, 0)%", ""),
        ("%fx.truncate(abc, #%src.u.id%#)%", "abc"),
        ("%fx.lower(#%env.base_dn%#)%", "dc=corp,dc=test"),
        ("%fx.filetime(#%src.u.end%#)%", "134398656000000000"),
        ("%fx.filetime(#%src.u.none%#)%", ""),
    ],
)
def test_template_renders(text: str, rendered: str) -> None:
    assert render(text) == rendered


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("50% off", "at character 3: expected prefix.name after %; write %% for a percent sign"),
        ("%", "at character 1: expected prefix.name after %; write %% for a percent sign"),
        ("a %base_dn% b", "at character 3: expected prefix.name after %; write %% for a percent sign"),
        ("x%src.a", "at character 2: macro src.a is not closed by %"),
        ("%src.a b%", "at character 1: macro src.a is not closed by %"),
        ("%fx.lower(#%src.a%)%", "at character 11: macro src.a is not closed by %#"),
        ("%fx.lower(a%", "at character 12: a macro inside an argument is written #%…%#, a percent sign %%"),
        ("%fx.lower((a)", "at character 10: parenthesis is not closed"),
        ("%fx.lower(%src.a%)%", "at character 11: a macro inside an argument is written #%…%#, a percent sign %%"),
        ("%fx.lower(a)b%", "at character 1: macro fx.lower is not closed by %"),
        ("%ad.mail%", "unknown prefix ad; known: env, fx, src"),
        ("%SRC.a%", "unknown prefix SRC; known: env, fx, src"),
        (
            "%fx.reverse(a)%",
            "unknown function fx.reverse; known: default, filetime, lower, trim, truncate, unaccent, upper",
        ),
        (
            "%fx.Lower(a)%",
            "unknown function fx.Lower; known: default, filetime, lower, trim, truncate, unaccent, upper",
        ),
        ("%fx.lower(a, b)%", "fx.lower takes 1 argument, 2 given"),
        ("%fx.lower%", "fx.lower takes 1 argument, 0 given"),
        ("%fx.lower()%", "fx.lower takes 1 argument, 0 given"),
        ("%fx.default(a)%", "fx.default takes 2 arguments, 1 given"),
        ("%fx.truncate(a, ten)%", "argument 2 of fx.truncate must be a whole number in digits"),
        ("%fx.truncate(a, -1)%", "argument 2 of fx.truncate must be a whole number in digits"),
        ("%fx.truncate(a, )%", "argument 2 of fx.truncate must be a whole number in digits"),
        ("%env.Base_dn%", "unknown setting env.Base_dn; known: base_dn, mail_domain"),
        ("%src.a(b)%", "macro src.a takes no arguments"),
        ("%env.base_dn()%", "macro env.base_dn takes no arguments"),
    ],
)
def test_template_refuses(text: str, problem: str) -> None:
    with pytest.raises(MacroError) as refused:
        compile_template(text, WORDS)
    assert str(refused.value) == problem


def test_template_names_no_settings_when_there_are_none() -> None:
    with pytest.raises(MacroError, match=r"^unknown setting env\.a; known: none$"):
        compile_template("%env.a%", Vocabulary())


def test_template_knows_its_fields() -> None:
    text = "%src.a.b% %fx.default(#%fx.lower(#%src.c.d%#)%#, #%src.e%#)% %env.base_dn%"
    assert compile_template(text, WORDS).fields == {"a.b", "c.d", "e"}


@pytest.mark.parametrize("place", ["url", "dn", "strict"])
@pytest.mark.parametrize(
    ("text", "macro"),
    [("x/%src.u.none%", "src.u.none"), ("x/%src.absent%", "src.absent"), ("x/%fx.lower(#%src.u.none%#)%", "fx.lower")],
)
def test_strict_place_refuses_an_empty_value(place: Place, text: str, macro: str) -> None:
    with pytest.raises(MissingValueError, match=rf"^macro %{macro}% has no value$"):
        render(text, place)


@pytest.mark.parametrize(
    ("place", "text", "rendered"),
    [
        ("prose", "%src.v%", 'a/b?c=1&d #,+"\\<>; é'),
        ("strict", "%src.v%", 'a/b?c=1&d #,+"\\<>; é'),
        ("url", "https://h/%src.v%", "https://h/a%2Fb%3Fc%3D1%26d%20%23%2C%2B%22%5C%3C%3E%3B%20%C3%A9"),
        ("dn", "CN=%src.v%,%env.base_dn%", 'CN=a/b?c\\=1&d #\\,\\+\\"\\\\\\<\\>\\; é,DC=corp,DC=test'),
    ],
)
def test_value_is_escaped_for_its_place(place: Place, text: str, rendered: str) -> None:
    assert render(text, place, v='a/b?c=1&d #,+"\\<>; é') == rendered


@pytest.mark.parametrize("value", [".", ".."])
def test_url_refuses_a_step_up_the_path(value: str) -> None:
    with pytest.raises(UnfitValueError, match=r"^macro %src.v% has a value that cannot stand here$"):
        render("https://h/api/%src.v%", "url", v=value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("%fx.filetime(#%src.v%#)%", "Ms Secret"),
        ("%fx.filetime(#%src.v%#)%", "2026-11-23"),
        ("%fx.truncate(abc, #%src.v%#)%", "-1"),
        ("%fx.truncate(abc, #%src.v%#)%", "²"),
        ("%fx.truncate(abc, #%src.v%#)%", ""),
    ],
)
def test_function_names_itself_and_not_the_value_it_cannot_read(text: str, value: str) -> None:
    with pytest.raises(UnfitValueError) as refused:
        render(text, v=value)
    assert str(refused.value) in {"fx.filetime cannot read its argument", "fx.truncate cannot read its argument"}
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@given(TEXT.filter(lambda text: text not in {".", ".."}), TEXT)
def test_url_parses_back_to_its_values(segment: str, query: str) -> None:
    row = {"s": segment, "q": query}
    url = compile_template("https://h.test/api/%src.s%/x?q=%src.q%&r=1", WORDS, "url").render(row)
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "h.test", "")
    assert unquote(parts.path) == f"/api/{segment}/x"
    assert parts.path.count("/") == len(["api", "segment", "x"])
    assert parse_qsl(parts.query, keep_blank_values=True) == [("q", query), ("r", "1")]


@given(TEXT, TEXT)
def test_name_parses_back_to_its_values(leaf: str, department: str) -> None:
    row = {"n": leaf, "d": department}
    name = compile_template("CN=%src.n%,OU=%src.d%,OU=Staff,%env.base_dn%", WORDS, "dn").render(row)
    assert dn.parse(name) == (("CN", leaf), ("OU", department), ("OU", "Staff"), ("DC", "corp"), ("DC", "test"))


@given(st.text())
def test_percent_signs_written_twice_stand_for_themselves(text: str) -> None:
    assert compile_template(text.replace("%", "%%"), WORDS).render({}) == text


@given(st.text(st.sampled_from("%#(),. srcfxenv")))
def test_any_text_is_a_template_or_refused(text: str) -> None:
    try:
        compile_template(text, WORDS).render({})
    except MacroError as refused:
        assert str(refused)  # noqa: PT017 (both endings are right)
