"""What is refused of a template, when it is compiled and when it is rendered, and in which words."""

from collections.abc import Mapping

import pytest

from lifecycle.language.macros.template import MacroError, MissingValueError, Place, UnfitValueError, compile_template
from lifecycle.language.vocabulary import Vocabulary
from tests.support.macro_words import EVERYTHING, WORDS, render


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("50% off", "at character 3: expected prefix.name after %; write %% for a percent sign"),
        ("a %base_nd% b", "unknown setting base_nd; did you mean %base_dn%?"),
        ("%firstname%", "unknown setting firstname; known: base_dn, mail_domain, site.code"),
        ("%src%", "prefix src stands without a name: write %src.name%"),
        ("%lower(a)%", "lower has no prefix; a function is written %fx.lower(…)%"),
        ("%ad.mail%", "prefix ad is not at hand here; at hand: env, fx, src"),
        ("%act.run%", "prefix act is not at hand here; at hand: env, fx, src"),
        ("%SRC.a%", "unknown prefix SRC; did you mean %src.a%?"),
        ("%scr.u.first%", "unknown prefix scr; did you mean %src.u.first%?"),
        (
            "%halo-users.firstname%",
            (
                "unknown prefix halo-users; did you mean %src.halo-users.firstname%? "
                "known prefixes: act, ad, env, fx, m365, src"
            ),
        ),
        ("%site.code%", "unknown prefix site; did you mean %env.site.code%?"),
        ("%fx.uper(a)%", "unknown function fx.uper; did you mean fx.upper?"),
        ("%fx.Lower(a)%", "unknown function fx.Lower; did you mean fx.lower?"),
        ("%fx.counter(1)%", "fx.counter is for names that are tried until one is free, and not at hand here"),
        ("%fx.lower(a, b)%", "fx.lower takes 1 argument (value), 2 given"),
        ("%fx.lower%", "fx.lower takes 1 argument (value), 0 given"),
        ("%fx.lower()%", "fx.lower takes 1 argument (value), 0 given"),
        ("%fx.default(a)%", "fx.default takes 2 arguments (value, otherwise), 1 given"),
        ("%fx.substring(a)%", "fx.substring takes 2 to 3 arguments (value, start, [length]), 1 given"),
        ("%fx.join(a)%", "fx.join takes at least 2 arguments (separator, value, …), 1 given"),
        ("%fx.coalesce()%", "fx.coalesce takes at least 1 argument (value, …), 0 given"),
        ("%fx.truncate(a, ten)%", "fx.truncate: length must be a whole number from 0 to 9999; given: 'ten'"),
        ("%fx.truncate(a, -1)%", "fx.truncate: length must be a whole number from 0 to 9999; given: '-1'"),
        ("%fx.truncate(a, )%", "fx.truncate: length must be a whole number from 0 to 9999; given: ''"),
        ("%fx.truncate(a, ²)%", "fx.truncate: length must be a whole number from 0 to 9999; given: '²'"),
        (
            "%fx.substring(#%src.a%#, 0)%",
            "fx.substring: start must be a whole number from -9999 to 9999, not 0; given: '0'",
        ),
        ('%fx.replace(a, "", b)%', "fx.replace: old must not be empty"),
        ("%fx.pad_left(a, 5, 00)%", "fx.pad_left: fill must be one character; given: '00'"),
        ("%fx.pad_left(a, 99999, 0)%", "fx.pad_left: width must be a whole number from 0 to 256; given: '99999'"),
        ("%fx.regex_extract(#%src.a%#, (a)", "at character 18: parenthesis is not closed"),
        (
            '%fx.regex_extract(#%src.a%#, "(a")%',
            "fx.regex_extract: pattern is not a regular expression (missing ): (a): '(a'",
        ),
        (
            "%fx.regex_extract(#%src.a%#, (a), 2)%",
            "fx.regex_extract: group 2 is asked for; the expression has 1",
        ),
        (
            "%fx.regex_extract(a, #%src.a%#)%",
            "fx.regex_extract: pattern must be the same for every record, and so no macro",
        ),
        (
            "%fx.lookup(#%src.a%#, citys)%",
            "fx.lookup: table names no lookup table: 'citys'; did you mean cities?",
        ),
        ("%fx.lookup(#%src.a%#, x)%", "fx.lookup: table names no lookup table: 'x'; known: cities"),
        (
            "%fx.country(#%src.a%#, alpha2)%",
            "fx.country: form must be one of alpha_2, alpha_3, numeric, name; given: 'alpha2'",
        ),
        ("%fx.country(Atlantis, name)%", "fx.country cannot read its argument"),
        (
            "%fx.phone_e164(#%src.a%#, Germany)%",
            "fx.phone_e164: country must be a country of two letters such as DE; given: 'Germany'",
        ),
        (
            "%fx.date_add(#%src.a%#, 1, day)%",
            "fx.date_add: unit must be one of days, weeks, months, years; given: 'day'",
        ),
        (
            "%fx.date_format(#%src.a%#, DD.MM.yyyy)%",
            (
                "fx.date_format: layout has the letters DD, which mean nothing; did you mean dd? "
                "(other text stands in single quotation marks)"
            ),
        ),
        (
            "%fx.date_format(#%src.a%#, dd, Berlin)%",
            "fx.date_format: timezone must be an IANA timezone such as Europe/Berlin; given: 'Berlin'",
        ),
        ("%fx.filetime(23.11.2026)%", "fx.filetime cannot read its argument"),
        ("%env.Base_dn%", "unknown setting env.Base_dn; did you mean env.base_dn?"),
        ("%env.x%", "unknown setting env.x; known: base_dn, mail_domain, site.code"),
        ("%src.a(b)%", "macro src.a takes no arguments"),
        ("%env.base_dn()%", "macro env.base_dn takes no arguments"),
        ("%base_dn()%", "macro base_dn takes no arguments"),
    ],
)
def test_template_refuses(text: str, problem: str) -> None:
    with pytest.raises(MacroError) as refused:
        compile_template(text, WORDS)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("%act.acton%", "unknown name act.acton; did you mean %act.action%?"),
        (
            "%act.timestamp_dd_afterNFoo_2%",
            (
                "act.timestamp_dd_afterNFoo_2: the layout has the letters f, which mean nothing; known: EEE, EEEE, "
                "H, HH, M, MM, MMM, MMMM, SSS, XXX, a, d, dd, h, hh, m, mm, s, ss, yy, yyyy (other text stands in "
                "single quotation marks); a shift is written like _afterNDays_2"
            ),
        ),
        ("%fx.random(0)%", "fx.random: digits must be a whole number from 1 to 32; given: '0'"),
        ("%mail(a)%", "mail has no prefix; a function is written %fx.mail(…)%"),
    ],
)
def test_template_refuses_with_everything_at_hand(text: str, problem: str) -> None:
    with pytest.raises(MacroError) as refused:
        compile_template(text, WORDS, at_hand=EVERYTHING)
    assert str(refused.value) == problem


def test_template_has_a_greatest_length() -> None:
    assert compile_template("x" * 100_000, WORDS)
    with pytest.raises(MacroError, match=r"^a text of 100001 characters is too long for macros; at most 100000$"):
        compile_template("x" * 100_001, WORDS)


def test_error_knows_where_the_macro_stands() -> None:
    with pytest.raises(MacroError) as refused:
        compile_template("abc %fx.lower(#%fx.uper(a)%#)%", WORDS)
    assert refused.value.position == 14


def test_template_names_no_settings_when_there_are_none() -> None:
    with pytest.raises(MacroError, match=r"^unknown setting env\.a; known: none$"):
        compile_template("%env.a%", Vocabulary())


@pytest.mark.parametrize("place", ["url", "dn", "strict", "path", "argv", "ldap_filter"])
@pytest.mark.parametrize(
    ("text", "macro"),
    [("x/%src.u.none%", "src.u.none"), ("x/%src.absent%", "src.absent"), ("x/%fx.lower(#%src.u.none%#)%", "fx.lower")],
)
def test_strict_place_refuses_an_empty_value(place: Place, text: str, macro: str) -> None:
    with pytest.raises(MissingValueError, match=rf"^macro %{macro}% has no value$"):
        render(text, place)


@pytest.mark.parametrize("place", ["prose", "header", "json", "xml", "markdown"])
def test_other_places_take_an_empty_value(place: Place) -> None:
    assert render("[%src.u.none%]", place) == "[]"


def test_constant_without_a_value_is_told_when_compiling() -> None:
    with pytest.raises(MacroError, match=r"^macro %fx.trim% has no value$"):
        compile_template('%fx.trim(" ")%', WORDS, "dn")


@pytest.mark.parametrize(
    ("text", "row", "problem"),
    [
        ("%fx.filetime(#%src.v%#)%", {"v": "Ms Secret"}, "fx.filetime cannot read its argument"),
        ("%fx.filetime(#%src.v%#)%", {"v": "2026-11-23"}, "fx.filetime cannot read its argument"),
        ("%fx.filetime(#%src.v%#)%", {"v": "1600-01-01T00:00:00Z"}, "fx.filetime cannot read its argument"),
        ("%fx.truncate(abc, #%src.v%#)%", {"v": "-1"}, "fx.truncate cannot read its argument"),
        ("%fx.truncate(abc, #%src.v%#)%", {"v": "²"}, "fx.truncate cannot read its argument"),
        ("%fx.truncate(abc, #%src.v%#)%", {"v": ""}, "fx.truncate cannot read its argument"),
        ("%fx.lower(#%fx.filetime(#%src.v%#)%#)%", {"v": "Ms Secret"}, "fx.filetime cannot read its argument"),
        ("%fx.country(#%src.v%#, name)%", {"v": "Ms Secret"}, "fx.country cannot read its argument"),
        ("%fx.phone_e164(#%src.v%#)%", {"v": "Ms Secret"}, "fx.phone_e164 cannot read its argument"),
        ("%fx.phone_e164(030123456, #%src.v%#)%", {"v": "Ms Secret"}, "fx.phone_e164 cannot read its argument"),
        ("%fx.mail_local(#%src.v%#)%", {"v": "Ms Secret"}, "fx.mail_local cannot read its argument"),
        ("%fx.hash(#%src.v%#)%", {"v": "Ms Secret \ud800"}, "fx.hash cannot read its argument"),
        ("%fx.date_add(#%src.v%#, 9999, years)%", {"v": "2026-11-23"}, "fx.date_add cannot read its argument"),
        (
            "%fx.date_format(#%src.v%#, HH, America/New_York)%",
            {"v": "0001-01-01T00:00:00Z"},
            "fx.date_format cannot read its argument",
        ),
    ],
)
def test_function_names_itself_and_not_the_value_it_cannot_read(
    text: str, row: Mapping[str, str], problem: str
) -> None:
    with pytest.raises(UnfitValueError) as refused:
        compile_template(text, WORDS).render(row)
    assert str(refused.value) == problem
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_timestamp_that_is_none_is_told() -> None:
    template = compile_template("%act.timestamp_dd%", WORDS, at_hand={"act"})
    with pytest.raises(UnfitValueError, match=r"^act\.timestamp_dd cannot be told from this run's timestamp$"):
        template.render({}, act={"timestamp": "yesterday"})


def test_counter_without_an_attempt_is_told() -> None:
    with pytest.raises(UnfitValueError, match=r"^fx\.counter cannot read its argument$"):
        compile_template("%fx.counter(1)%", WORDS, at_hand={"attempt"}).render({})


def test_nested_replacing_does_not_grow_without_end() -> None:
    text = "a"
    for _ in range(30):
        text = f"#%fx.replace({text}, a, aaaaaaaaaaaaaaaa)%#"
    with pytest.raises(MacroError, match=r"^fx\.replace cannot read its argument$"):
        compile_template(f"%fx.lower({text})%", WORDS)
