"""Webhooks as they are shipped, and events about invented people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lifecycle.actions.change import Cause
from lifecycle.config.loader import load_configuration
from lifecycle.config.webhook import Occasion, Webhook
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.event import Event
from lifecycle.outbound.freezing import Announcer
from lifecycle.store import Store
from lifecycle.store.engine import engine_of
from tests.support.delivery_bench import DeliveryBench, Tenant, served_tenant
from tests.support.delivery_desk import Desk
from tests.support.https_api import Authority

ROOT = Path(__file__).parents[3]
NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
WORDS = Vocabulary(env={"halo_ticket_type": "1", "halo_closed_status": "9", "halo_note_outcome": "Private Note"})


@pytest.fixture(scope="session")
def shipped() -> dict[str, Webhook]:
    """The webhooks of ``config/``, for all automations."""
    found = load_configuration(ROOT / "config").webhooks
    return {
        name: one.model_copy(update={"draft": False, "trigger": one.trigger.model_copy(update={"automations": ()})})
        for name, one in found.items()
    }


@pytest.fixture(scope="session")
def event() -> Callable[..., Event]:
    """Makes events about one account: ``event("ann", action="create-user")``."""

    def made(who: str = "ann", **more: object) -> Event:
        given: dict[str, object] = {
            "occasion": Occasion.DONE, "automation": "staff", "directory": "domain-1", "at": NOW, "run_id": "run-1",
            "plan_id": "plan-1", "action": "create-user", "cause": Cause.JOINER, "person": who,
            "account": f"guid-of-{who}",
            "attributes": {"displayName": f"The {who}", "userPrincipalName": f"{who}@corp.test", "mail": ""},
        }  # fmt: skip
        given |= more
        given.setdefault("about", f"plan-1 {who} {given['action']} {given['occasion']}")
        return Event(**given)  # type: ignore[arg-type]

    return made


@pytest.fixture(scope="session")
def announce(shipped: dict[str, Webhook]) -> Callable[..., Announcer]:
    """An announcer of shipped webhooks by name, or of others as they are."""

    def made(*webhooks: str | Webhook) -> Announcer:
        chosen = tuple(shipped[one] if isinstance(one, str) else one for one in webhooks)
        return Announcer(chosen, WORDS, ZoneInfo("Europe/Berlin"))

    return made


@pytest.fixture
def webhook() -> Callable[..., Webhook]:
    """Makes webhooks: ``webhook("hook", events=["failed"], url=…)``; keys of the trigger go into it."""

    def made(name: str = "hook", **more: object) -> Webhook:
        trigger = {key: more.pop(key) for key in ("events", "automations", "actions", "causes", "when") if key in more}
        given: dict[str, object] = {
            "name": name,
            "credentials": "halo",
            "url": "https://{Host-Name}/api/Tickets",
            "trigger": {"events": ["done"]} | trigger,
        }
        return Webhook.model_validate(given | more)

    return made


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="session")
def tenant(authority: Authority) -> Iterator[Tenant]:
    """A simulated HaloITSM over HTTPS."""
    with served_tenant(authority) as tenant:
        yield tenant


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty store, to be copied: making one takes longer than most tests."""
    file = tmp_path_factory.mktemp("store") / "state.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def bench(tmp_path: Path, empty_store: Path, tenant: Tenant) -> Iterator[DeliveryBench]:
    """An empty outbox, and HaloITSM without tickets."""
    file = shutil.copy(empty_store, tmp_path / "state.db")
    with closing(Store(engine_of(f"sqlite:///{file}"))) as store:
        yield tenant.bench(store, WORDS)


@pytest.fixture
def desk(bench: DeliveryBench, announce: Callable[..., Announcer]) -> Desk:
    return Desk(bench, announce)
