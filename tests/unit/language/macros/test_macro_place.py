"""Values in their places: how they are escaped, and which are refused."""

from collections.abc import Mapping

import pytest

from lifecycle.language.macros.template import MacroError, Place, UnfitValueError, compile_template
from tests.support.placed_values import WORDS, render


@pytest.mark.parametrize(
    ("place", "text", "result"),
    [
        ("prose", "%src.v%", 'a/b?c=1&d #,+"\\<>; é'),
        ("strict", "%src.v%", 'a/b?c=1&d #,+"\\<>; é'),
        ("url", "https://h/%src.v%", "https://h/a%2Fb%3Fc%3D1%26d%20%23%2C%2B%22%5C%3C%3E%3B%20%C3%A9"),
        ("dn", "CN=%src.v%,%env.base_dn%", 'CN=a/b?c\\=1&d #\\,\\+\\"\\\\\\<\\>\\; é,DC=corp,DC=test'),
        ("header", " X %src.v% ", 'X a/b?c=1&d #,+"\\<>; é'),
        ("json", '{"v": "%src.v%"}', '{"v": "a/b?c=1&d #,+\\"\\\\<>; é"}'),
        ("xml", "<v>%src.v%</v>", "<v>a/b?c=1&amp;d #,+&quot;\\&lt;&gt;; é</v>"),
        ("ldap_filter", "(cn=%src.v%)", '(cn=a/b?c=1&d #,+"\\5c<>; é)'),
        ("argv", "%src.v%", 'a/b?c=1&d #,+"\\<>; é'),
        ("markdown", "%src.v%", 'a\\/b\\?c\\=1\\&d \\#\\,\\+\\"\\\\\\<\\>\\; é'),
    ],
)
def test_value_is_escaped_for_its_place(place: Place, text: str, result: str) -> None:
    assert render(place, text, v='a/b?c=1&d #,+"\\<>; é') == result


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("\0", "\\00"),
        ("*", "\\2a"),
        ("(a)", "\\28a\\29"),
        ("\\", "\\5c"),
        (" a b ", "\\20a b\\20"),
        ("a\u00a0", "a\\c2\\a0"),
    ],
)
def test_ldap_filter_is_escaped_as_the_standard_says(value: str, escaped: str) -> None:
    """RFC 4515, section 3; ldap3 would take a raw NUL, other readers end there."""
    assert render("ldap_filter", "(cn=%src.v%)", v=value) == f"(cn={escaped})"


@pytest.mark.parametrize(
    ("place", "text", "result"),
    [
        ("url", "https://h/%env.u%?x", "https://h/a/b?x"),
        ("dn", "CN=a,%env.base_dn%", "CN=a,DC=corp,DC=test"),
        ("dn", "CN=a,%base_dn%", "CN=a,DC=corp,DC=test"),
        ("dn", "CN=%fx.trim(#%env.base_dn%#)%", "CN=DC\\=corp\\,DC\\=test"),
        ("path", "%env.root%/%src.v%", "/srv/home/x"),
        ("header", "%env.company%", 'Ward & "Sons" <Ltd>'),
        ("json", '"%env.company%"', '"Ward & \\"Sons\\" <Ltd>"'),
        ("json", '"%company%"', '"Ward & \\"Sons\\" <Ltd>"'),
        ("xml", "%env.company%", "Ward &amp; &quot;Sons&quot; &lt;Ltd&gt;"),
        ("markdown", "%env.base_dn%", "DC\\=corp\\,DC\\=test"),
        ("ldap_filter", "(manager=CN=x,%env.base_dn%)", "(manager=CN=x,DC=corp,DC=test)"),
    ],
)
def test_setting_gives_shape_or_is_a_value(place: Place, text: str, result: str) -> None:
    assert render(place, text, v="x") == result


@pytest.mark.parametrize(
    ("place", "text", "row"),
    [
        ("url", "https://h/api/%src.v%", {"v": "."}),
        ("url", "https://h/api/%src.v%", {"v": ".."}),
        ("url", "https://h/api/%src.v%/x", {"v": ".."}),
        ("url", "https://h/api/.%src.v%", {"v": "."}),
        ("url", "https://h/api/%%2e%src.v%", {"v": "."}),
        ("url", "https://h/api/%src.v%%src.w%?x", {"v": ".", "w": "."}),
        ("url", "https://h/api/%src.v%;x=1/y", {"v": ".."}),
        ("header", "%src.v%", {"v": "a\r\nX-Admin: 1"}),
        ("header", "%src.v%", {"v": "a\nb"}),
        ("header", "%src.v%", {"v": "a\0"}),
        ("header", "%src.v%", {"v": "\x85"}),
        ("header", "%src.v%", {"v": "\x7f"}),
        ("header", "%src.v%", {"v": "Łódź"}),
        ("xml", "%src.v%", {"v": "\0"}),
        ("xml", "%src.v%", {"v": "\ud800"}),
        ("path", "/srv/%src.v%", {"v": ".."}),
        ("path", "/srv/.%src.v%", {"v": "."}),
        ("path", "/srv/%src.v%%src.w%", {"v": ".", "w": "."}),
        ("path", "/srv/%src.v%", {"v": "a/b"}),
        ("path", "/srv/%src.v%", {"v": "a\\b"}),
        ("path", "/srv/%src.v%", {"v": "a:b"}),
        ("path", "/srv/%src.v%", {"v": "a\0"}),
        ("path", "/srv/%src.v%", {"v": "a\x1f"}),
        ("path", "/srv/%src.v%", {"v": "a."}),
        ("path", "/srv/%src.v%", {"v": "a "}),
        ("path", "/srv/%src.v%", {"v": "nul"}),
        ("path", "/srv/%src.v%", {"v": "COM1 .txt"}),
        ("path", "/srv/%src.v%", {"v": "lpt².a.b"}),
        ("path", "/srv/%src.v%N", {"v": "CO"}),
        ("path", "/srv/%src.v%.txt", {"v": "aux"}),
        ("path", "%src.v%", {"v": "/etc"}),
        ("argv", "%src.v%", {"v": "-rf"}),
        ("argv", "%src.v%", {"v": "--help"}),
        ("argv", "%src.v%x", {"v": "\u2013Force"}),
        ("argv", "%src.v%", {"v": "a\0b"}),
        ("argv", "--name=%src.v%", {"v": "a\0b"}),
    ],
)
def test_place_refuses_what_it_cannot_hold(place: Place, text: str, row: Mapping[str, str]) -> None:
    with pytest.raises(
        UnfitValueError, match=r"^macro %src.v%( %src.w%)? has a value that cannot stand here$"
    ) as refused:
        render(place, text, **row)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("place", "text", "row", "result"),
    [
        ("url", "https://h/%src.v%.json", {"v": "..."}, "https://h/....json"),
        ("path", "C:\\home\\%src.v%", {"v": ".profile"}, "C:\\home\\.profile"),
        ("path", "\\\\server\\share$\\%src.v%", {"v": "ann.ward"}, "\\\\server\\share$\\ann.ward"),
        ("path", "/srv/%src.v%-home", {"v": "CON"}, "/srv/CON-home"),
        ("path", "/srv/%src.v%.txt", {"v": "a."}, "/srv/a..txt"),
        ("path", "/srv/../con/%src.v%", {"v": "a"}, "/srv/../con/a"),
        ("argv", "--name=%src.v%", {"v": "-rf"}, "--name=-rf"),
        ("argv", "%src.v%%src.w%", {"v": "a", "w": "-b"}, "a-b"),
        ("argv", "-v %src.v%", {"v": "$(id); rm *"}, "-v $(id); rm *"),
        ("header", "%src.v% %src.w%", {"v": "a"}, "a"),
    ],
)
def test_place_takes_what_is_safe(place: Place, text: str, row: Mapping[str, str], result: str) -> None:
    assert render(place, text, **row) == result


AROUND = "the text around %src.v% can never stand here"


@pytest.mark.parametrize(
    ("place", "text", "problem"),
    [
        ("header", "a\nb", "the text cannot stand here: control characters cannot stand here"),
        ("argv", "\0%src.v%", "the text cannot stand here: NUL ends an argument"),
        ("path", "/srv/a:%src.v%", f"{AROUND}: characters that a file name cannot hold"),
        ("path", "/srv/%fx.trim(..)%%src.v%/%src.v%.", f"{AROUND}: a step in a path, or an end that Windows drops"),
        ("path", "/srv/%fx.trim(a/b)%", "macro %fx.trim% has a value that cannot stand here"),
        ("argv", "%fx.lower(-X)%", "macro %fx.lower% has a value that cannot stand here"),
    ],
)  # fmt: skip
def test_text_of_the_configuration_is_checked_when_compiling(place: Place, text: str, problem: str) -> None:
    with pytest.raises(MacroError) as refused:
        compile_template(text, WORDS, place)
    assert str(refused.value) == problem


def test_dashes_begin_no_argument() -> None:
    for dash in "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d":
        with pytest.raises(UnfitValueError):
            render("argv", "%src.v%", v=f"{dash}x")
