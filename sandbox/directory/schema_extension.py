"""What Exchange, Lync and Skype for Business add to the schema, as far as user objects and this product are concerned.

Names, object identifiers, syntaxes, numbers of values and ranges are the real ones: of Exchange from the "Attribute"
pages of the Exchange Server 2003 SDK (learn.microsoft.com, previous versions) and, for what came later, from dumps of
the schema of Exchange 2010 and 2013; of Lync from "Schema attributes and descriptions in Lync Server 2013" and a dump
of its schema. One identifier is made up (:data:`UNPUBLISHED`). Simpler than the real thing: the attributes stand in the
classes ``mailRecipient`` and ``user`` themselves instead of in auxiliary classes of those products.

Runs inside Samba's own Python, as :mod:`sandbox.directory.populate` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import ldb
from samba.samdb import SamDB

EXCHANGE = "1.2.840.113556.1.4.7000.102"
LYNC = "1.2.840.113556.1.6.24.1"
UNPUBLISHED = "1.2.840.113556.1.8000.2554.21347.40611.16890.19842.36207.10527331.5038817"
"""An arc as Microsoft's script for new identifiers makes them, for what no public source gives the identifier of."""
DISTINGUISHED_NAME_CLASS = b"\x2b\x0c\x02\x87\x73\x1c\x00\x85\x4a"
"""oMObjectClass of Object(DS-DN), BER ([MS-ADTS] 3.1.1.2.2.2)."""


class Syntax(NamedTuple):
    """attributeSyntax and oMSyntax ([MS-ADTS] 3.1.1.2.2.2)."""

    attribute_syntax: str
    om_syntax: int


NAME, BOOLEAN, NUMBER = Syntax("2.5.5.1", 127), Syntax("2.5.5.8", 1), Syntax("2.5.5.9", 2)
OCTETS, TEXT, LARGE = Syntax("2.5.5.10", 4), Syntax("2.5.5.12", 64), Syntax("2.5.5.16", 65)
IDENTIFIER = Syntax("2.5.5.17", 4)


@dataclass(frozen=True)
class Attribute:
    """One attributeSchema object; all of these have one value at most, unless they are back links."""

    cn: str
    name: str
    oid: str
    syntax: Syntax
    least: int | None = None
    most: int | None = None
    link: int | None = None


BACK_LINK = Attribute("ms-Exch-Home-MDB-BL", "homeMDBBL", "1.2.840.113556.1.2.393", NAME, link=33)

MAIL_ATTRIBUTES = (
    Attribute("ms-Exch-Home-MDB", "homeMDB", "1.2.840.113556.1.2.244", NAME, link=32),
    Attribute("ms-Exch-Target-Address", "targetAddress", "1.2.840.113556.1.2.352", TEXT, 1, 1123),
    Attribute("ms-Exch-Mail-Nickname", "mailNickname", "1.2.840.113556.1.2.447", TEXT, 1, 64),
    *(
        Attribute(
            f"ms-Exch-Extension-Attribute-{n}", f"extensionAttribute{n}", f"1.2.840.113556.1.2.{oid}", TEXT, 1, most
        )
        for n, oid, most in (
            *((n, 422 + n, 1024) for n in range(1, 11)),
            *((n, 588 + n, 2048) for n in range(11, 16)),
        )
    ),
    Attribute("ms-Exch-Home-Server-Name", "msExchHomeServerName", f"{EXCHANGE}.47", TEXT),
    Attribute("ms-Exch-Hide-From-Address-Lists", "msExchHideFromAddressLists", f"{EXCHANGE}.73", BOOLEAN),
    Attribute("ms-Exch-Master-Account-Sid", "msExchMasterAccountSid", f"{EXCHANGE}.81", IDENTIFIER, 0, 28),
    Attribute("ms-Exch-Mailbox-Guid", "msExchMailboxGuid", f"{EXCHANGE}.11058", OCTETS, 16, 16),
    Attribute("ms-Exch-Recipient-Display-Type", "msExchRecipientDisplayType", f"{EXCHANGE}.50730", NUMBER),
    Attribute("ms-Exch-Recipient-Type-Details", "msExchRecipientTypeDetails", f"{EXCHANGE}.50855", LARGE),
    Attribute("ms-Exch-Remote-Recipient-Type", "msExchRemoteRecipientType", f"{EXCHANGE}.51611", LARGE),
)
"""Of every recipient; legacyExchangeDN, proxyAddresses and showInAddressBook are in the base schema already."""

LYNC_ATTRIBUTES = tuple(
    Attribute(name, name, oid, syntax)
    for name, oid, syntax in (
        ("msRTCSIP-PrimaryUserAddress", f"{LYNC}.1", TEXT),
        ("msRTCSIP-UserEnabled", f"{LYNC}.6", BOOLEAN),
        ("msRTCSIP-PrimaryHomeServer", f"{LYNC}.57", NAME),
        ("msRTCSIP-FederationEnabled", f"{LYNC}.67", BOOLEAN),
        ("msRTCSIP-InternetAccessEnabled", f"{LYNC}.68", BOOLEAN),
        ("msRTCSIP-OptionFlags", f"{LYNC}.87", NUMBER),
        ("msRTCSIP-Line", f"{LYNC}.88", TEXT),
        ("msRTCSIP-DeploymentLocator", f"{UNPUBLISHED}.1", TEXT),
    )
)
"""Of users."""


CLASSES = (("Top", (BACK_LINK,)), ("Mail-Recipient", MAIL_ATTRIBUTES), ("User", LYNC_ATTRIBUTES))
"""Which class may contain which."""


def extend_schema(directory: SamDB) -> None:
    """Add the attributes and let users have them: in two transactions, as the schema is read anew between them only.

    Args:
        directory: The database, opened with the rights of the system; its smb.conf allows updates of the schema.
    """
    schema_dn = str(directory.get_schema_basedn())
    with transaction(directory):
        for attribute in (BACK_LINK, *MAIL_ATTRIBUTES, *LYNC_ATTRIBUTES):
            directory.add(_object(attribute, schema_dn))
    directory.set_schema_update_now()
    with transaction(directory):
        for class_cn, attributes in CLASSES:
            change = ldb.Message(ldb.Dn(directory, f"CN={class_cn},{schema_dn}"))
            names = [attribute.name for attribute in attributes]
            change["mayContain"] = ldb.MessageElement(names, ldb.FLAG_MOD_ADD, "mayContain")
            directory.modify(change)


@contextmanager
def transaction(directory: SamDB) -> Iterator[None]:
    """All or nothing."""
    directory.transaction_start()
    try:
        yield
    except BaseException:
        directory.transaction_cancel()
        raise
    directory.transaction_commit()


def _object(attribute: Attribute, schema_dn: str) -> dict[str, str | bytes]:
    optional = {"rangeLower": attribute.least, "rangeUpper": attribute.most, "linkID": attribute.link}
    back_link = attribute is BACK_LINK
    return {
        "dn": f"CN={attribute.cn},{schema_dn}",
        "objectClass": "attributeSchema",
        "lDAPDisplayName": attribute.name,
        "attributeID": attribute.oid,
        "attributeSyntax": attribute.syntax.attribute_syntax,
        "oMSyntax": str(attribute.syntax.om_syntax),
        "isSingleValued": "FALSE" if back_link else "TRUE",
        **({"oMObjectClass": DISTINGUISHED_NAME_CLASS} if attribute.syntax is NAME else {}),
        **({"systemFlags": "1"} if back_link else {}),
        **{name: str(number) for name, number in optional.items() if number is not None},
    }
