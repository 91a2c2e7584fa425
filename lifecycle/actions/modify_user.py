"""Modify user properties: replace the attributes that differ; a value of None clears one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from lifecycle.actions.change import AccountChange, Change, Phase
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned, differing
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account, Value
from lifecycle.directory.operation import Modify, Operation
from lifecycle.language.macros.place import Place
from lifecycle.language.model import AttributeName


class ModifyUser(AccountChange):
    """``before`` and ``after`` hold the attributes that differ, and no other."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "accounts with changed attributes"
    action: Literal["modify-user"] = "modify-user"

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One modify."""
        return (Modify(live.guid, dict(self.after)),)

    def undone(self, account: str) -> Change | None:
        """The values that were there."""
        return ModifyUser(**self.swapped(account))


class ModifyUserParameters(Parameters):
    """Attributes get values, or lose them."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Modify user properties",
        writes="the attributes that differ, in one LDAP modify",
        undo="the values that were there",
        tested="a Samba domain controller",
    )
    standing: ClassVar[bool] = True
    action: Literal["modify-user"] = "modify-user"
    set: dict[AttributeName, str | tuple[str, ...]] = Field(
        default_factory=dict,
        description="LDAP attribute → text with macros, or several; one that comes out empty is left.",
    )
    clear: tuple[AttributeName, ...] = Field((), description="Attributes that lose their values.")

    @model_validator(mode="after")
    def _does_something(self) -> ModifyUserParameters:
        if not self.set and not self.clear:
            raise ValueError("needs set, clear or both")
        for name in (*self.set, *self.clear):
            if name.casefold() in NEVER_SET:
                raise ValueError(f"{name} has an action of its own: {NEVER_SET[name.casefold()]}")
        if twice := sorted({*self.set} & {*self.clear}):
            raise ValueError(f"{twice[0]} is both set and cleared")
        return self

    @property
    def stands(self) -> bool:
        """A text with macros is written once: it may read what it writes, or the time of day."""
        return super().stands and not any("%" in text for _, text, _ in self.texts())

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The values."""
        for name, given in self.set.items():
            if isinstance(given, str):
                yield f"set.{name}", given, "prose"
            else:
                yield from ((f"set.{name}.{number}", text, "prose") for number, text in enumerate(given))

    def attributes(self) -> frozenset[str]:
        """Those that are set and cleared."""
        return frozenset({*self.set, *self.clear})

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """One change of the attributes that differ."""
        wanted: dict[str, Value | None] = dict.fromkeys(self.clear)
        for name, given in self.set.items():
            texts = [sight.text(text, "prose", subject) for text in ((given,) if isinstance(given, str) else given)]
            if texts := [text for text in texts if text]:
                wanted[name] = sight.fitted(name, texts[0] if isinstance(given, str) else tuple(texts))
        if changed := differing(wanted, subject, sight):
            yield ModifyUser(**subject.told(), **changed)


NEVER_SET = {
    "unicodepwd": "reset-password",
    "useraccountcontrol": "disable-user, enable-user",
    "distinguishedname": "move-user",
    "cn": "move-user",
    "name": "move-user",
    "memberof": "add-to-groups, remove-from-groups",
    "lockouttime": "unlock-user",
    "pwdlastset": "reset-password",
    "thumbnailphoto": "manage-photo",
    "jpegphoto": "manage-photo",
    "admincount": "none, it protects",
    "ntsecuritydescriptor": "none, it protects",
}
"""Attributes in lower case that a list of values may not write → what does."""
