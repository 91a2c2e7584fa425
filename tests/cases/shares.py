"""Shares as other organisations configure them, the folders behind them, and actions by hand on home folders."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.sorting import FlowRunSort

from sandbox.organisation import DOMAIN, MANAGED_OUS, SERVICE_ACCOUNT
from tests.cases.world import AUTOMATION, World

_WAIT_S = 30.0
BLOCK = "corp-files"


@dataclass(frozen=True)
class CaseShare:
    """A share of the sandbox's server, and the folder behind it."""

    host: str
    name: str
    folder: Path

    def unc(self, name: str = "") -> str:
        r"""``\\server\share\name``."""
        return "\\".join(part for part in (rf"\\{self.host}\{self.name}", name) if part)


@dataclass(frozen=True)
class Done:
    """What became of an action by hand.

    Args:
        result: What the flow returned; empty where it failed.
        report: The summary and the plan, as Prefect shows them.
        error: The text of the failure, where there was one.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    report: str = ""
    error: str = ""


def share(world: World, name: str, options: Mapping[str, str], folder: Path | None = None) -> CaseShare:
    """Add a share to the sandbox's server, and return when it can be used.

    Args:
        world: Whose server.
        name: Of the share.
        options: Options of smb.conf besides the path, and that it may be written.
        folder: The folder behind it; None for a new one.
    """
    behind = folder or Path(world.sandbox.folder) / name
    behind.mkdir(exist_ok=True)
    lines = {"path": str(behind), "read only": "no", "admin users": f"{DOMAIN}\\{SERVICE_ACCOUNT}", **options}
    lines.setdefault("vfs objects", _modules(world))
    with (Path(world.sandbox.folder) / "smb.conf").open("a", encoding="utf-8") as file:
        file.write(f"\n[{name}]\n" + "".join(f"{option} = {value}\n" for option, value in lines.items()))
    deadline = time.monotonic() + _WAIT_S
    while (done := smbclient(world, name, "ls")).returncode:
        assert time.monotonic() < deadline, done.stdout
    return CaseShare(world.sandbox.share.host, name, behind)


def _modules(world: World) -> str:
    """The modules of the sandbox's own shares, without what names a share's own file."""
    text = (Path(world.sandbox.folder) / "smb.conf").read_text("utf-8")
    assert "xattr_tdb" not in text, "this machine keeps no extended attributes in memory"
    return "dfs_samba4 acl_xattr streams_xattr"


def smbclient(world: World, name: str, command: str) -> subprocess.CompletedProcess[str]:
    """Run Samba's client as the service account."""
    return subprocess.run(  # noqa: S603 - our own arguments
        ["smbclient", f"//{world.sandbox.share.host}/{name}", "-U", f"{DOMAIN}\\{SERVICE_ACCOUNT}", "-c", command],  # noqa: S607
        env={"PATH": os.environ["PATH"], "PASSWD": world.sandbox.directory.password, "LC_ALL": "C.UTF-8"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def homes(world: World, *shares: CaseShare, **fields: Any) -> None:
    """Have the product keep home folders below these shares, and archives on the sandbox's share of archives.

    Args:
        world: Whose configuration.
        shares: The roots.
        fields: Further fields of the block; those that the build does not have are left out.
    """
    from sandbox.connect import file_servers  # noqa: PLC0415 - Prefect reads its settings at the first import

    block = file_servers(world.sandbox)
    block.roots = [one.unc() for one in shares]
    for name, value in fields.items():
        if name in type(block).model_fields:
            setattr(block, name, value)
    block.save(BLOCK, overwrite=True)
    world.turn_on("file_servers")


def person(world: World, name: str, home: str) -> str:
    """Add an account that names a home folder; return its distinguished name."""
    dn = f"CN={name},{MANAGED_OUS[0]}"
    domain = world.sandbox.directory.user.partition("@")[2]
    world.add(
        dn, ["user"], sAMAccountName=name, userPrincipalName=f"{name}@{domain}", givenName=name, sn="Case",
        homeDirectory=home, homeDrive="H:",
    )  # fmt: skip
    return dn


def by_hand(world: World, name: str, action: Mapping[str, Any], *, dry_run: bool = False) -> Done:
    """Run ``run-action`` on one account, and approve what its limits hold back."""
    from flows.run_action import run_action  # noqa: PLC0415

    given: dict[str, Any] = {"accounts": {"names": [name]}, "action": dict(action)}
    state = run_action(
        **given, automation=AUTOMATION, dry_run=dry_run, config_dir=str(world.config), return_state=True
    )  # fmt: skip
    return done(world, state)


def done(world: World, state: Any) -> Done:
    """The final state of a flow, and what Prefect shows of its run; a plan that waits is approved and applied."""
    if state.name == "Waiting for approval":
        error = state.data if isinstance(state.data, Exception) else state.result(raise_on_failure=False)
        report = shown()
        result = world.approve(error.plan_id, error.plan_hash)
        return Done(result, report + shown())
    if state.is_failed():
        return Done(report=shown(), error=str(state.message))
    return Done(state.result(), shown())


def shown() -> str:
    """Everything that Prefect shows of the newest flow run: its summary, its plan."""
    with get_client(sync_client=True) as client:
        (newest,) = client.read_flow_runs(limit=1, sort=FlowRunSort.START_TIME_DESC)
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[newest.id])), limit=50
        )
    return "\n".join(str(one.data) for one in found)


def delete(world: World, archive: str = "") -> dict[str, str]:
    """The action that deletes a home folder, into an archive of this name or for good."""
    kept = world.sandbox.archive_share
    return {"action": "delete-home-folder", "archive": rf"\\{kept.host}\{kept.name}\{archive}" if archive else "none"}


def move(to: str) -> dict[str, str]:
    """The action that moves a home folder to a UNC path."""
    return {"action": "move-home-folder", "to": to}


def contents(folder: Path) -> dict[str, str | None]:
    """Everything below a folder, links as what they are; None of a folder."""
    return {
        str(file.relative_to(folder)): f"-> {file.readlink()}"
        if file.is_symlink()
        else None
        if file.is_dir()
        else file.read_text("utf-8")
        for file in sorted(folder.rglob("*"))
    }
