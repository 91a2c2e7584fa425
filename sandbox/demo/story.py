"""The story: dry run, approval, apply, changes in HaloITSM, a second and a third run, and a broken source."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from flows.apply_plan import apply_plan
from flows.sync_people import sync_people
from lifecycle.errors import LifecycleError
from lifecycle.planning.plan import Plan
from lifecycle.reporting.plan_table import plan_rows
from sandbox.connect import save_blocks
from sandbox.demo.at_once import show_a_webhook
from sandbox.demo.by_itself import show_a_scheduled_run
from sandbox.demo.context import DemoContext
from sandbox.demo.reach import Reach
from sandbox.demo.tell import Teller
from sandbox.errors import SandboxError
from sandbox.halo.client import SandboxHalo
from sandbox.handle import Sandbox
from sandbox.ldapsearch import ldapsearch, typed
from sandbox.organisation import EXISTING_PERSON, PRIVILEGED_PERSON
from sandbox.prefect_server import running

PEOPLE = "(&(objectClass=user)(employeeID=*))"
ENABLED = "(&(objectClass=user)(employeeID=*)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))"
POOL = "halo-ad"
WORKER_TIMEOUT_S = "180"
DEPLOYMENT = "sync-people/on-demand"


class Story:
    """One telling, on one sandbox.

    Args:
        sandbox: Up, as it was seeded.
        prefect_url: Address of the Prefect UI.
        folder: For the state store and logs.
        variables: Environment that points Prefect's programs at this server.
        teller: Prints.
    """

    def __init__(
        self, sandbox: Sandbox, prefect_url: str, folder: Path, variables: Mapping[str, str], teller: Teller
    ) -> None:
        if sandbox.halo is None:
            raise SandboxError("the demo needs the simulated HaloITSM")
        self._sandbox, self._url, self._folder, self._variables = sandbox, prefect_url, folder, variables
        self._halo = SandboxHalo(sandbox.halo.admin_url, sandbox.ca_file)
        self._tell = teller
        self._context = DemoContext(sandbox, self._halo, f"sqlite:///{folder}/state.db", teller)

    def tell(self, *, stay: bool) -> None:
        """From the empty directory to the last check.

        Raises:
            SandboxError: Something is not as it should be; the sentence says what.
        """
        with ExitStack() as stack:
            self._set_up(stack)
            first = self._dry_run()
            self._approve_and_apply(first)
            self._somebody_leaves()
            self._life_goes_on()
            self._nothing_to_do()
            Reach(self._context, self._folder).joiner_leaver_undo()
            show_a_webhook(self._context, self._folder, self._variables)
            show_a_scheduled_run(self._context, self._prefect)
            self._broken_paging()
            self._where_to_look(stay=stay)
            if stay:
                threading.Event().wait()  # until Ctrl-C

    def _set_up(self, stack: ExitStack) -> None:
        sandbox = self._sandbox
        self._tell.line(
            f"Active Directory   ldaps://{sandbox.directory.host}  (a real Samba domain controller, in memory)"
        )
        self._tell.line(
            f"HaloITSM           https://{sandbox.halo.host_name if sandbox.halo else ''}  (simulated, 500 people)"
        )
        self._tell.line(f"Prefect            {self._url}")
        save_blocks(sandbox, self._context.store_url)
        self._prefect("work-pool", "create", POOL, "--type", "process", "--overwrite")
        self._prefect("deploy", "--all")
        worker = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--name", "demo"]
        # A worker keeps its runs' storage below the temporary folder, under a name that users of a machine would share.
        temporary = self._folder / "tmp"
        temporary.mkdir()
        variables = {**self._variables, "TMPDIR": str(temporary), "PREFECT_WORKER_QUERY_SECONDS": "1"}
        stack.enter_context(running(worker, variables, self._folder / "worker.log"))
        self._tell.good("blocks saved, deployments made from prefect.yaml, a worker started")

    def _dry_run(self) -> dict[str, Any]:
        self._tell.stage("Dry run, through the deployment sync-people / on-demand and a worker")
        self._prefect("deployment", "run", DEPLOYMENT, "--watch", "--watch-timeout", WORKER_TIMEOUT_S)
        plan_id, plan = self._context.newest_plan()
        self._tell.counts(plan.counts)
        rows = plan_rows(plan, show_values=True, most=None)
        self._tell.rows([*rows[:5], *rows[-2:]], f"the first and last of {len(rows)} changes")
        self._left_out(plan)
        self._context.expect(
            not ldapsearch(self._sandbox, PEOPLE, "cn"), "nothing was written: ldapsearch finds nobody yet"
        )
        return {"plan_id": plan_id, "plan_hash": plan.hash, "plan": plan}

    def _approve_and_apply(self, first: dict[str, Any]) -> None:
        self._tell.stage("The gate, approval and the first apply")
        self._tell.line("A first load is far more than a day's changes, so a live run is stopped by the gate:")
        self._expect_failure("Waiting for approval", lambda: sync_people(dry_run=False))
        plan_id, plan = self._context.newest_plan()
        self._context.expect(plan.hash == first["plan_hash"], f"the same plan under the same hash: {plan.hash[:16]}…")
        outcome = apply_plan(plan_id, plan.hash, dry_run=False)
        self._context.expect(
            outcome["not_carried_out"] == 0, f"approved by its hash and carried out: {len(plan.changes)} changes"
        )
        found = ldapsearch(self._sandbox, ENABLED, "cn")
        people = {change.person for change in plan.changes if change.person}
        self._context.expect(len(found) == len(people), f"ldapsearch finds {len(found)} enabled accounts")

    def _somebody_leaves(self) -> None:
        self._tell.stage("Somebody leaves")
        leaver = self._someone("Cardiology")
        self._halo.leave(leaver)
        plan = self._sync()
        self._context.expect(
            plan.counts.get("disable-user") == 1, "one account disabled, moved to Leavers, groups taken back"
        )
        self._leaver = leaver

    def _life_goes_on(self) -> None:
        self._tell.stage("Life goes on in HaloITSM: joiners, movers, a rename, leavers, a rehire")
        hannah = EXISTING_PERSON[2]
        twins = [self._halo.hire("Zoë", "O'Brien, Jr.", department="Surgery", manager_email=hannah) for _ in range(2)]
        self._halo.move(self._someone("Finance"), department="Research, Development", manager_email=hannah)
        self._halo.move(self._someone("Legal"), department="#Platform")
        self._halo.rename(self._someone("Nursing"), surname="Müller-Łukaszewska")
        self._halo.leave(self._someone("Pharmacy"))
        self._halo.leave(self._someone("Oncology"))
        self._halo.rehire(self._leaver)
        before = self._stamps()
        plan = self._sync()
        rows = plan_rows(plan, show_values=True, most=None)
        self._tell.rows(rows, "every change of this run")
        names = {entry["samaccountname"][0] for one in twins for entry in self._account(one, "sAMAccountName")}
        self._context.expect(
            len(names) == len(twins), f"two people of one name, two accounts: {', '.join(sorted(names))}"
        )
        touched = {guid for guid, stamp in self._stamps().items() if before.get(guid) != stamp}
        meant = {change.account for change in plan.changes if change.account}
        extra = len(touched - meant) - len(twins)
        self._context.expect(
            extra == 0, f"by uSNChanged, {len(touched)} accounts were touched: those of the plan and no other"
        )

    def _nothing_to_do(self) -> None:
        self._tell.stage("The same again")
        before = self._stamps()
        plan = self._sync()
        self._context.expect(not plan.changes and self._stamps() == before, "nothing to do: 0 changes, 0 writes")

    def _broken_paging(self) -> None:
        self._tell.stage("HaloITSM's paging breaks: every page from the third on repeats the second")
        before, enabled = self._stamps(), len(ldapsearch(self._sandbox, ENABLED, "cn"))
        self._halo.faults(repeat_last_page={"at_page": 3})
        try:
            self._expect_failure("the run failed", lambda: sync_people(dry_run=False))
        finally:
            self._halo.clear_faults()
        same = self._stamps() == before and len(ldapsearch(self._sandbox, ENABLED, "cn")) == enabled
        self._context.expect(same, f"nobody was disabled: {enabled} accounts are enabled as before, 0 writes")

    def _where_to_look(self, *, stay: bool) -> None:
        self._tell.stage("Where to look")
        if stay:
            self._tell.line(
                f"Prefect UI: {self._url}/runs — open a run, then its Artifacts: summary, plan, validation."
            )
            self._tell.line("The directory, by hand:")
            self._tell.literal(typed(self._sandbox, PEOPLE, "displayName", "department", "manager"))
            self._tell.line("HaloITSM: let somebody leave, then run the deployment sync-people/on-demand again:")
            admin = self._sandbox.halo.admin_url if self._sandbox.halo else ""
            ca_file = self._sandbox.ca_file
            self._tell.literal(
                f"curl --cacert {ca_file} -X POST {admin}/leave -H 'Content-Type: application/json' -d '{{\"id\": 60}}'"
            )
            self._tell.panel(
                "Everything stays up. Press Ctrl-C to end it; nothing is left behind.", "The main job works"
            )
        else:
            self._tell.line("Run `make demo` without ARGS=--once to keep everything up and look around.")
            self._tell.panel("Every check above held.", "The main job works")

    def _sync(self) -> Plan:
        sync_people(dry_run=False)
        _, plan = self._context.newest_plan()
        self._tell.counts(plan.counts)
        return plan

    def _left_out(self, plan: Plan) -> None:
        for notice in plan.notices:
            self._tell.line(
                f"[dim]left out: person {notice.key or '–'}: {notice.reason.meaning} ({notice.about})[/dim]"
            )
        protected = ldapsearch(self._sandbox, f"(mail={PRIVILEGED_PERSON[2]})", "adminCount", "employeeID")
        self._context.expect(
            "employeeid" not in protected[0], "the administrator's account (adminCount 1) is not matched"
        )

    def _someone(self, department: str) -> int:
        """An ordinary person of a department who has an account: the first by employeeID."""
        found = ldapsearch(
            self._sandbox, f"(&{ENABLED}(department={department})(!(mail={EXISTING_PERSON[2]})))", "employeeID"
        )
        return min(int(entry["employeeid"][0]) for entry in found)

    def _account(self, key: int, *attributes: str) -> list[dict[str, list[str]]]:
        return ldapsearch(self._sandbox, f"(employeeID={key})", *attributes)

    def _stamps(self) -> dict[str, str]:
        """GUID → uSNChanged of every account with an anchor: what was not written keeps its number."""
        entries = ldapsearch(self._sandbox, PEOPLE, "objectGUID", "uSNChanged")
        return {entry["objectguid"][0]: entry["usnchanged"][0] for entry in entries}

    def _prefect(self, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "-m", "prefect", "--no-prompt", *arguments],
            env={**os.environ, **self._variables}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise SandboxError(f"prefect {arguments[0]} failed: {(done.stderr or done.stdout).strip()[-600:]}")

    def _expect_failure(self, text: str, run: Any) -> None:
        try:
            run()
        except LifecycleError as error:
            self._tell.good(f"{text}: {error}")
            return
        raise SandboxError(f"a run that should have failed did not: {text}")
