"""The summary of a run, as markdown: what came, what would be or was done, who was left out, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lifecycle.actions.catalogue import CHANGES
from lifecycle.applying.apply import Applied
from lifecycle.notice import QUARANTINE, Notice, Reason
from lifecycle.planning.plan import Plan

MOST_NOTICES = 100

VERBS: Mapping[str, str] = {kind.model_fields["action"].default: kind.verb for kind in CHANGES}
"""Action → what a number of such changes is called."""

APPROVING = (
    "Read the plan table. To carry out exactly this plan, run the deployment **apply-plan / on-demand** with that "
    "identifier and hash and `dry_run` off: giving the hash is the approval. A newer plan takes its place."
)


SOME = "Only some people were asked for. Nobody else was looked at, and nobody is taken for gone."


@dataclass(frozen=True, slots=True)
class Source:
    """What one endpoint brought.

    Args:
        endpoint: Its name.
        records: Records in all.
        fetched: Of these over the network.
        reused: Of these from the snapshot.
    """

    endpoint: str
    records: int
    fetched: int
    reused: int


@dataclass(frozen=True, slots=True)
class RunStory:
    """Everything that the summary tells.

    Args:
        automation: Name of the automation.
        dry_run: Whether nothing was to be written.
        plan_id: Where the plan is kept.
        plan: The plan.
        breaches: Limits that the plan goes over, one line each.
        applied: What became of it; None when it was not applied.
        sources: What the endpoints brought; empty when a stored plan was applied.
        unmatched: Enriching endpoint → people without a record there, and records there without a person.
        is_partial: Whether only some people were asked for.
    """

    automation: str
    dry_run: bool
    plan_id: str
    plan: Plan
    breaches: Sequence[str]
    applied: Applied | None
    sources: Sequence[Source] = ()
    unmatched: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    is_partial: bool = False

    def reading(
        self, sources: Sequence[Source], unmatched: Mapping[str, tuple[int, int]], *, is_partial: bool
    ) -> RunStory:
        """The story of a run that has read the source."""
        return replace(self, sources=sources, unmatched=unmatched, is_partial=is_partial)


def summary(story: RunStory) -> str:
    """The whole page."""
    parts = [
        f"# {story.automation}",
        _verdict(story),
        *([SOME] if story.is_partial else []),
        *_sources(story),
        *_unmatched(story),
        *_changes(story),
        *_failures(story),
    ]
    return "\n\n".join([*parts, *_left_out(story.plan.notices), *_next(story)]) + "\n"


def _verdict(story: RunStory) -> str:
    total = len(story.plan.changes)
    if story.applied is not None:
        failed = len(story.applied.failures)
        rest = f", **{failed} not carried out**" if failed else ""
        return f"**Applied.** {total} changes: {total - failed} carried out or so already{rest}."
    if story.breaches:
        lines = "\n".join(f"- {breach}" for breach in story.breaches)
        return f"**Stopped by the gate. Nothing was written.** The plan goes over these limits:\n\n{lines}"
    if not total:
        return "**Nothing to do.** The directory is as HaloITSM says."
    return f"**{'Dry run' if story.dry_run else 'Planned'}: nothing was written.** {total} changes are planned."


def _sources(story: RunStory) -> list[str]:
    if not story.sources:
        return []
    rows = [f"| {one.endpoint} | {one.records} | {one.fetched} | {one.reused} |" for one in story.sources]
    head = "| endpoint | records | fetched now | from the last snapshot |\n|---|--:|--:|--:|"
    return ["## What HaloITSM said", "\n".join([head, *rows])]


def _unmatched(story: RunStory) -> list[str]:
    if not story.unmatched:
        return []
    rows = [f"| {endpoint} | {people} | {records} |" for endpoint, (people, records) in story.unmatched.items()]
    head = "| endpoint | people without a record there | records without a person |\n|---|--:|--:|"
    told = "Joined on the primary key; a record without a person is not used."
    return ["## What did not match", told, "\n".join([head, *rows])]


def _changes(story: RunStory) -> list[str]:
    counts = story.plan.counts
    if not counts:
        return []
    done = story.applied.done if story.applied else None
    head = "| what | planned |" + (" carried out |" if done is not None else "")
    line = "|---|--:|" + ("--:|" if done is not None else "")
    rows = [
        f"| {VERBS[action]} | {count} |" + (f" {done[action]} |" if done is not None else "")
        for action, count in counts.items()
    ]
    return ["## Changes", "\n".join([head, line, *rows])]


def _failures(story: RunStory) -> list[str]:
    if story.applied is None or not story.applied.failures:
        return []
    rows = [
        f"| {one.number} | {one.action} | {one.subject} | {one.state.value} | {one.why} |"
        for one in story.applied.failures[:MOST_NOTICES]
    ]
    head = "| # | action | person or account | state | why |\n|--:|---|---|---|---|"
    return ["## Not carried out", "The next run plans these again.", "\n".join([head, *rows])]


def _left_out(notices: Sequence[Notice]) -> list[str]:
    if not notices:
        return []
    by_reason = Counter(notice.reason for notice in notices)
    rows = []
    for reason, count in sorted(by_reason.items()):
        keys = [notice.key or notice.about for notice in notices if notice.reason is reason]
        shown = ", ".join(dict.fromkeys(keys[:10])) + (", …" if len(keys) > 10 else "")  # noqa: PLR2004 (a line's worth)
        untouched = " Their account is left as it is." if reason in QUARANTINE else ""
        why = _causes([notice.about for notice in notices if notice.reason is reason]) if reason in _TARGET else ""
        rows.append(f"| `{reason.value}` | {count} | {shown} | {reason.meaning}{why}{untouched} |")
    head = "| reason | how many | people (primary key) | meaning |\n|---|--:|---|---|"
    return ["## Left out, and why", "\n".join([head, *rows])]


_TARGET = frozenset({Reason.TARGET_UNREAD, Reason.TARGET_REFUSED, Reason.TARGET_MISSING})
"""Reasons whose cause is the answer of another system, in its words and with no value."""
_MOST_CAUSES = 5


def _causes(abouts: Sequence[str]) -> str:
    """What other systems said, each once, the most frequent first."""
    counted = Counter(about.replace("|", "\\|") for about in abouts if about).most_common()
    shown = [f"{about} ({count})" if count > 1 else about for about, count in counted[:_MOST_CAUSES]]
    return f" Why: {'; '.join([*shown, *(['…'] if len(counted) > _MOST_CAUSES else [])])}." if shown else ""


def _next(story: RunStory) -> list[str]:
    if story.applied is not None or not story.plan.changes:
        return []
    return [
        "## What next",
        f"Plan `{story.plan_id}`, hash `{story.plan.hash}`.",
        APPROVING,
    ]
