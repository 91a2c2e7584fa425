"""Fields from sample records: a first version of an endpoint's ``fields``, for somebody to look over.

Pure and deterministic, whatever the order of the samples and of their keys. What is not beyond doubt is text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from lifecycle.language.fields.date_inference import date_layout
from lifecycle.language.fields.field import NULL_BEFORE, FieldSpec
from lifecycle.language.fields.inferred_name import field_name, literal, member_selector
from lifecycle.language.fields.record import RecordReader
from lifecycle.language.fields.scalar import trimmed

_DEEPEST = 4
"""Objects inside each other whose members become fields of their own; what lies deeper is JSON text."""
_LIKELIEST = ("value", "name", "displayname", "display_name", "email", "address", "number", "id")
"""Keys that hold what an object of a list is about, the likeliest first; in lower case."""
_CHOSEN = ("primary", "isprimary", "is_primary", "default", "isdefault", "is_default", "main", "preferred")
"""Keys that say whether an object of a list is the one; in lower case."""
_MOST_NAMES = 200
"""Names of objects in a list; with more of them they are values rather than names."""

_Path = tuple[str, ...]
_Found = tuple[_Path, dict[str, Any]]
"""Words for a field's name, and the arguments of its specification."""


def infer_fields(samples: Sequence[Mapping[str, Any]]) -> dict[str, FieldSpec]:
    """Fields that read the sample records, each of them without an unreadable field.

    Texts and booleans are text; numbers are numbers; texts that are all dates, of one layout beyond doubt, are
    timestamps. Members of nested objects are fields of their own (``address_city``). Of a list of objects the likeliest
    key is selected: that of the object marked as primary, if there is such a mark, else those of all. Where the objects
    bear names, as HaloITSM's custom fields do, each name is a field. Mixed kinds of value, and what never has a value,
    are text. What no datatype can read (NaN, half a surrogate pair) and what no selector can name is left out.

    Args:
        samples: JSON objects, in any order.

    Returns:
        Field name → specification, sorted by name.
    """
    fields: dict[str, FieldSpec] = {}
    # Keys that are names themselves keep them; what else would bear the same one is numbered.
    for words, given in sorted(_in_object((), samples), key=lambda one: ((field_name(one[0], ()),) != one[0], one[0])):
        name = field_name(words, fields)
        if name != words[0] and "select" not in given:
            given["select"] = member_selector(words) + ("[*]" if given.get("type") == "array" else "")
        for spec in _attempts(given):
            reader = RecordReader({name: spec})
            if not any(reader.read(sample)[1] for sample in samples):
                fields[name] = spec
                break
    return dict(sorted(fields.items()))


def _attempts(given: dict[str, Any]) -> Iterator[FieldSpec]:
    """The specification, and text where that does not read every sample."""
    as_text = {key: value for key, value in given.items() if key == "select"}
    for arguments in (given, as_text):
        try:
            arguments.get("select", "").encode()
            yield FieldSpec(**arguments)
        except ValueError:  # a key that no selector can name, or no file
            continue


def _in_object(path: _Path, objects: Collection[Mapping[str, Any]]) -> Iterator[_Found]:
    for key in {key for one in objects for key in one}:
        yield from _at((*path, key), [one[key] for one in objects if _has_value(one.get(key))])


def _at(path: _Path, values: Sequence[Any]) -> Iterator[_Found]:
    """What stands at a path; its values are those of all samples that have one there."""
    if values and all(isinstance(value, dict) for value in values) and any(values) and len(path) < _DEEPEST:
        yield from _in_object(path, values)
    elif values and all(isinstance(value, list) for value in values):
        yield from _in_lists(path, values)
    else:
        yield path, _selecting(path, scalar_spec(values))


def _in_lists(path: _Path, lists: Sequence[list[Any]]) -> Iterator[_Found]:
    items = [item for one in lists for item in one if _has_value(item)]
    if not items or not all(isinstance(item, dict) for item in items):
        yield path, _selecting(path, {"type": "array", "pick": "join"}, "[*]")
        return
    if names := _names(lists):
        for name in names:
            values = [item["value"] for item in items if item["name"] == name and _has_value(item.get("value"))]
            where = f"[?@.name == {literal(name)}].value"
            yield (*path, name), {"select": member_selector(path) + where, **scalar_spec(values)}
        return
    likeliest = _first_of(_LIKELIEST, keys := _scalar_keys(items)) or min(keys, default=None)
    chosen = _first_of(_CHOSEN, [key for key in keys if _is_flag(key, items)])
    member = member_selector([likeliest]).removeprefix("$") if likeliest is not None else ""
    if chosen is not None and likeliest != chosen:
        marked = f"[?{member_selector([chosen]).replace('$', '@', 1)} == true]"
        yield path, {"type": "array", "select": member_selector(path) + marked + member}
    else:
        yield path, {"type": "array", "pick": "join", "select": member_selector(path) + "[*]" + member}


def scalar_spec(values: Sequence[Any]) -> dict[str, Any]:
    """Datatype of single values, with the layout of dates: arguments of a specification; empty for text.

    Args:
        values: JSON texts, numbers and booleans; none of them empty.
    """
    kinds = {type(value) for value in values}
    if kinds and kinds <= {int, float}:
        return {"type": "number"}
    layout = date_layout(values) if kinds == {str} else None
    if layout is None:
        return {}
    given: dict[str, Any] = {"type": "timestamp"}
    if layout.format is not None:
        given["format"] = layout.format
    if layout.nulls:
        given["nulls"] = layout.nulls
    if layout.null_before != NULL_BEFORE:
        given["null_before"] = layout.null_before
    return given


def _selecting(path: _Path, given: dict[str, Any], behind: str = "") -> dict[str, Any]:
    """A key of the record itself needs no selector."""
    return given if len(path) == 1 else {"select": member_selector(path) + behind, **given}


def _names(lists: Sequence[list[Any]]) -> list[str]:
    """The names of the objects in lists of ``{name, value}``, sorted; empty where they are something else."""
    names: set[str] = set()
    for one in lists:
        items = [item for item in one if _has_value(item)]
        here = [item.get("name") for item in items if "value" in item]
        if len(here) < len(items) or len(set(map(str, here))) < len(here) or not all(map(_is_name, here)):
            return []
        names.update(map(str, here))
    return sorted(names) if len(names) <= _MOST_NAMES else []


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and trimmed(value) != ""


def _scalar_keys(items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Keys that hold single values wherever they hold any, sorted."""
    found = {key for item in items for key, value in item.items() if _has_value(value)}
    return sorted(key for key in found if not any(isinstance(item.get(key), dict | list) for item in items))


def _is_flag(key: str, items: Sequence[Mapping[str, Any]]) -> bool:
    return all(isinstance(item.get(key), bool | None) for item in items)


def _first_of(wanted: Sequence[str], keys: Sequence[str]) -> str | None:
    """The first of the wanted keys that is there, whatever its case."""
    return next((key for one in wanted for key in keys if key.casefold() == one), None)


def _has_value(value: Any) -> bool:
    return value is not None and not (isinstance(value, str) and not trimmed(value))
