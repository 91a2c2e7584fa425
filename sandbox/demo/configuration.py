"""The shipped configuration with its policies turned on, and the sandbox's Microsoft 365, Exchange and shares."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sandbox.handle import PROJECT, Sandbox

SYSTEMS = {"microsoft_365": "m365", "exchange_server": "exchange-server", "file_servers": "corp-files"}
"""Key of the automation → block that :func:`sandbox.connect.save_blocks` makes."""


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
    return folder
