"""What an archive knows of a folder besides its contents: one line of JSON for each name, and a first one about all.

A ZIP file has no place for descriptors, for three times of 100 ns, or for the attributes of empty folders.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lifecycle.folders.descriptor import SecurityDescriptor
from lifecycle.folders.manifest import DIRECTORY, KEPT_ATTRIBUTES, Entry, Times
from lifecycle.folders.metadata import Metadata, Stream
from lifecycle.folders.unc_path import MAX_PART

MANIFEST_NAME = "halo-ad-manifest.jsonl"
"""Name of the manifest in the archive."""

CONTENT = "content/"
"""What the names of contents begin with in the archive."""

_FORMAT, _VERSION = "halo-ad folder", 1
_FORBIDDEN = frozenset('/:\0<>"|?*')


@dataclass(frozen=True, slots=True)
class Archived:
    """A file or folder as an archive keeps it.

    Args:
        entry: Name, size, times, attributes.
        metadata: Its security descriptor and named streams.
        sha256: Of the content, hexadecimal; empty of a folder.
    """

    entry: Entry
    metadata: Metadata
    sha256: str = ""


def member_name(name: str) -> str:
    """The name in the archive of the content of a file."""
    return CONTENT + name.replace("\\", "/")


def manifest_lines(archived: Iterable[Archived], count: int) -> Iterator[str]:
    """The manifest, line by line.

    Args:
        archived: Everything, parents before children, the folder itself first.
        count: How many there are.
    """
    yield json.dumps({"format": _FORMAT, "version": _VERSION, "count": count}) + "\n"
    for one in archived:
        entry = one.entry
        yield (
            json.dumps(
                {
                    "name": entry.name,
                    "folder": entry.is_folder,
                    "attributes": entry.kept_attributes,
                    "size": entry.size,
                    "created": entry.times.created,
                    "accessed": entry.times.accessed,
                    "written": entry.times.written,
                    "descriptor": _text(one.metadata.descriptor.pack()),
                    "streams": {stream.name: _text(stream.content) for stream in one.metadata.streams},
                    "sha256": one.sha256,
                }
            )
            + "\n"
        )


def read_manifest(lines: Iterable[str]) -> list[Archived]:
    """The manifest of an archive.

    Raises:
        ValueError: It is none of ours, is cut short, or a name leads out of the folder; no content is repeated.
    """
    found, count = [], -1
    try:
        for line in lines:
            told = json.loads(line)
            if count < 0:
                if (told["format"], told["version"]) != (_FORMAT, _VERSION):
                    raise ValueError("an archive of another kind or version")
                count = int(told["count"])
            else:
                found.append(_archived(told))
    except (KeyError, TypeError, AttributeError, UnicodeError, binascii.Error, json.JSONDecodeError) as error:
        raise ValueError("a manifest that cannot be read") from error
    if len(found) != count or not found or found[0].entry.name:
        raise ValueError("a manifest that is not whole")
    _see_tree(found)
    return found


def _archived(told: dict[str, Any]) -> Archived:
    entry = Entry(
        name=_name(told["name"]),
        attributes=int(told["attributes"]) & KEPT_ATTRIBUTES | (DIRECTORY if told["folder"] is True else 0),
        size=int(told["size"]),
        times=Times(int(told["created"]), int(told["accessed"]), int(told["written"])),
    )
    streams = tuple(Stream(name, _bytes(content)) for name, content in sorted(told["streams"].items()))
    metadata = Metadata(SecurityDescriptor.unpack(_bytes(told["descriptor"])), streams)
    return Archived(entry, metadata, str(told["sha256"]))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _name(name: Any) -> str:
    """A relative name, each part of which is one: nothing may be written beside the folder."""
    if not isinstance(name, str):
        raise TypeError("a name is text")
    for part in name.split("\\") if name else ():
        if not part or part in {".", ".."} or len(part) > MAX_PART or _FORBIDDEN.intersection(part):
            raise ValueError("a name in an archive that leads elsewhere")
    return name


def _see_tree(found: Iterable[Archived]) -> None:
    """See that every name is there once, below a folder that came before it."""
    folders, names = set[str](), set[str]()
    for one in found:
        name, above = one.entry.name, one.entry.name.rpartition("\\")[0]
        if name in names or (name and above not in folders):
            raise ValueError("a manifest whose names are no tree")
        names.add(name)
        if one.entry.is_folder:
            folders.add(name)
    if "" not in folders:
        raise ValueError("a manifest whose names are no tree")
