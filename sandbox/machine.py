"""What the machine must offer, asked before anything is made."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sandbox.errors import SandboxError

SAMBA = "/usr/sbin/samba"
SAMBA_TOOL = "/usr/bin/samba-tool"
SAMBA_PYTHON = "/usr/bin/python3"
"""The interpreter that Debian builds Samba's Python modules for."""

SMBCLIENT = "/usr/bin/smbclient"

NEEDED_FILES = (
    SAMBA,
    SAMBA_TOOL,
    SAMBA_PYTHON,
    SMBCLIENT,
    "/usr/sbin/smbd",
    "/usr/sbin/winbindd",
    "/usr/share/samba/setup/provision.ldif",
)


def check_machine(needed_files: tuple[str, ...] = NEEDED_FILES, user_id: int | None = None) -> None:
    """Check that a sandbox can run here.

    Args:
        needed_files: Files of Samba that must be there.
        user_id: Effective user id; that of the process when not given.

    Raises:
        SandboxError: It cannot; the message names what to install or how to start it.
    """
    if sys.platform != "linux":
        raise SandboxError("the sandbox runs on Linux only: it needs Samba's domain controller")
    missing = [file for file in needed_files if not Path(file).exists()]
    if missing:
        raise SandboxError(
            f"Samba's domain controller is not installed ({missing[0]} is missing): install the Debian packages "
            "samba samba-ad-dc samba-ad-provision winbind smbclient, and ldap-utils to look around"
        )
    if (os.geteuid() if user_id is None else user_id) != 0:
        raise SandboxError("the sandbox needs root for the fixed ports of a domain controller: start it with sudo")
