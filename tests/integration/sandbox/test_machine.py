"""What is asked of the machine, and the address a sandbox gets on it."""

from __future__ import annotations

import socket

import pytest

from sandbox.address import ADDRESSES, reserve_address
from sandbox.errors import SandboxError
from sandbox.machine import check_machine


def test_machine_without_samba_is_told_the_packages() -> None:
    with pytest.raises(SandboxError, match=r"/no/samba is missing.*samba-ad-dc samba-ad-provision winbind"):
        check_machine(needed_files=("/no/samba",), user_id=0)


def test_machine_without_root_is_told_why_it_is_needed() -> None:
    with pytest.raises(SandboxError, match="needs root for the fixed ports"):
        check_machine(needed_files=(), user_id=1000)


@pytest.mark.usefixtures("_able_machine")
def test_addresses_reserved_at_the_same_time_differ() -> None:
    first, one = reserve_address()
    second, other = reserve_address()
    with one, other:
        assert first != second
        assert {first, second} <= set(ADDRESSES)


@pytest.mark.usefixtures("_able_machine")
def test_address_with_a_port_in_use_is_passed_over() -> None:
    busy, free = ADDRESSES[-1], ADDRESSES[-2]
    with socket.create_server((busy, 389)):
        address, reservation = reserve_address([busy, free])
        reservation.close()
        assert address == free
        with pytest.raises(SandboxError, match="no loopback address is free"):
            reserve_address([busy])
