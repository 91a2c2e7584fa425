"""A tree put into its place: values escaped and guarded, the configuration's own text checked once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lifecycle.language.macros.binding import Binder, joined
from lifecycle.language.macros.place import Rules
from lifecycle.language.macros.syntax import Literally, Macro, MacroError, Tree
from lifecycle.language.macros.values import Attempt, MissingValueError, Reader, Row, UnfitValueError

_SAMPLE = "x"

Shape = tuple[str | None, ...]
"""The text of a template in pieces; None where a value stands."""


def place_tree(tree: Tree, binder: Binder, rules: Rules) -> tuple[Reader, Shape]:
    """What renders the tree, and the shape that it has whatever the values are.

    Raises:
        MacroError: Text of the configuration, or a constant, that cannot stand in the place.
    """
    pieces: list[str | Reader] = []
    begun = False
    for node in tree:
        setting = None if isinstance(node, Literally) else binder.setting(node)
        if isinstance(node, Macro) and (setting is None or rules.settings_are_values):
            pieces.append(_value(binder.bind(node), node, rules, first=not begun))
        else:
            pieces.append(_own_text(node, setting, rules))
        begun = begun or bool(pieces[-1])
    shape = tuple(piece if isinstance(piece, str) else None for piece in pieces)
    macros = [node for node, piece in zip(tree, pieces, strict=True) if not isinstance(piece, str)]
    parts = _in_parts(pieces, [node.full_name for node in macros if isinstance(node, Macro)], rules)
    return _finished(joined(parts), rules), shape


def _own_text(node: Literally | Macro, setting: str | None, rules: Rules) -> str:
    text = node.text if isinstance(node, Literally) else setting or ""
    if rules.literal:
        try:
            rules.literal(text)
        except ValueError as problem:
            about = "the text" if isinstance(node, Literally) else f"setting {node.full_name}"
            raise MacroError(f"{about} cannot stand here: {problem}") from None
    return text


def _value(bound: str | Reader, macro: Macro, rules: Rules, *, first: bool) -> str | Reader:
    """A value that the place holds; a constant one is tried at once."""
    guard = _guard(macro, rules, first=first)
    if guard is None:
        return bound
    if isinstance(bound, str):
        try:
            return guard(bound)
        except (MissingValueError, UnfitValueError) as problem:
            raise MacroError(str(problem), macro.position) from None

    def read(src: Row, ad: Row, m365: Row, act: Row, attempt: Attempt | None) -> str:
        return guard(bound(src, ad, m365, act, attempt))

    return read


def _guard(macro: Macro, rules: Rules, *, first: bool) -> Callable[[str], str] | None:
    """What refuses and escapes one value; None where nothing is to be done."""
    escape, strict = rules.escape or str, rules.strict
    check = rules.first if first else None
    if rules.escape is None and not strict and check is None:
        return None
    missing, unfit = f"macro %{macro.full_name}% has no value", _unfit([macro.full_name])

    def guard(value: str) -> str:
        if strict and not value:
            raise MissingValueError(missing)
        try:
            if check:
                check(value)
            return escape(value)
        except ValueError:  # its text may hold the value
            raise UnfitValueError(unfit) from None

    return guard


def _in_parts(pieces: Sequence[str | Reader], names: Sequence[str], rules: Rules) -> list[str | Reader]:
    """The pieces, those between two separators of the place as one that is checked as a whole."""
    if rules.separator is None or rules.part is None:
        return list(pieces)
    left = iter(names)
    done: list[str | Reader] = []
    part: list[str | Reader] = []
    inside: list[str] = []
    for piece in pieces:
        if not isinstance(piece, str):
            part.append(piece)
            inside.append(next(left))
            continue
        before, *others = _split(rules.separator, piece)
        part.append(before)
        for separator, text in zip(others[::2], others[1::2], strict=True):
            done += [*_whole_part(part, inside, rules.part), separator]
            part, inside = [text], []
    return [*done, *_whole_part(part, inside, rules.part)]


def _split(separator: re.Pattern[str], text: str) -> list[str]:
    """Text, separator, text, separator, …, text."""
    pieces: list[str] = []
    end = 0
    for found in separator.finditer(text):
        pieces += text[end : found.start()], found[0]
        end = found.end()
    return [*pieces, text[end:]]


def _whole_part(part: Sequence[str | Reader], names: Sequence[str], check: Callable[[str], None]) -> list[str | Reader]:
    pieces = [piece for piece in part if piece]
    read = joined(pieces)
    if isinstance(read, str):
        return list(pieces)
    sample = "".join(piece if isinstance(piece, str) else _SAMPLE for piece in pieces)
    try:
        check(sample)
    except ValueError as problem:
        raise MacroError(f"the text around %{names[0]}% can never stand here: {problem}") from None
    unfit = _unfit(names)

    def checked(src: Row, ad: Row, m365: Row, act: Row, attempt: Attempt | None) -> str:
        text = read(src, ad, m365, act, attempt)
        try:
            check(text)
        except ValueError:  # its text may hold the value
            raise UnfitValueError(unfit) from None
        return text

    return [checked]


def _finished(read: str | Reader, rules: Rules) -> Reader:
    whole = rules.whole
    if isinstance(read, str):
        text = whole(read) if whole else read
        return lambda _src, _ad, _m365, _act, _attempt: text
    if whole is None:
        return read
    return lambda src, ad, m365, act, attempt: whole(read(src, ad, m365, act, attempt))


def _unfit(names: Sequence[str]) -> str:
    return f"macro {' '.join(f'%{name}%' for name in names)} has a value that cannot stand here"
