"""Cmdlets that change and tell settings of a mailbox, and its automatic reply."""

from __future__ import annotations

from sandbox.exchange import properties
from sandbox.exchange.organisation import NO_REPLY
from sandbox.exchange.surroundings import Cmdlet, Objects, Parameters, Surroundings

_SETTABLE = frozenset({
    "HiddenFromAddressListsEnabled", "ForwardingSmtpAddress", "ForwardingAddress", "DeliverToMailboxAndForward",
})  # fmt: skip


def set_mailbox(here: Surroundings, given: Parameters) -> Objects:
    """Change settings of a mailbox."""
    record = here.mailbox(given["Identity"])
    if "Type" in given:
        record.kind = {"Regular": "UserMailbox", "Shared": "SharedMailbox"}[given["Type"]]
    record.settings |= {name: value for name, value in given.items() if name in _SETTABLE}
    return []


def get_auto_reply(here: Surroundings, given: Parameters) -> Objects:
    """Tell the automatic reply."""
    return [properties.auto_reply(here.mailbox(given["Identity"]))]


def set_auto_reply(here: Surroundings, given: Parameters) -> Objects:
    """Change the automatic reply; a plain text becomes HTML, as Exchange does it."""
    record = here.mailbox(given["Identity"])
    for name in record.auto_reply.keys() & given.keys():
        text = str(given[name])
        plain = name.endswith("Message") and text and not text.lstrip().lower().startswith("<html")
        record.auto_reply[name] = f"<html>\n<body>\n{text}\n</body>\n</html>\n" if plain else text
    return []


EVERYWHERE = {
    "Set-Mailbox": Cmdlet(set_mailbox, _SETTABLE | {"Type"}),
    "Get-MailboxAutoReplyConfiguration": Cmdlet(get_auto_reply),
    "Set-MailboxAutoReplyConfiguration": Cmdlet(set_auto_reply, frozenset(NO_REPLY)),
}
"""On the server and online."""
