"""Actions on a sandbox without Prefect: the product's runs, with a domain controller and simulators for ports.

The directory is a real domain controller, the product bound as its delegated account; Microsoft 365, Exchange and the
file servers are the sandbox's. The store is the bench's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter
from sqlalchemy import select

from lifecycle.actions.catalogue import AnyParameters
from lifecycle.actions.change import Cause
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.sight import Subject
from lifecycle.applying.apply import Applied
from lifecycle.applying.password import generate_password, no_secret
from lifecycle.applying.systems import Systems
from lifecycle.config.automation import Limit, Limits
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.people.person import People
from lifecycle.planning.action_list import LEAVERS, action_list
from lifecycle.planning.limits import breaches
from lifecycle.planning.lists import policy_start
from lifecycle.planning.plan import Plan
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState
from lifecycle.planning.undo import undo_attributes
from lifecycle.ports.directory.client import open_directory
from lifecycle.ports.directory.connection import DirectoryConnection
from lifecycle.runs.applying import apply_changes, settle_journal
from lifecycle.runs.directory import view_directory
from lifecycle.runs.gate import check_gate
from lifecycle.runs.planning import (
    attributes_of,
    find_carried,
    find_due_steps,
    plan_due,
    plan_inputs,
    plan_people,
    plan_request,
    plan_undo,
)
from lifecycle.runs.run import Run, RunKind, RunPorts
from lifecycle.store import Store
from lifecycle.store.lease import Lease
from lifecycle.store.tables import steps
from sandbox.exchange.client import SandboxExchange
from sandbox.graph.client import SandboxGraph
from sandbox.handle import Sandbox
from sandbox.organisation import LEAVERS_OU
from tests.support.others_bench import OthersBench
from tests.support.run_rules import run_rules
from tests.support.sandbox_systems import sandbox_systems
from tests.support.synced import note_sync

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
PLENTY = Limit(count=100_000, percent=100)
POLICY = Policy(
    automation="people-to-ad",
    anchor="employeeID",
    correlate=("mail",),
    on_exists="update",
    managed_ous=(),
    leavers_ou=LEAVERS_OU,
    absent_runs=2,
    bundles=(),
    limits=Limits(
        create=PLENTY, disable=PLENTY, enable=PLENTY, move=PLENTY, group_removal=PLENTY, attribute=PLENTY,
        action=PLENTY,
    ),
)  # fmt: skip
"""Wide limits, but for deleting: none without approval."""
_ITEMS: TypeAdapter[list[Parameters]] = TypeAdapter(list[AnyParameters])


@dataclass
class Clock:
    """The time of the product's runs, UTC: a moment later at each look; tests move it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """The present moment."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def wait(self, **time: float) -> None:
        """Let time pass, in the words of timedelta: ``days=30``."""
        self.now += timedelta(**time)


@dataclass(frozen=True, kw_only=True)
class ActionBench(OthersBench):
    """What tests of actions do.

    Args:
        store: The product's state.
        store_file: Where that is.
        policy: The rules; ``dataclasses.replace`` gives a bench with others, on the same store.
        scripts: Folder of custom scripts.
        clock: The time of the product's runs.
        secrets: Passwords that secrets hold, by their names.
        words: Settings and tables, for the texts of actions.
        saved: Identifiers of the plans that were saved.
        graph: The admin side of Microsoft 365.
        exchange: The admin side of Exchange.
    """

    store: Store = field(repr=False)
    store_file: Path
    policy: Policy
    scripts: Path
    graph: SandboxGraph = field(repr=False)
    exchange: SandboxExchange = field(repr=False)
    clock: Clock = field(default_factory=Clock)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    words: Vocabulary = field(default_factory=Vocabulary)
    saved: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def on(cls, sandbox: Sandbox, folder: Path) -> Iterator[Self]:
        """A bench on a sandbox that runs with its simulators; ``folder`` is for the store and the scripts."""
        where, graph, exchange = sandbox.directory, sandbox.graph, sandbox.exchange
        assert graph is not None
        assert exchange is not None
        scripts = folder / "scripts"
        scripts.mkdir(mode=0o755, exist_ok=True)
        settings = DirectoryConnection(where.host, where.user, where.password, ca_file=sandbox.ca_file)
        boss = DirectoryConnection(
            where.host, where.administrator, where.administrator_password, ca_file=sandbox.ca_file
        )  # fmt: skip
        with ExitStack() as stack:
            yield cls(
                sandbox,
                stack.enter_context(open_directory(settings)),
                store=stack.enter_context(Store.open(f"sqlite:///{folder}/state.db")),
                store_file=folder / "state.db",
                policy=_with_ous(where.managed_ous),
                scripts=scripts,
                graph=stack.enter_context(SandboxGraph(graph.admin_url, sandbox.ca_file)),
                exchange=stack.enter_context(SandboxExchange(exchange.admin_url, sandbox.ca_file)),
                administrator=stack.enter_context(boss.open()),
            )

    @property
    def photos(self) -> Path:
        """Folder of pictures."""
        folder = self.scripts.parent / "photos"
        folder.mkdir(exist_ok=True)
        return folder

    def systems(self) -> Systems:
        """The systems besides the directory; opened when they are first needed, closed by ``with``."""
        return sandbox_systems(self.sandbox, self.directory, self.scripts, self.photos)

    def new_run(
        self, kind: RunKind = RunKind.REQUEST, attributes: Iterable[str] = (), systems: Systems | None = None
    ) -> Run:
        """A run that writes; the store knows of it.

        Args:
            kind: What it plans for.
            attributes: What it looks at besides the anchor.
            systems: Instead of those of the sandbox.
        """
        looked_at = (self.policy.anchor, *sorted(attributes))
        rules = run_rules(self.policy, self.policy.automation, looked_at, self.words)
        ports = RunPorts(
            store=lambda: nullcontext(self.store),
            directory=lambda: nullcontext(self.directory),
            clock=self.clock,
            systems=lambda: systems or self.systems(),
            new_password=generate_password,
            secret_of=self._secret,
        )
        run = Run(f"run-{next(self.numbers)}", rules, ports, self.clock(), kind, dry_run=False)
        with self.store.begin() as unit:
            unit.runs.start(run.run_id, run.label, "bench", dry_run=False, now=run.now)
        return run

    def prior(self) -> PriorState:
        """What earlier runs left."""
        run = self.new_run()
        return plan_inputs(run, view_directory(run)).prior

    def sync(self, people: People, attributes: Iterable[str]) -> Plan:
        """Plan for everybody, as ``sync-people`` does when it is dry."""
        run = self.new_run(RunKind.EVERYBODY, attributes)
        return plan_people(run, people, view_directory(run))

    def request(self, items: Sequence[Mapping[str, Any]], guids: Iterable[str]) -> Plan:
        """Plan actions by hand, as ``run-action`` does when it is dry.

        Args:
            items: The actions, as a file gives them.
            guids: To which accounts.
        """
        parameters, run = _ITEMS.validate_python(list(items)), self.new_run()
        read = view_directory(run, attributes_of(run, parameters))
        by_guid = {account.guid: account for account in read.view.accounts}
        return plan_request(run, parameters, [by_guid[guid] for guid in guids], read)

    def due(self) -> Plan:
        """Plan what fell due, and carry it out; answers the plan."""
        plan = self.planned_due()
        self.apply(plan, self.save(plan, RunKind.DUE))
        return plan

    def planned_due(self) -> Plan:
        """Plan what fell due, everybody having been looked at just before; nothing is written."""
        note_sync(self.store, self.policy.automation, f"sync-{next(self.numbers)}", self.clock())
        run = self.new_run(RunKind.DUE)
        due = find_due_steps(run)
        return plan_due(run, due, view_directory(run, attributes_of(run, [one.parameters for one in due])))

    def undoing(self, plan_id: str, *numbers: int) -> Plan:
        """Plan what takes a plan back, or changes of it; nothing is written."""
        run = self.new_run(RunKind.UNDO)
        carried = find_carried(run, plan_id, numbers)
        return plan_undo(run, carried, view_directory(run, undo_attributes(carried)))

    def undo(self, plan_id: str, *numbers: int) -> Plan:
        """The same, carried out; answers the plan."""
        plan = self.undoing(plan_id, *numbers)
        self.apply(plan, self.save(plan, RunKind.UNDO))
        return plan

    def save(self, plan: Plan, kind: RunKind = RunKind.REQUEST) -> str:
        """Keep a plan, as the gate does with one of its kind; answers its identifier."""
        self.saved.append(check_gate(self.new_run(kind), plan).plan_id)
        return self.newest()

    @contextmanager
    def lease(self, holder: str) -> Iterator[Lease]:
        """The right to write."""
        with self.store.lease(self.directory.identity(), holder, self.clock) as lease:
            yield lease

    def apply(
        self, plan: Plan, plan_id: str = "", *, systems: Systems | None = None,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> Applied:  # fmt: skip
        """Carry a plan out, whatever the gate says; saved first unless it is.

        Args:
            plan: The plan.
            plan_id: Of one that is saved.
            systems: Instead of those of the sandbox.
            on_progress: Called after each window.
        """
        plan_id = plan_id or self.save(plan)
        run = self.new_run(systems=systems)
        with self.lease(run.run_id) as lease:
            return apply_changes(run.with_lease(lease), plan_id, on_progress)

    def _secret(self, name: str) -> str:
        return self.secrets[name] if name in self.secrets else no_secret(name)

    def carry_out(self, items: Sequence[Mapping[str, Any]], guids: Iterable[str]) -> str:
        """Plan, apply, and find nothing that was not carried out; answers the plan's identifier, for an undo."""
        plan = self.request(items, guids)
        plan_id = self.save(plan)
        applied = self.apply(plan, plan_id)
        assert applied.failures == []
        return plan_id

    def recover(self) -> int:
        """Settle what a killed run left open."""
        run = self.new_run()
        with self.lease(run.run_id) as lease:
            return settle_journal(run.with_lease(lease))

    def begin_leaver(self, guid: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Begin a list of leavers' actions for a disabled account, as ``sync-people`` does."""
        listed = action_list(LEAVERS, _ITEMS.validate_python(list(items)), self.words)
        directory = self.directory.identity()
        with self.store.begin() as unit:
            unit.departures.add(directory, [guid], self.clock())
        run = self.new_run()
        inputs = plan_inputs(run, view_directory(run))
        account = next(one for one in inputs.view.accounts if one.guid == guid)
        begun = policy_start(listed, listed.once, Subject(account, "", Cause.LEAVER_ENDED, LEAVERS), inputs)
        self.apply(
            Plan(
                automation=self.policy.automation, directory=directory, created_at=self.clock(),
                changes=(begun,),
            )
        )  # fmt: skip

    def steps(self, guid: str) -> list[tuple[str, str]]:
        """Action and status of every step of an account, in the order of its lists."""
        with self.store.begin() as unit:
            rows = unit.steps.connection.execute(
                select(steps.c.action, steps.c.status)
                .where(steps.c.account_guid == guid)
                .order_by(steps.c.begun_at, steps.c.course, steps.c.item)
            )
            return [(row.action, row.status.value) for row in rows]

    def over_limits(self, plan: Plan) -> list[str]:
        """The limits that a plan goes over."""
        return list(map(str, breaches(plan, self.policy.limits)))

    def newest(self) -> str:
        """The identifier of the plan that was saved last."""
        return self.saved[-1]

    def journal(self, plan_id: str) -> dict[int, str]:
        """Number of a change → state of its entry."""
        with self.store.begin() as unit:
            return {entry.number: entry.state.value for entry in unit.journal.of_plan(plan_id)}


def _with_ous(ous: tuple[str, ...]) -> Policy:
    return replace(POLICY, managed_ous=ous)
