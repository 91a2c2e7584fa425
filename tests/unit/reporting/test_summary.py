"""The summary of a run, as people read it."""

from __future__ import annotations

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
