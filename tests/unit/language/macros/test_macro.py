"""Templates: names and their meaning, rendering."""

import pickle
import subprocess
import sys
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.language.macros.template import Attempt, Place, compile_template
from tests.support.macro_words import EVERYTHING, WORDS, render

AT = "2026-11-23T22:30:05+01:00"


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("", ""),
        ("no macro", "no macro"),
        ("100 %% sure", "100 % sure"),
        ("%%%%", "%%"),
        ("%src.u.first%", "Zoë"),
        ("%%%src.u.id%%%", "%7%"),
        ("%%s %src.u.id% %%d %%(x)s", "%s 7 %d %(x)s"),
        ("#%src.u.id%#", "#7#"),
        ("%src.u.first% %src.u.last%", "Zoë O'Brien"),
        ("%src.u.first%%src.u.id%", "Zoë7"),
        ("[%src.u.none%]", "[]"),
        ("[%src.not.there%]", "[]"),
        ("x@%env.mail_domain%", "x@corp.test"),
        ("x@%mail_domain%", "x@corp.test"),
        ("%env.site.code%", "BER"),
        ("%fx.upper(zoë)%", "ZOË"),
        ("%fx.lower(#%src.u.last%#)%", "o'brien"),
        ("%fx.lower(#%mail_domain%#)%", "corp.test"),
        ("%fx.default(#%src.u.none%#, nobody)%", "nobody"),
        ("%fx.default(#%src.u.first%#, nobody)%", "Zoë"),
        ("%fx.default(#%src.u.none%#, )%", ""),
        ("%fx.default(#%src.u.none%#, (a, b))%", "(a, b)"),
        ("%fx.default(#%src.u.none%#, 100 %%)%", "100 %"),
        ("%fx.default(#%src.u.none%#, # 5)%", "# 5"),
        ("%fx.default(#%src.u.none%#, #%src.u.first%# #%src.u.last%#)%", "Zoë O'Brien"),
        ('%fx.replace(#%src.u.last%#, "\'", " , ")%', "O , Brien"),
        ('%fx.join(", ", #%src.u.first%#, #%src.u.none%#, #%src.u.last%#)%', "Zoë, O'Brien"),
        ("%fx.truncate(#%fx.upper(#%src.u.last%#)%#, 3)%", "O'B"),
        ("%fx.lower(#%%#)%", "#%#"),
        ("%fx.truncate(abc, 0)%", ""),
        ("%fx.truncate(abc, #%src.u.id%#)%", "abc"),
        ("%fx.lookup(#%env.site.code%#, cities)%", "Berlin"),
    ],
)
def test_template_renders(text: str, rendered: str) -> None:
    assert render(text) == rendered


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("%src.a%", "source"),
        ("%ad.mail%", "ann@corp.test"),
        ("%mail%", "ann@corp.test"),
        ("%mail_domain%", "corp.test"),
        ("%m365.id%", "guid"),
        ("%act.run% %act.action% %act.automation%", "r1 create-user sync"),
        ("%act.timestamp%", AT),
        ("%act.timestamp_dd-MM-yyyy_afterNDays_2%", "25-11-2026"),
        ("guest%fx.counter(9, 2)%", "guest12"),
        ("%src.x%%ad.x%%m365.x%", ""),
    ],
)
def test_template_reads_what_is_at_hand(text: str, rendered: str) -> None:
    template = compile_template(text, WORDS, at_hand=EVERYTHING)
    act = {"run": "r1", "action": "create-user", "automation": "sync", "timestamp": AT}
    assert (
        template.render(
            {"a": "source"},
            ad={"mail": "ann@corp.test", "mail_domain": "never"},
            m365={"id": "guid"},
            act=act,
            attempt=Attempt(3, "4711"),
        )
        == rendered
    )


def test_template_renders_without_what_it_could_have() -> None:
    template = compile_template("[%ad.mail%%m365.id%%act.run%%act.timestamp_yyyy%]", WORDS, at_hand=EVERYTHING)
    assert template.render({}) == "[]"


def test_template_knows_its_names() -> None:
    text = "%src.a.b% %fx.default(#%fx.lower(#%src.c.d%#)%#, #%src.e%#)% %env.base_dn% %mail_domain% %mail% %ad.cn%"
    template = compile_template(f"{text} %act.run%", WORDS, at_hand=EVERYTHING)
    assert template.fields == template.names("src") == {"a.b", "c.d", "e"}
    assert template.names("fx") == {"default", "lower"}
    assert template.names("env") == {"base_dn", "mail_domain"}
    assert template.names("ad") == {"mail", "cn"}
    assert template.names("act") == {"run"}
    assert template.names("m365") == frozenset()


def test_template_survives_pickling() -> None:
    template = compile_template("CN=%ad.cn%,%env.base_dn%", WORDS, "dn", {"ad"})
    copy = pickle.loads(pickle.dumps(template))  # noqa: S301 (our own bytes)
    assert (copy.text, copy.place, copy.names("ad")) == (template.text, "dn", {"cn"})
    assert copy.render({}, ad={"cn": "a,b"}) == "CN=a\\,b,DC=corp,DC=test"


@pytest.mark.parametrize(
    ("text", "place", "shape"),
    [
        ("CN=%src.a%,OU=%fx.lookup(#%src.b%#, cities)%,%env.base_dn%", "dn", "CN=x\\,y,OU=x\\,y,DC=corp,DC=test"),
        ("%fx.filetime(#%src.a%#)%", "prose", "x,y"),
        ("", "prose", ""),
        ("%fx.lower(A)%%src.a%", "url", "ax%2Cy"),
    ],
)
def test_shape_shows_the_text_whatever_the_values_are(text: str, place: Place, shape: str) -> None:
    assert compile_template(text, WORDS, place).shape("x,y") == shape


@given(st.text())
def test_percent_signs_written_twice_stand_for_themselves(text: str) -> None:
    assert compile_template(text.replace("%", "%%"), WORDS).render({}) == text


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.text()))
def test_prose_renders_values_as_they_are(row: Mapping[str, str]) -> None:
    template = compile_template("%src.a%-%src.b%%%", WORDS)
    assert template.render(row) == f"{row.get('a', '')}-{row.get('b', '')}%"


def test_import_spares_the_slow_libraries() -> None:
    program = (
        "import sys\n"
        "from lifecycle.language.macros.template import compile_template\n"
        "from lifecycle.language.vocabulary import Vocabulary\n"
        "slow = lambda: [name for name in ('phonenumbers', 'pycountry') if name in sys.modules]\n"
        "compile_template('%src.a% %fx.lower(#%src.a%#)%', Vocabulary())\n"
        "before = slow()\n"
        "compile_template('%fx.phone_e164(#%src.a%#)% %fx.country(#%src.a%#, name)%', Vocabulary())\n"
        "print(before, slow())\n"
    )
    outcome = subprocess.run(  # noqa: S603 (our own interpreter and text)
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    assert outcome.stdout.strip() == "[] ['phonenumbers', 'pycountry']"
