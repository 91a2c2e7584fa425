"""The domain controller's smb.conf: everything it reads and writes lies in the sandbox's folder.

Provisioning keeps a configuration that is there already (``samba.provision.provision``), so this one file serves
provisioning and running, and nothing of the machine's own Samba leaks in.
"""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.organisation import DOMAIN, REALM, SERVICE_ACCOUNT, UPN_SUFFIX

SHARE_NAME = "home"
SECOND_SHARE_NAME = "home2"
ARCHIVE_SHARE_NAME = "archive"

# Each option that names a place of its own, or two controllers on one machine would meet there.
_PLACES = {
    "private dir": "private",
    "state directory": "state",
    "cache directory": "cache",
    "lock directory": "lock",
    "pid directory": "run",
    "ncalrpc dir": "run/ncalrpc",
    "winbindd socket directory": "run/samba/winbindd",
    "ntp signd socket directory": "run/ntp_signd",
    "binddns dir": "bind-dns",
}


def configuration_file(folder: Path) -> Path:
    """Path of the smb.conf of the sandbox in ``folder``."""
    return folder / "smb.conf"


def run_folder(folder: Path) -> Path:
    """Path of what the controller's processes see as ``/run``."""
    return folder / "run"


def share_folder(folder: Path) -> Path:
    """Path of the folder behind the share of home folders."""
    return folder / SHARE_NAME


def second_share_folder(folder: Path) -> Path:
    """Path of the folder behind the second share of home folders."""
    return folder / SECOND_SHARE_NAME


def archive_share_folder(folder: Path) -> Path:
    """Path of the folder behind the share of archives."""
    return folder / ARCHIVE_SHARE_NAME


def log_folder(folder: Path) -> Path:
    """Path of the folder of all logs."""
    return folder / "log"


def write_configuration(folder: Path, address: str) -> Path:
    """Make the controller's folders below ``folder`` and write its smb.conf.

    Args:
        folder: The sandbox's folder; it exists.
        address: The loopback address the controller has to itself.

    Returns:
        Path of the smb.conf.
    """
    scripts = folder / "sysvol" / UPN_SUFFIX / "scripts"
    for place in (*_PLACES.values(), "log"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    scripts.mkdir(parents=True)
    for place in (share_folder(folder), second_share_folder(folder), archive_share_folder(folder)):
        place.mkdir()
    options = {
        "netbios name": "DC1",
        "workgroup": DOMAIN,
        "realm": REALM,
        "server role": "active directory domain controller",
        # What a directory client meets; replication, time, name registration and print spooling have no one to talk to.
        "server services": "s3fs, rpc, ldap, cldap, kdc, winbindd",
        "disable netbios": "yes",
        "disable spoolss": "yes",
        "load printers": "no",
        "printing": "bsd",
        "printcap name": "/dev/null",
        "usershare max shares": "0",
        "smb ports": "445",
        "interfaces": f"{address}/8",
        "bind interfaces only": "yes",
        "tls enabled": "yes",
        "tls cafile": str(folder / "tls" / "ca.pem"),
        "tls certfile": str(folder / "tls" / "directory.pem"),
        "tls keyfile": str(folder / "tls" / "directory.key"),
        "idmap_ldb:use rfc2307": "yes",
        "old password allowed period": "0",  # no grace for a password that was replaced
        "dsdb:schema update allowed": "yes",  # Exchange and Lync extend it
        "log file": str(log_folder(folder) / "%m.log"),
        **{option: str(folder / place) for option, place in _PLACES.items()},
    }
    shares = {
        "sysvol": {"path": str(folder / "sysvol"), "read only": "no"},
        "netlogon": {"path": str(scripts), "read only": "no"},
        SHARE_NAME: _share(share_folder(folder)),
        SECOND_SHARE_NAME: _share(second_share_folder(folder)),
        ARCHIVE_SHARE_NAME: _share(archive_share_folder(folder)),
    }
    sections = {"global": options, **shares}
    text = "\n".join(
        f"[{name}]\n" + "".join(f"{option} = {value}\n" for option, value in section.items())
        for name, section in sections.items()
    )
    path = configuration_file(folder)
    path.write_text(text, encoding="utf-8")
    return path


def _share(folder: Path) -> dict[str, str]:
    # Who moves home folders gives them to their owners: that needs what Windows calls restore rights.
    modules = "dfs_samba4 acl_xattr streams_xattr"
    options = {"path": str(folder), "read only": "no", "admin users": f"{DOMAIN}\\{SERVICE_ACCOUNT}"}
    # Samba would follow a symbolic link itself, where a Windows server leaves that to the client.
    options["follow symlinks"] = "no"
    if not _keeps_attributes(folder):
        modules += " xattr_tdb"
        options["xattr_tdb:file"] = str(folder.parent / "private" / f"{folder.name}-attributes.tdb")
    return {**options, "vfs objects": modules}


def _keeps_attributes(folder: Path) -> bool:
    """Whether extended attributes of users are kept there; a file system in memory does so since Linux 6.6."""
    try:
        os.setxattr(folder, "user.probe", b"1")
        os.removexattr(folder, "user.probe")
    except OSError:
        return False
    return True
