"""The shipped configuration with policies and webhooks turned on, and the sandbox's Microsoft 365, Exchange, shares."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sandbox.handle import PROJECT, Sandbox

SYSTEMS = {"microsoft_365": "m365", "exchange_server": "exchange-server", "file_servers": "corp-files"}
"""Key of the automation → block that :func:`sandbox.connect.save_blocks` makes."""

TURNED_ON: Mapping[str, Mapping[str, list[str]]] = {
    "webhooks/halo-add-ticket": {},
    # the joiner's list is what the ticket follows here: a note for the mailbox, closed with the licence
    "webhooks/halo-add-note": {"events": ["done"], "actions": ["create-mailbox"]},
    "webhooks/halo-update-ticket": {"actions": ["change-licences"], "causes": ["joiner"]},
    "endpoints/halo-starter-tickets": {},
    "webhooks/halo-claim-ticket": {},
    "webhooks/halo-answer-done": {},
    "webhooks/halo-answer-failed": {},
}
"""Drafts of the shipped configuration that the demo uses → what it changes of their triggers."""


def with_policies(sandbox: Sandbox, folder: Path) -> Path:
    """Write it; answers its folder.

    Args:
        sandbox: Up.
        folder: Where to; must not exist.
    """
    shutil.copytree(PROJECT / "config", folder)
    settings, yaml = folder / "settings.yaml", YAML()
    content: Any = yaml.load(settings)
    homes, archive = sandbox.share, sandbox.archive_share
    content["env"] |= {"homes": rf"\\{homes.host}\{homes.name}", "home_archive": rf"\\{archive.host}\{archive.name}"}
    yaml.dump(content, settings)
    automation = folder / "automations" / "people-to-ad.yaml"
    content = yaml.load(automation)
    content["leavers"]["policy"], content["joiners"] = "leaver", "joiner"
    for key, block in SYSTEMS.items():
        content[key] = block
    # Here everything may be deleted; the shipped limit lets nothing be deleted without approval.
    content["limits"]["delete"] = {"count": 5}
    yaml.dump(content, automation)
    for name, trigger in TURNED_ON.items():
        file = folder / f"{name}.yaml"
        content = yaml.load(file)
        content["draft"] = False
        content.get("trigger", {}).update(trigger)
        yaml.dump(content, file)
    return folder
