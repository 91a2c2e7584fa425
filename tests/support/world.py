"""A small organisation for tests of planning and applying: a policy, people, a directory, a store. Nobody is real."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import select

from lifecycle.actions.catalogue import AnyParameters
from lifecycle.actions.outside import Outside
from lifecycle.applying.apply import Applied
from lifecycle.applying.session import WriteSession
from lifecycle.applying.systems import NO_SYSTEMS, Systems
from lifecycle.config.automation import Limits
from lifecycle.directory import dn
from lifecycle.directory.account import DirectoryView
from lifecycle.directory.name_rules import name_rule
from lifecycle.language.moment import Moment
from lifecycle.language.names.compiled import compile_format
from lifecycle.language.names.naming import NamingFormat, OnClash
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.notice import Notice
from lifecycle.outbound.freezing import Announcer
from lifecycle.people.person import People, Person, Standing
from lifecycle.planning.action_list import action_list
from lifecycle.planning.names import Bundle
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState
from lifecycle.planning.undo import undo_attributes
from lifecycle.runs.applying import apply_changes, settle_journal, write_session
from lifecycle.runs.directory import view_directory
from lifecycle.runs.gate import check_gate
from lifecycle.runs.planning import (
    attributes_of,
    find_carried,
    find_due_steps,
    plan_due,
    plan_from,
    plan_inputs,
    plan_people,
    plan_request,
    plan_undo,
)
from lifecycle.runs.prior_state import load_prior_state
from lifecycle.runs.recording import finish
from lifecycle.runs.run import Run, RunKind, RunPorts, RunRules
from lifecycle.store import Store
from lifecycle.store.lease import Lease
from lifecycle.store.outbox import QueuedCall
from lifecycle.store.tables import steps
from tests.support.memory_directory import MemoryDirectory
from tests.support.run_rules import run_rules
from tests.support.synced import note_sync

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
MOMENT = Moment(NOW, ZoneInfo("UTC"))
BASE = "DC=corp,DC=example,DC=test"
STAFF, LEAVERS, GROUPS = f"OU=Staff,{BASE}", f"OU=Leavers,{BASE}", f"OU=Groups,{BASE}"
WARD, LAB = f"OU=Ward,{STAFF}", f"OU=Lab,{STAFF}"
OUTSIDE = f"CN=Users,{BASE}"
ALL_STAFF, WARD_GROUP, LAB_GROUP = (f"CN={name},{GROUPS}" for name in ("All Staff", "Ward Team", "Lab Team"))
ATTRIBUTES = ("employeeID", "givenName", "sn", "displayName", "title", "manager")
PASSWORD = "Not-A-Secret-1"


def naming(name: str, alternatives: list[list[dict[str, object]]], **options: object) -> NamingFormat:
    """A naming format."""
    return NamingFormat.model_validate({"name": name, "alternatives": alternatives, **options})


FIRST, LAST = {"field": "u.first"}, {"field": "u.last"}
PLAIN = {"case": "lower", "transliterate": True, "spaces": False, "remove": "\"/\\[]:;|=,+*?<>@'`#()&!%$~^{} "}
ACCOUNT_NAME = naming("account", [[{**FIRST, "first": 1}, LAST], [FIRST, LAST]], max_length=20, **PLAIN)
ADDRESS = naming("address", [[FIRST, {"text": "."}, LAST]], suffix="@corp.example.test", **PLAIN)
FULL_NAME = naming("full-name", [[FIRST, {"text": " "}, LAST]], counter_separator=" ")


def bundle(
    formats: Mapping[str, NamingFormat], on_clash: OnClash = "next_then_counter", others: Iterable[NamingFormat] = (),
    **options: object,
) -> Bundle:  # fmt: skip
    """A bundle of formats, compiled; ``others`` are those that advanced ones choose from."""
    known = {one.name: one for one in others}
    compiled = {
        (one.name, name_rule(attribute)): compile_format(one, known, Vocabulary(), attribute, on_clash)
        for attribute, one in formats.items()
    }
    shared = {attribute: compiled[one.name, name_rule(attribute)] for attribute, one in formats.items()}
    return Bundle(shared, **{"refresh": "never", "scope": "forest", **options})


NAMES = bundle({"sAMAccountName": ACCOUNT_NAME, "userPrincipalName": ADDRESS, "mail": ADDRESS})
COMMON_NAME = bundle({"cn": FULL_NAME}, refresh="on_change", scope="container")
POLICY = Policy(
    automation="people-to-ad",
    anchor="employeeID",
    correlate=("mail", "userPrincipalName"),
    on_exists="update",
    managed_ous=(STAFF, LEAVERS, GROUPS),
    leavers_ou=LEAVERS,
    absent_runs=2,
    bundles=(NAMES, COMMON_NAME),
    limits=Limits(),
    excluded=frozenset({"svc-backup"}),
)


def person(key: str, first: str = "Ann", last: str = "Example", **changes: object) -> Person:
    """Somebody who works on the ward, unless told otherwise.

    ``title`` is short for one more attribute, ``manager`` and ``manager_unknown`` for a reference.
    """
    title, anchor = changes.pop("title", None), str(changes.pop("anchor", key))
    if manager := changes.pop("manager", None):
        changes["references"] = {"manager": manager}
    if changes.pop("manager_unknown", False):
        changes["unknown"] = frozenset({"manager"})
    said = {"employeeID": anchor, "givenName": first, "sn": last, "displayName": f"{first} {last}"}
    said |= {"title": str(title)} if title else {}
    said = {name: text for name, text in said.items() if text}
    one = Person(
        key=key,
        standing=Standing.EMPLOYED,
        anchor=anchor,
        create=said,
        update=said,
        ou=WARD,
        fields={"u.first": first, "u.last": last},
    )
    return replace(one, **changes)


def gone(key: str, standing: Standing = Standing.INACTIVE) -> Person:
    """Somebody who does not work here: nothing else is known."""
    return Person(key, standing, key)


def people(*persons: Person, quarantined: Iterable[str] = (), notices: Iterable[Notice] = ()) -> People:
    """A complete read."""
    return People(persons, frozenset(quarantined), tuple(notices))


def new_directory() -> MemoryDirectory:
    """Three groups, the OUs, nobody."""
    directory = MemoryDirectory(BASE, (BASE, STAFF, WARD, LAB, LEAVERS, GROUPS, OUTSIDE))
    for name in (ALL_STAFF, WARD_GROUP, LAB_GROUP):
        directory.new_group(name)
    return directory


def new_account(directory: MemoryDirectory, one: Person, **changes: object) -> str:
    """An account that is what the person's record says; answers its GUID.

    Args:
        directory: Where.
        one: Whose.
        changes: ``ou``, ``cn``, ``enabled``, ``rid``, and attributes that differ (None: absent).
    """
    first, last = one.fields["u.first"], one.fields["u.last"]
    ou, cn = str(changes.pop("ou", one.ou)), str(changes.pop("cn", f"{first} {last}"))
    address = f"{first}.{last}@corp.example.test".lower()
    names = {"sAMAccountName": f"{first[0]}{last}".lower()[:20], "userPrincipalName": address, "mail": address}
    options = {name: changes.pop(name) for name in ("enabled", "rid") if name in changes}
    attributes = {**one.create, **names, **changes}
    kept = {name: value for name, value in attributes.items() if value is not None}
    return directory.new_user(dn.join("CN", cn, ou), **options, **kept)


def plan_of(
    everybody: People, directory: MemoryDirectory, policy: Policy = POLICY, prior: PriorState | None = None,
    now: datetime = NOW,
) -> Plan:  # fmt: skip
    """The plan for these people and this directory."""
    inputs = PlanInputs(view_of(directory, policy), policy, prior or PriorState(), directory.identity(), now)
    return plan_from(everybody, inputs)


def view_of(directory: MemoryDirectory, policy: Policy, more: Iterable[str] = ()) -> DirectoryView:
    """The whole directory, with what a policy looks at."""
    return directory.view((*attributes_for(policy), *sorted(more)))


def attributes_for(policy: Policy) -> tuple[str, ...]:
    """What planning by a policy looks at."""
    named = {name for bundle in policy.bundles for name in bundle.formats if name != "cn"}
    named |= {recipe.attribute for recipe in policy.computed_attributes}
    named |= {name for actions in policy.lists.values() for name in actions.attributes if name != "enabled"}
    return (*ATTRIBUTES, *sorted(named))


def with_lists(**lists: list[dict[str, object]]) -> Policy:
    """The policy with lists of actions, as a file gives them."""
    read = TypeAdapter(list[AnyParameters])
    compiled = {rule: action_list(rule, read.validate_python(items), Vocabulary()) for rule, items in lists.items()}
    return replace(POLICY, lists=compiled)


def told(plan: Plan) -> set[tuple[str, str]]:
    """Key and reason of the plan's notices."""
    return {(notice.key, notice.reason.value) for notice in plan.notices}


def actions(plan: Plan) -> list[str]:
    """The actions of a plan, in order."""
    return [change.action for change in plan.changes]


@dataclass
class World:
    """A directory and a store, on which runs follow one another: the product's own, with these for ports."""

    directory: MemoryDirectory
    store: Store
    policy: Policy = POLICY
    now: datetime = NOW
    on_progress: Callable[[int, int], None] = lambda _done, _total: None
    is_synced: bool = True
    """Whether a run has looked at everybody and acted just before steps fall due."""
    numbers: Iterator[int] = field(default_factory=itertools.count)
    announcer: Announcer = field(default_factory=Announcer)
    last_saved: str = ""

    def clock(self) -> datetime:
        """Every look is a moment later than the one before."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def wait(self, **time: float) -> None:
        """Let time pass, in the words of timedelta: ``days=30``."""
        self.now += timedelta(**time)

    def new_rules(self) -> RunRules:
        """What its runs go by."""
        identity = self.directory.identity()
        return run_rules(self.policy, identity, attributes_for(self.policy), announcer=self.announcer)

    def new_run(self, kind: RunKind = RunKind.EVERYBODY, systems: Systems = NO_SYSTEMS) -> Run:
        """A run that writes; the store knows of it."""
        ports = RunPorts(
            store=lambda: nullcontext(self.store),
            directory=lambda: nullcontext(self.directory),
            clock=self.clock,
            systems=lambda: nullcontext(systems),
            new_password=lambda key, _length: f"{PASSWORD}-{key}",
            secret_of=lambda name: f"{PASSWORD}-{name}",
        )
        run = Run(self._run_id(), self.new_rules(), ports, self.clock(), kind, dry_run=False)
        with self.store.begin() as unit:
            unit.runs.start(run.run_id, run.label, "world", dry_run=False, now=run.now)
        return run

    def prior(self) -> PriorState:
        """What earlier runs left."""
        with self.store.begin() as unit:
            return load_prior_state(unit, self.new_rules(), self.directory.identity())

    def inputs(self, *more: str) -> PlanInputs:
        """What a run finds now, with more attributes than the mapping speaks of."""
        run = self.new_run()
        return plan_inputs(run, view_directory(run, more))

    def plan(self, *persons: Person, quarantined: Iterable[str] = ()) -> Plan:
        """Plan from what is there now; absence is counted in :meth:`run` alone."""
        run = self.new_run()
        return plan_people(run, people(*persons, quarantined=quarantined), view_directory(run))

    def plan_some(self, *persons: Person) -> Plan:
        """Plan for some people, who alone were asked for."""
        run = self.new_run(RunKind.SOME)
        return plan_people(run, replace(people(*persons), is_partial=True), view_directory(run))

    def due(self, outside: Outside | None = None) -> Plan:
        """Plan what fell due, with what lies outside the directory, and carry it out; answers the plan."""
        if self.is_synced:
            note_sync(self.store, self.policy.automation, self._run_id(), self.clock())
        run = self.new_run(RunKind.DUE, Lookups(outside) if outside else NO_SYSTEMS)
        due = find_due_steps(run)
        plan = plan_due(run, due, view_directory(run, attributes_of(run, [step.parameters for step in due])))
        self.apply(plan, kind=RunKind.DUE)
        return plan

    def request(self, items: list[dict[str, object]], *guids: str) -> Plan:
        """Plan actions by hand, of which a list in a file would say the same; nothing is written."""
        parameters = TypeAdapter(list[AnyParameters]).validate_python(items)
        run = self.new_run(RunKind.REQUEST)
        read = view_directory(run, attributes_of(run, parameters))
        found = {account.guid: account for account in read.view.accounts}
        return plan_request(run, parameters, [found[guid] for guid in guids], read)

    def undo(self, plan_id: str, *numbers: int) -> Plan:
        """Plan what takes a plan back, and carry it out; answers the plan."""
        run = self.new_run(RunKind.UNDO)
        carried = find_carried(run, plan_id, numbers)
        plan = plan_undo(run, carried, view_directory(run, undo_attributes(carried)))
        self.apply(plan, kind=RunKind.UNDO)
        return plan

    def steps(self) -> list[tuple[str, str]]:
        """Action and status of every step, in the order of their lists."""
        with self.store.begin() as unit:
            rows = unit.steps.connection.execute(
                select(steps.c.action, steps.c.status)
                .where(steps.c.directory == self.directory.identity())
                .order_by(steps.c.begun_at, steps.c.course, steps.c.item)
            )
            return [(row.action, row.status.value) for row in rows]

    def save(self, plan: Plan, kind: RunKind = RunKind.EVERYBODY) -> str:
        """Keep a plan, as the gate does with one of its kind; answers its identifier."""
        self.last_saved = check_gate(self.new_run(kind), plan).plan_id
        return self.last_saved

    @contextmanager
    def lease(self, holder: str) -> Iterator[Lease]:
        """The right to write."""
        with self.store.lease(self.directory.identity(), holder, self.clock) as lease:
            yield lease

    @contextmanager
    def session(self, systems: Systems = NO_SYSTEMS) -> Iterator[WriteSession]:
        """What a run that writes works with."""
        run = self.new_run(systems=systems)
        with self.lease(run.run_id) as lease, write_session(run, lease) as session:
            yield session

    def apply(self, plan: Plan, plan_id: str = "", kind: RunKind = RunKind.EVERYBODY) -> Applied:
        """Carry a plan out, whatever the gate says; saved first unless it is. Answers what became of it."""
        plan_id = plan_id or self.save(plan, kind)
        run = self.new_run(kind)
        with self.lease(run.run_id) as lease:
            return apply_changes(run.with_lease(lease), plan_id, self.on_progress)

    def recover(self, systems: Systems = NO_SYSTEMS) -> int:
        """Settle what a killed run left open."""
        run = self.new_run(systems=systems)
        with self.lease(run.run_id) as lease:
            return settle_journal(run.with_lease(lease))

    def told(self) -> list[QueuedCall]:
        """What waits in the outbox, in order."""
        with self.store.begin() as unit:
            waiting = unit.outbox.unsettled()
        return [queued for queued in waiting if queued.call.directory == self.directory.identity()]

    def run(self, *persons: Person) -> Plan:
        """A whole run, whatever the gate says: recover, plan, gate, apply; answers the plan."""
        run = self.new_run()
        with self.lease(run.run_id) as lease:
            run = run.with_lease(lease)
            settle_journal(run)
            plan = plan_people(run, people(*persons), view_directory(run))
            gated = check_gate(run, plan, len(persons))
            self.last_saved = gated.plan_id
            finish(run, gated, apply_changes(run, gated.plan_id, self.on_progress))
        return plan

    def newest(self) -> str:
        """The identifier of the plan that was saved last."""
        return self.last_saved

    def journal(self, plan_id: str) -> dict[int, str]:
        """Number of a change → state of its entry."""
        with self.store.begin() as unit:
            return {entry.number: entry.state.value for entry in unit.journal.of_plan(plan_id)}

    def _run_id(self) -> str:
        return f"{self.directory.identity()}-{next(self.numbers):04}"


class Lookups(Systems):
    """Systems of which it is known what a look finds."""

    def __init__(self, outside: Outside) -> None:
        super().__init__()
        self._outside = outside

    def look_up(self, *_asked: object) -> Outside:
        """What it finds."""
        return self._outside
