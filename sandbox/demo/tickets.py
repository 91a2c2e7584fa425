"""A chapter of the story: a ticket that asks for an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.sync_people import sync_people
from sandbox.demo.tell import Teller
from sandbox.halo.client import SandboxHalo
from sandbox.handle import Sandbox
from sandbox.ldapsearch import ldapsearch

AUTOMATION = "starter-tickets"


@dataclass(frozen=True)
class Tickets:
    """One telling.

    Args:
        sandbox: Up.
        halo: The admin side of HaloITSM.
        config: Folder of the configuration.
        tell: Prints.
        expect: Says what holds, or ends the story.
    """

    sandbox: Sandbox
    halo: SandboxHalo
    config: str
    tell: Teller
    expect: Callable[[bool, str], None]

    def starter(self) -> None:
        """From a ticket to an account, and back to the ticket.

        Raises:
            SandboxError: Something is not as it should be; the sentence says what.
        """
        self.tell.stage("Somebody asks for an account by a ticket")
        number = self.halo.ask_for("Tomasz", "Nowicki", department="Facilities")
        incomplete = self.halo.ask_for("", "Nowicki")
        sync_people(AUTOMATION, dry_run=False, config_dir=self.config)
        (entry,) = ldapsearch(self.sandbox, f"(employeeNumber=T{number})", "userPrincipalName")
        ticket, other = self.halo.ticket(number), self.halo.ticket(incomplete)
        said = ticket["actions"][-1]["note"].partition(" [")[0]
        done = ticket["status_name"] == "Closed" and entry["userprincipalname"][0] in said
        self.expect(done, f"ticket {number} became an account, and was answered and closed: {said}")
        said = other["actions"][-1]["note"].partition(" [")[0]
        self.expect(other["status_name"] == "With User", f"ticket {incomplete}, which names nobody, went back: {said}")
        sync_people(AUTOMATION, dry_run=False, config_dir=self.config)
        once = [len(self.halo.ticket(one)["actions"]) for one in (number, incomplete)] == [1, 1]
        self.expect(once, "the next run takes neither of them again")
