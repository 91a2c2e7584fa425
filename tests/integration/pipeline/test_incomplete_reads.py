"""A read that fails, repeats, is cut short or moves: the run fails with a clear state, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import FlowRunSort

from lifecycle.errors import IncompleteReadError, SourceError
from tests.support.pipeline import ENABLED, Pipeline

FAULTS = [
    pytest.param({"fail_page": {"page": 3}}, "500", id="a page fails"),
    pytest.param({"repeat_last_page": {"at_page": 3}}, "a page came a second time", id="a page repeats"),
    pytest.param({"truncated_json": {"page": 3}}, "JSON", id="a page is truncated"),
    pytest.param({"moving_total": True}, "record_count moved", id="the total moves"),
    pytest.param({"duplicate_id": True}, "twice", id="a record comes twice"),
    pytest.param({"row_cap": True}, "{n} rows came, record_count is {n7}", id="rows are capped and the total is wrong"),
    pytest.param(
        {"narrow_scope": True},
        "missing: edit:customers, edit:tickets, read:customers",
        id="the token grants less than needed",
    ),
]


@pytest.fixture
def impatient() -> Iterator[None]:
    """Reads are not tried again for minutes."""
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.mark.parametrize(("fault", "says"), FAULTS)
def test_incomplete_read_fails_the_run_and_writes_nothing(loaded: Pipeline, impatient, fault, says):
    before, enabled = loaded.stamps(), len(loaded.find(ENABLED, "cn"))
    count = loaded.halo.state()["counts"]["users"]
    says = says.format(n=count, n7=count + 7)
    loaded.halo.revoke_tokens()
    loaded.halo.faults(**fault)
    try:
        with pytest.raises(SourceError) as caught:
            loaded.sync()
    finally:
        loaded.halo.clear_faults()
    assert says.lower() in str(caught.value).lower()
    assert loaded.stamps() == before
    assert len(loaded.find(ENABLED, "cn")) == enabled
    with get_client(sync_client=True) as client:
        (newest,) = client.read_flow_runs(limit=1, sort=FlowRunSort.START_TIME_DESC)
    assert newest.state is not None
    assert newest.state.is_failed()
    assert says.lower() in (newest.state.message or "").lower()


def test_unstable_order_is_never_planned_from(loaded: Pipeline, impatient):
    """Rows that move between pages come twice or are missing: either is noticed."""
    before = loaded.stamps()
    loaded.halo.faults(unstable_order=True)
    try:
        with pytest.raises(IncompleteReadError):
            loaded.sync()
    finally:
        loaded.halo.clear_faults()
    assert loaded.stamps() == before


def test_token_revoked_in_mid_run_is_renewed_once(loaded: Pipeline):
    loaded.halo.faults(unauthorized_after={"requests": 3})
    try:
        result = loaded.sync()
    finally:
        loaded.halo.clear_faults()
    assert result["changes"] == {}
