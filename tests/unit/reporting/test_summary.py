"""The summary of a run, as people read it."""

from __future__ import annotations

from dataclasses import replace

from lifecycle.notice import Notice, Reason
from lifecycle.reporting.summary import SOME, RunStory, Source, summary
from tests.support.world import new_directory, people, plan_of


def story(**more: object) -> RunStory:
    plan = plan_of(people(), new_directory())
    return RunStory("people-to-ad", dry_run=True, plan_id="p-1", plan=plan, breaches=(), applied=None, **more)


def test_each_enriching_endpoint_tells_what_did_not_match() -> None:
    page = summary(
        story(sources=[Source("users", 500, 500, 0)], unmatched={"details": (3, 0), "phones": (0, 12)})
    ).splitlines()

    start = page.index("## What did not match")
    assert page.index("## What HaloITSM said") < start
    assert page[start + 4 : start + 8] == [
        "| endpoint | people without a record there | records without a person |",
        "|---|--:|--:|",
        "| details | 3 | 0 |",
        "| phones | 0 | 12 |",
    ]


def test_one_endpoint_alone_has_nothing_to_match() -> None:
    assert "did not match" not in summary(story())


def test_a_run_for_some_people_says_so() -> None:
    assert SOME in summary(story(is_partial=True))
    assert SOME not in summary(story())


def test_what_another_system_refused_is_given_with_its_reason() -> None:
    """Each reason once, with how often; a bar would end the cell of the table."""
    notices = [
        *(Notice(key, Reason.TARGET_REFUSED, "file_servers: through-link (a | b)") for key in ("1", "2")),
        Notice("3", Reason.TARGET_REFUSED, "file_servers: dfs-namespace"),
        Notice("4", Reason.FIELD_UNREADABLE, "users.phone"),
    ]
    told = story()
    page = summary(replace(told, plan=told.plan.model_copy(update={"notices": tuple(notices)})))
    assert r"Why: file_servers: through-link (a \| b) (2); file_servers: dfs-namespace." in page
    assert "Why: users.phone" not in page
