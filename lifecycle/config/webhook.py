"""A webhook: one API request that is sent after something happened (``config/webhooks/*.yaml``)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator, model_validator

from lifecycle.actions.change import Cause
from lifecycle.config.answer_place import AnswerPlace
from lifecycle.config.automation import ActionName
from lifecycle.config.message import Message, NoMessage
from lifecycle.config.model import ConfigModel, Name
from lifecycle.config.request_fields import Credentials, Headers, Params, RequestUrl
from lifecycle.language.fields.field import FieldSpec
from lifecycle.language.filters.filter import Filter
from lifecycle.language.model import AttributeName

_FIRST_REFUSAL, _LAST_REFUSAL = 400, 499


class Occasion(StrEnum):
    """What a webhook may be sent for."""

    DONE = "done"
    """A change was carried out."""
    FAILED = "failed"
    """A change was refused, or was not as planned any more."""
    QUARANTINED = "quarantined"
    """A person is reported with a reason, and was not in the run before."""
    AWAITING_APPROVAL = "awaiting-approval"
    """A plan is over a limit and waits for the approval of its hash."""
    TICKET_CLAIMED = "ticket-claimed"
    """A record of a data source of tickets is taken in hand."""
    TICKET_DONE = "ticket-done"
    """All that a ticket asked for is done, or was so already."""
    TICKET_FAILED = "ticket-failed"
    """Something that a ticket asked for could not be done."""


AT_HAND = frozenset({"ad", "act", "event"})
"""What macros of a webhook may speak of, besides settings and functions."""
OF_CHANGES = frozenset({Occasion.DONE, Occasion.FAILED})
OF_TICKETS = frozenset({Occasion.TICKET_CLAIMED, Occasion.TICKET_DONE, Occasion.TICKET_FAILED})


class Trigger(ConfigModel):
    """When a webhook is sent; all that is said must hold."""

    events: tuple[Occasion, ...] = Field(min_length=1)
    automations: tuple[Name, ...] = Field((), description="Of these automations; of all where none is named.")
    actions: tuple[ActionName, ...] = Field(
        (), description="For done and failed: of these actions; of all where none is named.", examples=[["create-user"]]
    )
    causes: tuple[Cause, ...] = Field(
        (), description="For done and failed: for these causes; for all where none is named."
    )
    when: Filter | None = Field(
        None, description="Only for accounts whose attributes fit; fields are LDAP names, compared as text."
    )

    @model_validator(mode="after")
    def _fits_its_events(self) -> Trigger:
        if not OF_CHANGES & set(self.events) and (self.actions or self.causes or self.when):
            raise ValueError("actions, causes and when are for the events done and failed")
        return self


class LookUp(ConfigModel):
    """How a call is looked for whose answer never came, before it is sent again: a GET that only reads."""

    @property
    def method(self) -> Literal["GET"]:
        """It only reads."""
        return "GET"

    @property
    def headers(self) -> dict[str, str]:
        """None besides the connection's."""
        return {}

    @property
    def message(self) -> NoMessage:
        """It carries none."""
        return NoMessage()

    url: RequestUrl = Field(description="As the webhook's own; %act.key% is what its request bears and nobody else's.")
    params: dict[str, str] = Field(default_factory=dict)
    records: AnswerPlace | None = Field(None, description="Where the list of what was found stands in the answer.")
    contains: str = Field(
        description="Field of a record in which the key must stand: what a search finds alike is no proof.",
        examples=["summary"],
    )


class Webhook(ConfigModel):
    """One request that is sent after something happened, once, whatever breaks between."""

    name: Name
    description: str = ""
    draft: bool = Field(False, description="A draft is never sent by a live run.")
    trigger: Trigger
    credentials: Credentials
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    url: RequestUrl = Field(
        description="URL with {Host-Name} and {tenantname} filled from the block; macros in it are strict.",
        examples=["https://{Host-Name}/api/Tickets"],
    )
    headers: Headers = Field(default_factory=dict)
    params: Params = Field(default_factory=dict)
    message: Message = NoMessage()
    repeatable: bool = Field(
        False,
        description="For POST and PATCH: the same request again changes nothing more, so one whose answer was lost is "
        "simply sent again. GET, PUT and DELETE always may be.",
    )
    look_up: LookUp | None = Field(
        None,
        description="For requests that create something: how to find out whether one arrived whose answer was lost. "
        "Without it such a request is never sent again, and waits for somebody.",
    )
    accepts: tuple[int, ...] = Field(
        (), description="Statuses besides 2xx that mean that it is done, e.g. 404 for something that is deleted."
    )
    ticket: AnswerPlace | None = Field(
        None,
        description="Where the answer says the number of the ticket; later requests about the same person find it as "
        "%act.ticket%. Of a look-up: in the record that was found.",
        examples=["id"],
    )
    fetch_back: dict[AttributeName, FieldSpec] = Field(
        default_factory=dict,
        description="LDAP attribute ← field of the answer; written to the account through the gate like any change.",
    )

    @property
    def may_repeat(self) -> bool:
        """Whether the same request may be sent again without a look: it changes nothing more."""
        return self.method in {"GET", "PUT", "DELETE"} or self.repeatable

    @field_validator("accepts")
    @classmethod
    def _are_refusals(cls, accepts: tuple[int, ...]) -> tuple[int, ...]:
        for status in accepts:
            if not _FIRST_REFUSAL <= status <= _LAST_REFUSAL or status in {401, 403, 408, 429}:
                raise ValueError("must be refusals such as 404 or 409, and none that may pass later")
        return accepts

    @model_validator(mode="after")
    def _says_how_to_repeat(self) -> Webhook:
        if self.look_up is not None and self.may_repeat:
            raise ValueError("look_up is for requests that create something: this one may be sent again as it is")
        return self
