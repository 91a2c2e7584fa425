"""H8: which mechanism proves the account to a file server is said; a domain without NTLM has words of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import Log
from prefect.client.schemas.sorting import FlowRunSort

from tests.cases.machine import wait_until
from tests.cases.shares import by_hand, delete, homes, person, share
from tests.cases.world import World

_LAST = "Finished in state"
"""Of a run's log, where the run itself says it and not one of its tasks."""


def logged() -> str:
    """The whole log of the newest flow run, which is over: it is sent behind the run, its last line at last."""
    with get_client(sync_client=True) as client:
        (newest,) = client.read_flow_runs(limit=1, sort=FlowRunSort.START_TIME_DESC)
        of_the_run = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[newest.id]))

        def lines() -> list[Log]:
            return client.read_logs(of_the_run, limit=200)

        assert wait_until(lambda: any(one.name == "prefect.flow_runs" and _LAST in one.message for one in lines()))
        return "\n".join(one.message for one in lines())


@contextmanager
def without_ntlm(world: World) -> Iterator[None]:
    """New connections to the sandbox's server are refused NTLM, as in a domain that has turned it off."""
    file = Path(world.sandbox.folder) / "smb.conf"
    before = file.read_text("utf-8")
    file.write_text(before.replace("[global]\n", "[global]\nntlm auth = disabled\n", 1), "utf-8")
    try:
        yield
    finally:
        file.write_text(before, "utf-8")


def test_a_domain_without_ntlm_is_named(world: World) -> None:
    made = share(world, "h8blocked", {})
    homes(world, made)
    (made.folder / "case.h8b").mkdir()
    person(world, "case.h8b", made.unc("case.h8b"))

    with without_ntlm(world):
        done = by_hand(world, "case.h8b", delete(world), dry_run=True)

    assert done.result["changes"] == {}
    assert "0xC0000418" not in done.report + done.error
    assert "NTLM_BLOCKED" in done.report, done
    assert "Kerberos" in done.report


def test_the_runs_log_says_how_the_account_proved_itself(world: World) -> None:
    """A realm is of no use to a server that is named by its address: NTLM it is, and that is said."""
    made = share(world, "h8homes", {})
    homes(world, made, realm="CORP.EXAMPLE.TEST")
    (made.folder / "case.h8").mkdir()
    person(world, "case.h8", made.unc("case.h8"))

    assert by_hand(world, "case.h8", delete(world), dry_run=True).result["changes"]["delete-home-folder"] == 1
    assert f"{made.host}: logged on with NTLM" in logged()
