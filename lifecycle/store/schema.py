"""The schema and its migrations: whoever opens the store brings it to the newest revision."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from lifecycle.errors import StoreError
from lifecycle.store.dialect import take_turns
from lifecycle.store.engine import transaction

VERSION_TABLE = "halo_ad_revision"
"""Not alembic's own name, so that the database of another program is told from an older one of ours."""

_ONE_AT_A_TIME = threading.Lock()  # alembic keeps the migration that is running in a global


def migrate(engine: Engine, to: str = "head") -> None:
    """Create the schema, or bring it to a newer revision, in one transaction that keeps every other process out.

    Args:
        engine: The database.
        to: The revision; the newest unless an older one is named.

    Raises:
        StoreError: The database is of a newer revision, holds tables of another program, or refuses.
    """
    config = Config()
    config.set_main_option("script_location", (Path(__file__).parent / "migrations").as_posix().replace("%", "%%"))
    with _ONE_AT_A_TIME, transaction(engine) as connection:
        take_turns(connection, "schema")
        scripts = ScriptDirectory.from_config(config)
        stored = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
        if stored is None and inspect(connection).get_table_names():
            raise StoreError("the database holds tables of another program: give the state store one of its own")
        if stored is not None and stored not in {script.revision for script in scripts.walk_revisions()}:
            raise StoreError(f"the state store is of a newer revision ({stored}) than this program knows: upgrade it")
        if stored != scripts.get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, to)
