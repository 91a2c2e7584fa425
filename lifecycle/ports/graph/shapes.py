"""Graph's JSON as our values (resource types user, licenseAssignmentState, automaticRepliesSetting, subscribedSku)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lifecycle.cloud.automatic_replies import AutomaticReplies
from lifecycle.cloud.licence import LicenceAssignment
from lifecycle.cloud.operation import Sku
from lifecycle.cloud.user import CloudUser
from lifecycle.ports.graph.failures import broken

SELECTED = (
    "id", "userPrincipalName", "onPremisesImmutableId", "onPremisesSyncEnabled", "accountEnabled", "usageLocation",
    "licenseAssignmentStates", "signInSessionsValidFromDateTime",
)  # fmt: skip
"""Properties of a user that are asked for; most come on ``$select`` alone."""
_SECOND = len("2026-11-25T19:00:00")


def user_of(operation: str, record: Any) -> CloudUser:
    """A user without the parts that are read by themselves.

    Raises:
        TargetContractError: A property is missing or of another type.
    """
    try:
        return CloudUser(
            id=_text(record["id"]).lower(),
            user_principal_name=_text(record["userPrincipalName"]),
            on_premises_immutable_id=_text_or_none(record["onPremisesImmutableId"]) or None,
            synced=record["onPremisesSyncEnabled"] is True,
            account_enabled=_flag(record["accountEnabled"]),
            usage_location=_text_or_none(record["usageLocation"]) or None,
            licences=tuple(sorted(map(_licence, record["licenseAssignmentStates"]), key=_order)),
            sign_in_sessions_valid_from=_moment(record["signInSessionsValidFromDateTime"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise broken(operation, "a user lacks a property, or has one of another type")


def replies_of(operation: str, record: Any) -> AutomaticReplies:
    """The automatic replies of a mailbox.

    Raises:
        TargetContractError: A property is missing or of another type.
    """
    try:
        scheduled = record["status"] == "scheduled"
        return AutomaticReplies(
            status=record["status"],
            external_audience=record["externalAudience"],
            internal_message=record.get("internalReplyMessage") or "",
            external_message=record.get("externalReplyMessage") or "",
            start=_zoned(record["scheduledStartDateTime"]) if scheduled else None,
            end=_zoned(record["scheduledEndDateTime"]) if scheduled else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise broken(operation, "the automatic replies lack a property, or have one of another type")


def replies_body(setting: AutomaticReplies) -> dict[str, Any]:
    """The body that sets them; every property, so that nothing of an older setting remains."""
    body: dict[str, Any] = {
        "status": setting.status,
        "externalAudience": setting.external_audience,
        "internalReplyMessage": setting.internal_message,
        "externalReplyMessage": setting.external_message,
    }
    if setting.start is not None and setting.end is not None:
        body |= {
            "scheduledStartDateTime": _zoned_body(setting.start),
            "scheduledEndDateTime": _zoned_body(setting.end),
        }
    return {"automaticRepliesSetting": body}


def sku_of(operation: str, record: Any) -> Sku:
    """A product of the tenant.

    Raises:
        TargetContractError: A property is missing or of another type.
    """
    try:
        units: Mapping[str, Any] = record["prepaidUnits"]
        return Sku(
            sku_id=_text(record["skuId"]).lower(),
            part_number=_text(record["skuPartNumber"]),
            consumed=_number(record["consumedUnits"]),
            enabled=_number(units["enabled"]),
            warning=_number(units.get("warning", 0)),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise broken(operation, "a product lacks a property, or has one of another type")


def page_of(operation: str, body: Any) -> tuple[list[Any], str | None]:
    """The records of a page, and the link to the next.

    Raises:
        TargetContractError: It is no page.
    """
    records = body.get("value") if isinstance(body, dict) else None
    following = body.get("@odata.nextLink") if isinstance(body, dict) else None
    if not isinstance(records, list) or not isinstance(following, str | None):
        raise broken(operation, "a collection's answer holds no list of records")
    return records, following


def identifier(operation: str, record: Any) -> str:
    """The GUID of a directory object.

    Raises:
        TargetContractError: It has none.
    """
    found = record.get("id") if isinstance(record, dict) else None
    if not isinstance(found, str) or not found:
        raise broken(operation, "an object has no id")
    return found.lower()


def _licence(record: Any) -> LicenceAssignment:
    group = _text_or_none(record.get("assignedByGroup"))
    return LicenceAssignment(
        sku_id=_text(record["skuId"]).lower(),
        assigned_by_group=group.lower() if group else None,
        state=_text(record["state"]),
        disabled_plans=tuple(sorted(_text(plan).lower() for plan in record.get("disabledPlans") or ())),
    )


def _order(one: LicenceAssignment) -> tuple[str, str]:
    return one.sku_id, one.assigned_by_group or ""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _moment(value: Any) -> datetime | None:
    """A DateTimeOffset: ``2026-11-25T19:00:00Z``, with or without a fraction."""
    if value is None:
        return None
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _zoned(value: Any) -> datetime:
    """A dateTimeTimeZone. Only UTC is understood: it is what Graph answers unless a header asks for another zone."""
    if value["timeZone"] != "UTC":
        raise ValueError
    return datetime.fromisoformat(_text(value["dateTime"])[:_SECOND]).replace(tzinfo=UTC)


def _zoned_body(moment: datetime) -> dict[str, str]:
    return {"dateTime": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": "UTC"}
