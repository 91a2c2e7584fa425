"""A loopback address of its own for every sandbox: the ports of a domain controller cannot be chosen.

The whole of 127.0.0.0/8 is the loopback interface on Linux. An address is reserved by binding one port on it that
nothing of the sandbox uses: the kernel gives it to one process only, and takes it back however that process ends,
so two sandboxes may start at the same moment and no lock file is left behind.
"""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Iterable

from sandbox.errors import SandboxError

ADDRESSES: tuple[str, ...] = tuple(f"127.0.0.{last}" for last in range(21, 255))
RESERVATION_PORT = 1
TCP_PORTS = (88, 135, 139, 389, 445, 464, 636, 3268, 3269, *range(49_152, 49_160))
UDP_PORTS = (88, 389, 464)


def reserve_address(addresses: Iterable[str] = ADDRESSES) -> tuple[str, socket.socket]:
    """Return the first address whose ports are all free, and the socket that reserves it while it is open.

    Args:
        addresses: Candidates, in order of preference.

    Raises:
        SandboxError: Every address is taken.
        PermissionError: The process may not bind ports below 1024.
    """
    for address in addresses:
        reservation = _bound(socket.SOCK_STREAM, address, RESERVATION_PORT)
        if reservation is None:
            continue
        if _all_free(address):
            return address, reservation
        reservation.close()
    raise SandboxError("no loopback address is free: end another sandbox, or what listens on ports 389 and 445")


def _all_free(address: str) -> bool:
    wanted = [(socket.SOCK_STREAM, port) for port in TCP_PORTS] + [(socket.SOCK_DGRAM, port) for port in UDP_PORTS]
    with contextlib.ExitStack() as probes:
        for kind, port in wanted:
            probe = _bound(kind, address, port)
            if probe is None:
                return False
            probes.enter_context(probe)
        return True


def _bound(kind: socket.SocketKind, address: str, port: int) -> socket.socket | None:
    """A socket bound to ``address:port``, or ``None`` when another has it."""
    probe = socket.socket(socket.AF_INET, kind)
    if kind == socket.SOCK_STREAM and port != RESERVATION_PORT:
        # What lingers in TIME_WAIT of the last sandbox does not hinder Samba, so it must not hinder the probe.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((address, port))
    except OSError as error:
        probe.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise
    return probe
