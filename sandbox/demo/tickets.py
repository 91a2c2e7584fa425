"""A chapter of the story: a ticket that asks for an account."""

from __future__ import annotations

from flows.sync_people import sync_people
from sandbox.demo.context import DemoContext
from sandbox.ldapsearch import ldapsearch

AUTOMATION = "starter-tickets"


def show_a_starter_ticket(context: DemoContext, config: str) -> None:
    """From a ticket to an account, and back to the ticket.

    Args:
        context: Of the story.
        config: Folder of the configuration.

    Raises:
        SandboxError: Something is not as it should be; the sentence says what.
    """
    halo = context.halo
    context.tell.stage("Somebody asks for an account by a ticket")
    number = halo.ask_for("Tomasz", "Nowicki", department="Facilities")
    incomplete = halo.ask_for("", "Nowicki")
    sync_people(AUTOMATION, dry_run=False, config_dir=config)
    (entry,) = ldapsearch(context.sandbox, f"(employeeNumber=T{number})", "userPrincipalName")
    ticket, other = halo.ticket(number), halo.ticket(incomplete)
    said = ticket["actions"][-1]["note"].partition(" [")[0]
    done = ticket["status_name"] == "Closed" and entry["userprincipalname"][0] in said
    context.expect(done, f"ticket {number} became an account, and was answered and closed: {said}")
    said = other["actions"][-1]["note"].partition(" [")[0]
    context.expect(other["status_name"] == "With User", f"ticket {incomplete}, which names nobody, went back: {said}")
    sync_people(AUTOMATION, dry_run=False, config_dir=config)
    once = [len(halo.ticket(one)["actions"]) for one in (number, incomplete)] == [1, 1]
    context.expect(once, "the next run takes neither of them again")
