"""Photos and the attributes of Exchange and Lync: written by the product, read back with ldapsearch."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from lifecycle.directory.conversion import spelled
from lifecycle.directory.operation import Modify
from lifecycle.directory.picture import THUMBNAIL_BYTES
from lifecycle.directory.schema import AttributeFacts, Syntax
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.ports.photos.portrait import portrait
from tests.support.bench import Bench

pytestmark = pytest.mark.timeout(120)

MADE = {
    "extensionAttribute1": AttributeFacts("extensionAttribute1", range_lower=1, range_upper=1024),
    "homeMDB": AttributeFacts("homeMDB", Syntax.REFERENCE, linked=True),
    "mailNickname": AttributeFacts("mailNickname", range_lower=1, range_upper=64),
    "msExchHideFromAddressLists": AttributeFacts("msExchHideFromAddressLists", Syntax.BOOLEAN),
    "msExchHomeServerName": AttributeFacts("msExchHomeServerName"),
    "msExchMailboxGuid": AttributeFacts("msExchMailboxGuid", Syntax.OCTETS, range_lower=16, range_upper=16),
    "msExchMasterAccountSid": AttributeFacts("msExchMasterAccountSid", Syntax.SID, range_lower=0, range_upper=28),
    "msExchRecipientTypeDetails": AttributeFacts("msExchRecipientTypeDetails", Syntax.LARGE_INTEGER),
    "msExchRemoteRecipientType": AttributeFacts("msExchRemoteRecipientType", Syntax.LARGE_INTEGER),
    "msRTCSIP-DeploymentLocator": AttributeFacts("msRTCSIP-DeploymentLocator"),
    "msRTCSIP-OptionFlags": AttributeFacts("msRTCSIP-OptionFlags", Syntax.INTEGER),
    "msRTCSIP-PrimaryHomeServer": AttributeFacts("msRTCSIP-PrimaryHomeServer", Syntax.REFERENCE),
    "msRTCSIP-PrimaryUserAddress": AttributeFacts("msRTCSIP-PrimaryUserAddress"),
    "msRTCSIP-UserEnabled": AttributeFacts("msRTCSIP-UserEnabled", Syntax.BOOLEAN),
    "targetAddress": AttributeFacts("targetAddress", range_lower=1, range_upper=1123),
}
VALUES = {
    "extensionAttribute1": "Ward 7",
    "mailNickname": "ann",
    "msExchHideFromAddressLists": "TRUE",
    "msExchHomeServerName": "/o=Example/ou=Exchange/cn=Configuration/cn=Servers/cn=MAIL1",
    "msExchMailboxGuid": base64.b64encode(bytes(range(240, 256))).decode(),
    "msExchMasterAccountSid": "S-1-5-10",
    "msExchRecipientTypeDetails": "2147483648",
    "msExchRemoteRecipientType": "4",
    "legacyExchangeDN": "/o=Example/ou=Exchange/cn=Recipients/cn=ann",
    "msRTCSIP-DeploymentLocator": "SRV:",
    "msRTCSIP-OptionFlags": "257",
    "msRTCSIP-PrimaryUserAddress": "sip:ann@corp.example.test",
    "msRTCSIP-UserEnabled": "FALSE",
    "targetAddress": "SMTP:ann@example.mail.example.test",
}


def test_schema_says_what_exchange_and_lync_would_say(bench: Bench) -> None:
    told = bench.directory.schema(MADE)
    assert {name: told.get(name) for name in MADE} == MADE


def test_attributes_of_exchange_and_lync_are_written_and_cleared(bench: Bench) -> None:
    guid = bench.new_user("mail")
    name = bench.account_name(guid)
    assert bench.directory.send([Modify(guid, VALUES)])[0].ok

    (entry,) = bench.find(f"(sAMAccountName={name})", *VALUES)
    plain = {one: text for one, text in VALUES.items() if one not in {"msExchMailboxGuid", "msExchMasterAccountSid"}}
    assert {one: entry[one.lower()] for one in plain} == {one: [text] for one, text in plain.items()}
    assert entry["msexchmailboxguid"] == [bytes(range(240, 256)).hex()]
    assert bench.directory.accounts([guid], VALUES)[guid].attributes.items() >= VALUES.items()

    assert bench.directory.send([Modify(guid, dict.fromkeys(VALUES))])[0].ok
    (entry,) = bench.find(f"(sAMAccountName={name})", *VALUES)
    assert entry.keys() == {"dn"}


def test_photo_reaches_the_directory_byte_by_byte(bench: Bench) -> None:
    guid, out = bench.new_user("photo"), io.BytesIO()
    Image.effect_noise((900, 700), 90).convert("RGB").save(out, "PNG")
    made = portrait(out.getvalue(), side=648)
    value = spelled(USUAL["thumbnailPhoto"], [made])
    assert len(made) <= THUMBNAIL_BYTES
    photos = tuple(sorted((str(value), "/9gA")))

    assert bench.directory.send([Modify(guid, {"thumbnailPhoto": value, "jpegPhoto": photos})])[0].ok

    (entry,) = bench.find(f"(sAMAccountName={bench.account_name(guid)})", "thumbnailPhoto", "jpegPhoto")
    assert entry["thumbnailphoto"] == [made.hex()]
    assert sorted(entry["jpegphoto"]) == sorted([made.hex(), "ffd800"])
    account = bench.directory.accounts([guid], ["thumbnailPhoto", "jpegPhoto"])[guid]
    assert account.attributes["thumbnailPhoto"] == value
    assert account.attributes["jpegPhoto"] == photos

    assert bench.directory.send([Modify(guid, {"thumbnailPhoto": None, "jpegPhoto": None})])[0].ok
    assert bench.find(f"(sAMAccountName={bench.account_name(guid)})", "thumbnailPhoto", "jpegPhoto")[0].keys() == {"dn"}


def test_photo_beyond_what_the_directory_takes_is_refused(bench: Bench) -> None:
    guid = bench.new_user("large")
    large = base64.b64encode(bytes(THUMBNAIL_BYTES + 1)).decode()
    (answer,) = bench.directory.send([Modify(guid, {"thumbnailPhoto": large})])
    assert answer.code in {19, 21}  # Windows says constraintViolation, Samba invalidAttributeSyntax
