"""A chapter of the story: what lies beyond the directory. A joiner, a leaver with the whole policy, and an undo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.run_due_steps import run_due_steps
from flows.sync_people import sync_people
from flows.undo_run import undo_run
from lifecycle.reporting.plan_table import plan_rows
from sandbox.demo.configuration import with_policies
from sandbox.demo.context import DemoContext
from sandbox.demo.tickets import show_a_starter_ticket
from sandbox.errors import SandboxError
from sandbox.exchange.client import SandboxExchange
from sandbox.graph.client import SandboxGraph
from sandbox.ldapsearch import ldapsearch

TOUCHED = frozenset({"usnchanged", "whenchanged", "dscorepropagationdata"})
"""What the directory writes by itself."""


@dataclass(frozen=True)
class Reach:
    """One telling.

    Args:
        context: Of the story; its sandbox is up with its simulators.
        folder: For the configuration with its policies turned on.
    """

    context: DemoContext
    folder: Path

    def joiner_leaver_undo(self) -> None:
        """From a hire to the undo of a leaver.

        Raises:
            SandboxError: Something is not as it should be; the sentence says what.
        """
        graph, exchange = self.context.sandbox.graph, self.context.sandbox.exchange
        if graph is None or exchange is None:
            raise SandboxError("the demo needs the simulated Microsoft 365 and Exchange")
        config = str(with_policies(self.context.sandbox, self.folder / "config"))
        with (
            SandboxGraph(graph.admin_url, self.context.sandbox.ca_file) as cloud,
            SandboxExchange(exchange.admin_url, self.context.sandbox.ca_file) as mail,
        ):
            key, guid = self._joiner(config, cloud, mail)
            before = self._account(key)
            plan_id = self._leaver(config, key, guid, cloud, mail)
            self._undo(config, key, plan_id, before, guid, cloud, mail)
        show_a_starter_ticket(self.context, config)

    def _joiner(self, config: str, cloud: SandboxGraph, mail: SandboxExchange) -> tuple[int, str]:
        self.context.tell.stage("A joiner, with home folder, mailbox and licence")
        key = self.context.halo.hire("Ingrid", "Lindqvist", department="Cardiology")
        sync_people(dry_run=False, config_dir=config)
        entry = self._account(key)
        guid, name, principal = (entry[one][0] for one in ("objectguid", "samaccountname", "userprincipalname"))
        self.context.expect(
            Path(self.context.sandbox.share.folder, name).is_dir(), f"the account {name}, and its home folder over SMB"
        )
        self.context.tell.line("Mailbox and licence wait: Exchange and Microsoft 365 do not know the account yet.")
        cloud.sync_user(guid, principal, principal)
        mail.sync_user(guid, principal)
        run_due_steps(dry_run=False, config_dir=config)
        licences = len(cloud.state(guid)["licenseAssignmentStates"])
        self.context.expect(licences == 1, "after the next directory synchronisation: one licence of Microsoft 365 …")
        self.context.expect(
            mail.state(guid)["server"]["kind"] == "UserMailbox", "… and a mailbox on the Exchange server"
        )
        (ticket,) = (one for one in self.context.halo.state()["tickets"] if principal in one["details"])
        self.context.tell.line(f'HaloITSM was told: ticket {ticket["id"]}, "{ticket["summary"].partition(" [")[0]}",')
        notes = [action["note"].partition(" [")[0].strip() for action in ticket["actions"]]
        self.context.expect(
            ticket["status_name"] == "Closed" and notes == ["create-mailbox: done"],
            f"created with the account, updated with the mailbox ({notes[0]!r}), closed with the licence",
        )
        return key, guid

    def _leaver(self, config: str, key: int, guid: str, cloud: SandboxGraph, mail: SandboxExchange) -> str:
        self.context.tell.stage("The same person leaves: the whole policy, in its order")
        self.context.halo.leave(key)
        sync_people(dry_run=False, config_dir=config)
        plan_id, plan = self.context.newest_plan()
        self.context.tell.rows(plan_rows(plan, show_values=False, most=None), "every change of this run")
        entry, box = self._account(key), mail.state(guid)["server"]
        disabled = entry["useraccountcontrol"] == ["514"] and "OU=Leavers" in entry["dn"][0]
        self.context.expect(disabled and "memberof" not in entry, "disabled, in no group, in the leavers' OU")
        self.context.expect(not cloud.state(guid)["licenseAssignmentStates"], "no licence; sessions ended")
        answers = box["auto_reply"]["AutoReplyState"] == "Enabled"
        self.context.expect(
            box["kind"] == "SharedMailbox" and answers, "the mailbox is shared, hidden, and answers by itself"
        )
        name = entry["samaccountname"][0]
        archive = Path(self.context.sandbox.archive_share.folder, f"{name}-{key}.zip")
        self.context.expect(
            archive.is_file() and "homedirectory" not in entry, f"the home folder is archived: {archive.name}"
        )
        self.context.tell.line("The account is deleted in thirty days, if nobody comes back until then.")
        return plan_id

    def _undo(
        self, config: str, key: int, plan_id: str, before: dict[str, list[str]], guid: str,
        cloud: SandboxGraph, mail: SandboxExchange,
    ) -> None:  # fmt: skip
        self.context.tell.stage("It was a mistake: undo")
        self.context.halo.rehire(key)
        outcome: Any = undo_run(plan_id, dry_run=False, config_dir=config)
        self.context.tell.counts(outcome["changes"])
        self.context.expect(outcome["not_carried_out"] == 0, "all of it was taken back")
        self.context.expect(self._account(key) == before, "by ldapsearch, every attribute and membership is as it was")
        box = mail.state(guid)["server"]
        back = box["kind"] == "UserMailbox" and box["auto_reply"]["AutoReplyState"] == "Disabled"
        self.context.expect(back, "the mailbox is the person's own again, and silent")
        self.context.expect(len(cloud.state(guid)["licenseAssignmentStates"]) == 1, "the licence is back")
        sync_people(dry_run=False, config_dir=config)
        self.context.expect(not self.context.newest_plan()[1].changes, "and the next run has nothing to do")

    def _account(self, key: int) -> dict[str, list[str]]:
        (entry,) = ldapsearch(self.context.sandbox, f"(employeeID={key})", "*")
        return {name: sorted(values) for name, values in entry.items() if name not in TOUCHED}
