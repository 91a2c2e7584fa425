"""A small configuration whose parts each test may replace."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lifecycle.config.automation import Automation
from lifecycle.config.configuration import Configuration
from lifecycle.config.data_source import DataSource
from lifecycle.config.endpoint import Endpoint
from lifecycle.config.settings import Settings
from lifecycle.language.names.naming import NamingFormat
from lifecycle.notice import Notice
from lifecycle.people.mapping import Mapper
from lifecycle.people.person import People
from tests.support.mapped_rows import NOW

FIELDS = ("id", "first", "last", "dept", "mail", "boss", "inactive", "start", "end")


@pytest.fixture
def make_configuration() -> Callable[..., Configuration]:
    def made(source: Mapping[str, Any] | None = None, automation: Mapping[str, Any] | None = None) -> Configuration:
        endpoint = Endpoint.model_validate(
            {
                "name": "u",
                "credentials": "halo",
                "url": "https://{Host-Name}/api/Users",
                "key": "id",
                "fields": {name: {"type": "timestamp"} if name in {"start", "end"} else {} for name in FIELDS},
            }
        )
        data_source = DataSource.model_validate(
            {
                "name": "people",
                "endpoints": [{"name": "u", "key": "id"}],
                "attributes": {"employeeID": "%src.u.id%", "sn": "%src.u.last%", "sAMAccountName": "%src.u.id%"},
            }
            | dict(source or {})
        )
        made_automation = Automation.model_validate(
            {
                "name": "sync",
                "data_source": "people",
                "directory": "ad",
                "store": "store",
                "managed_ous": ["OU=Staff,%env.base%"],
                "placement": [{"ou": "OU=Staff,%env.base%"}],
                "leavers": {"ou": "OU=Leavers,OU=Staff,%env.base%"},
            }
            | dict(automation or {})
        )
        formats = {
            "account": NamingFormat.model_validate({"name": "account", "alternatives": [[{"field": "u.last"}]]}),
            "full": NamingFormat.model_validate(
                {"name": "full", "alternatives": [[{"field": "u.first"}, {"text": " "}, {"field": "u.last"}]]}
            ),
        }
        return Configuration(
            folder=Path("config"),
            settings=Settings(env={"base": "DC=corp,DC=test"}),
            endpoints={"u": endpoint},
            formats=formats,
            data_sources={"people": data_source},
            automations={"sync": made_automation},
        )

    return made


@pytest.fixture
def make_frame() -> Callable[..., pd.DataFrame]:
    """Rows of the one endpoint, as the merge gives them; what is not said is empty."""

    def made(*rows: Mapping[str, str]) -> pd.DataFrame:
        filled = [{f"u.{name}": row.get(name, "") for name in FIELDS} for row in rows]
        index = pd.Index([row["id"] for row in rows], name="key", dtype="str")
        return pd.DataFrame(filled, index=index, columns=[f"u.{name}" for name in FIELDS], dtype="str")

    return made


@pytest.fixture
def map_rows(
    make_configuration: Callable[..., Configuration], make_frame: Callable[..., pd.DataFrame]
) -> Callable[..., People]:
    def mapped(
        *rows: Mapping[str, str], source: Any = None, automation: Any = None, notices: Iterable[Notice] = ()
    ) -> People:
        return Mapper(make_configuration(source, automation), "sync").map(make_frame(*rows), notices, NOW)

    return mapped
