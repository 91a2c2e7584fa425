"""``%act.…%``: names, layouts, and times counted from the run's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.language.macros.act import OF_EVENTS, PLAIN, compile_act

AT = "2026-01-31T22:30:05+01:00"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run", "r-1"),
        ("action", ""),
        ("timestamp", AT),
        ("timestamp_afterNDays_1", "2026-02-01T22:30:05+01:00"),
        ("timestamp_dd-MM-yyyy", "31-01-2026"),
        ("timestamp_dd-MM-yyyy_afterNDays_2", "02-02-2026"),
        ("timestamp_dd-MM-yyyy_beforeNDays_31", "31-12-2025"),
        ("timestamp_dd_afterNHours_2", "01"),
        ("timestamp_HH:mm_beforeNHours_23", "23:30"),
        ("timestamp_yyyy-MM-dd_afterNWeeks_2", "2026-02-14"),
        ("timestamp_yyyy-MM-dd_afterNMonths_1", "2026-02-28"),
        ("timestamp_yyyy-MM-dd_beforeNMonths_2", "2025-11-30"),
        ("timestamp_yyyy-MM-dd_afterNYears_1", "2027-01-31"),
        ("timestamp_yyyy_MM_dd", "2026_01_31"),
        ("timestamp_yyyyMMddHHmmss", "20260131223005"),
        ("timestamp_dd/MM/yy", "31/01/26"),
        ("timestamp_yyyy_afterNDays_0", "2026"),
    ],
)
def test_act_reads(name: str, text: str) -> None:
    assert compile_act(name)({"run": "r-1", "timestamp": AT}) == text


@pytest.mark.parametrize("name", ["timestamp", "timestamp_dd_afterNDays_2"])
def test_act_without_a_timestamp_is_empty(name: str) -> None:
    assert compile_act(name)({}) == ""


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Timestamp", r"^unknown name act\.Timestamp; did you mean %act\.timestamp%\?$"),
        ("user", r"^unknown name act\.user; known: action, automation, run, timestamp, timestamp_yyyy-MM-dd, "),
        ("timestamp_", r"^unknown name act\.timestamp_; did you mean %act\.timestamp%\?$"),
        (
            "timestamp_dd-mm-YYYY",
            r"^act\.timestamp_dd-mm-YYYY: the layout has the letters YYYY, which mean nothing; did you mean yyyy\?",
        ),
        ("timestamp_dd_AfterNDays_2", r"a shift is written like _afterNDays_2$"),
        ("timestamp_dd_AfterNDays_2", r"the layout has the letters A, which mean nothing"),
        ("timestamp_dd_afterNDays_99999", r"the layout has the letters f, which mean nothing"),
        ("timestamp_dd_afterndays_2", r"the layout has the letters f, which mean nothing"),
    ],
)
def test_act_refuses(name: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        compile_act(name)


def test_act_offers_what_is_known_of_an_event_where_there_is_one() -> None:
    with pytest.raises(ValueError, match=r"^unknown name act\.mood; known: ") as refused:
        compile_act("mood", of_events=True)
    known = str(refused.value).partition("known: ")[2].split(", ")
    assert {*PLAIN, *OF_EVENTS} <= set(known)
    with pytest.raises(ValueError, match=r"^unknown name act\.tickets; did you mean %act\.ticket%\?$"):
        compile_act("tickets", of_events=True)


@pytest.mark.parametrize("timestamp", ["yesterday", "9999-12-31T00:00:00+00:00"])
def test_act_cannot_tell_from_such_a_timestamp(timestamp: str) -> None:
    read = compile_act("timestamp_yyyy_afterNYears_1")
    with pytest.raises(ValueError, match=r"."):
        read({"timestamp": timestamp})


@given(st.text(st.sampled_from("abNdD_Mafterys0129-ou"), max_size=30))
def test_any_name_is_read_or_refused(rest: str) -> None:
    try:
        read = compile_act(f"timestamp_{rest}")
    except ValueError:
        return
    assert isinstance(read({"timestamp": AT}), str)
