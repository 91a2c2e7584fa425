"""The bench for actions on mailboxes: one of the three ways to reach Exchange, and a directory that follows it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self

import ldap3

from lifecycle.actions.outside import System
from lifecycle.answer import freely
from lifecycle.applying.systems import Systems
from lifecycle.directory.account import Value
from lifecycle.mail.operation import EnableMailbox, EnableRemoteMailbox, MailAccount
from lifecycle.ports.exchange.hybrid import HybridConnection
from lifecycle.ports.exchange.online_connection import OnlineConnection
from lifecycle.ports.exchange.server_connection import ServerConnection
from sandbox.handle import Sandbox
from sandbox.organisation import UPN_SUFFIX
from tests.support.action_bench import ActionBench

SideName = Literal["server", "online", "hybrid"]
ROUTING_DOMAIN = "example.mail.onmicrosoft.test"
_GUID_ATTRIBUTES = frozenset({"msExchMailboxGuid"})


class Exchanges:
    """The ways to reach the sandbox's Exchange, each opened once for many tests; to be closed by ``stack``."""

    def __init__(self, sandbox: Sandbox, stack: ExitStack) -> None:
        exchange, ca_file = sandbox.exchange, sandbox.ca_file
        assert exchange is not None
        address = f"{exchange.host}:{exchange.port}"
        server = ServerConnection(
            exchange.host, exchange.user, exchange.password, authentication="basic", port=exchange.port,
            ca_file=ca_file, skype_host=exchange.host,
        )  # fmt: skip
        online = OnlineConnection(
            exchange.tenant, exchange.client_id, exchange.client_secret, host=address, login_host=address,
            ca_file=ca_file,
        )  # fmt: skip
        self._openers = {"server": server.open, "online": online.open, "hybrid": HybridConnection(server, online).open}
        self._stack = stack
        self._ports: dict[str, Any] = {}

    def port(self, side: SideName) -> Any:
        """The port of one side."""
        if side not in self._ports:
            self._ports[side] = self._stack.enter_context(self._openers[side]())
        return self._ports[side]


@dataclass(frozen=True)
class _Followed:
    """A port behind whose writes the directory follows at once."""

    port: Any
    follow: Callable[[], None]

    def mailboxes(self, *asked: Any) -> Any:
        return self.port.mailboxes(*asked)

    def send(self, operations: Any, permit: Any = freely) -> Any:
        answers = self.port.send(operations, permit)
        self.follow()
        return answers


@dataclass(frozen=True)
class MailBench(ActionBench):
    """What tests of mailboxes do.

    Args:
        exchanges: How Exchange is reached.
        side: Which of the ways is taken.
        followed: How many of Exchange's writes into the directory have been carried out there.
    """

    exchanges: Exchanges | None = field(default=None, repr=False)
    side: SideName = "hybrid"
    followed: list[int] = field(default_factory=lambda: [0])

    @classmethod
    def of(cls, bench: ActionBench, exchanges: Exchanges, side: SideName) -> Self:
        """On the sandbox, the store and the clock of another bench, with an Exchange that nobody is in yet."""
        bench.exchange.reset()
        return cls(**{one.name: getattr(bench, one.name) for one in fields(bench)}, exchanges=exchanges, side=side)

    def systems(self) -> Systems:
        """Exchange alone, reached from its side."""
        assert self.exchanges is not None
        port = _Followed(self.exchanges.port(self.side), self.follow)
        return Systems({System.MAIL: lambda: nullcontext(port)})

    def person(self, **attributes: Value) -> str:
        """An account that Exchange knows, on both sides, and that has no mailbox; answers its GUID."""
        guid = self.account(**attributes)
        self.exchange.sync_user(guid, self.upn(guid))
        return guid

    def upn(self, guid: str) -> str:
        """An account's userPrincipalName."""
        (name,) = self.entry(guid)["userprincipalname"]
        assert name.endswith(UPN_SUFFIX)
        return name

    def employee(self, **attributes: Value) -> str:
        """An account with a mailbox, made in the way that the side has for it; answers its GUID."""
        guid = self.person(**attributes)
        account, alias = MailAccount(guid), self.upn(guid).partition("@")[0]
        if self.side != "server":
            self.exchange.give_mailbox(guid, place="online")
        if self.side == "server":
            self._made(EnableMailbox(account, database="DB02"))
        elif self.side == "hybrid":
            self._made(EnableRemoteMailbox(account, routing_address=f"{alias}@{ROUTING_DOMAIN}"))
        return guid

    def _made(self, operation: EnableMailbox | EnableRemoteMailbox) -> None:
        assert self.exchanges is not None
        (answer,) = self.exchanges.port(self.side).send([operation])
        assert answer.ok, answer
        self.follow()

    def mailbox(self, guid: str) -> dict[str, Any]:
        """The mailbox that the account uses, as the simulator holds it: in the cloud unless there is only a server."""
        found: dict[str, Any] = self.exchange.state(guid)["server" if self.side == "server" else "online"]
        return found

    def follow(self) -> None:
        """Write into the directory, as an Exchange server would, what it did since the last look."""
        effects = self.exchange.state()["effects"]
        for effect in effects[self.followed[0] :]:
            values = {name: _wire(name, value) for name, value in effect["set"].items()}
            values |= {name: [] for name in effect["clear"]}
            changes = {name: [(ldap3.MODIFY_REPLACE, value)] for name, value in values.items()}
            self._done(self.administrator.ldap.modify(f"<GUID={effect['guid']}>", changes))
        self.followed[0] = len(effects)


def _wire(name: str, value: Any) -> list[Any]:
    if name in _GUID_ATTRIBUTES:
        return [uuid.UUID(value).bytes_le]
    if isinstance(value, bool):
        return [str(value).upper()]
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
