"""Whether a process is gone for certain."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lifecycle.store.process import PROC, Process, is_gone, this_process


def _copy_of_proc(folder: Path, *pids: int) -> Path:
    """A /proc that shows these processes alone, as one mounted with hidepid does."""
    for name in ("sys/kernel/random/boot_id", *(f"{pid}/stat" for pid in pids)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text((PROC / name).read_text())
    (folder / "self/ns").mkdir(parents=True)
    (folder / "self/ns/pid").symlink_to((PROC / "self/ns/pid").readlink())
    return folder


def test_this_process_is_not_gone() -> None:
    me = this_process()
    assert (me.pid, me.host_name) == (os.getpid(), me.host.split(" ")[0])
    assert not is_gone(me)


def test_process_is_gone_when_it_has_ended_even_unburied() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        stat = (PROC / str(process.pid) / "stat").read_text()
        other = Process(this_process().host, process.pid, int(stat.rpartition(")")[2].split()[19]))
        assert not is_gone(other)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert is_gone(other)
    assert is_gone(other)


@pytest.mark.parametrize(
    ("change", "gone"),
    [({"started": 1}, True), ({"host": "elsewhere", "started": 1}, False), ({"started": 0}, False)],
    ids=["number reused", "another host", "start not known"],
)
def test_process_is_gone_only_for_certain(change: dict[str, object], gone: bool) -> None:
    assert is_gone(replace(this_process(), **change)) is gone


def test_hidden_process_is_not_gone(tmp_path: Path) -> None:
    proc = _copy_of_proc(tmp_path, os.getpid())
    parent = replace(this_process(proc), pid=os.getppid())
    assert not is_gone(parent, proc)


def test_process_of_another_user_is_judged_by_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_permitted(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", not_permitted)
    assert not is_gone(this_process())
    assert is_gone(replace(this_process(), started=1))


def test_system_without_proc_never_says_gone(tmp_path: Path) -> None:
    me = this_process(tmp_path)
    assert me.started == 0
    assert not is_gone(replace(me, pid=2**22 + 1), tmp_path)


def test_name_with_brackets_does_not_mislead(tmp_path: Path) -> None:
    proc = _copy_of_proc(tmp_path, os.getpid())
    stat = proc / str(os.getpid()) / "stat"
    fields = stat.read_text().rpartition(")")[2]
    stat.write_text(f"{os.getpid()} (a (b) Z 1){fields}")
    assert this_process(proc) == this_process()
    assert not is_gone(this_process(), proc)
