"""The attributes that most mappings speak of, with their facts, for checks that need no directory.

Ranges are those of [MS-ADA1] to [MS-ADA3] and [MS-ADSC]; an integration test holds the table against a real schema.
What stands here is as user objects hold it (:func:`lifecycle.directory.schema.as_users_hold_it`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.directory.schema import AttributeFacts, Schema, Syntax, as_users_hold_it

_ONE_TEXT: dict[str, tuple[int | None, int | None]] = {
    "c": (1, 3),
    "cn": (1, 64),
    "co": (1, 128),
    "comment": (None, None),
    "company": (1, 64),
    "department": (1, 64),
    "displayName": (0, 256),
    "division": (0, 256),
    "employeeID": (0, 16),
    "employeeNumber": (1, 512),
    "employeeType": (1, 256),
    "facsimileTelephoneNumber": (1, 64),
    "generationQualifier": (1, 64),
    "givenName": (1, 64),
    "homeDirectory": (None, None),
    "homeDrive": (None, None),
    "homePhone": (1, 64),
    "homePostalAddress": (1, 4096),
    "info": (1, 1024),
    "initials": (1, 6),
    "ipPhone": (None, 64),
    "l": (1, 128),
    "mail": (0, 256),
    "middleName": (0, 64),
    "mobile": (1, 64),
    "msDS-cloudExtensionAttribute1": (None, None),
    "pager": (1, 64),
    "personalTitle": (1, 64),
    "physicalDeliveryOfficeName": (1, 128),
    "postalCode": (1, 40),
    "preferredLanguage": (None, None),
    "primaryTelexNumber": (1, 64),
    "profilePath": (None, None),
    "sAMAccountName": (0, 256),
    "scriptPath": (None, None),
    "sn": (1, 64),
    "st": (1, 128),
    "streetAddress": (1, 1024),
    "telephoneNumber": (1, 64),
    "title": (1, 128),
    "userPrincipalName": (None, 1024),
    "userWorkstations": (0, 1024),
    "wWWHomePage": (1, 2048),
}
"""One text: name → range."""

_MANY_TEXTS: dict[str, tuple[int | None, int | None]] = {
    "businessCategory": (1, 128),
    "carLicense": (None, None),
    "departmentNumber": (None, None),
    "description": (0, 1024),
    "o": (1, 64),
    "otherFacsimileTelephoneNumber": (1, 64),
    "otherHomePhone": (1, 64),
    "otherIpPhone": (None, None),
    "otherMailbox": (None, None),
    "otherMobile": (1, 64),
    "otherPager": (1, 64),
    "otherTelephone": (1, 64),
    "ou": (1, 64),
    "postalAddress": (1, 4096),
    "postOfficeBox": (1, 40),
    "proxyAddresses": (1, 1123),
    "roomNumber": (None, None),
    "uid": (None, None),
    "url": (None, None),
}

_OTHERS = (
    AttributeFacts("displayNamePrintable", Syntax.PRINTABLE, True, 1, 256),
    AttributeFacts("accountExpires", Syntax.LARGE_INTEGER),
    AttributeFacts("assistant", Syntax.REFERENCE),
    AttributeFacts("codePage", Syntax.INTEGER, range_lower=0, range_upper=65535),
    AttributeFacts("countryCode", Syntax.INTEGER, range_lower=0, range_upper=65535),
    AttributeFacts("gidNumber", Syntax.INTEGER),
    AttributeFacts("jpegPhoto", Syntax.OCTETS, single_valued=False),
    AttributeFacts("loginShell", Syntax.IA5, range_upper=1024),
    AttributeFacts("logonHours", Syntax.OCTETS),
    AttributeFacts("manager", Syntax.REFERENCE, linked=True),
    AttributeFacts("msNPAllowDialin", Syntax.BOOLEAN),
    AttributeFacts("msTSAllowLogon", Syntax.BOOLEAN),
    AttributeFacts("msTSExpireDate", Syntax.TIME),
    AttributeFacts("secretary", Syntax.REFERENCE, single_valued=False),
    AttributeFacts("seeAlso", Syntax.REFERENCE, single_valued=False),
    AttributeFacts("showInAdvancedViewOnly", Syntax.BOOLEAN),
    AttributeFacts("thumbnailPhoto", Syntax.OCTETS, range_lower=0, range_upper=102400),
    AttributeFacts("uidNumber", Syntax.INTEGER),
    AttributeFacts("unixHomeDirectory", Syntax.IA5, range_upper=2048),
)


def _all() -> Iterator[AttributeFacts]:
    for single, table in ((True, _ONE_TEXT), (False, _MANY_TEXTS)):
        for name, (lower, upper) in table.items():
            yield AttributeFacts(name, Syntax.UNICODE, single, lower, upper)
    yield from _OTHERS


USUAL: Schema = {facts.name: as_users_hold_it(facts) for facts in _all()}
"""Name → facts."""
