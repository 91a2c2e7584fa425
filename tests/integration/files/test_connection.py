"""Who may connect, how what is sent is protected, and what a connection that ends leaves behind."""

from __future__ import annotations

import pickle
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from lifecycle.errors import TargetAuthorizationError, TargetError, TargetUnavailableError
from lifecycle.folders.operation import MoveFolder, Progress
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.client import open_folders
from lifecycle.ports.files.connection import FileConnection
from sandbox.handle import Sandbox, Share
from tests.integration.files.conftest import Home, contents

SMB_PORT = 445


def _quiet(_progress: Progress) -> None:
    return


class Wire:
    """A way to the server on another port, which is cut after so many bytes to it."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._listener = socket.create_server((host, 0))
        self.port = self._listener.getsockname()[1]
        self.left = 0
        self.bytes = bytearray()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """Take no more connections, and wait until those that there are have ended."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._listener.accept()
            except OSError:  # closed: the test is over
                return
            theirs = socket.create_connection((self._host, SMB_PORT))
            for one, other, counts in ((ours, theirs, True), (theirs, ours, False)):
                thread = threading.Thread(target=self._pass, args=(one, other, counts), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pass(self, one: socket.socket, other: socket.socket, counts: bool) -> None:
        with one, other:
            try:
                while data := one.recv(65_536):
                    self.bytes += data
                    self.left -= len(data) if counts else 0
                    if self.left <= 0:
                        break
                    other.sendall(data)
            except OSError:  # the other side was closed
                pass
            for end in (one, other):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:  # closed already
                    continue


@pytest.fixture
def wire(sandbox: Sandbox) -> Iterator[Wire]:
    made = Wire(sandbox.share.host)
    yield made
    made.close()


def test_connection_that_ends_is_no_answer_and_sending_again_goes_on(
    home: Home, sandbox: Sandbox, place: Callable[[Share, str], Home], settings: FileConnection, wire: Wire
) -> None:
    target = place(sandbox.second_share, "ada")
    before = contents(home.folder)
    move = MoveFolder(home.path, target.path)
    answers = []
    with open_folders(replace(settings, port=wire.port, timeout_s=5)) as folders:
        for limit in (5_000, 40_000, 100_000, 10_000_000):
            wire.left = limit
            answers.append(folders.send(move, _quiet))
            assert contents(home.folder if home.folder.exists() else target.folder) == before
    assert answers[0].unknown
    assert answers[1].unknown
    assert answers[-1].ok, answers
    assert contents(target.folder) == before
    assert not home.folder.exists()


@pytest.mark.parametrize("encrypted", [True, False])
def test_content_goes_encrypted_when_that_is_required(
    home: Home, sandbox: Sandbox, place: Callable[[Share, str], Home], settings: FileConnection, wire: Wire,
    encrypted: bool,
) -> None:  # fmt: skip
    (home.folder / "secret.txt").write_bytes(b"a-canary-in-the-content" * 10)
    target = place(sandbox.second_share, "ada")
    wire.left = 100_000_000
    with open_folders(replace(settings, port=wire.port, require_encryption=encrypted)) as folders:
        assert folders.send(MoveFolder(home.path, target.path), _quiet).ok
    assert (b"a-canary-in-the-content" in wire.bytes) is not encrypted
    assert settings.password.encode() not in wire.bytes
    assert settings.password.encode("utf-16-le") not in wire.bytes


def test_wrong_password_is_told_without_it(settings: FileConnection, home: Home) -> None:
    wrong = replace(settings, password="s3cret-but-wrong")
    with open_folders(wrong) as folders, pytest.raises(TargetAuthorizationError) as refused:
        folders.state(home.path)
    assert "s3cret" not in str(refused.value)
    assert home.path.name not in str(refused.value)
    assert "s3cret" not in repr(wrong)
    again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - our own
    assert str(again) == str(refused.value)
    with open_folders(wrong) as folders:
        answer = folders.send(MoveFolder(home.path, home.path.beside("2")), _quiet)
    assert not answer.ok
    assert not answer.unknown


def test_server_that_is_away_is_unavailable_and_never_an_absent_folder(settings: FileConnection) -> None:
    nobody = UncPath("127.0.0.1", "home")
    with open_folders(replace(settings, roots=(nobody,), port=1)) as folders, pytest.raises(TargetUnavailableError):
        folders.state(nobody.child("ada"))


def test_share_that_is_not_there_is_an_error_and_never_an_absent_folder(settings: FileConnection, home: Home) -> None:
    nowhere = UncPath(home.path.server, "nowhere")
    with open_folders(replace(settings, roots=(nowhere,))) as folders, pytest.raises(TargetError) as refused:
        folders.state(nowhere.child("ada"))
    assert refused.value.description == "STATUS_BAD_NETWORK_NAME"


def test_state_outside_the_roots_is_refused(settings: FileConnection, sandbox: Sandbox) -> None:
    with open_folders(settings) as folders:
        for path in (UncPath(sandbox.share.host, "sysvol", ("x",)), settings.roots[0]):
            with pytest.raises(TargetError, match="outside-roots"):
                folders.state(path)
