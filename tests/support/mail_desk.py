"""One account and what Exchange says of it, for planner halves and states of actions on mailboxes; nobody is real."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from lifecycle.actions.catalogue import AnyParameters
from lifecycle.actions.change import Change
from lifecycle.actions.outside import Outside, Wanted
from lifecycle.actions.outside_change import OutsideChange, wanted_by
from lifecycle.actions.parameters import Parameters
from lifecycle.cloud.user import CloudUser
from lifecycle.directory.account import Account, Value
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.mail.mailbox import AutoReply, AutoReplyState, Mailbox, MailboxKind
from lifecycle.planning.action_list import REQUEST, action_list
from lifecycle.planning.asked import draft_request
from lifecycle.planning.lists import Draft
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.prior_state import PriorState
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import NOW, POLICY, new_account, new_directory, person, view_of

EXCHANGE_GUID = "0f7c2a8e-1111-4222-8333-944455566677"
_ITEMS: TypeAdapter[list[Parameters]] = TypeAdapter(list[AnyParameters])


@dataclass
class MailDesk:
    """One account, and plans for it.

    Args:
        prior: What earlier runs left.
    """

    prior: PriorState = field(default_factory=PriorState)
    directory: MemoryDirectory = field(default_factory=new_directory)
    guid: str = ""

    def __post_init__(self) -> None:
        self.guid = self.guid or new_account(self.directory, person("1"), title="R&D <Lead>")

    def give(self, **attributes: Value) -> None:
        """Let the account have attributes."""
        self.directory.users[self.guid].attributes.update(attributes)

    def mailbox(self, kind: MailboxKind = MailboxKind.USER, **changes: Any) -> Mailbox:
        """A mailbox of the account, on a server unless it is told otherwise."""
        told = {
            "exchange_guid": EXCHANGE_GUID, "database": "DB01", "alias": "ann", "auto_reply": reply(),
            "primary_address": "ann.example@corp.example.test", **changes,
        }  # fmt: skip
        return Mailbox(self.guid, kind, **told)

    def outside(self, mailbox: Mailbox | None = None, user: CloudUser | None = None, **more: Any) -> Outside:
        """What was looked up."""
        return Outside(
            mailboxes={self.guid: mailbox} if mailbox else {}, users={self.guid: user} if user else {}, **more
        )

    def account(self, *attributes: str) -> Account:
        """The account as it is now."""
        return self.directory.accounts([self.guid], {"userPrincipalName", *attributes})[self.guid]

    def draft(self, items: Sequence[Mapping[str, Any]], now: Any = NOW) -> Draft:
        """A plan of actions that somebody asks for, before anything is looked up."""
        parameters = _ITEMS.validate_python(list(items))
        named = action_list(REQUEST, parameters, Vocabulary()).attributes - {"enabled"}
        view = view_of(self.directory, POLICY, named)
        inputs = PlanInputs(view, POLICY, self.prior, self.directory.identity(), now)
        return draft_request(parameters, [one for one in view.accounts if one.guid == self.guid], inputs)

    def plan(self, item: Mapping[str, Any], mailbox: Mailbox | None = None, **more: Any) -> Plan:
        """The plan of one action, with what Exchange says of the account."""
        now = more.pop("now", NOW)
        return self.draft([item], now).finished(self.outside(mailbox, **more))

    def change(self, item: Mapping[str, Any], mailbox: Mailbox | None = None, **more: Any) -> Any:
        """The one change of such a plan."""
        (change,) = self.plan(item, mailbox, **more).changes
        return change


def reply(internal: str = "", state: AutoReplyState = AutoReplyState.DISABLED, **more: Any) -> AutoReply:
    """An automatic reply; off unless it is told otherwise."""
    return AutoReply(state, internal, **more)


def about(plan: Plan) -> list[tuple[str, str]]:
    """Reason and text of each notice."""
    return [(notice.reason.value, notice.about) for notice in plan.notices]


def wanted_of(change: Change) -> Wanted:
    """What judging a change looks up."""
    assert isinstance(change, OutsideChange)
    return wanted_by([change])
