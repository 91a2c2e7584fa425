"""Webhooks for tests of what is told: everything that they know goes into their message."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from lifecycle.config.webhook import Webhook
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.freezing import Announcer
from lifecycle.store.outbox import QueuedCall


def announcer(*triggers: dict[str, object]) -> Announcer:
    """A webhook for each trigger."""
    return Announcer(tuple(webhook(f"hook-{n}", one) for n, one in enumerate(triggers)), Vocabulary(), ZoneInfo("UTC"))


def webhook(name: str, trigger: dict[str, object], **more: object) -> Webhook:
    """A webhook."""
    given = {
        "name": name, "trigger": trigger, "credentials": "halo", "url": "https://{Host-Name}/api/Tickets",
        "message": {"type": "json", "body": ["%ad.userPrincipalName%, %ad.cn%, %ad.enabled%", "%act.reason%"]},
    }  # fmt: skip
    return Webhook.model_validate(given | more)


def act_of(queued: QueuedCall) -> dict[str, str]:
    """What a call says of its event."""
    told: dict[str, str] = json.loads(queued.call.content)["act"]
    return told


def ad_of(queued: QueuedCall) -> dict[str, str]:
    """What a call says of the account."""
    told: dict[str, str] = json.loads(queued.call.content)["ad"]
    return told
