"""An automatic reply as changes write it down, and as either system has it.

The keys have the system in front: ``exchange.autoReply.state``, ``m365.autoReply.state``. Texts are HTML; they are
personal data, which plans and the journal hold and nothing else shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lifecycle.cloud.automatic_replies import AutomaticReplies, RepliesStatus
from lifecycle.cloud.automatic_replies import ExternalAudience as CloudAudience
from lifecycle.directory.account import Value
from lifecycle.mail.mailbox import AutoReply, AutoReplyState, ExternalAudience

EXCHANGE, CLOUD = "exchange.autoReply", "m365.autoReply"

_STATUSES: Mapping[AutoReplyState, RepliesStatus] = {
    AutoReplyState.DISABLED: "disabled",
    AutoReplyState.ENABLED: "alwaysEnabled",
    AutoReplyState.SCHEDULED: "scheduled",
}
_AUDIENCES: Mapping[ExternalAudience, CloudAudience] = {
    ExternalAudience.NONE: "none",
    ExternalAudience.KNOWN: "contactsOnly",
    ExternalAudience.ALL: "all",
}


def reply_values(system: str, reply: AutoReply) -> dict[str, Value | None]:
    """A reply as ``before`` or ``after`` hold it: whole, so that it can be put back."""
    return {
        f"{system}.state": reply.state.value,
        f"{system}.internal": reply.internal,
        f"{system}.external": reply.external,
        f"{system}.audience": reply.audience.value,
        f"{system}.start": reply.start.isoformat() if reply.start else None,
        f"{system}.end": reply.end.isoformat() if reply.end else None,
    }


def reply_in(system: str, values: Mapping[str, Value | None]) -> AutoReply:
    """The reply that such values tell of."""

    def text(name: str) -> str:
        value = values.get(f"{system}.{name}")
        return "" if value is None else str(value)

    def moment(name: str) -> datetime | None:
        return datetime.fromisoformat(text(name)) if text(name) else None

    return AutoReply(
        state=AutoReplyState(text("state")),
        internal=text("internal"),
        external=text("external"),
        audience=ExternalAudience(text("audience")),
        start=moment("start"),
        end=moment("end"),
    )


def from_cloud(replies: AutomaticReplies) -> AutoReply:
    """What Microsoft Graph answers, in Exchange's words."""
    return AutoReply(
        state=next(state for state, status in _STATUSES.items() if status == replies.status),
        internal=replies.internal_message,
        external=replies.external_message,
        audience=next(one for one, audience in _AUDIENCES.items() if audience == replies.external_audience),
        start=replies.start,
        end=replies.end,
    )


def to_cloud(reply: AutoReply) -> AutomaticReplies:
    """The same for Microsoft Graph, which takes times for a schedule only."""
    is_scheduled = reply.state is AutoReplyState.SCHEDULED
    return AutomaticReplies(
        status=_STATUSES[reply.state],
        external_audience=_AUDIENCES[reply.audience],
        internal_message=reply.internal,
        external_message=reply.external,
        start=reply.start if is_scheduled else None,
        end=reply.end if is_scheduled else None,
    )
