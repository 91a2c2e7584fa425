"""The JSON Schema of every configuration file, for editors that complete and check: ``config/schema/``.

``python -m lifecycle.config.json_schema`` writes the files, ``--check`` only says whether they are current. A file of
``config/`` names its schema in its first line (``# yaml-language-server: $schema=…``).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from lifecycle.config.loader import FOLDERS
from lifecycle.config.settings import Settings


def schemas() -> dict[str, str]:
    """File name → text of the schema: one per folder, and one for settings.yaml."""
    models: dict[str, type[BaseModel]] = {**FOLDERS, "settings": Settings}
    return {
        f"{kind}.schema.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()},
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for kind, model in models.items()
    }


def stale_files(folder: Path) -> list[str]:
    """Names of schema files in ``folder`` that are missing, differ from their model, or belong to none."""
    wanted = schemas()
    there = {file.name: file.read_text("utf-8") for file in folder.glob("*.schema.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def write_schemas(folder: Path) -> None:
    """Write every schema into ``folder`` and remove those that belong to no model."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = schemas()
    for file in folder.glob("*.schema.json"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; answers its exit status: 1 when ``--check`` finds a stale file."""
    parser = argparse.ArgumentParser(prog="python -m lifecycle.config.json_schema", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 when a file is stale")
    parser.add_argument("--folder", type=Path, default=Path("config/schema"), help="default: %(default)s")
    options = parser.parse_args(arguments)
    if not options.check:
        write_schemas(options.folder)
        return 0
    stale = stale_files(options.folder)
    if stale:
        sys.stderr.write(f"{options.folder}: not current: {', '.join(stale)}; run {parser.prog}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
