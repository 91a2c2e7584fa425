"""Rights that the product's service account is denied, as an administrator of the domain denies them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import ldap3
from ldap3.protocol.microsoft import security_descriptor_control

from sandbox.organisation import SERVICE_ACCOUNT
from tests.cases.world import World

CREATE_CHILD = 0x1
"""The right ADS_RIGHT_DS_CREATE_CHILD: on an OU, to move accounts into it."""
WRITE_PROPERTY = 0x20
"""The right ADS_RIGHT_DS_WRITE_PROP: on an account, to write any attribute of it."""
_DACL_ONLY = security_descriptor_control(sdflags=4)
_DACL_OFFSET = 16
"""Where a self-relative descriptor says at which byte its DACL begins ([MS-DTYP] 2.4.6)."""


@contextmanager
def denied(world: World, dn: str, rights: int) -> Iterator[None]:
    """Deny the service account rights on one object while inside."""
    before = _rights(world, dn)
    _write(world, dn, _with_denial(before, rights, _sid(world)))
    try:
        yield
    finally:
        _write(world, dn, before)


def _sid(world: World) -> bytes:
    with world.administrator() as connection:
        connection.search(
            world.sandbox.directory.base_dn, f"(sAMAccountName={SERVICE_ACCOUNT})", attributes=["objectSid"]
        )
        (sid,) = connection.response[0]["raw_attributes"]["objectSid"]
    return bytes(sid)


def _rights(world: World, dn: str) -> bytes:
    with world.administrator() as connection:
        connection.search(dn, "(objectClass=*)", ldap3.BASE, attributes=["nTSecurityDescriptor"], controls=_DACL_ONLY)
        (descriptor,) = connection.response[0]["raw_attributes"]["nTSecurityDescriptor"]
    return bytes(descriptor)


def _write(world: World, dn: str, descriptor: bytes) -> None:
    with world.administrator() as connection:
        change = {"nTSecurityDescriptor": [(ldap3.MODIFY_REPLACE, [descriptor])]}
        connection.modify(dn, change, controls=_DACL_ONLY)
        assert connection.result["result"] == 0, connection.result["description"]


def _with_denial(descriptor: bytes, rights: int, sid: bytes) -> bytes:
    """The descriptor with one entry more, in front: what is denied there counts before what is allowed."""
    (start,) = struct.unpack_from("<I", descriptor, _DACL_OFFSET)
    revision, _, size, count, _ = struct.unpack_from("<BBHHH", descriptor, start)
    entry = struct.pack("<BBHI", 1, 0, 8 + len(sid), rights) + sid
    entries = descriptor[start + 8 : start + size]
    acl = struct.pack("<BBHHH", revision, 0, size + len(entry), count + 1, 0) + entry + entries
    # The list is the last part where only it was asked for; what was behind it would have moved.
    return descriptor[:start] + acl
