"""A PostgreSQL server of a test session's own: a socket in a temporary folder, no TCP."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.guard import guarded_by


def server_binaries() -> Path:
    """The newest folder with ``initdb``: on the path, or where Debian puts them."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    if not versions:
        pytest.fail("PostgreSQL's server is missing: install postgresql-15 (its binaries are enough)")
    return versions[-1].parent


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A server until the block ends; the URL of its database."""
    binaries = server_binaries()
    folder = Path(tempfile.mkdtemp(prefix="halo-ad-pg-"))
    identity: dict[str, object] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(*command: str) -> None:
        done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603 - PostgreSQL's own programs
            command, cwd=folder, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **identity
        )
        if done.returncode:
            log = folder / "log"
            pytest.fail(f"{command[0]} failed: {done.stderr}{log.read_text() if log.exists() else ''}")

    data, control = str(folder / "data"), str(binaries / "pg_ctl")
    # the server's first line in its file is its process number
    over = 'kill -s QUIT "$(head -n 1 "$0/data/postmaster.pid")"; rm -rf "$0"'
    try:
        run(str(binaries / "initdb"), "-D", data, "-U", "halo", "--auth=trust", "--encoding=UTF8", "--locale=C")
        settings = f"-c listen_addresses='' -k {folder}"
        with guarded_by("/bin/sh", "-c", over, str(folder)):
            run(control, "start", "--wait", "-D", data, "-l", str(folder / "log"), "-o", settings)
            try:
                yield f"postgresql://halo@/postgres?host={folder}"
            finally:
                run(control, "stop", "--wait", "-m", "immediate", "-D", data)
    finally:
        shutil.rmtree(folder)
