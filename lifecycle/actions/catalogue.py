"""All actions: as one type that reads any change back from JSON, and as one that reads the parameters of any."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from lifecycle.actions.begin_policy import BeginPolicy, EndPolicy
from lifecycle.actions.change import Change
from lifecycle.actions.create_home_folder import CreateHomeFolderParameters
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_home_folder import DeleteHomeFolderParameters
from lifecycle.actions.disable_lync import DisableLync, DisableLyncParameters
from lifecycle.actions.group_members import (
    AddToGroup,
    AddToGroupsParameters,
    MoveAcrossGroupsParameters,
    RemoveFromGroup,
    RemoveFromGroupsParameters,
)
from lifecycle.actions.home_folder import CreateHomeFolder, DeleteHomeFolder, RestoreHomeFolder
from lifecycle.actions.licences import (
    AssignLicencesParameters,
    ChangeLicences,
    CloudMembership,
    RemoveLicencesParameters,
    SetUsageLocationChange,
)
from lifecycle.actions.logon import DisableUser, DisableUserParameters, EnableUser, EnableUserParameters
from lifecycle.actions.manage_photo import ChangeCloudPhoto, ManagePhotoParameters
from lifecycle.actions.modify_user import ModifyUser, ModifyUserParameters
from lifecycle.actions.move_home_folder import (
    CopyHomeFolder,
    MoveHomeFolderParameters,
    RemoveOldHomeFolder,
    RenameHomeFolder,
)
from lifecycle.actions.move_user import MoveUser, MoveUserParameters
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.revoke_sessions import RevokeSessionsChange, RevokeSessionsParameters
from lifecycle.actions.run_script import RunScript, RunScriptParameters
from lifecycle.actions.set_reference import SetReference
from lifecycle.actions.unlock_user import UnlockUser, UnlockUserParameters

AnyAccountChange = ModifyUser | MoveUser | EnableUser | DisableUser | UnlockUser | DisableLync

AnyOutsideChange = (
    ChangeLicences
    | CloudMembership
    | SetUsageLocationChange
    | RevokeSessionsChange
    | CreateHomeFolder
    | DeleteHomeFolder
    | RestoreHomeFolder
    | CopyHomeFolder
    | RemoveOldHomeFolder
    | RenameHomeFolder
    | RunScript
    | ChangeCloudPhoto
)

AnyChange = Annotated[
    AnyAccountChange
    | AnyOutsideChange
    | CreateUser
    | SetReference
    | AddToGroup
    | RemoveFromGroup
    | BeginPolicy
    | EndPolicy,
    Field(discriminator="action"),
]

AnyParameters = Annotated[
    DisableUserParameters
    | EnableUserParameters
    | UnlockUserParameters
    | ModifyUserParameters
    | MoveUserParameters
    | AddToGroupsParameters
    | RemoveFromGroupsParameters
    | MoveAcrossGroupsParameters
    | DisableLyncParameters
    | AssignLicencesParameters
    | RemoveLicencesParameters
    | RevokeSessionsParameters
    | CreateHomeFolderParameters
    | MoveHomeFolderParameters
    | DeleteHomeFolderParameters
    | RunScriptParameters
    | ManagePhotoParameters,
    Field(discriminator="action"),
]

CHANGES: tuple[type[Change], ...] = get_args(get_args(AnyChange)[0])
"""Every kind of change."""
PARAMETERS: tuple[type[Parameters], ...] = get_args(get_args(AnyParameters)[0])
"""Every action that a list may hold."""
