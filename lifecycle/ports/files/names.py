"""Names that SMB cannot show: a server gives others instead, which look like MS-DOS's, and keeps the real ones.

Samba does so for names with characters that Windows forbids, with a dot or a space at the end, or of a device. A copy
or an archive would have the substitutes, and the names would be lost with the source.
"""

from __future__ import annotations

import re

from lifecycle.folders.manifest import Tree
from lifecycle.folders.unc_path import folded
from lifecycle.ports.files import messages
from lifecycle.ports.files.exchange import Exchange, Steps
from lifecycle.ports.files.failures import ABSENT
from lifecycle.ports.files.place import Place

_SHORT = re.compile(r"([^.a-z]{1,8})(?:\.[^.a-z]{1,3})?")
_FORBIDDEN = re.compile(r'[\x00-\x1f"*<>?|]|[. ]$')
_BASE = 8


def renamed_in(exchange: Exchange, place: Place, tree: Tree) -> tuple[str, ...]:
    """Names in a folder that are not what the server calls the file, or that no other server would take.

    Args:
        exchange: What sends.
        place: The folder.
        tree: Everything in it.

    Raises:
        TargetError: The server could not be asked.
    """
    names = [name for name, entry in tree.items() if name and not entry.is_link]
    forbidden = {name for name in names if _FORBIDDEN.search(_last(name))}
    candidates = [name for name in names if name not in forbidden and looks_substituted(_last(name))]
    found = {name for name, is_other in exchange.run(_is_other(place, name) for name in candidates) if is_other}
    return tuple(sorted(forbidden | found))


def looks_substituted(name: str) -> bool:
    """Whether a name may stand for another: MS-DOS's form, with ``~`` or what Samba is configured to take instead."""
    short = _SHORT.fullmatch(name)
    if short is None:
        return False
    base = short[1]
    return "~" in base or (len(base) == _BASE and not (base[5].isalnum() and base[6].isalnum()))


def folder_of(name: str) -> str:
    """The folder that a relative name is in, as words: that folder itself has no name."""
    return name.rpartition("\\")[0] or "the folder itself"


def _is_other(place: Place, name: str) -> Steps[tuple[str, bool]]:
    opened, named, _ = yield place.chain(
        "look", messages.opening(place.at(name), messages.READ_ATTRIBUTES), messages.asking_name(), messages.closing()
    )
    if opened.status in ABSENT:  # gone since it was listed, which whoever compares finds
        return name, False
    opened.must()
    # A server that does not say under which name it has a file leaves the doubt.
    return name, not named.ok or folded(messages.name_of(named.body)) != folded(_last(name))


def _last(name: str) -> str:
    return name.rpartition("\\")[2]
