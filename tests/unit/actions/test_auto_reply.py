"""The automatic reply: what is said, when, to whom, through which system, and that the former one comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecycle.actions.auto_reply import SetAutoReplyParameters
from lifecycle.actions.change import State
from lifecycle.actions.reply_values import EXCHANGE, from_cloud, reply_in, reply_values, to_cloud
from lifecycle.cloud.automatic_replies import AutomaticReplies
from lifecycle.cloud.operation import SetAutomaticReplies
from lifecycle.cloud.user import CloudPart, CloudUser
from lifecycle.mail.mailbox import AutoReply, AutoReplyState, ExternalAudience, MailboxKind
from lifecycle.mail.operation import SetAutoReply
from lifecycle.reporting.plan_table import plan_rows
from tests.support.mail_desk import MailDesk, about, reply
from tests.support.world import NOW

ON = {"action": "set-auto-reply", "internal": "%ad.title% is away.\r\nAsk Bob & Eve <now>."}
CLOUD = {**ON, "through": "microsoft_365"}
LATER = NOW + timedelta(days=30)


def user(replies: AutomaticReplies | None) -> CloudUser:
    """A user of Microsoft 365 whose replies were read."""
    return CloudUser(
        "id-1", "ann.example@corp.example.test", None, synced=True, account_enabled=True, usage_location=None,
        licences=(), sign_in_sessions_valid_from=None, read=frozenset({CloudPart.AUTOMATIC_REPLIES}),
        automatic_replies=replies,
    )  # fmt: skip


def wanted(desk: MailDesk, item: dict[str, Any], **more: Any) -> AutoReply:
    """The reply that a plan asks for."""
    sent = desk.change(item, desk.mailbox(), **more).operation(desk.account(), desk.outside())
    assert isinstance(sent, SetAutoReply)
    return sent.auto_reply


def test_a_plain_text_stays_what_it_says_where_html_is_kept(desk: MailDesk) -> None:
    assert wanted(desk, ON) == AutoReply(
        AutoReplyState.ENABLED, "R&amp;D &lt;Lead&gt; is away.<br>\nAsk Bob &amp; Eve &lt;now&gt;."
    )


def test_in_html_the_text_is_markup_and_its_values_are_not(desk: MailDesk) -> None:
    item = {"action": "set-auto-reply", "format": "html", "internal": "<p>%ad.title%</p>"}
    assert wanted(desk, item).internal == "<p>R&amp;D &lt;Lead&gt;</p>"


@pytest.mark.parametrize(
    ("times", "start", "end"),
    [
        ({"end": "30d"}, NOW, LATER),
        ({"start": "2h", "end": "2w"}, NOW + timedelta(hours=2), NOW + timedelta(weeks=2)),
        (
            {"start": "2031-03-02", "end": "2031-03-03"},
            datetime(2031, 3, 2, tzinfo=UTC), datetime(2031, 3, 3, 23, 59, tzinfo=UTC),
        ),
        (
            {"start": "2031-03-02T08:30", "end": "2031-03-02T20:00+02:00"},
            datetime(2031, 3, 2, 8, 30, tzinfo=UTC), datetime(2031, 3, 2, 18, 0, tzinfo=UTC),
        ),
    ],
)  # fmt: skip
def test_a_schedule_is_told_in_durations_days_or_moments(
    desk: MailDesk, times: dict[str, str], start: datetime, end: datetime
) -> None:
    found = wanted(desk, {**ON, "state": "scheduled", **times}, now=NOW + timedelta(seconds=3, microseconds=5))
    assert (found.state, found.start, found.end) == (AutoReplyState.SCHEDULED, start, end)


@pytest.mark.parametrize("times", [{"end": "2031-02-28"}, {"start": "30d", "end": "1d"}])
def test_a_schedule_that_ends_before_it_begins_is_refused(desk: MailDesk, times: dict[str, str]) -> None:
    plan = desk.plan({**ON, "state": "scheduled", **times}, desk.mailbox())
    assert (plan.changes, [reason for reason, _ in about(plan)]) == ((), ["value-unfit"])


@pytest.mark.parametrize(
    "told",
    [
        {"state": "on"},
        {"state": "on", "internal": "x", "external": "y"},
        {"state": "on", "internal": "x", "audience": "all"},
        {"state": "on", "internal": "x", "end": "1d"},
        {"state": "scheduled", "internal": "x"},
        {"state": "scheduled", "internal": "x", "end": "soon"},
        {"state": "off", "internal": "x"},
        {"state": "off", "start": "1d"},
    ],
)
def test_parameters_that_do_not_belong_together_are_refused(told: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        SetAutoReplyParameters.model_validate({"action": "set-auto-reply", **told})


@pytest.mark.parametrize(
    ("now", "item", "planned"),
    [
        (reply("<html>\n<body>\nAway\n</body>\n</html>", AutoReplyState.ENABLED), {"internal": "Away"}, False),
        (reply("Away"), {"internal": "Away"}, True),
        (reply("Back", AutoReplyState.ENABLED), {"internal": "Away"}, True),
        (reply("Away", AutoReplyState.ENABLED, start=NOW, end=LATER), {"internal": "Away"}, False),
        (reply("Away", AutoReplyState.SCHEDULED, start=NOW, end=LATER), {"internal": "Away"}, True),
        (
            reply("Away", AutoReplyState.ENABLED),
            {"internal": "Away", "external": "Away", "audience": "known"}, True,
        ),
        (reply("Away", AutoReplyState.ENABLED), {"state": "off"}, True),
        (reply("Away"), {"state": "off"}, False),
    ],
)  # fmt: skip
def test_a_reply_is_set_where_somebody_would_notice(
    desk: MailDesk, now: AutoReply, item: dict[str, str], planned: bool
) -> None:
    plan = desk.plan({"action": "set-auto-reply", **item}, desk.mailbox(auto_reply=now))
    assert bool(plan.changes) is planned


def test_a_reply_that_is_turned_off_keeps_its_texts(desk: MailDesk) -> None:
    now = reply("Away", AutoReplyState.ENABLED, external="Gone", audience=ExternalAudience.KNOWN)
    change = desk.change({"action": "set-auto-reply", "state": "off"}, desk.mailbox(auto_reply=now))
    sent = change.operation(desk.account(), desk.outside()).auto_reply
    assert (sent.state, sent.internal, sent.external, sent.audience) == (
        AutoReplyState.DISABLED, "Away", "Gone", ExternalAudience.KNOWN,
    )  # fmt: skip


def test_the_former_reply_comes_back_whole(desk: MailDesk) -> None:
    former = reply(
        "<html>Old</html>", AutoReplyState.SCHEDULED, external="Older", audience=ExternalAudience.ALL, start=NOW,
        end=LATER,
    )  # fmt: skip
    change = desk.change(ON, desk.mailbox(auto_reply=former))
    back = change.undone(desk.guid)
    now = change.operation(desk.account(), desk.outside()).auto_reply
    assert back.operation(desk.account(), desk.outside()).auto_reply == former
    found = [desk.outside(desk.mailbox(auto_reply=one)) for one in (now, former, reply("Mine"))]
    assert [back.state_outside(one) for one in found] == [State.AS_PLANNED, State.DONE_ALREADY, State.DRIFTED]
    assert change.state_outside(desk.outside()) is State.MISSING


def test_without_a_mailbox_there_is_nothing_to_do_and_one_that_is_still_to_come_is_waited_for(desk: MailDesk) -> None:
    announced = desk.mailbox(MailboxKind.REMOTE, exchange_guid="", database="", auto_reply=None)
    assert (desk.plan(ON).changes, desk.plan(ON).notices) == ((), ())
    assert [reason for reason, _ in about(desk.plan(ON, announced))] == ["target-missing"]


def test_microsoft_365_is_told_in_its_own_words(desk: MailDesk) -> None:
    now = AutomaticReplies("disabled", "none", "<html>Old</html>")
    item = {**CLOUD, "external": "Gone", "audience": "known", "state": "scheduled", "end": "30d"}
    assert {need.value for need in desk.draft([item]).wanted.accounts} == {"cloud-replies"}
    change = desk.change(item, user=user(now))
    outside = desk.outside(user=user(now))
    sent = change.operation(desk.account(), outside)
    assert isinstance(sent, SetAutomaticReplies)
    assert (sent.user, sent.setting.status, sent.setting.external_audience) == ("id-1", "scheduled", "contactsOnly")
    assert (sent.setting.start, sent.setting.end) == (NOW, LATER)
    assert change.state_outside(outside) is State.AS_PLANNED
    assert change.state_outside(desk.outside(user=user(sent.setting))) is State.DONE_ALREADY
    assert change.undone(desk.guid).operation(desk.account(), outside).setting == now
    assert desk.plan(CLOUD, user=user(None)).changes == ()


def test_the_plan_table_shows_a_text_only_where_values_are_shown(desk: MailDesk) -> None:
    plan = desk.plan({"action": "set-auto-reply", "internal": "Secretly away"}, desk.mailbox())
    shown, hidden = (plan_rows(plan, show_values=value) for value in (True, False))
    assert ("Secretly" in str(shown), "Secretly" in str(hidden)) == (True, False)
    assert "Secretly" not in repr(plan.changes[0].operation(desk.account(), desk.outside()))  # type: ignore[union-attr]


_moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (bounds)


@st.composite
def _replies(draw: st.DrawFn) -> AutoReply:
    state, start = draw(st.sampled_from(AutoReplyState)), draw(_moments)
    scheduled = state is AutoReplyState.SCHEDULED
    return AutoReply(
        state, draw(st.text()), draw(st.text()), draw(st.sampled_from(ExternalAudience)),
        start if scheduled else None, start + timedelta(minutes=draw(st.integers(1, 10**6))) if scheduled else None,
    )  # fmt: skip


@given(_replies())
def test_a_reply_survives_the_journal_and_either_system(one: AutoReply) -> None:
    assert reply_in(EXCHANGE, reply_values(EXCHANGE, one)) == one
    assert from_cloud(to_cloud(one)) == one
