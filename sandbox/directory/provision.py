"""Makes the domain and starts its controller: configuration, provisioning, population, the server."""

from __future__ import annotations

import json
from pathlib import Path

from sandbox.directory.configuration import run_folder, write_configuration
from sandbox.machine import SAMBA, SAMBA_PYTHON, SAMBA_TOOL
from sandbox.organisation import DOMAIN, REALM, SERVER_NAME
from sandbox.processes import Processes

PROVISION_TIMEOUT_S = 120
POPULATE_TIMEOUT_S = 60
PROJECT = Path(__file__).parents[2]

# smbd asks winbindd who a user is on Unix, and looks for it in /run/samba/winbindd whatever smb.conf says (libwbclient
# has the path compiled in). In a mount namespace of its own each controller finds there its own, never a neighbour's.
OWN_RUN = ("/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c")
MOUNT_AND_EXEC = 'mount --bind "$0" /run && exec "$@"'


def start_directory(
    processes: Processes, folder: Path, address: str, *, administrator_password: str, service_password: str,
    person_password: str,
) -> None:  # fmt: skip
    """Make the domain in ``folder`` and start its controller on ``address``; it answers a moment later.

    Passwords go to standard input, so that no process list shows them; provisioning itself gets none, makes one up
    for the administrator, and population replaces it.

    Args:
        processes: What runs the commands and the server.
        folder: The sandbox's folder, certificates written.
        address: The loopback address reserved for it.
        administrator_password: Of ``Administrator``.
        service_password: Of the service account.
        person_password: Of the two people who were there before.

    Raises:
        SandboxError: A command failed; the message has its last line.
    """
    configuration = write_configuration(folder, address)
    environment = {"KRB5_CONFIG": str(folder / "private" / "krb5.conf")}
    processes.run(
        "provisioning",
        [
            SAMBA_TOOL, "domain", "provision", f"--configfile={configuration}",
            f"--realm={REALM}", f"--domain={DOMAIN}", "--server-role=dc", "--backend-store=mdb", "--dns-backend=NONE",
            f"--host-name={SERVER_NAME.partition('.')[0]}", f"--host-ip={address}",
        ],
        PROVISION_TIMEOUT_S,
        environment=environment,
    )  # fmt: skip
    processes.run(
        "population",
        [SAMBA_PYTHON, "-B", "-m", "sandbox.directory.populate"],
        POPULATE_TIMEOUT_S,
        environment={**environment, "PYTHONPATH": str(PROJECT)},
        text=json.dumps(
            {
                "configuration": str(configuration),
                "administrator_password": administrator_password,
                "service_password": service_password,
                "person_password": person_password,
            }
        ),
    )
    processes.start(
        "samba",
        [
            *OWN_RUN, MOUNT_AND_EXEC, str(run_folder(folder)),
            SAMBA, f"--configfile={configuration}", "-F", "--no-process-group", "--debug-stdout", "-M", "prefork",
        ],
        environment=environment,
    )  # fmt: skip
