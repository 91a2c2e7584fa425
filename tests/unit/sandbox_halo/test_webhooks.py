"""HaloITSM's own webhooks, as a receiver of the product takes them: signed or by password, at most once."""

from __future__ import annotations

import pytest

from sandbox.halo.client import SandboxHalo
from sandbox.simulators.client import SandboxRefusalError
from tests.support.receiving import PASSWORD, SECRET, USER, NotedRuns, listening, until


@pytest.mark.parametrize("way", ["token", "basic"])
def test_every_change_of_a_user_is_told_once(admin: SandboxHalo, way: str) -> None:
    runs = NotedRuns()
    proofs = {"token": {"secret": SECRET}, "basic": {"user": USER, "password": PASSWORD}}
    fields = {"authentication": way, "user_name": USER, "password": PASSWORD}
    with listening(runs, **fields) as receiver:
        admin.webhook(f"{receiver.url}/halo", **proofs[way])
        hired = admin.hire("Maria", "Kowalska", department="Finance")
        admin.move(60, department="Legal")
        admin.leave(61)
        until(lambda: admin.state()["webhooks"] == {"202": 3})
        until(lambda: runs.seen == sorted(map(str, (60, 61, hired))))


def test_nobody_is_told_who_is_not_there_or_not_asked_for(admin: SandboxHalo) -> None:
    admin.leave(60)
    admin.webhook("http://127.0.0.1:9/halo", secret=SECRET)
    admin.leave(61)
    until(lambda: admin.state()["webhooks"] == {"none": 1})
    admin.reset()
    admin.leave(62)
    assert admin.state()["webhooks"] == {}


def test_a_wrong_secret_is_told_and_refused(admin: SandboxHalo) -> None:
    runs = NotedRuns()
    with listening(runs) as receiver:
        admin.webhook(f"{receiver.url}/halo", secret="not-the-secret-that-is-meant")
        admin.leave(60)
        until(lambda: admin.state()["webhooks"] == {"401": 1})
    assert runs.began == []
    with pytest.raises(SandboxRefusalError, match="a secret, or a user and a password"):
        admin.webhook("http://127.0.0.1:9/halo", secret=SECRET, user=USER)
