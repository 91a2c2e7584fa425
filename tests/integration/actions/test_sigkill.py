"""``kill -9`` in the midst of what lists of actions do outside the directory: the next run finishes, nothing twice.

Each run is a process of its own: it settles the journal, plans what is due, and is killed at the next system in turn.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lifecycle.actions.outside import System
from lifecycle.store.tables import journal, steps
from sandbox.handle import Sandbox
from tests.integration.actions.one_run import Run
from tests.support.action_bench import ActionBench
from tests.support.bench import PROJECT
from tests.support.relay import relay

pytestmark = pytest.mark.timeout(120)

ORDER = (System.MAIL, System.CLOUD, System.FILES, System.SCRIPTS)
OUTSIDE = frozenset(ORDER)
REPLY, ASSIGN = "Set-MailboxAutoReplyConfiguration", "POST /users/{id}/assignLicense"
_READS = ("Get-", "GET ", "POST /$batch", "Update-StoreMailboxState")
"""What changes nothing of anybody; the last has a server list what was disabled."""
SCRIPT = """
import os, pathlib, signal, sys
with pathlib.Path(sys.argv[1]).open("a") as calls:
    calls.write("called\\n")
if len(sys.argv) > 2:  # the worker stands above the guard that started this
    guard = pathlib.Path(f"/proc/{os.getppid()}/stat").read_text()
    os.kill(int(guard.rpartition(")")[2].split()[1]), signal.SIGKILL)
    signal.pause()
"""


@dataclass(frozen=True)
class Runner:
    """Starts runs, each as a process of its own."""

    process: subprocess.Popen[bytes]

    def start(self, run: Run, pid: Future[int]) -> None:
        """Start one; its number is set as soon as it is known."""
        assert self.process.stdin is not None
        pickle.dump(run, self.process.stdin)
        self.process.stdin.flush()
        pid.set_result(self._number())

    def status(self) -> int:
        """How it ended: 0, or minus the signal."""
        return self._number()

    def _number(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """Ready to start runs."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, str(Path(__file__).with_name("one_run.py"))],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield Runner(process)
        process.communicate(timeout=30)
        assert process.returncode == 0


@dataclass
class Leaver:
    """A leaver with something in every system, and the runs that work on it.

    Args:
        bench: What it stands on; its store is this test's own.
        runner: Starts runs.
        guid: The account.
        name: Its account name, and its home folder's.
        calls: Where the script notes that it was called.
    """

    bench: ActionBench
    runner: Runner
    guid: str
    name: str
    calls: Path
    runs: int = 0
    written_before: Counter[str] = field(default_factory=Counter)
    contents: dict[str, bytes] = field(default_factory=dict)

    @property
    def old(self) -> Path:
        """The home folder's former place."""
        return Path(self.bench.sandbox.share.folder) / self.name

    @property
    def new(self) -> Path:
        """The place that it is moved to."""
        return Path(self.bench.sandbox.second_share.folder) / self.name

    def began(self, *items: dict[str, Any]) -> None:
        """Its list has begun: each of these actions is due, none is done."""
        self.bench.begin_leaver(self.guid, items)
        self.written_before = self._written()

    def written(self) -> dict[str, int]:
        """How often Exchange and Graph were told what since then: cmdlet, or method and path."""
        return dict(self._written() - self.written_before)

    def _written(self) -> Counter[str]:
        cmdlets = Counter(str(one["cmdlet"]) for one in self.bench.exchange.state()["log"])
        requests = Counter(self.bench.graph.tenant()["requests"])
        told = cmdlets + Counter({name.partition(" ")[2]: count for name, count in requests.items()})
        return Counter({name: count for name, count in told.items() if not name.startswith(_READS)})

    def has_reply(self) -> bool:
        """Whether the mailbox on the server answers by itself."""
        reply = self.bench.exchange.state(self.guid)["server"]["auto_reply"]
        return bool(reply["AutoReplyState"] == "Enabled")

    def has_licence(self) -> bool:
        """Whether the user has one."""
        return bool(self.bench.graph.state(self.guid)["licenseAssignmentStates"])

    def run(self, *, passes: Mapping[System, Callable[[], bool]] | None = None, **told: Any) -> dict[str, Any]:
        """A run in a process of its own; answers what it said, nothing when it was killed.

        Args:
            passes: System → whether its answer may arrive; the run is killed with the first piece that may not.
            told: Fields of :class:`Run`.
        """
        self.runs += 1
        now = self.bench.clock() + timedelta(days=2 * self.runs)  # Exchange lists late what was disabled
        pid: Future[int] = Future()

        def watched(look: Callable[[], bool]) -> bool:
            if not (arrives := look()):
                os.kill(pid.result(), signal.SIGKILL)
            return arrives

        with ExitStack() as stack:
            looks = {system: partial(watched, look) for system, look in (passes or {}).items()}
            run = Run(_wired(self.bench.sandbox, looks, stack), self.bench.scripts.parent, self.runs, now, **told)
            self.runner.start(run, pid)
            status = self.runner.status()
        assert status in {0, -signal.SIGKILL}
        return {} if status else json.loads(run.said.read_text("utf-8"))

    def called(self) -> int:
        """How often the script was."""
        return len(self.calls.read_text("utf-8").splitlines()) if self.calls.exists() else 0

    def open_entries(self) -> list[str]:
        """Actions of which the journal does not say how they ended."""
        with self.bench.store.begin() as unit:
            return [one.action for one in unit.journal.open_entries(self.bench.directory.identity())]

    def told(self) -> list[tuple[str, str]]:
        """Action and state of all that the journal says, in the order of intent."""
        with self.bench.store.begin() as unit:
            rows = unit.journal.connection.execute(journal.select().order_by(journal.c.intended_at, journal.c.number))
            return [(row.action, row.state.value) for row in rows]

    def ends(self) -> dict[str, tuple[str, str | None]]:
        """Step → its status, and why."""
        with self.bench.store.begin() as unit:
            rows = unit.steps.connection.execute(steps.select())
            return {row.action: (row.status.value, row.error) for row in rows}


def _wired(
    sandbox: Sandbox, passes: Mapping[System, Callable[[], bool]], stack: ExitStack
) -> Sandbox:  # fmt: skip
    """The sandbox as a run reaches it: over a wire where the test looks at the answers."""
    graph, exchange = sandbox.graph, sandbox.exchange
    assert graph is not None
    assert exchange is not None
    if look := passes.get(System.MAIL):
        exchange = replace(exchange, port=stack.enter_context(relay(exchange.host, exchange.port, look)))
    if look := passes.get(System.CLOUD):
        host, _, port = graph.graph_host.partition(":")
        near = f"{host}:{stack.enter_context(relay(host, int(port), look))}"
        graph = replace(graph, graph_host=near, authority_host=near)
    return replace(sandbox, graph=graph, exchange=exchange)


@pytest.fixture
def leaver(bench: ActionBench, runner: Runner, tmp_path: Path) -> Iterator[Leaver]:
    """Disabled, with mailbox, licence and home folder."""
    with ActionBench.on(bench.sandbox, tmp_path) as own:
        second = replace(own, numbers=bench.numbers)  # account names are the sandbox's, plans this store's
        (second.scripts / "call.py").write_text(SCRIPT, "utf-8")
        guid, share = second.account(enabled=False), bench.sandbox.share
        name, upn = second.account_name(guid), second.entry(guid)["userprincipalname"][0]
        second.modify(guid, homeDirectory=rf"\\{share.host}\{share.name}\{name}")
        second.graph.sync_user(guid, upn)
        second.graph.give_licence(guid, "SPE_E3")
        second.exchange.sync_user(guid, upn)
        second.exchange.give_mailbox(guid)
        made = Leaver(second, runner, guid, name, tmp_path / "calls")
        for number in range(12):
            file = made.old / "letters" / f"{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"Dear {number}", "utf-8")
        made.contents = _contents(made.old)
        yield made
        second.modify(guid, homeDirectory="")
        for place in (made.old, made.new):
            shutil.rmtree(place, ignore_errors=True)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _four_systems(leaver: Leaver, *script_arguments: str) -> tuple[dict[str, Any], ...]:
    """Something in each system."""
    second = leaver.bench.sandbox.second_share
    return (
        {"action": "set-auto-reply", "internal": "Has left."},
        {"action": "remove-licences"},
        {"action": "move-home-folder", "to": rf"\\{second.host}\{second.name}\%sAMAccountName%"},
        {"action": "run-script", "script": "call.py", "arguments": [str(leaver.calls), *script_arguments]},
    )


def _see_all_done_once(leaver: Leaver) -> None:
    """Each thing has been done once, and nothing waits or was lost; but nobody knows what the script did."""
    assert leaver.written() == {REPLY: 1, ASSIGN: 1}
    assert (leaver.has_reply(), leaver.has_licence()) == (True, False)
    assert (_contents(leaver.new), leaver.old.exists()) == (leaver.contents, False)
    second = leaver.bench.sandbox.second_share
    assert [one.name for one in Path(second.folder).iterdir()] == [leaver.name]
    assert leaver.bench.entry(leaver.guid)["homedirectory"] == [rf"\\{second.host}\{second.name}\{leaver.name}"]
    done = [action for action, state in leaver.told() if state == "done"]
    assert done == [
        "begin-policy", "set-auto-reply", "change-licences", "copy-home-folder", "modify-user",
        "remove-old-home-folder",
    ]  # fmt: skip
    assert (leaver.told()[-1], leaver.open_entries()) == (("run-script", "unknown"), [])
    ends = leaver.ends()
    assert ends.pop("run-script") == ("failed", "interrupted"), "a person has to look"
    assert {status for status, _ in ends.values()} == {"done"}


@pytest.mark.parametrize(("moment", "called"), [("unsent", 0), ("unsettled", 1)])
def test_killed_around_a_request_all_is_done_once(leaver: Leaver, moment: str, called: int) -> None:
    leaver.began(*_four_systems(leaver))
    open_actions = []
    for system in ORDER:
        assert leaver.run(**{moment: frozenset({system})}) == {}
        open_actions += leaver.open_entries()

    last = leaver.run()

    assert open_actions == ["set-auto-reply", "change-licences", "copy-home-folder", "run-script"]
    assert (last["settled"], last["planned"], last["failures"]) == (1, {}, [])
    assert leaver.called() == called
    _see_all_done_once(leaver)


def test_killed_while_the_answer_is_on_its_way_all_is_done_once(leaver: Leaver) -> None:
    leaver.began(*_four_systems(leaver, "and end the worker"))

    assert leaver.run(passes={System.MAIL: lambda: not leaver.has_reply()}) == {}
    assert (leaver.has_reply(), leaver.has_licence(), leaver.open_entries()) == (True, True, ["set-auto-reply"])
    assert leaver.run(passes={System.CLOUD: leaver.has_licence}) == {}
    assert (leaver.has_licence(), leaver.open_entries()) == (False, ["change-licences"])
    assert leaver.run(beside=leaver.bench.sandbox.second_share.folder) == {}
    assert (_contents(leaver.old), leaver.new.exists()) == (leaver.contents, False), "in the middle of the copy"
    assert leaver.open_entries() == ["copy-home-folder"]
    assert leaver.run() == {}, "the script sees to it"
    assert (leaver.called(), leaver.open_entries()) == (1, ["run-script"])

    last = leaver.run()

    assert (last["settled"], last["planned"], last["failures"]) == (1, {}, [])
    assert leaver.called() == 1
    _see_all_done_once(leaver)


def _killed_after_each_change(leaver: Leaver) -> list[str]:
    """Runs until one has nothing left to do, each killed after the first answer; answers what each had begun.

    What was begun twice is left in peace from then on.
    """
    begun: list[str] = []
    while not (last := leaver.run(unsettled=OUTSIDE if len(set(begun)) == len(begun) else frozenset())):
        begun += leaver.open_entries()
    assert (last["settled"], last["failures"], leaver.open_entries()) == (1, [], [])
    assert {status for status, _ in leaver.ends().values()} == {"done"}
    return begun


def test_all_that_is_given_outlives_a_kill_after_each_answer(leaver: Leaver) -> None:
    bench, share = leaver.bench, leaver.bench.sandbox.share
    guid = leaver.guid = bench.account(enabled=False)
    name, upn = bench.account_name(guid), bench.entry(guid)["userprincipalname"][0]
    bench.graph.sync_user(guid, upn)
    bench.exchange.sync_user(guid, upn)
    Image.new("RGB", (700, 700), "red").save(bench.photos / "red.jpg")
    (visio,) = [one["skuId"] for one in bench.graph.tenant()["products"] if one["skuPartNumber"] == "VISIOCLIENT"]
    leaver.began(
        {"action": "create-mailbox", "kind": "server", "database": "DB02"},
        {"action": "convert-mailbox"},
        {"action": "assign-licences", "licences": [visio], "usage_location": "DE"},
        {"action": "manage-photo", "file": "red.jpg", "to": ["microsoft_365"]},
        {"action": "create-home-folder", "path": rf"\\{share.host}\{share.name}\%sAMAccountName%"},
    )

    begun = _killed_after_each_change(leaver)

    assert begun == [
        "create-mailbox", "convert-mailbox", "set-usage-location", "change-licences", "change-cloud-photo",
        "create-home-folder", "create-home-folder",
    ], "whose folder is there the server alone can say, when it is asked for it again"  # fmt: skip
    assert leaver.written() == {
        "Enable-Mailbox": 1, "Set-Mailbox": 1, "PATCH /users/{id}": 1, ASSIGN: 1, "PUT /users/{id}/photo/$value": 1,
    }  # fmt: skip
    mailbox, user = bench.exchange.state(guid)["server"], bench.graph.state(guid)
    assert (mailbox["kind"], mailbox["database"]) == ("SharedMailbox", "DB02")
    assert (user["usageLocation"], len(user["licenseAssignmentStates"]), bool(user["photoSha256"])) == ("DE", 1, True)
    assert (Path(share.folder) / name).is_dir()
    assert bench.entry(guid)["homedirectory"] == [rf"\\{share.host}\{share.name}\{name}"]
    bench.modify(guid, homeDirectory="")
    (Path(share.folder) / name).rmdir()


def test_all_that_is_taken_outlives_a_kill_after_each_answer(leaver: Leaver) -> None:
    bench, guid, archives = leaver.bench, leaver.guid, leaver.bench.sandbox.archive_share
    lost = bench.exchange.state(guid)["server"]["exchange_guid"]
    bench.graph.join(bench.graph.make_group("Visio users", {"VISIOCLIENT": []}), guid)
    leaver.began(
        {"action": "revoke-sessions"},
        {"action": "delete-mailbox"},
        {"action": "remove-licences", "inherited": "leave-group"},
        {"action": "delete-home-folder", "archive": rf"\\{archives.host}\{archives.name}\%sAMAccountName%.zip"},
    )

    begun = _killed_after_each_change(leaver)

    assert begun == [
        "revoke-sessions", "disable-mailbox", "delete-mailbox", "change-licences", "cloud-membership",
        "delete-home-folder",
    ]  # fmt: skip
    assert leaver.written() == {
        "POST /users/{id}/revokeSignInSessions": 1, "Disable-Mailbox": 1, "Remove-Mailbox": 1, ASSIGN: 1,
        "DELETE /groups/{id}/members/{id}/$ref": 1,
    }  # fmt: skip
    assert bench.exchange.state()["purged"][-1:] == [lost]
    assert [action for action, state in leaver.told() if state == "unknown"] == ["delete-mailbox"], "it leaves no trace"
    assert (bench.graph.state(guid)["revocations"], leaver.has_licence()) == (1, False)
    archive = Path(archives.folder) / f"{leaver.name}.zip"
    with zipfile.ZipFile(archive) as opened:
        assert {f"content/{name}" for name in leaver.contents} <= set(opened.namelist())
    archive.unlink()
    assert (leaver.old.exists(), "homedirectory" in bench.entry(guid)) == (False, False)
