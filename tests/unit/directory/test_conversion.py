"""From text to the directory's values and back, by syntax."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.directory.conversion import (
    MisfitError,
    TooLongError,
    added,
    cleared,
    converted,
    encoded,
    same,
    spelled,
)
from lifecycle.directory.schema import AttributeFacts, Syntax
from lifecycle.directory.usual_attributes import USUAL

ANN = "0f1e2d3c-0000-4444-8888-000000000001"
OBJECTS = {ANN: ANN, "CN=Ann,DC=b": ANN}
DAY = "2031-03-01T12:30:00+02:00"
FACTS = {
    **USUAL,
    "numeric": AttributeFacts("numeric", Syntax.NUMERIC),
    "printable": AttributeFacts("printable", Syntax.PRINTABLE),
    "large": AttributeFacts("large", Syntax.LARGE_INTEGER),
    "times": AttributeFacts("times", Syntax.TIME, single_valued=False),
    "other": AttributeFacts("other", Syntax.OTHER),
    "sid": AttributeFacts("sid", Syntax.SID),
}


def value_of(attribute: str, *texts: str) -> object:
    return converted(FACTS[attribute], texts, OBJECTS.get)


@pytest.mark.parametrize(
    ("attribute", "texts", "value"),
    [
        ("title", ["Head of It"], "Head of It"),
        ("title", [" kept as it is\t"], " kept as it is\t"),
        ("title", ["x", "x"], "x"),
        ("initials", ["😀😀😀"], "😀😀😀"),
        ("loginShell", ["/bin/sh"], "/bin/sh"),
        ("numeric", ["12 34"], "12 34"),
        ("printable", ["A (b), c-d.e/f:g=h?'+"], "A (b), c-d.e/f:g=h?'+"),
        ("otherTelephone", ["2", "1", "2"], ("1", "2")),
        ("otherTelephone", ["1"], ("1",)),
        ("proxyAddresses", ["SMTP:a@x", "smtp:A@x"], ("SMTP:a@x",)),
        ("countryCode", [" 0042 "], "42"),
        ("countryCode", ["+7"], "7"),
        ("gidNumber", ["-0"], "0"),
        ("large", ["9223372036854775807"], "9223372036854775807"),
        ("accountExpires", ["9223372036854775807"], "0"),
        ("accountExpires", ["0"], "0"),
        ("accountExpires", ["2031-03-01T00:00:00+00:00"], "135745632000000000"),
        ("accountExpires", ["2031-03-01T02:00:00+02:00"], "135745632000000000"),
        ("large", ["2031-03-01T00:00:00Z"], "135745632000000000"),
        ("msNPAllowDialin", ["true"], "TRUE"),
        ("msNPAllowDialin", [" YES"], "TRUE"),
        ("msNPAllowDialin", ["1"], "TRUE"),
        ("msNPAllowDialin", ["False"], "FALSE"),
        ("msNPAllowDialin", ["no"], "FALSE"),
        ("msNPAllowDialin", ["0"], "FALSE"),
        ("assistant", [ANN], ANN),
        ("secretary", ["CN=Ann,DC=b", ANN], (ANN,)),
        ("thumbnailPhoto", ["/9g="], "/9g="),
        ("thumbnailPhoto", [" YWJj\nZA== "], "YWJjZA=="),
        ("msTSExpireDate", [DAY], "20310301103000.0Z"),
        ("msTSExpireDate", ["20310301103000Z"], "20310301103000.0Z"),
        ("msTSExpireDate", ["20310301103000.000Z"], "20310301103000.0Z"),
        ("times", [DAY, "2031-01-01T00:00:00Z"], ("20310101000000.0Z", "20310301103000.0Z")),
    ],
)  # fmt: skip
def test_text_becomes_the_value_of_its_attribute(attribute: str, texts: list[str], value: object) -> None:
    assert value_of(attribute, *texts) == value


@pytest.mark.parametrize(
    ("attribute", "texts", "problem"),
    [
        ("title", ["t" * 129], "at most 128 characters"),
        ("initials", ["😀😀😀x"], "at most 6 characters"),
        ("sAMAccountName", ["a" * 21], "at most 20 characters"),
        ("thumbnailPhoto", [base64.b64encode(bytes(102401)).decode()], "at most 102400 bytes"),
    ],
)
def test_text_that_is_too_long_is_told_apart(attribute: str, texts: list[str], problem: str) -> None:
    with pytest.raises(TooLongError) as refused:
        value_of(attribute, *texts)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("attribute", "texts", "problem"),
    [
        ("title", [""], "at least 1 characters"),
        ("title", ["Secret", "Other"], "one value at most; there are 2"),
        ("title", ["Sec\0ret"], "must be text"),
        ("title", ["Secret\ud83d"], "is no Unicode text"),
        ("loginShell", ["/bin/sécret"], "must be ASCII text"),
        ("numeric", ["secret"], "must be digits and spaces"),
        ("printable", ["secret@x"], "must be printable text"),
        ("countryCode", ["secret"], "must be a whole number in digits"),
        ("countryCode", ["4.0"], "must be a whole number in digits"),
        ("countryCode", ["٤٢"], "must be a whole number in digits"),
        ("countryCode", ["65536"], "must be from 0 to 65535"),
        ("countryCode", ["-1"], "must be from 0 to 65535"),
        ("gidNumber", ["2147483648"], "must be from -2147483648 to 2147483647"),
        ("large", ["9223372036854775808"], "must be from -9223372036854775808 to 9223372036854775807"),
        ("countryCode", ["1" * 5000], "must be a whole number in digits"),
        ("accountExpires", ["secret"], "must be a timestamp in ISO 8601 with its offset, from the year 1601 on"),
        ("accountExpires", ["2031-03-01"], "must be a timestamp in ISO 8601 with its offset, from the year 1601 on"),
        ("accountExpires", ["1600-03-01T00:00:00Z"],
         "must be a timestamp in ISO 8601 with its offset, from the year 1601 on"),
        ("msTSExpireDate", ["9999-12-31T23:59:59-10:00"],
         "must be a timestamp in ISO 8601 with its offset, from the year 1601 on"),
        ("msTSExpireDate", ["20311301000000.0Z"],
         "must be a timestamp in ISO 8601 with its offset, from the year 1601 on"),
        ("msNPAllowDialin", ["secret"], "must be true, false, yes, no, 1 or 0"),
        ("assistant", ["CN=Secret,DC=b"],
         "must be the GUID or the distinguished name of an account or group of this domain"),
        ("thumbnailPhoto", ["secret!"], "must be bytes in base64"),
        ("thumbnailPhoto", ["secré"], "must be bytes in base64"),
        ("other", ["secret"], "has a syntax that is never mapped"),
    ],
)  # fmt: skip
def test_text_that_does_not_fit_is_refused_without_being_repeated(
    attribute: str, texts: list[str], problem: str
) -> None:
    with pytest.raises(MisfitError) as refused:
        value_of(attribute, *texts)
    assert str(refused.value) == problem
    assert not isinstance(refused.value, TooLongError)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


moments = st.datetimes(datetime(1602, 1, 1), datetime(9998, 1, 1)).map(  # noqa: DTZ001  (the offset is added)
    lambda moment: moment.replace(tzinfo=timezone(timedelta(hours=moment.hour % 12)))
)
written = {
    Syntax.UNICODE: st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20),
    Syntax.INTEGER: st.integers(-(2**31), 2**31 - 1).map(lambda number: f"{number:+06d}"),
    Syntax.LARGE_INTEGER: st.one_of(st.integers(-(2**63), 2**63 - 1).map(str), moments.map(datetime.isoformat)),
    Syntax.BOOLEAN: st.sampled_from(("true", "FALSE", "Yes", "no", "1", "0")),
    Syntax.OCTETS: st.binary(max_size=40).map(lambda octets: base64.b64encode(octets).decode()),
    Syntax.TIME: moments.map(datetime.isoformat),
}


@st.composite
def attributes(draw: st.DrawFn) -> tuple[AttributeFacts, list[str]]:
    """An attribute of any syntax, and texts that fit it."""
    syntax = draw(st.sampled_from(sorted(written)))
    single = draw(st.booleans())
    facts = AttributeFacts(draw(st.sampled_from(("any", "accountExpires"))), syntax, single)
    return facts, draw(st.lists(written[syntax], min_size=1, max_size=1 if single else 4))


@given(given=attributes())
def test_value_that_is_sent_and_read_back_is_the_value(given: tuple[AttributeFacts, list[str]]) -> None:
    facts, texts = given
    value = converted(facts, texts, OBJECTS.get)
    sent = [one if isinstance(one, bytes) else one.encode() for one in encoded(facts, value)]
    assert spelled(facts, sent[::-1]) == value
    assert same(facts, spelled(facts, sent), value)


@given(authority=st.integers(0, 20), subs=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=5))
def test_security_identifier_is_read_and_sent_but_never_mapped(authority: int, subs: list[int]) -> None:
    sid = "-".join(["S", "1", str(authority), *map(str, subs)])
    sent = encoded(FACTS["sid"], sid)
    assert spelled(FACTS["sid"], [one for one in sent if isinstance(one, bytes)]) == sid
    with pytest.raises(MisfitError, match="never mapped"):
        value_of("sid", sid)


@given(given=attributes())
def test_converting_a_value_again_changes_nothing(given: tuple[AttributeFacts, list[str]]) -> None:
    facts, texts = given
    value = converted(facts, texts, OBJECTS.get)
    assert converted(facts, value if isinstance(value, tuple) else [str(value)], OBJECTS.get) == value


@given(moment=moments)
def test_timestamp_is_the_same_moment_in_every_syntax(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    filetime = int(str(value_of("large", moment.isoformat())))
    assert datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=filetime // 10) == moment
    time = str(value_of("msTSExpireDate", moment.isoformat()))
    assert datetime.strptime(time, "%Y%m%d%H%M%S.0Z").replace(tzinfo=UTC) == moment


@given(attribute=st.sampled_from(sorted(FACTS)), text=st.text(max_size=30) | st.text("0123456789-T:Z+.", max_size=30))
def test_any_text_is_a_value_or_a_misfit(attribute: str, text: str) -> None:
    with suppress(MisfitError):
        assert value_of(attribute, text) is not None


@pytest.mark.parametrize(
    ("attribute", "one", "other", "alike"),
    [
        ("countryCode", "0042", "42", True),
        ("countryCode", 42, "42", True),
        ("countryCode", "42", "43", False),
        ("msNPAllowDialin", "true", "TRUE", True),
        ("msNPAllowDialin", True, "TRUE", True),
        ("msNPAllowDialin", "FALSE", "TRUE", False),
        ("otherTelephone", ("1", "2"), ("2", "1"), True),
        ("otherTelephone", "1", ("1",), True),
        ("otherTelephone", ("1",), ("1", "2"), False),
        ("accountExpires", "0", "9223372036854775807", True),
        ("accountExpires", None, "0", True),
        ("accountExpires", "1", "0", False),
        ("large", "0", "9223372036854775807", False),
        ("large", None, "0", False),
        ("assistant", ANN.upper(), ANN, True),
        ("title", "head", "Head", False),
        ("title", None, None, True),
        ("title", None, "Head", False),
    ],
)
def test_values_are_compared_as_the_directory_means_them(
    attribute: str, one: str | None, other: str | None, alike: bool
) -> None:
    assert same(FACTS[attribute], one, other) is alike
    assert same(FACTS[attribute], other, one) is alike


def test_values_that_come_in_addition_keep_what_is_there() -> None:
    facts = FACTS["proxyAddresses"]
    assert added(facts, None, ("b", "a")) == ("a", "b")
    assert added(facts, ("SMTP:a",), ("smtp:A", "smtp:b")) == ("SMTP:a", "smtp:b")
    assert added(facts, "SMTP:a", ("smtp:b",)) == ("SMTP:a", "smtp:b")


def test_an_end_that_is_cleared_is_never_and_anything_else_is_nothing() -> None:
    assert cleared(FACTS["accountExpires"]) == "0"
    assert cleared(FACTS["title"]) is None
