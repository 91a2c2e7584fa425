"""Says whether the controller answers, the way a client of it would find out."""

from __future__ import annotations

import socket
import ssl
import subprocess
from pathlib import Path

from ldap3 import NONE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException

from sandbox.directory.certificates import ca_file
from sandbox.directory.configuration import SHARE_NAME, configuration_file
from sandbox.machine import SMBCLIENT
from sandbox.organisation import DOMAIN, SERVER_NAME, SERVICE_ACCOUNT, UPN_SUFFIX

LDAPS_PORT = 636
KERBEROS_PORT = 88
SMB_PORT = 445
TIMEOUT_S = 2


def directory_answers(folder: Path, address: str, password: str) -> bool:
    """Whether Kerberos listens, and the service account can bind over verified LDAPS and open the share.

    Args:
        folder: The sandbox's folder.
        address: The controller's address.
        password: Of the service account.
    """
    return (
        all(_accepts(address, port) for port in (LDAPS_PORT, KERBEROS_PORT, SMB_PORT))
        and _binds(ca_file(folder), address, password)
        and _opens_share(configuration_file(folder), address, password)
    )


def _accepts(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), TIMEOUT_S).close()
    except OSError:
        return False
    return True


def _binds(ca: Path, address: str, password: str) -> bool:
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(ca), valid_names=[SERVER_NAME])
    server = Server(address, port=LDAPS_PORT, use_ssl=True, tls=tls, get_info=NONE, connect_timeout=TIMEOUT_S)
    user = f"{SERVICE_ACCOUNT}@{UPN_SUFFIX}"
    connection = Connection(server, user=user, password=password, receive_timeout=TIMEOUT_S)
    try:
        return bool(connection.bind())
    except LDAPException:  # it is still starting: whoever asks has a deadline
        return False
    finally:
        connection.unbind()


def _opens_share(configuration: Path, address: str, password: str) -> bool:
    done = subprocess.run(  # noqa: S603 - our own arguments
        [
            SMBCLIENT, f"--configfile={configuration}", f"//{address}/{SHARE_NAME}",
            "-U", rf"{DOMAIN}\{SERVICE_ACCOUNT}", "-t", str(TIMEOUT_S), "-c", "ls",
        ],
        env={"PASSWD": password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )  # fmt: skip
    return done.returncode == 0
