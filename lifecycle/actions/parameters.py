"""What the configuration says of one action.

An action of a list is a model of its own: parameters that the configuration's files, a form in Prefect and a stored
step share. Its planner half is pure: from a subject and what is in sight (:mod:`lifecycle.actions.sight`) to changes,
none where all is so already.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from lifecycle.actions.change import Change
from lifecycle.actions.outside import Need
from lifecycle.actions.sight import Membership, Sight, Subject
from lifecycle.directory.account import Value
from lifecycle.language.filters.filter import Filter
from lifecycle.language.filters.value import duration_of
from lifecycle.language.macros.place import Place
from lifecycle.language.model import LanguageModel
from lifecycle.notice import Notice


def _is_duration(text: str) -> str:
    try:
        duration_of(text)
    except ValueError:
        raise ValueError("is no duration such as 30d, 12h, 45m or 2w") from None
    return text


Delay = Annotated[str, AfterValidator(_is_duration)]
"""Minutes, hours, days or weeks: ``45m``, ``12h``, ``30d``, ``2w``."""


AT_HAND = frozenset({"ad", "act"})
"""What macros in the texts of an action may speak of, besides settings and functions."""


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """What the page of actions says of one.

    Args:
        title: Its name for readers.
        writes: What is written, where.
        undo: What takes it back, or why nothing does.
        tested: What it is tested against.
        again: What asking for it a second time does.
    """

    title: str
    writes: str
    undo: str
    tested: str
    again: str = "nothing"


Planned = Iterator[Change | Membership | Notice]


def _title(model: type) -> str:
    """What a form calls an action: its name."""
    return str(model.model_fields["action"].default)  # type: ignore[attr-defined]  # pydantic gives one of ours


class Parameters(LanguageModel, ABC):
    """One action of a list, with what it is given."""

    model_config = ConfigDict(model_title_generator=_title)

    facts: ClassVar[ActionFacts]
    needs: ClassVar[frozenset[Need]] = frozenset()
    reads: ClassVar[frozenset[str]] = frozenset()
    """LDAP attributes that the planner half looks at, besides those that the parameters name."""

    standing: ClassVar[bool] = False
    """Whether it is looked at in every run, as long as the list applies; else once, when the list begins."""

    action: str
    when: Filter | None = Field(None, description="Only for accounts whose attributes fit; fields are LDAP names.")
    after: Delay | None = Field(
        None, description="So long after the list began; the condition is looked at again when the time has come."
    )
    continue_on_error: bool = Field(False, description="Whether the rest of the list is done when this fails.")

    @property
    def delay(self) -> timedelta:
        """How long after the beginning of the list."""
        return duration_of(self.after) if self.after else timedelta()

    @property
    def stands(self) -> bool:
        """Whether every run looks at it: one that waits is done once."""
        return self.standing and not self.delay

    def looks_up(self) -> frozenset[Need]:
        """What planning looks up besides attributes, as these parameters are."""
        return self.needs

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """Every text with macros: path inside the parameters, text, and where it lands."""
        return iter(())

    def attributes(self) -> frozenset[str]:
        """LDAP attributes that are read or written, besides those in macros and conditions."""
        return self.reads

    def paths(self, subject: Subject, sight: Sight) -> tuple[str, ...]:  # noqa: ARG002
        """Folders that planning looks at, as UNC paths.

        Raises:
            RefusalError: Their texts cannot be filled for this account.
        """
        return ()

    def photos(self, subject: Subject, sight: Sight) -> tuple[str, ...]:  # noqa: ARG002
        """Files with pictures that planning looks at, as paths below their folder.

        Raises:
            RefusalError: As above.
        """
        return ()

    def scripts(self) -> tuple[str, ...]:
        """Scripts that planning looks at."""
        return ()

    @abstractmethod
    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """What has to be written so that the account is as asked; nothing when it is.

        Raises:
            RefusalError: It cannot be done to this account.
        """


def differing(wanted: Mapping[str, Value | None], subject: Subject, sight: Sight) -> dict[str, Any]:
    """``before`` and ``after`` of the attributes that are not as wanted; empty when all are."""
    held = subject.account.attributes
    changed = {name: value for name, value in wanted.items() if not sight.same(name, held.get(name), value)}
    return {"before": {name: held.get(name) for name in changed}, "after": changed} if changed else {}
