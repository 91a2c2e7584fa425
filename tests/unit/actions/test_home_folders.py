"""Changes of home folders: how what is there compares with what the plan saw, and what takes each back."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from lifecycle.actions.catalogue import AnyChange, AnyParameters
from lifecycle.actions.change import Cause, Change, State
from lifecycle.actions.home_folder import (
    ARCHIVE,
    DIGEST,
    PATH,
    CreateHomeFolder,
    DeleteHomeFolder,
    RestoreHomeFolder,
    see_copyable,
    see_removable,
)
from lifecycle.actions.move_home_folder import CopyHomeFolder, RemoveOldHomeFolder, RenameHomeFolder
from lifecycle.actions.outside import Outside, RefusalError
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.directory.account import Account
from lifecycle.folders.operation import Absent, Folder, FolderState, InTheWay, MoveStage

OLD, NEW, ZIP = r"\\fs1\home\ann", r"\\fs2\home\ann", r"\\fs1\archive\ann.zip"
WAS, IS = Folder(3, 10, 0, "was"), Folder(3, 10, 0, "is")
EMPTY, LINK, NOTHING = Folder(0, 0, 0, "e"), InTheWay(), Absent()
TOLD = {"account": "g", "cause": Cause.REQUEST, "rule": "request"}

CREATE = CreateHomeFolder(**TOLD, before={PATH: None}, after={PATH: OLD})
DELETE = DeleteHomeFolder(**TOLD, before={PATH: OLD, DIGEST: "was"}, after={PATH: None})
ARCHIVED = DeleteHomeFolder(**TOLD, before={PATH: OLD, DIGEST: "was"}, after={PATH: None, ARCHIVE: ZIP})
RESTORE = RestoreHomeFolder(**TOLD, before={PATH: None, ARCHIVE: ZIP}, after={PATH: OLD, DIGEST: "was"})
COPY = CopyHomeFolder(**TOLD, before={PATH: OLD, DIGEST: "was"}, after={PATH: NEW})
REMOVE = RemoveOldHomeFolder(**TOLD, before={PATH: OLD, DIGEST: "was"}, after={PATH: None}, kept=NEW)
RENAME = RenameHomeFolder(**TOLD, before={PATH: OLD}, after={PATH: r"\\fs1\home\bob"})


@pytest.mark.parametrize(
    ("change", "there", "state"),
    [
        (CREATE, [NOTHING], State.AS_PLANNED),
        (CREATE, [WAS], State.AS_PLANNED),  # the server knows whose it is
        (CREATE, [LINK], State.DRIFTED),
        (DELETE, [WAS], State.AS_PLANNED),
        (DELETE, [IS], State.DRIFTED),
        (DELETE, [NOTHING], State.DONE_ALREADY),
        (DELETE, [LINK], State.DRIFTED),
        (ARCHIVED, [IS], State.AS_PLANNED),
        (CREATE.undone("g"), [EMPTY], State.AS_PLANNED),
        (CREATE.undone("g"), [WAS], State.DRIFTED),
        (RESTORE, [NOTHING], State.AS_PLANNED),
        (RESTORE, [WAS], State.DONE_ALREADY),
        (RESTORE, [IS], State.DRIFTED),
        (COPY, [WAS, NOTHING], State.AS_PLANNED),
        (COPY, [WAS, WAS], State.AS_PLANNED),  # compared to the last byte before it counts
        (COPY, [IS, NOTHING], State.DRIFTED),
        (COPY, [WAS, IS], State.DRIFTED),
        (COPY, [WAS, LINK], State.DRIFTED),
        (COPY, [NOTHING, WAS], State.DRIFTED),
        (REMOVE.undone("g"), [IS, NOTHING], State.AS_PLANNED),
        (REMOVE, [WAS], State.AS_PLANNED),
        (REMOVE, [IS], State.DRIFTED),
        (REMOVE, [NOTHING], State.DONE_ALREADY),
        (COPY.undone("g"), [IS], State.AS_PLANNED),
        (RENAME, [IS, NOTHING], State.AS_PLANNED),
        (RENAME, [NOTHING, IS], State.DONE_ALREADY),
        (RENAME, [IS, WAS], State.DRIFTED),
        (RENAME, [NOTHING, NOTHING], State.DRIFTED),
    ],
)
def test_what_is_there_against_what_the_plan_saw(change: OutsideChange, there: list[FolderState], state: State) -> None:
    assert change.state_outside(Outside(folders=dict(zip(change.paths(), there, strict=True)))) is state


@pytest.mark.parametrize("change", [CREATE, ARCHIVED, RESTORE, COPY, REMOVE, RENAME])
def test_the_undo_of_an_undo_is_about_the_same_folders(change: Change) -> None:
    back = change.undone("g")
    assert back is not None
    again = back.undone("g")
    assert (again.action, again.before[PATH], again.after[PATH]) == (
        change.action,
        change.before[PATH],
        change.after[PATH],
    )
    assert TypeAdapter(AnyChange).validate_json(back.model_dump_json()) == back


def test_nothing_takes_back_what_was_kept_nowhere() -> None:
    assert DELETE.undone("g") is None


@pytest.mark.parametrize(
    ("home", "fits"),
    [(None, True), (NEW, True), ("D:\\ann", True), (OLD, False), (OLD.upper() + "\\", False), (OLD + r"\x", False)],
)
def test_what_an_account_still_names_is_not_removed(home: str | None, fits: bool) -> None:
    attributes = {} if home is None else {"homeDirectory": home}
    assert REMOVE.fits(Account("g", "CN=Ann,DC=b", 1104, 512, attributes)) is fits


def test_only_what_was_compared_is_removed() -> None:
    outside = Outside(folders={OLD: WAS})
    account = Account("g", "CN=Ann,DC=b", 1104, 512, {})
    copy, remove = COPY.operation(account, outside), REMOVE.operation(account, outside)
    assert (copy.stages, copy.digest) == ((MoveStage.COPY, MoveStage.VERIFY), "was")
    assert (remove.stages, remove.digest) == ((MoveStage.REMOVE_SOURCE,), "was")
    assert DELETE.operation(account, outside).digest == "was"


def test_the_owner_of_a_new_folder_is_the_account_as_it_is_now() -> None:
    account = Account("g", "CN=Ann,DC=b", 1104, 512, {}, domain_sid="S-1-5-21-1-2-3")
    assert CREATE.operation(account, Outside()).owner_sid == "S-1-5-21-1-2-3-1104"


@pytest.mark.parametrize(
    "item",
    [
        {"action": "delete-home-folder"},
        {"action": "delete-home-folder", "archive": r"\\fs1\archive\ann.tar"},
        {"action": "create-home-folder", "path": r"\\fs1\home\x", "drive": "home"},
        {"action": "manage-photo"},
        {"action": "manage-photo", "file": "a.jpg", "remove": True},
        {"action": "manage-photo", "remove": True, "to": []},
        {"action": "run-script", "script": "../a.py"},
        {"action": "run-script", "script": "a.py", "undo_arguments": ["x"]},
        {"action": "run-script", "script": "a.py", "exit_codes": {"done": [1]}},
    ],
)
def test_parameters_that_mean_nothing_are_refused(item: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AnyParameters).validate_python(item)


@pytest.mark.parametrize(
    ("found", "copyable", "removable"),
    [
        (Folder(3, 10, 0, "d"), "", ""),
        (Folder(3, 10, 1, "d"), "holds links", ""),
        (Folder(3, 10, 1, "d", followed=("secret name",)), "holds links", "follows 1 links"),
        (Folder(3, 10, 0, "d", renamed=("AHY9U3~9.TXT",)), "1 names", ""),
    ],
)
def test_what_a_folder_holds_is_refused_without_its_name(found: Folder, copyable: str, removable: str) -> None:
    for check, expected in ((see_copyable, copyable), (see_removable, removable)):
        if expected:
            with pytest.raises(RefusalError) as refused:
                check(found, "delete-home-folder")
            assert expected in refused.value.about
            assert "secret" not in refused.value.about
        else:
            check(found, "delete-home-folder")
