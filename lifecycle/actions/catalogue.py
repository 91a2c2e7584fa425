"""All actions, as one type that reads any change back from JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.disable_user import DisableUser
from lifecycle.actions.enable_user import EnableUser
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.actions.set_reference import SetReference

AnyChange = Annotated[
    CreateUser | ModifyUser | MoveUser | EnableUser | DisableUser | SetReference | AddToGroup | RemoveFromGroup,
    Field(discriminator="action"),
]
