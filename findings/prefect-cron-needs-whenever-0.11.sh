#!/bin/sh
# Prefect 3.9.1 allows whenever 0.10.5, with which it makes no run of any cron schedule on Python 3.11 and 3.12.
#
# The server computes cron times with `whenever`, of which its metadata allows >=0.10.5,<0.12. On these versions of Python
# it hands pendulum's Timezone over, a subclass of zoneinfo.ZoneInfo. whenever 0.10.5 accepts the class itself only and
# raises ValueError; 0.11.0 accepts subclasses. In a running server such a schedule is shown as active and never has a
# run; interval schedules do not take this way and have theirs.
#
# Seen on Python 3.11.7, prefect 3.9.1, pendulum 3.3.0:
#   whenever 0.10.5  interval: 2 dates  cron: ValueError: tzinfo must be of type ZoneInfo (exactly), got Timezone('Europe/London')
#   whenever 0.11.0  interval: 2 dates  cron: 2 dates
#
# What we do: pyproject.toml asks for whenever >=0.11.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export PREFECT_HOME="$folder/home" PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1
mkdir "$PREFECT_HOME"
cat >"$folder/dates.py" <<'PYTHON'
import asyncio
from datetime import timedelta
from importlib.metadata import version

from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule


def dates(schedule):
    try:
        return f"{len(asyncio.run(schedule.get_dates(n=2)))} dates"
    except ValueError as error:
        return f"ValueError: {error}"


interval = dates(IntervalSchedule(interval=timedelta(minutes=5)))
cron = dates(CronSchedule(cron="0 2 * * *", timezone="Europe/London"))
print(f"whenever {version('whenever')}  interval: {interval}  cron: {cron}")
PYTHON

python3.11 -m venv "$folder/venv"
for whenever in 0.10.5 0.11.0; do
    "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        prefect==3.9.1 pendulum==3.3.0 "whenever==$whenever"
    "$folder/venv/bin/python" "$folder/dates.py" | tee -a "$folder/seen"
done

cat >"$folder/expected" <<'TEXT'
whenever 0.10.5  interval: 2 dates  cron: ValueError: tzinfo must be of type ZoneInfo (exactly), got Timezone('Europe/London')
whenever 0.11.0  interval: 2 dates  cron: 2 dates
TEXT
diff "$folder/expected" "$folder/seen" && echo "as described"
