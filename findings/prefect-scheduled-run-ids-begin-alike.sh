#!/bin/sh
# Identifiers of the runs that Prefect's scheduler makes together begin with the same eight digits.
#
# Runs that a person starts have random identifiers (UUID version 4), those of a schedule have version 7: the first 48 bits
# are the time in milliseconds, so the first eight hexadecimal digits are the same for about a minute. The scheduler makes a
# batch of future runs at once. A shortened identifier, as many tools show it, names all of them: what is stored under its
# first eight digits is stored twice.
#
# Seen on Python 3.11.7, prefect 3.9.1, whenever 0.11.0:
#   3 or more scheduled runs, version 7, 1 beginning of eight digits, all endings of twelve digits differ
#
# What we do: identifiers of plans end with the last twelve digits of the run's.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export PREFECT_HOME="$folder/home" PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1
export PREFECT_LOGGING_LEVEL=CRITICAL PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=120
mkdir "$PREFECT_HOME"
cat >"$folder/runs.py" <<'PYTHON'
import asyncio
from datetime import timedelta

from prefect import flow
from prefect.server import models
from prefect.server.database import provide_database_interface
from prefect.server.schemas.core import Deployment, Flow
from prefect.server.schemas.schedules import IntervalSchedule
from prefect.server.schemas.core import DeploymentSchedule


async def scheduled():
    database = provide_database_interface()
    await database.create_db()
    async with database.session_context(begin_transaction=True) as session:
        a_flow = await models.flows.create_flow(session, Flow(name="nightly"))
        deployment = await models.deployments.create_deployment(
            session, Deployment(name="nightly", flow_id=a_flow.id, schedules=[
                DeploymentSchedule(schedule=IntervalSchedule(interval=timedelta(hours=1)), active=True)
            ])
        )
        return await models.deployments.schedule_runs(session, deployment.id)


ids = asyncio.run(scheduled())
assert len(ids) >= 3, len(ids)
versions, beginnings, endings = ({str(cut(one)) for one in ids} for cut in (
    lambda one: one.version, lambda one: str(one)[:8], lambda one: str(one)[-12:]
))
everything_else = "all" if len(endings) == len(ids) else "not all"
print(f"version {' '.join(versions)}, {len(beginnings)} beginning of eight digits, {everything_else} endings of twelve differ")
PYTHON

python3.11 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check prefect==3.9.1 whenever==0.11.0
"$folder/venv/bin/python" "$folder/runs.py" | tee "$folder/seen"
echo "version 7, 1 beginning of eight digits, all endings of twelve differ" | diff - "$folder/seen" && echo "as described"
