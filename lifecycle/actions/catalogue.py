"""All actions: as one type that reads any change back from JSON, and as one that reads the parameters of any."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, get_args

from pydantic import BeforeValidator, Field

from lifecycle.actions.auto_reply import SetAutoReplyChange, SetAutoReplyParameters, SetCloudReplyChange
from lifecycle.actions.begin_policy import BeginPolicy, EndPolicy
from lifecycle.actions.change import Change
from lifecycle.actions.convert_mailbox import ConvertMailboxChange, ConvertMailboxParameters
from lifecycle.actions.create_home_folder import CreateHomeFolderParameters
from lifecycle.actions.create_mailbox import CreateArchiveChange, CreateMailboxChange, CreateMailboxParameters
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_home_folder import DeleteHomeFolderParameters
from lifecycle.actions.delete_mailbox import DeleteMailboxChange, DeleteMailboxParameters
from lifecycle.actions.delete_user import DeleteUser, DeleteUserParameters, RestoreUser
from lifecycle.actions.disable_lync import DisableLync, DisableLyncParameters, DisableSkypeChange, EnableSkypeChange
from lifecycle.actions.disable_mailbox import ConnectMailboxChange, DisableMailboxChange, DisableMailboxParameters
from lifecycle.actions.forward_mail import ForwardMailChange, ForwardMailParameters
from lifecycle.actions.group_members import (
    AddToGroup,
    AddToGroupsParameters,
    MoveAcrossGroupsParameters,
    RemoveFromGroup,
    RemoveFromGroupsParameters,
)
from lifecycle.actions.hide_from_address_lists import HideFromAddressListsChange, HideFromAddressListsParameters
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
from lifecycle.actions.modify_by_template import ModifyByTemplateParameters
from lifecycle.actions.modify_user import ModifyUser, ModifyUserParameters
from lifecycle.actions.move_home_folder import (
    CopyHomeFolder,
    MoveHomeFolderParameters,
    RemoveOldHomeFolder,
    RenameHomeFolder,
)
from lifecycle.actions.move_user import MoveUser, MoveUserParameters
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.reset_password import ResetPassword, ResetPasswordParameters
from lifecycle.actions.restore_addresses import RestoreAddresses
from lifecycle.actions.revoke_sessions import RevokeSessionsChange, RevokeSessionsParameters
from lifecycle.actions.run_script import RunScript, RunScriptParameters
from lifecycle.actions.set_reference import SetReference
from lifecycle.actions.unlock_user import UnlockUser, UnlockUserParameters

AnyAccountChange = (
    ModifyUser | MoveUser | EnableUser | DisableUser | UnlockUser | DisableLync | RestoreAddresses | DeleteUser
)

AnyOutsideChange = (
    ChangeLicences
    | CloudMembership
    | SetUsageLocationChange
    | RevokeSessionsChange
    | CreateMailboxChange
    | CreateArchiveChange
    | DisableMailboxChange
    | ConnectMailboxChange
    | DeleteMailboxChange
    | ConvertMailboxChange
    | SetAutoReplyChange
    | SetCloudReplyChange
    | ForwardMailChange
    | HideFromAddressListsChange
    | DisableSkypeChange
    | EnableSkypeChange
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
    | RestoreUser
    | ResetPassword
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
    | ResetPasswordParameters
    | ModifyUserParameters
    | ModifyByTemplateParameters
    | MoveUserParameters
    | AddToGroupsParameters
    | RemoveFromGroupsParameters
    | MoveAcrossGroupsParameters
    | DisableLyncParameters
    | AssignLicencesParameters
    | RemoveLicencesParameters
    | RevokeSessionsParameters
    | CreateMailboxParameters
    | DisableMailboxParameters
    | DeleteMailboxParameters
    | ConvertMailboxParameters
    | SetAutoReplyParameters
    | ForwardMailParameters
    | HideFromAddressListsParameters
    | CreateHomeFolderParameters
    | MoveHomeFolderParameters
    | DeleteHomeFolderParameters
    | RunScriptParameters
    | ManagePhotoParameters
    | DeleteUserParameters,
    Field(discriminator="action"),
]

CHANGES: tuple[type[Change], ...] = get_args(get_args(AnyChange)[0])
"""Every kind of change."""
CHANGE_NAMES: tuple[str, ...] = tuple(sorted(kind.model_fields["action"].default for kind in CHANGES))
"""What they are called."""
PARAMETERS: tuple[type[Parameters], ...] = get_args(get_args(AnyParameters)[0])
"""Every action that a list may hold."""


def _says_which(given: object) -> object:
    """Every action has a default for its own name: a form that names none would mean the first."""
    if isinstance(given, Mapping) and "action" not in given:
        raise ValueError("say which action is meant")
    return given


if TYPE_CHECKING:
    FormParameters = Parameters
else:
    FormParameters = Annotated[reduce(or_, PARAMETERS), BeforeValidator(_says_which)]
    """The parameters of any action as a form shows them: Prefect offers a choice for ``anyOf``, none for ``oneOf``."""
