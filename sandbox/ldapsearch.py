"""``ldapsearch`` of OpenLDAP, so that the directory can be looked at with a program that is not ours."""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
import uuid
from collections.abc import Iterator

from sandbox.errors import SandboxError
from sandbox.handle import Sandbox

Entry = dict[str, list[str]]
"""LDAP attribute, lower-case → values; the distinguished name is under ``dn``."""
SECURITY_DESCRIPTOR = "nTSecurityDescriptor"
_OWNER_GROUP_AND_DACL = "!1.2.840.113556.1.4.801=::MAMCAQc="
"""LDAP_SERVER_SD_FLAGS_OID ([MS-ADTS] 3.1.1.3.4.1.11) with the value 7: without it the SACL is asked for as well,
and whoever may not read that is given nothing."""


def command(sandbox: Sandbox, filter_text: str, *attributes: str, base: str = "") -> list[str]:
    """The command line, as a person would type it; the authority's certificate goes into the environment."""
    directory = sandbox.directory
    parts = ("-E", _OWNER_GROUP_AND_DACL) if SECURITY_DESCRIPTOR in attributes else ()
    return [
        "ldapsearch", "-H", f"ldaps://{directory.host}", "-x", "-D", directory.user, "-w", directory.password,
        "-b", base or directory.base_dn, "-LLL", "-o", "ldif-wrap=no", "-E", "pr=500/noprompt", *parts,
        filter_text, *attributes,
    ]  # fmt: skip


def typed(sandbox: Sandbox, filter_text: str, *attributes: str, base: str = "") -> str:
    """The same as one line for a shell."""
    return f"LDAPTLS_CACERT={sandbox.ca_file} {shlex.join(command(sandbox, filter_text, *attributes, base=base))}"


def ldapsearch(sandbox: Sandbox, filter_text: str, *attributes: str, base: str = "") -> list[Entry]:
    """Run it and read its LDIF.

    Raises:
        SandboxError: It ended with an error.
    """
    done = subprocess.run(  # noqa: S603 - our own command line
        command(sandbox, filter_text, *attributes, base=base),
        env={**os.environ, "LDAPTLS_CACERT": sandbox.ca_file},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SandboxError(f"ldapsearch ended with status {done.returncode}: {done.stderr.strip()}")
    return list(_entries(done.stdout))


def _entries(ldif: str) -> Iterator[Entry]:
    for block in ldif.split("\n\n"):
        entry: Entry = {}
        for line in block.splitlines():
            name, colon, value = line.partition(":")
            if colon and not name.startswith("#"):
                entry.setdefault(name.lower(), []).append(_value(name.lower(), value))
        if "dn" in entry:
            yield entry


def _value(name: str, value: str) -> str:
    """LDIF's plain or base64 form as text; an objectGUID in its usual spelling, other binary values as hex digits."""
    if not value.startswith(":"):
        return value.strip()
    raw = base64.b64decode(value[1:])
    if name == "objectguid":
        return str(uuid.UUID(bytes_le=raw))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.hex()
