"""Actions on a sandbox without Prefect: requests, plans, applies and undos as the flows make them.

The directory is a real domain controller, the product bound as its delegated account; Microsoft 365, Exchange and the
file servers are the sandbox's. The store is the bench's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, cast

from pydantic import TypeAdapter
from sqlalchemy import select

from lifecycle.actions.catalogue import AnyParameters
from lifecycle.actions.change import Cause
from lifecycle.actions.outside import Outside, Wanted
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.stored_parameters import read_parameters
from lifecycle.applying.apply import Applied, apply_plan
from lifecycle.applying.carried import carried_out, remains_of
from lifecycle.applying.left_behind import left_behind
from lifecycle.applying.lost_mailboxes import lost_mailboxes
from lifecycle.applying.password import generate_password, no_secret
from lifecycle.applying.recover import recover
from lifecycle.applying.remember import last_policy_runs
from lifecycle.applying.stored_plans import plan_of, stored_plan
from lifecycle.applying.systems import Systems
from lifecycle.config.automation import Limit, Limits
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.planning.action_list import LEAVERS, REQUEST, action_list
from lifecycle.planning.asked import DueStep, draft_due, draft_request
from lifecycle.planning.draft import Draft
from lifecycle.planning.limits import breaches
from lifecycle.planning.lists import Lists
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState
from lifecycle.planning.sight import PlanSight
from lifecycle.planning.undo import undo_attributes, undo_plan, undo_wants
from lifecycle.ports.directory.client import open_directory
from lifecycle.ports.directory.connection import DirectoryConnection
from lifecycle.store import Mark, PlanStatus, Store
from lifecycle.store.lease import Lease
from lifecycle.store.tables import steps
from sandbox.exchange.client import SandboxExchange
from sandbox.graph.client import SandboxGraph
from sandbox.handle import Sandbox
from sandbox.organisation import LEAVERS_OU
from tests.support.others_bench import OthersBench
from tests.support.sandbox_systems import sandbox_systems

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
_NO_SIGHT = cast("PlanSight", None)
"""To begin a list takes none."""
_NO_ATTRIBUTES = frozenset({"cn", "distinguishedName", "enabled"})


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

    def prior(self) -> PriorState:
        """What earlier runs left."""
        identity = self.directory.identity()
        with self.store.begin() as unit:
            return PriorState(
                grants=unit.grants.load(identity),
                departures=unit.departures.load(identity),
                names=unit.names.load(identity),
                courses=unit.steps.courses(identity),
                under_way=unit.steps.under_way(identity, self.policy.automation),
                served=unit.marks.load(Mark.SERVED, identity, self.policy.automation),
                held=unit.marks.load(Mark.HELD, identity),
                policy_runs=last_policy_runs(unit, identity, self.policy.automation),
                mailboxes=lost_mailboxes(unit, identity),
                left_behind=left_behind(unit, identity),
            )

    def inputs(self, attributes: Iterable[str] = ()) -> PlanInputs:
        """What a run finds, with these attributes besides the anchor."""
        wanted = {name for name in (self.policy.anchor, *attributes) if "." not in name} - _NO_ATTRIBUTES
        view = self.directory.view(sorted(wanted))
        now = self.clock()
        prior = replace(self.prior(), synced_at=now)
        return PlanInputs(view, self.policy, prior, self.directory.identity(), now, self.words)

    def request(self, items: Sequence[Mapping[str, Any]], guids: Iterable[str]) -> Plan:
        """Plan actions by hand, as ``run-action`` does when it is dry.

        Args:
            items: The actions, as a file gives them.
            guids: To which accounts.
        """
        parameters = _ITEMS.validate_python(list(items))
        inputs = self.inputs(action_list(REQUEST, parameters, self.words).attributes)
        by_guid = {account.guid: account for account in inputs.view.accounts}
        return self.finished(draft_request(parameters, [by_guid[guid] for guid in guids], inputs), inputs)

    def due(self) -> Plan:
        """Plan what fell due, and carry it out; answers the plan."""
        plan = self.planned_due()
        self.apply(plan)
        return plan

    def planned_due(self) -> Plan:
        """Plan what fell due; nothing is written."""
        with self.store.begin() as unit:
            found = unit.steps.due(self.directory.identity(), self.policy.automation, self.clock.now)
        due = [
            DueStep(
                one.step_id, one.course, one.account_guid, one.person_key, one.rule, Cause(one.cause), one.item,
                read_parameters(one.parameters), one.due_at,
            )
            for one in found
        ]  # fmt: skip
        items = [one.parameters for one in due]
        inputs = self.inputs(action_list(REQUEST, items, self.words).attributes)
        return self.finished(draft_due(due, inputs), inputs)

    def undoing(self, plan_id: str, *numbers: int) -> Plan:
        """Plan what takes a plan back, or changes of it; nothing is written."""
        with self.store.begin() as unit:
            carried = carried_out(unit, plan_id, numbers)
        inputs = self.inputs(undo_attributes(carried))
        outside = self._looked_up(undo_wants(carried), inputs)
        return undo_plan(carried, inputs, outside, remains_of(carried, self.directory))

    def undo(self, plan_id: str, *numbers: int) -> Plan:
        """The same, carried out; answers the plan."""
        plan = self.undoing(plan_id, *numbers)
        self.apply(plan)
        return plan

    def save(self, plan: Plan) -> str:
        """Keep a plan that is about to be applied; answers its identifier."""
        plan_id = f"plan-{next(self.numbers)}"
        with self.store.begin() as unit:
            unit.runs.start(plan_id, plan.automation, "run-action", dry_run=False, now=self.clock())
            stored = stored_plan(plan, plan_id, plan_id, PlanStatus.APPLYING)
            unit.plans.save(replace(stored, created_at=self.clock()))
        return plan_id

    def stored(self, plan_id: str) -> Plan:
        """A plan as the store keeps it."""
        with self.store.begin() as unit:
            stored = unit.plans.load(plan_id)
        assert stored is not None
        return plan_of(stored)

    @contextmanager
    def lease(self, holder: str) -> Iterator[Lease]:
        """The right to write."""
        with self.store.lease(self.directory.identity(), holder, self.clock) as lease:
            yield lease

    def apply(self, plan: Plan, plan_id: str = "") -> Applied:
        """Carry a plan out; saved first unless it is. It is read back from the store, as the flows do."""
        plan_id = plan_id or self.save(plan)
        with self.lease(plan_id) as lease, self.systems() as systems:
            applied = apply_plan(
                self.stored(plan_id), plan_id, plan_id, directory=self.directory,
                store=self.store, lease=lease, policy=self.policy, new_password=generate_password, clock=self.clock,
                systems=systems, secret_of=self._secret,
            )  # fmt: skip
        with self.store.begin() as unit:
            unit.plans.move(plan_id, {"applying"}, "applied", self.clock())
        return applied

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
        with self.lease("recovery") as lease, self.systems() as systems:
            return recover(self.store, self.directory, self.policy.anchor, self.clock(), lease, systems)

    def begin_leaver(self, guid: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Begin a list of leavers' actions for a disabled account, as ``sync-people`` does."""
        listed = action_list(LEAVERS, _ITEMS.validate_python(list(items)), self.words)
        inputs = self.inputs(listed.attributes)
        with self.store.begin() as unit:
            unit.departures.add(inputs.directory, [guid], self.clock())
        begun = Lists(_NO_SIGHT, self.prior(), inputs.directory, self.policy.automation).beginning(
            listed, listed.once, {"account": guid, "cause": Cause.LEAVER_ENDED, "rule": LEAVERS}, guid
        )
        self.apply(
            Plan(
                automation=self.policy.automation, directory=inputs.directory, created_at=self.clock(),
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
        with self.store.begin() as unit:
            stored = unit.plans.newest(self.policy.automation)
        assert stored is not None
        return stored.plan_id

    def journal(self, plan_id: str) -> dict[int, str]:
        """Number of a change → state of its entry."""
        with self.store.begin() as unit:
            return {entry.number: entry.state.value for entry in unit.journal.of_plan(plan_id)}

    def finished(self, draft: Draft, inputs: PlanInputs) -> Plan:
        """A draft as a plan, with what its lists of actions need looked up."""
        return draft.finished(self._looked_up(draft.wanted, inputs))

    def _looked_up(self, wanted: Wanted, inputs: PlanInputs) -> Outside:
        if not wanted.systems:
            return Outside()
        with self.systems() as systems:
            return systems.look_up(wanted, {account.guid: account for account in inputs.view.accounts})


def _with_ous(ous: tuple[str, ...]) -> Policy:
    return replace(POLICY, managed_ous=ous)
