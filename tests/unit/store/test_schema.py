"""The migrated schema, and databases that are not ours."""

from __future__ import annotations

import hashlib
import json

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text

from lifecycle.errors import StoreError
from lifecycle.store import Store
from lifecycle.store.engine import engine_of
from lifecycle.store.schema import VERSION_TABLE, migrate
from lifecycle.store.tables import metadata


@pytest.fixture
def engine(url: str) -> Engine:
    engine = engine_of(url)
    yield engine
    engine.dispose()


def _shape(connection: Connection) -> dict[str, object]:
    """Everything the database says about our tables."""
    inspector = inspect(connection)
    return {
        table: (
            [(each["name"], str(each["type"]), each["nullable"]) for each in inspector.get_columns(table)],
            inspector.get_pk_constraint(table),
            inspector.get_foreign_keys(table),
            sorted((each["name"], each["sqltext"]) for each in inspector.get_check_constraints(table)),
            sorted((each["name"], each["column_names"]) for each in inspector.get_indexes(table)),
        )
        for table in sorted(inspector.get_table_names())
        if table != VERSION_TABLE
    }


def test_migrations_leave_what_the_tables_say(url: str, engine: Engine) -> None:
    Store.open(url).close()
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        migrated = _shape(connection)
    with engine.begin() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
        assert _shape(connection) == migrated
    assert len(migrated) == len(metadata.tables)


def test_open_refuses_a_newer_revision(url: str, engine: Engine) -> None:
    Store.open(url).close()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")  # noqa: S608 - a constant
    with pytest.raises(StoreError, match=r"newer revision \(9999\)"):
        Store.open(url)


def test_open_refuses_the_database_of_another_program(url: str, engine: Engine) -> None:
    """One that is kept by alembic as well, at a revision called as ours."""
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
    with pytest.raises(StoreError, match="another program"):
        Store.open(url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]


def _plan_as_0006_kept_it(engine: Engine, plan_id: str, plan_hash: str, body: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO runs (run_id, automation, flow, dry_run, status, counts, started_at) "
                "VALUES (:plan_id, 'staff', 'sync-people', :no, 'running', '{}', '2031-03-01 08:00:00')"
            ),
            {"plan_id": plan_id, "no": False},
        )
        connection.execute(
            text(
                "INSERT INTO plans (plan_id, automation, directory, run_id, plan_hash, body, status, created_at, "
                "moved_at) VALUES (:plan_id, 'staff', 'd', :plan_id, :plan_hash, :body, 'waiting', "
                "'2031-03-01 08:00:00', '2031-03-01 08:00:00')"
            ),
            {"plan_id": plan_id, "plan_hash": plan_hash, "body": body},
        )


def test_plans_of_0006_keep_their_hash_and_altered_ones_stay_altered(url: str, engine: Engine) -> None:
    """On either database; what bb6e79e really wrote is in tests/unit/versions."""
    migrate(engine, "0006")
    hashed = '{"automation":"staff","changes":[{"action":"x","after":{"title":"Zoë \\u0000"}}],"directory":"d"}'
    plan_hash = hashlib.sha256(hashed.encode()).hexdigest()
    body = json.dumps({**json.loads(hashed), "people": 7, "lifted": ["guid"]})
    _plan_as_0006_kept_it(engine, "whole", plan_hash, body)
    _plan_as_0006_kept_it(engine, "altered", plan_hash, body.replace("title", "mail"))
    _plan_as_0006_kept_it(engine, "broken", plan_hash, "[" + body)

    with Store.open(url) as store, store.begin() as unit:
        kept = {name: unit.plans.load(name) for name in ("whole", "altered", "broken")}

    assert {name: one.is_unaltered for name, one in kept.items()} == {"whole": True, "altered": False, "broken": False}
    assert (kept["whole"].intent, json.loads(kept["whole"].context)) == (hashed, {"people": 7, "lifted": ["guid"]})
    assert kept["broken"].intent == "[" + body


def test_failed_migration_leaves_nothing(url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The schema is whole or absent, so the next opening starts afresh."""
    monkeypatch.setattr("alembic.op.create_index", lambda *_: (_ for _ in ()).throw(OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        Store.open(url)
    monkeypatch.undo()
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
    Store.open(url).close()
