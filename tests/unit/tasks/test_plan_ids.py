"""The names of plans."""

from __future__ import annotations

from tasks.planning import plan_id_of


def test_plans_of_runs_that_were_scheduled_together_have_names_of_their_own() -> None:
    """Two nights of one schedule, as Prefect names them."""
    together = ("01a22beb-03d6-77da-b1c8-cc3fad0d7644", "01a22beb-03d6-79a1-b159-4870ec7792c9")
    names = [plan_id_of("people-to-ad", run_id) for run_id in together]
    assert names == ["people-to-ad-cc3fad0d7644", "people-to-ad-4870ec7792c9"]


def test_a_plan_of_a_kind_is_named_for_it() -> None:
    assert plan_id_of("people-to-ad: request", "x" * 36) == f"people-to-ad-request-{'x' * 12}"
