"""Manage photo: a picture from a file into thumbnailPhoto, jpegPhoto and Microsoft 365, or away from them.

Pictures are small, upright and without metadata (:class:`lifecycle.directory.picture.Picture`). What was there before
stands in the plan and in the journal, so that it can be put back. Pictures are read for those accounts alone that the
action is for.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from lifecycle.actions.change import Change, Phase, State
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.cloud.operation import RemovePhoto, SetPhoto
from lifecycle.cloud.user import CloudUser, photo_digest
from lifecycle.directory.account import Account, Value
from lifecycle.directory.picture import PHOTO_ATTRIBUTES, Picture
from lifecycle.language.macros.place import Place
from lifecycle.notice import Reason

PHOTO = "m365.photo"
_MANY_VALUED = frozenset({"jpegPhoto"})
PhotoPlace = Literal["thumbnailPhoto", "jpegPhoto", "microsoft_365"]


class ChangeCloudPhoto(OutsideChange):
    """``before`` and ``after`` hold ``m365.photo``: the picture in base64, None where there is none."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "photos in Microsoft 365 to change"
    system: ClassVar[System] = System.CLOUD
    needs: ClassVar[frozenset[Need]] = frozenset({Need.CLOUD_PHOTO})
    action: Literal["change-cloud-photo"] = "change-cloud-photo"

    def state_outside(self, outside: Outside) -> State:
        """By the digest of the picture."""
        user = outside.user(self.account)
        if user is None:
            return State.MISSING
        if user.photo_sha256 == _digest(self.after[PHOTO]):
            return State.DONE_ALREADY
        return State.AS_PLANNED if user.photo_sha256 == _digest(self.before[PHOTO]) else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> SetPhoto | RemovePhoto:  # noqa: ARG002
        """One picture, or none."""
        user = outside.user(self.account)
        if user is None:
            raise RefusalError(Reason.TARGET_MISSING)
        wanted = self.after[PHOTO]
        return RemovePhoto(user.id) if wanted is None else SetPhoto(user.id, base64.b64decode(str(wanted)))

    def undone(self, account: str) -> Change | None:
        """The picture that was there."""
        return ChangeCloudPhoto(**self.swapped(account))


class ManagePhotoParameters(Parameters):
    """The account bears the picture of a file, or none any more."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Manage photo",
        writes="thumbnailPhoto (96 pixels, at most 100 KB), jpegPhoto (648 pixels), Graph photo/$value",
        undo="the pictures that were there",
        tested="a Samba domain controller, a simulated Microsoft Graph",
    )
    action: Literal["manage-photo"] = "manage-photo"
    file: str | None = Field(
        None, description="JPEG or PNG file below the automation's folder of photos, with macros: %employeeID%.jpg."
    )
    remove: bool = Field(False, description="Takes the picture away, instead of a file.")
    to: tuple[PhotoPlace, ...] = Field(
        ("thumbnailPhoto",), min_length=1, description="Where the picture is put, or removed."
    )

    @model_validator(mode="after")
    def _does_one_thing(self) -> ManagePhotoParameters:
        if self.remove == (self.file is not None):
            raise ValueError("needs either file or remove: true")
        return self

    @property
    def needs(self) -> frozenset[Need]:  # type: ignore[override]
        """The file, and what is where the picture goes."""
        needs = set() if self.remove else {Need.PHOTO}
        if "microsoft_365" in self.to:
            needs.add(Need.CLOUD_PHOTO)
        return frozenset(needs | ({Need.HELD_PHOTOS} if self._attributes else set()))

    @property
    def _attributes(self) -> tuple[str, ...]:
        return tuple(name for name in PHOTO_ATTRIBUTES if name in self.to)

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The file."""
        if self.file is not None:
            yield "file", self.file, "path"

    def photos(self, subject: Subject, sight: Sight) -> tuple[str, ...]:
        """The file."""
        return () if self.file is None else (sight.text(self.file, "path", subject),)

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """What does not bear the picture yet. Where there is no file yet it is waited for."""
        picture = self._picture(subject, sight)
        if self._attributes:
            held = sight.outside.held(subject.account.guid)
            wanted = {name: _value(name, picture) for name in self._attributes}
            if changed := {name: value for name, value in wanted.items() if not _same(held, name, value)}:
                yield ModifyUser(**subject.told(), before={name: held.get(name) for name in changed}, after=changed)
        if "microsoft_365" in self.to:
            yield from self._cloud(picture, subject, sight)

    def _picture(self, subject: Subject, sight: Sight) -> Picture | None:
        if self.file is None:
            return None
        picture = sight.outside.photo(sight.text(self.file, "path", subject))
        if picture is None:
            raise RefusalError(Reason.TARGET_MISSING, f"{self.action}: no such file")
        return picture

    def _cloud(self, picture: Picture | None, subject: Subject, sight: Sight) -> Planned:
        user = sight.outside.user(subject.account.guid)
        if user is None:
            if picture is None:
                return
            raise RefusalError(Reason.TARGET_MISSING, self.action)
        wanted = None if picture is None else _text(picture.large)
        if user.photo_sha256 != _digest(wanted):
            yield ChangeCloudPhoto(**subject.told(), before={PHOTO: _held(user)}, after={PHOTO: wanted})


def _value(name: str, picture: Picture | None) -> Value | None:
    """A picture as an attribute holds it."""
    if picture is None:
        return None
    return (_text(picture.large),) if name in _MANY_VALUED else _text(picture.thumbnail)


def _same(held: Mapping[str, Value], name: str, value: Value | None) -> bool:
    return held.get(name) == value


def _held(user: CloudUser) -> str | None:
    return None if user.photo is None else _text(user.photo)


def _text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def _digest(text: Value | None) -> str | None:
    return None if text is None else photo_digest(base64.b64decode(str(text)))
