"""A small organisation for tests of planning and applying: a policy, people, a directory, a store. Nobody is real."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import select

from lifecycle.actions.catalogue import AnyParameters
from lifecycle.actions.change import Cause
from lifecycle.actions.outside import Outside
from lifecycle.actions.stored_parameters import read_parameters
from lifecycle.applying.apply import Applied, apply_plan
from lifecycle.applying.carried import carried_out, remains_of
from lifecycle.applying.left_behind import left_behind
from lifecycle.applying.recover import recover
from lifecycle.applying.remember import last_policy_runs
from lifecycle.applying.stored_plans import stored_plan
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
from lifecycle.planning.action_list import REQUEST, action_list
from lifecycle.planning.asked import DueStep, draft_due, draft_request
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_changes import plan_changes
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.policy import Bundle, Policy
from lifecycle.planning.prior_state import PriorState
from lifecycle.planning.undo import undo_attributes, undo_plan
from lifecycle.store import PlanStatus, Store
from lifecycle.store.lease import Lease
from lifecycle.store.outbox import QueuedCall
from lifecycle.store.status import Mark
from lifecycle.store.tables import steps
from tests.support.memory_directory import MemoryDirectory

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
    view = view_of(directory, policy)
    return plan_changes(everybody, PlanInputs(view, policy, prior or PriorState(), directory.identity(), now))


def view_of(directory: MemoryDirectory, policy: Policy, more: Iterable[str] = ()) -> DirectoryView:
    """The whole directory, with what a policy looks at."""
    named = {name for bundle in policy.bundles for name in bundle.formats if name != "cn"}
    named |= {recipe.attribute for recipe in policy.late} | set(more)
    named |= {name for actions in policy.lists.values() for name in actions.attributes if name != "enabled"}
    return directory.view((*ATTRIBUTES, *sorted(named)))


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
    """A directory and a store, on which runs follow one another as the flows make them."""

    directory: MemoryDirectory
    store: Store
    policy: Policy = POLICY
    now: datetime = NOW
    on_progress: Callable[[int, int], None] = lambda _done, _total: None
    is_synced: bool = True
    """Whether a run has just looked at everybody and acted."""
    numbers: Iterator[int] = field(default_factory=itertools.count)
    announcer: Announcer | None = None

    def clock(self) -> datetime:
        """Every look is a moment later than the one before."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def wait(self, **time: float) -> None:
        """Let time pass, in the words of timedelta: ``days=30``."""
        self.now += timedelta(**time)

    def prior(self) -> PriorState:
        """What earlier runs left."""
        identity = self.directory.identity()
        with self.store.begin() as unit:
            return PriorState(
                absences=unit.absences.load(identity),
                grants=unit.grants.load(identity),
                departures=unit.departures.load(identity),
                names=unit.names.load(identity) if self.policy.never_reuses else {},
                courses=unit.steps.courses(identity),
                under_way=unit.steps.under_way(identity, self.policy.automation),
                served=unit.marks.load(Mark.SERVED, identity, self.policy.automation),
                held=unit.marks.load(Mark.HELD, identity),
                policy_runs=last_policy_runs(unit, identity, self.policy.automation),
                left_behind=left_behind(unit, identity),
            )

    def inputs(self, *more: str) -> PlanInputs:
        """What a run finds now, with more attributes than the mapping speaks of."""
        view = view_of(self.directory, self.policy, more)
        now = self.clock()
        prior = replace(self.prior(), synced_at=now if self.is_synced else None)
        return PlanInputs(view, self.policy, prior, self.directory.identity(), now)

    def due(self, outside: Outside | None = None) -> Plan:
        """Plan what fell due, with what lies outside the directory, and carry it out; answers the plan."""
        with self.store.begin() as unit:
            steps = unit.steps.due(self.directory.identity(), self.policy.automation, self.now)
        due = [
            DueStep(
                one.step_id, one.course, one.account_guid, one.person_key, one.rule, Cause(one.cause), one.item,
                read_parameters(one.parameters), one.due_at,
            )
            for one in steps
        ]  # fmt: skip
        plan = draft_due(due, self.inputs()).finished(outside or Outside())
        self.apply(plan)
        return plan

    def request(self, items: list[dict[str, object]], *guids: str) -> Plan:
        """Plan actions by hand, of which a list in a file would say the same; nothing is written."""
        parameters = TypeAdapter(list[AnyParameters]).validate_python(items)
        inputs = self.inputs(*sorted(action_list(REQUEST, parameters, Vocabulary()).attributes))
        found = {account.guid: account for account in inputs.view.accounts}
        return draft_request(parameters, [found[guid] for guid in guids], inputs).finished()

    def undo(self, plan_id: str, *numbers: int) -> Plan:
        """Plan what takes a plan back, and carry it out; answers the plan."""
        with self.store.begin() as unit:
            carried = carried_out(unit, plan_id, numbers)
        plan = undo_plan(carried, self.inputs(*undo_attributes(carried)), remains=remains_of(carried, self.directory))
        self.apply(plan)
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

    def plan(self, *persons: Person, quarantined: Iterable[str] = ()) -> Plan:
        """Plan from what is there now; absence is counted in :meth:`run` alone."""
        everybody = people(*persons, quarantined=quarantined)
        return plan_of(everybody, self.directory, self.policy, self.prior(), self.clock())

    def save(self, plan: Plan) -> str:
        """Keep a plan that is about to be applied; answers its identifier."""
        plan_id = f"{self.directory.identity()}-{next(self.numbers)}"
        with self.store.begin() as unit:
            unit.runs.start(plan_id, plan.automation, "sync-people", dry_run=False, now=self.clock())
            stored = stored_plan(plan, plan_id, plan_id, PlanStatus.APPLYING)
            unit.plans.save(replace(stored, created_at=self.clock()))
        return plan_id

    @contextmanager
    def lease(self, plan_id: str) -> Iterator[Lease]:
        """The right to write."""
        with self.store.lease(self.directory.identity(), plan_id, self.clock) as lease:
            yield lease

    def apply(self, plan: Plan, plan_id: str | None = None) -> Applied:
        """Carry a plan out; saved first unless it is."""
        plan_id = plan_id or self.save(plan)
        with self.lease(plan_id) as lease:
            applied = apply_plan(
                plan, plan_id, plan_id, directory=self.directory, store=self.store, lease=lease, policy=self.policy,
                new_password=lambda key: f"{PASSWORD}-{key}", clock=self.clock, on_progress=self.on_progress,
                secret_of=lambda name: f"{PASSWORD}-{name}", announcer=self.announcer,
            )  # fmt: skip
        with self.store.begin() as unit:
            unit.plans.move(plan_id, {"applying"}, "applied", self.clock())
        return applied

    def recover(self) -> int:
        """Settle what a killed run left open."""
        with self.lease("recovery") as lease:
            anchor = self.policy.anchor
            return recover(self.store, self.directory, anchor, self.clock(), lease, announcer=self.announcer)

    def told(self) -> list[QueuedCall]:
        """What waits in the outbox, in order."""
        with self.store.begin() as unit:
            waiting = unit.outbox.unsettled()
        return [queued for queued in waiting if queued.call.directory == self.directory.identity()]

    def run(self, *persons: Person) -> Plan:
        """A whole run: recover, plan, count absences, apply; answers the plan."""
        self.recover()
        plan = self.plan(*persons)
        with self.store.begin() as unit:
            unit.absences.record(self.directory.identity(), plan.absent, self.clock())
        self.apply(plan)
        return plan

    def newest(self) -> str:
        """The identifier of the plan that was saved last."""
        return f"{self.directory.identity()}-{next(self.numbers) - 1}"

    def journal(self, plan_id: str) -> dict[int, str]:
        """Number of a change → state of its entry."""
        with self.store.begin() as unit:
            return {entry.number: entry.state.value for entry in unit.journal.of_plan(plan_id)}
