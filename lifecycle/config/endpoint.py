"""An endpoint: one API request to HaloITSM that returns records (``config/endpoints/*.yaml``)."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from lifecycle.config.model import ConfigModel, Name
from lifecycle.language.field import FieldSpec
from lifecycle.language.record import RecordReader

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


class NoPagination(ConfigModel):
    """The endpoint answers everything at once."""

    mode: Literal["none"] = "none"


class PageNumberPagination(ConfigModel):
    """Pages are asked for by number, as HaloITSM does it."""

    mode: Literal["page_number"]
    page_parameter: str = Field("page_no", description="Query parameter that takes the page number.")
    first_page: int = Field(1, ge=0, description="Number of the first page.")
    size_parameter: str = Field("page_size", description="Query parameter that takes the page size.")
    page_size: int = Field(100, ge=1, le=10_000, description="Rows asked for; a server may answer fewer.")
    total: str | None = Field(
        "record_count",
        description="Key of the envelope that holds the number of all rows; null where there is none. "
        "Without it completeness rests on the last page being short, which is a weaker proof.",
    )
    max_pages: int = Field(20_000, ge=1, description="Hard stop: more pages than this fail the read.")


Pagination = Annotated[NoPagination | PageNumberPagination, Field(discriminator="mode")]


class Dependency(ConfigModel):
    """The endpoint is called once per record of another one."""

    endpoint: Name = Field(description="Endpoint whose records drive the calls; its fields fill the URL.")
    max_age_days: float = Field(
        7.0,
        ge=0,
        le=3650,
        description="A detail record older than this many days is fetched again even if the list row that "
        "leads to it is unchanged. 0 fetches everything in each run.",
    )
    concurrency: int = Field(8, ge=1, le=64, description="Requests under way at once.")


class Endpoint(ConfigModel):
    """One configured read of HaloITSM."""

    name: Name
    description: str = ""
    draft: bool = Field(False, description="A draft is never used by a live run.")
    credentials: Name = Field(description="Name of the Prefect block with HaloITSM's credentials.")
    method: Literal["GET"] = "GET"
    url: str = Field(
        description="URL with {Host-Name} and {tenantname} filled from the block; macros in it are strict: "
        "one without a value is an error.",
        examples=["https://{Host-Name}/api/Users"],
    )
    headers: dict[str, str] = Field(default_factory=dict)
    params: dict[str, str] = Field(default_factory=dict, description="Query parameters; macros are allowed.")
    pagination: Pagination = NoPagination()
    records: str | None = Field(
        None, description="Key of the envelope that holds the records; null when the answer is the record or list."
    )
    key: str = Field(description="Field that is unique to a record of this endpoint.")
    fields: dict[str, FieldSpec] = Field(min_length=1, description="Fields to keep: name and how to read it.")
    depends_on: Dependency | None = None

    @field_validator("url")
    @classmethod
    def _is_https(cls, url: str) -> str:
        if not url.startswith("https://"):
            raise ValueError(f"must begin with https://: {url!r}")
        left = set(_PLACEHOLDER.findall(url)) - {"{Host-Name}", "{tenantname}"}
        if left:
            raise ValueError(f"placeholder {min(left)} is unknown; known: {{Host-Name}}, {{tenantname}}")
        return url

    @field_validator("fields")
    @classmethod
    def _can_be_read(cls, fields: dict[str, FieldSpec]) -> dict[str, FieldSpec]:
        RecordReader(fields)
        return fields
