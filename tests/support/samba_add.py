"""Adds objects that no client may add, inside Samba's own Python: ``samba_add SMB.CONF CLASS DN…``."""

from __future__ import annotations

import sys

from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB


def main(configuration: str, object_class: str, *names: str) -> None:
    """Add an object of a class under each name."""
    parameters = LoadParm()
    parameters.load(configuration)
    directory = SamDB(session_info=system_session(), lp=parameters)
    for name in names:
        directory.add({"dn": name, "objectClass": object_class})


if __name__ == "__main__":
    main(*sys.argv[1:])
