"""The connection to the directory: several requests on their way, answers sorted, nothing left open."""

from __future__ import annotations

import os
import threading

import pytest

from lifecycle.directory.operation import Modify
from lifecycle.errors import DirectoryError, DirectoryUnavailableError
from lifecycle.ports.directory.client import open_directory
from lifecycle.ports.directory.connection import DirectoryConnection
from tests.support.pipeline import ENABLED, Pipeline


@pytest.fixture
def service(loaded: Pipeline) -> DirectoryConnection:
    directory = loaded.sandbox.directory
    return DirectoryConnection(directory.host, directory.user, directory.password, ca_file=loaded.sandbox.ca_file)


def test_session_answers_come_in_the_order_of_the_operations(loaded, service):
    guids = [entry["objectguid"][0] for entry in loaded.find(ENABLED, "objectGUID")][:100]
    nobody = "00000000-0000-0000-0000-000000000000"
    operations = [
        Modify(nobody if place % 7 == 3 else guid, {"description": str(place)}) for place, guid in enumerate(guids)
    ]
    with open_directory(service) as directory:
        answers = directory.send(operations)
        assert [answer.ok for answer in answers] == [place % 7 != 3 for place in range(len(guids))]
        assert all(answer.ok for answer in directory.send([Modify(guid, {"description": None}) for guid in guids]))


def test_session_leaves_no_thread_and_no_descriptor_behind(service):
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the folder lists itself while it is read

    with open_directory(service) as directory:
        directory.view(())
    before, threads = descriptors(), threading.active_count()
    for _ in range(10):
        with open_directory(service) as directory:
            directory.view(("title",))
    assert (descriptors(), threading.active_count()) == (before, threads)


def test_session_with_a_wrong_password_says_so(service):
    wrong = DirectoryConnection(service.host, service.user, "wrong", ca_file=service.ca_file)
    with pytest.raises(DirectoryError, match=r"bind: invalidCredentials \(49\)") as refused, open_directory(wrong):
        pytest.fail("a wrong password was accepted")
    assert not isinstance(refused.value, DirectoryUnavailableError)


def test_session_with_an_unknown_authority_is_refused(service):
    trusting_the_system = DirectoryConnection(service.host, service.user, service.password)
    with (
        pytest.raises(DirectoryUnavailableError, match="certificate is not trusted"),
        open_directory(trusting_the_system),
    ):
        pytest.fail("a certificate of an unknown authority was accepted")


def test_session_where_nobody_listens_is_unavailable(service):
    nowhere = DirectoryConnection("127.0.0.1", service.user, service.password, port=1, timeout_s=5)
    with pytest.raises(DirectoryUnavailableError, match="connection refused"), open_directory(nowhere):
        pytest.fail("somebody listens on port 1")
