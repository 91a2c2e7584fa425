"""Alembic's entry: runs the revisions on the connection, and in the transaction, that it is handed."""

from __future__ import annotations

from alembic import context

from lifecycle.store.schema import VERSION_TABLE
from lifecycle.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
