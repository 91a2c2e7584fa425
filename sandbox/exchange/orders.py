"""What the admin side can be told: the body of each order; ``guid`` is the account's objectGUID."""

from __future__ import annotations

from typing import Literal

from sandbox.simulators.admin import Order


class _ForAccount(Order):
    guid: str


class SyncUser(_ForAccount):
    """An account is known from now on, or has another name; an empty Entra id: not synchronised yet."""

    upn: str
    entra_id: str | None = None


class GiveMailbox(_ForAccount):
    """An account has a mailbox: by hand on a server, by a licence in the cloud."""

    place: Literal["server", "online"] = "server"
    database: str = ""
    alias: str = ""
    address: str = ""
    shared: bool = False


class TakeLicence(_ForAccount):
    """An account has no licence any more: its mailbox in the cloud is soft-deleted."""


class MakeRoom(_ForAccount):
    """The mailboxes that an account uses are those of a room, wherever they are known."""


class Hold(_ForAccount):
    """Holds on the mailbox that an account has, or had."""

    place: Literal["server", "online"] = "server"
    litigation: bool = True
    in_place: tuple[str, ...] = ()


class EnableSkype(_ForAccount):
    """An account is enabled for Skype for Business."""

    pool: str = "pool.corp.example.test"
    sip_address: str = ""
