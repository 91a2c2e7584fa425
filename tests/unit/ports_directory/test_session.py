"""A session that was left alone: it binds again before it is used, and only while nothing is on its way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from lifecycle.ports.directory.connection import LONGEST_IDLE_S, Session


class PlayedConnection:
    """A connection to a server that is the other end of a pair of sockets."""

    def __init__(self) -> None:
        self.socket, self.server = socket.socketpair()
        self.socket.settimeout(60)
        self.post_send_single_response: Any = None
        self.post_send_search: Any = None
        self.is_unbound = False

    def unbind(self) -> None:
        """Say goodbye."""
        self.is_unbound = True

    def close(self) -> None:
        """Close both ends."""
        self.socket.close()
        self.server.close()


@pytest.fixture
def connections() -> Iterator[list[PlayedConnection]]:
    made = [PlayedConnection() for _ in range(3)]
    yield made
    for one in made:
        one.close()


def session_of(connections: list[PlayedConnection], moments: list[float]) -> Session:
    """A session that begins with the first connection, and is given the next one each time."""
    others = iter(connections[1:])
    return Session(connections[0], lambda: next(others), lambda: moments[-1])


def test_session_stays_while_the_server_is_there(connections: list[PlayedConnection]) -> None:
    session = session_of(connections, [0.0])
    assert not session.rebind()
    assert session.ldap is connections[0]
    assert connections[0].socket.gettimeout() == 60, "it waits for answers as before"


def test_session_binds_again_when_the_server_has_closed_it(connections: list[PlayedConnection]) -> None:
    session = session_of(connections, [0.0])
    connections[0].server.close()
    assert session.rebind()
    assert session.ldap is connections[1]
    assert connections[0].is_unbound
    assert not session.rebind()


def test_session_binds_again_when_the_server_has_said_that_it_hangs_up(connections: list[PlayedConnection]) -> None:
    session = session_of(connections, [0.0])
    connections[0].server.send(b"notice of disconnection")
    assert session.rebind()


def test_session_binds_again_after_long_though_no_word_came(connections: list[PlayedConnection]) -> None:
    """A firewall forgets a connection without telling its ends."""
    moments = [0.0]
    session = session_of(connections, moments)
    moments.append(LONGEST_IDLE_S - 1)
    assert not session.rebind()
    moments.append(LONGEST_IDLE_S)
    assert session.rebind()


def test_session_never_binds_again_while_an_answer_is_awaited(connections: list[PlayedConnection]) -> None:
    moments = [0.0]
    session = session_of(connections, moments)
    session.ldap.post_send_single_response(7)  # as ldap3 does for each write that it sends
    connections[0].server.close()
    moments.append(2 * LONGEST_IDLE_S)
    assert not session.rebind()
    assert session.ldap is connections[0]


def test_session_without_a_way_to_bind_ends_with_its_connection(connections: list[PlayedConnection]) -> None:
    connections[0].server.close()
    assert not Session(connections[0]).rebind()
