"""An endpoint: one API request that returns records (``config/endpoints/*.yaml``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from lifecycle.config.answer_place import AnswerPlace
from lifecycle.config.error_action import ErrorAction
from lifecycle.config.message import Message, NoMessage
from lifecycle.config.model import ConfigModel, Name
from lifecycle.config.pagination import NoPagination, Pagination
from lifecycle.config.request_fields import Credentials, Headers, Params, RequestUrl
from lifecycle.language.fields.field import FieldSpec
from lifecycle.language.fields.record import RecordReader


class Dependency(ConfigModel):
    """The endpoint is called once per record of another one."""

    endpoint: Name = Field(
        description="Endpoint whose records drive the calls; its fields fill the URL, headers, parameters and message."
    )
    max_age_days: float = Field(
        7.0,
        ge=0,
        le=3650,
        description="A detail record older than this many days is fetched again even if the list row that "
        "leads to it is unchanged. 0 fetches everything in each run.",
    )
    concurrency: int = Field(8, ge=1, le=64, description="Requests under way at once.")


class OneRecord(ConfigModel):
    """How one record of a list is asked for, by a GET, when only some people are to be looked at."""

    url: RequestUrl = Field(
        description="URL of one record; %src.<endpoint>.<key>% is whose. A 404 means that there is no such record.",
        examples=["https://{Host-Name}/api/Users/%src.halo-users.id%"],
    )
    params: Params = Field(default_factory=dict)
    records: AnswerPlace | None = Field(
        None, description="Where the record stands in the answer; null when the answer is the record."
    )


class Endpoint(ConfigModel):
    """One configured read of an API: HaloITSM's, or any other."""

    name: Name
    description: str = ""
    draft: bool = Field(False, description="A draft is never used by a live run.")
    credentials: Credentials
    method: Literal["GET", "POST"] = "GET"
    repeatable: bool = Field(
        False,
        description="For POST: it only reads, so it may be sent again when the server is away or busy. Otherwise each "
        "request is sent once, whatever happens.",
    )
    url: RequestUrl = Field(
        description="URL with {Host-Name} and {tenantname} filled from the block; macros in it are strict: "
        "one without a value is an error.",
        examples=["https://{Host-Name}/api/Users"],
    )
    headers: Headers = Field(default_factory=dict)
    params: Params = Field(default_factory=dict)
    message: Message = NoMessage()
    pagination: Pagination = NoPagination()
    records: AnswerPlace | None = Field(
        None,
        description="Where the list of records stands: a key of the answer, or a JSONPath of names and indexes such "
        "as $.data.people; null when the answer is the record or list. For a dependent endpoint: where its one record "
        "stands.",
    )
    key: str = Field(description="Field that is unique to a record of this endpoint.")
    fields: dict[str, FieldSpec] = Field(min_length=1, description="Fields to keep: name and how to read it.")
    depends_on: Dependency | None = None
    one: OneRecord | None = Field(
        None,
        description="How one record is asked for; without it, the endpoint is always read whole. The record must have "
        "the same fields as in the list.",
    )
    errors: tuple[ErrorAction, ...] = Field((), description="What to do about answers that are errors.")

    @property
    def may_repeat(self) -> bool:
        """Whether the same request may be sent again: it changes nothing."""
        return self.method == "GET" or self.repeatable

    @property
    def of_one(self) -> Endpoint | None:
        """The endpoint as it is asked for one record; None where it cannot be."""
        if self.one is None:
            return None
        asked = {"url": self.one.url, "params": self.one.params, "records": self.one.records}
        plain = {"method": "GET", "repeatable": False, "message": NoMessage(), "pagination": NoPagination()}
        return self.model_copy(update={**asked, **plain, "one": None})

    @field_validator("fields")
    @classmethod
    def _can_be_read(cls, fields: dict[str, FieldSpec]) -> dict[str, FieldSpec]:
        RecordReader(fields)
        return fields
