"""What the port waits for when the simulated tenant is throttled, and when it stops waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lifecycle.answer import NO_ANSWER
from lifecycle.cloud.operation import SetUsageLocation
from lifecycle.errors import TargetUnavailableError
from lifecycle.ports.graph.client import MicrosoftGraph
from sandbox.graph.client import SandboxGraph
from tests.support.graph_people import DONE, People, located, locations


def test_batch_of_45_users_with_one_item_throttled(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, clock: Any
) -> None:
    operations = located(graph, people(45))
    admin.faults(rate_limited={"place": "item", "method": "PATCH", "after": 25, "retry_after_s": 7})
    assert graph.send(operations) == [DONE] * 45
    assert locations(admin) == ["GB"] * 45
    assert clock.slept == [7.0]
    asked = admin.tenant()["requests"]
    # three batches, and one more with the throttled item alone
    assert asked["item PATCH /users/{id}"] == 46


def test_throttled_batch_is_sent_again(graph: MicrosoftGraph, admin: SandboxGraph, people: People, clock: Any) -> None:
    operations = located(graph, people(3))
    admin.faults(rate_limited={"place": "batch", "retry_after_s": 30})
    assert graph.send(operations) == [DONE] * 3
    assert (locations(admin), clock.slept) == (["GB"] * 3, [30.0])


def test_write_that_stays_throttled_was_not_carried_out(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    operations = located(graph, people(3))
    second = operations[1]
    assert isinstance(second, SetUsageLocation)
    admin.faults(rate_limited={"place": "item", "path": second.user, "times": None, "retry_after_s": 1})
    first, throttled, third = graph.send(operations)
    assert (first, third) == (DONE, DONE)
    assert (throttled.code, throttled.description, throttled.ok) == (429, "TooManyRequests", False)
    assert sorted(map(str, locations(admin))) == ["GB", "GB", "None"]


def test_tenant_that_stays_throttled_ends_the_sending(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    operations = located(graph, people(41))
    admin.faults(rate_limited={"place": "batch", "times": None, "retry_after_s": 1})
    answers = graph.send(operations)
    assert [answer.code for answer in answers] == [429] * 20 + [NO_ANSWER] * 21
    assert locations(admin) == [None] * 41
    assert admin.tenant()["requests"]["batch POST /$batch"] == 4  # one finds the users, three are attempts


def test_patience_is_over_before_another_pause_would_be(
    open_client: Callable[..., MicrosoftGraph], admin: SandboxGraph, people: People, clock: Any
) -> None:
    graph = open_client(patience_s=60.0)
    identities = people(1)
    admin.faults(unavailable={"place": "batch", "times": None, "retry_after_s": 40})
    with pytest.raises(TargetUnavailableError):
        graph.users(identities, ())
    assert clock.slept == [40.0]
    assert admin.tenant()["requests"]["batch POST /$batch"] == 2


def test_silence_longer_than_the_patience_is_not_waited_for(
    open_client: Callable[..., MicrosoftGraph], admin: SandboxGraph, people: People, clock: Any
) -> None:
    graph = open_client(patience_s=60.0)
    operations = located(graph, people(1))
    admin.faults(rate_limited={"place": "item", "retry_after_s": 3600})
    assert graph.send(operations)[0].code == 429
    with pytest.raises(TargetUnavailableError, match="silence asked for"):
        graph.skus()
    assert clock.slept == []
