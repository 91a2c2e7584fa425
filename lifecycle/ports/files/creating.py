"""Making an empty home folder, owned by its account from the moment that it has its name."""

from __future__ import annotations

from lifecycle.answer import Answer
from lifecycle.folders.descriptor import home_folder_descriptor
from lifecycle.folders.metadata import Metadata
from lifecycle.folders.operation import CreateFolder
from lifecycle.ports.files.describing import describe, make_folder
from lifecycle.ports.files.failures import Reason, refused
from lifecycle.ports.files.listing import look
from lifecycle.ports.files.place import rename
from lifecycle.ports.files.removal import is_folder
from lifecycle.ports.files.workplace import BEGUN, Workplace


def create_folder(work: Workplace, create: CreateFolder) -> Answer:
    """Make a home folder; one that is there with the same owner and access is taken for it.

    Raises:
        TargetError: Something else is there, or the folder above is not.
    """
    try:
        wanted = home_folder_descriptor(create.owner_sid)
    except ValueError as error:
        raise refused("create", Reason.NO_OWNER) from error
    place, begun = work.place(create.path), work.place(create.path.beside(BEGUN))
    found = look(work.exchange, place)
    if found is not None:
        if not is_folder(found):
            raise refused("create", Reason.IN_THE_WAY)
        there = work.exchange.do(describe(place, "")).descriptor
        if (there.owner, there.dacl) == (wanted.owner, wanted.dacl):
            return Answer(0, "done already")
        raise refused("create", Reason.IN_THE_WAY)
    work.exchange.do(make_folder(begun, "", Metadata(wanted)))
    if not work.exchange.do(rename(begun, place.path)):
        raise refused("create", Reason.IN_THE_WAY)
    return Answer(0, "created")
