"""The simulator's answers held against the documented resource types of Microsoft Graph v1.0.

The tables are the property tables of the pages of Microsoft's reference that each is named for; properties that the
simulator leaves out are not in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from sandbox.graph.client import SandboxGraph

Call = Callable[..., httpx.Response]
Check = Callable[[Any], bool]
ANN = "00000000-0000-4000-8000-000000000001"
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def text(value: Any) -> bool:
    return isinstance(value, str)


def text_or_null(value: Any) -> bool:
    return value is None or text(value)


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def flag_or_null(value: Any) -> bool:
    return value is None or flag(value)


def number(value: Any) -> bool:
    return isinstance(value, int) and not flag(value)


def guid(value: Any) -> bool:
    return text(value) and bool(_GUID.fullmatch(value))


def date_time_offset(value: Any) -> bool:
    return text(value) and bool(_DATE_TIME.fullmatch(value))


def texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(text, value))


def one_of(*choices: str) -> Check:
    return lambda value: value in choices


def resource(properties: Mapping[str, Check]) -> Check:
    def fits(value: Any) -> bool:
        return isinstance(value, dict) and all(
            name in value and check(value[name]) for name, check in properties.items()
        ) and {name for name in value if not name.startswith("@")} <= properties.keys()  # fmt: skip

    return fits


def collection(check: Check) -> Check:
    return lambda value: isinstance(value, list) and bool(value) and all(map(check, value))


# resources/licenseassignmentstate
LICENSE_ASSIGNMENT_STATE = resource({
    "assignedByGroup": text_or_null, "disabledPlans": texts, "error": text_or_null,
    "lastUpdatedDateTime": date_time_offset, "skuId": text,
    "state": one_of("Active", "ActiveWithError", "Disabled", "Error"),
})  # fmt: skip
# resources/assignedlicense
ASSIGNED_LICENSE = resource({"disabledPlans": collection(guid), "skuId": guid})
# resources/user, with everything that the simulator can be asked for by $select
USER_PROPERTIES: dict[str, Check] = {
    "id": text, "businessPhones": texts, "displayName": text_or_null, "givenName": text_or_null,
    "jobTitle": text_or_null, "mail": text_or_null, "mobilePhone": text_or_null, "officeLocation": text_or_null,
    "preferredLanguage": text_or_null, "surname": text_or_null, "userPrincipalName": text, "accountEnabled": flag,
    "assignedLicenses": collection(ASSIGNED_LICENSE), "createdDateTime": date_time_offset,
    "licenseAssignmentStates": collection(LICENSE_ASSIGNMENT_STATE), "onPremisesImmutableId": text_or_null,
    "onPremisesSyncEnabled": flag_or_null, "signInSessionsValidFromDateTime": date_time_offset,
    "usageLocation": text_or_null,
}  # fmt: skip
# "Returned by default" of resources/user
BY_DEFAULT = (
    "id", "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName",
)  # fmt: skip
# resources/subscribedsku, resources/licenseunitsdetail, resources/serviceplaninfo
SUBSCRIBED_SKU = resource({
    "accountId": text, "accountName": text, "appliesTo": one_of("User", "Company"),
    "capabilityStatus": one_of("Enabled", "Warning", "Suspended", "Deleted", "LockedOut"), "consumedUnits": number,
    "id": text, "prepaidUnits": resource(dict.fromkeys(("enabled", "lockedOut", "suspended", "warning"), number)),
    "servicePlans": collection(resource({
        "appliesTo": text, "provisioningStatus": text, "servicePlanId": guid, "servicePlanName": text,
    })),
    "skuId": guid, "skuPartNumber": text, "subscriptionIds": lambda value: isinstance(value, list),
})  # fmt: skip
# resources/datetimetimezone, resources/automaticrepliessetting
DATE_TIME_TIME_ZONE = resource({"dateTime": text, "timeZone": text})
AUTOMATIC_REPLIES = resource({
    "externalAudience": one_of("none", "contactsOnly", "all"), "externalReplyMessage": text,
    "internalReplyMessage": text, "scheduledEndDateTime": DATE_TIME_TIME_ZONE,
    "scheduledStartDateTime": DATE_TIME_TIME_ZONE, "status": one_of("disabled", "alwaysEnabled", "scheduled"),
})  # fmt: skip
# concepts/errors
ERROR = resource({"error": resource({
    "code": text, "message": text,
    "innerError": resource({"date": text, "request-id": guid, "client-request-id": guid}),
})})  # fmt: skip
# concepts/json-batching
BATCH_RESPONSE = resource({"id": text, "status": number, "headers": lambda value: isinstance(value, dict),
                           "body": lambda value: isinstance(value, dict)})  # fmt: skip


@pytest.fixture
def ann(admin: SandboxGraph, call: Call) -> str:
    """A user with something of everything."""
    del call
    number_of = admin.sync_user(ANN, "ann@example.test", "ann@example.test")
    admin.give_licence(ANN, "SPE_E3", disabled_plans=["57ff2da0-773e-42df-b2af-ffb7a2317929"])
    admin.join(admin.make_group("Staff"), ANN)
    return number_of


def test_user_is_the_documented_resource(call: Call, ann: str) -> None:
    whole = call("GET", f"/users/{ann}", params={"$select": ",".join(USER_PROPERTIES)}).json()
    assert resource(USER_PROPERTIES)(whole)
    assert whole["@odata.context"].endswith("/$metadata#users/$entity")


def test_user_without_select_has_what_is_returned_by_default(call: Call, ann: str) -> None:
    for record in (call("GET", f"/users/{ann}").json(), call("GET", "/users").json()["value"][0]):
        assert {name for name in record if not name.startswith("@")} == set(BY_DEFAULT)


def test_subscribed_skus_are_the_documented_resource(call: Call, ann: str) -> None:
    del ann
    found = call("GET", "/subscribedSkus").json()
    assert collection(SUBSCRIBED_SKU)(found["value"])
    assert found["@odata.context"].endswith("/$metadata#subscribedSkus")


def test_automatic_replies_are_the_documented_resource(call: Call, ann: str) -> None:
    assert AUTOMATIC_REPLIES(call("GET", f"/users/{ann}/mailboxSettings/automaticRepliesSetting").json())
    assert AUTOMATIC_REPLIES(call("GET", f"/users/{ann}/mailboxSettings").json()["automaticRepliesSetting"])


def test_member_of_names_the_type_of_each_object(call: Call, ann: str) -> None:
    (group,) = call("GET", f"/users/{ann}/memberOf").json()["value"]
    assert group["@odata.type"] == "#microsoft.graph.group"
    assert resource({"id": guid, "displayName": text, "mailEnabled": flag, "securityEnabled": flag})(group)


def test_revoke_answers_a_boolean(call: Call, ann: str) -> None:
    answer = call("POST", f"/users/{ann}/revokeSignInSessions")
    assert (answer.status_code, answer.json()["value"]) == (200, True)
    assert answer.json()["@odata.context"].endswith("/$metadata#Edm.Boolean")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/users/nobody", 404),
        ("GET", "/users?$filter=startswith(mail,'a')", 400),
        ("POST", "/users/{ann}/assignLicense", 400),
        ("GET", "/users/{ann}/photo/$value", 404),
        ("POST", "/groups/nothing/members/$ref", 404),
        ("GET", "/nothing/at/all", 404),
        ("DELETE", "/subscribedSkus", 405),
    ],
)
def test_refusals_are_the_documented_error(call: Call, ann: str, method: str, path: str, status: int) -> None:
    body = {"json": {}} if method == "POST" else {}
    answer = call(method, path.replace("{ann}", ann), **body)
    assert answer.status_code == status
    assert ERROR(answer.json())


def test_batch_is_answered_as_documented(call: Call, ann: str) -> None:
    requests = [{"id": "1", "method": "GET", "url": f"/users/{ann}"}, {"id": "2", "method": "GET", "url": "/users/x"}]
    answer = call("POST", "/$batch", json={"requests": requests})
    assert answer.status_code == 200
    assert collection(BATCH_RESPONSE)(answer.json()["responses"])
