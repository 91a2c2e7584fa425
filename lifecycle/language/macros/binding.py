"""The meaning of macros: each name becomes a text, or what reads it from the values at hand.

Prefixes: ``src`` (a field of the record), ``ad`` and ``m365`` (an attribute of the account), ``act`` (the run), ``env``
(a setting), ``fx`` (a function). Without a prefix a name is a setting, else an attribute of the account.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lifecycle.language.macros.act import OF_EVENTS, compile_act
from lifecycle.language.macros.call import bind_call
from lifecycle.language.macros.functions.catalogue import FUNCTIONS
from lifecycle.language.macros.syntax import Literally, Macro, MacroError, Tree
from lifecycle.language.macros.values import Attempt, Reader, Row, UnfitValueError
from lifecycle.language.nearest import instead, nearest
from lifecycle.language.vocabulary import Vocabulary

ALWAYS = frozenset({"env", "fx"})
"""Prefixes that every place can offer."""

PREFIXES: Mapping[str, str] = {
    "src": "A field of the person's record: `%src.endpoint.field%`.",
    "ad": "An attribute of the account in Active Directory, by its LDAP name: `%ad.mail%`.",
    "m365": "An attribute of the account in Microsoft 365.",
    "act": "What is being done: the run, the action, the automation, the time.",
    "env": "A setting of `config/settings.yaml`.",
    "fx": "A function.",
}
"""Prefix → meaning."""


class Binder:
    """Gives the macros of one template their meaning, and notes which names they have.

    Args:
        words: Settings and tables.
        at_hand: What the place can offer besides settings and functions: of ``src``, ``ad``, ``m365``, ``act`` and
            ``attempt``, and ``event`` for what ``act`` tells of one.
    """

    def __init__(self, words: Vocabulary, at_hand: Collection[str]) -> None:
        self._words, self._at_hand = words, ALWAYS | frozenset(at_hand)
        self.names: dict[str, set[str]] = {prefix: set() for prefix in PREFIXES}

    def setting(self, macro: Macro) -> str | None:
        """The text of a macro that is a setting; None for every other."""
        prefix = self._prefix(macro)
        if prefix != "env":
            return None
        if macro.name not in self._words.env:
            raise _error(macro, f"unknown setting env.{macro.name}; {instead(macro.name, self._words.env, 'env.{}')}")
        self.names["env"].add(macro.name)
        return self._words.env[macro.name]

    def bind(self, macro: Macro) -> str | Reader:
        """A text where the macro is the same for every record, else what reads it.

        Raises:
            MacroError: It names nothing that exists, or nothing that is at hand.
        """
        setting = self.setting(macro)
        if setting is not None:
            return setting
        prefix = self._prefix(macro)
        of_events = "event" in self._at_hand
        if prefix == "act" and macro.name in OF_EVENTS and not of_events:
            raise _error(macro, f"%act.{macro.name}% is for webhooks and notifications, and not at hand here")
        bound = self._call(macro) if prefix == "fx" else _reader(prefix, macro, of_events=of_events)
        self.names[prefix].add(macro.name)
        return bound

    def tree(self, tree: Tree) -> str | Reader:
        """The same for a whole argument."""
        return joined([node.text if isinstance(node, Literally) else self.bind(node) for node in tree])

    def _call(self, macro: Macro) -> str | Reader:
        function = FUNCTIONS.get(macro.name)
        if function is None:
            raise _error(macro, f"unknown function fx.{macro.name}; {instead(macro.name, FUNCTIONS, 'fx.{}')}")
        if function.needs_attempt and "attempt" not in self._at_hand:
            raise _error(macro, f"fx.{macro.name} is for names that are tried until one is free, and not at hand here")
        arguments = [self.tree(argument) for argument in macro.arguments or ()]
        try:
            return bind_call(function, arguments, self._words)
        except MacroError as error:
            raise _error(macro, str(error)) from None

    def _prefix(self, macro: Macro) -> str:
        """The prefix of a macro, also of one that is written without."""
        prefix = macro.prefix or self._understood(macro)
        if prefix not in PREFIXES:
            raise _error(macro, f"unknown prefix {prefix}; {self._meant(macro)}")
        if prefix not in self._at_hand:
            offered = ", ".join(sorted(self._at_hand & PREFIXES.keys()))
            raise _error(macro, f"prefix {prefix} is not at hand here; at hand: {offered}")
        if macro.arguments is not None and prefix != "fx":
            raise _error(macro, f"macro {macro.full_name} takes no arguments")
        return prefix

    def _understood(self, macro: Macro) -> str:
        name, env = macro.name, self._words.env
        if name in env:
            return "env"
        if name in PREFIXES:
            raise _error(macro, f"prefix {name} stands without a name: write %{name}.name%")
        if macro.arguments is not None:
            meant = nearest(name, FUNCTIONS)
            raise _error(macro, f"{name} has no prefix; a function is written %fx.{meant or name}(…)%")
        if "ad" in self._at_hand:
            return "ad"
        raise _error(macro, f"unknown setting {name}; {instead(name, env, '%{}%')}")

    def _meant(self, macro: Macro) -> str:
        """A suggestion for a macro whose prefix is none."""
        prefix = nearest(macro.prefix, PREFIXES)
        if prefix:
            return f"did you mean %{prefix}.{macro.name}%?"
        if macro.full_name in self._words.env:
            return f"did you mean %env.{macro.full_name}%?"
        return f"did you mean %src.{macro.full_name}%? known prefixes: {', '.join(sorted(PREFIXES))}"


def joined(pieces: Collection[str | Reader]) -> str | Reader:
    """Pieces one behind the other, as one."""
    readers = [piece for piece in pieces if not isinstance(piece, str)]
    if not readers:
        return "".join(piece for piece in pieces if isinstance(piece, str))
    if len(pieces) == 1:
        return readers[0]
    text = "".join(piece.replace("%", "%%") if isinstance(piece, str) else "%s" for piece in pieces)

    if len(readers) == 2:  # noqa: PLR2004 (first and last name: worth half the time)
        first, last = readers
        return lambda src, ad, m365, act, attempt: (
            text % (first(src, ad, m365, act, attempt), last(src, ad, m365, act, attempt))
        )

    def read(src: Row, ad: Row, m365: Row, act: Row, attempt: Attempt | None) -> str:
        return text % tuple([reader(src, ad, m365, act, attempt) for reader in readers])

    return read


def _reader(prefix: str, macro: Macro, *, of_events: bool) -> Reader:
    name = macro.name
    match prefix:
        case "src":
            return lambda src, _ad, _m365, _act, _attempt: src.get(name, "")
        case "ad":
            return lambda _src, ad, _m365, _act, _attempt: ad.get(name, "")
        case "m365":
            return lambda _src, _ad, m365, _act, _attempt: m365.get(name, "")
        case _:
            return _act_reader(macro, of_events=of_events)


def _act_reader(macro: Macro, *, of_events: bool) -> Reader:
    try:
        read = compile_act(macro.name, of_events=of_events)
    except ValueError as problem:
        raise _error(macro, str(problem)) from None

    def reader(_src: Row, _ad: Row, _m365: Row, act: Row, _attempt: Attempt | None) -> str:
        try:
            return read(act)
        except ValueError:
            raise UnfitValueError(f"act.{macro.name} cannot be told from this run's timestamp") from None

    return reader


def _error(macro: Macro, problem: str) -> MacroError:
    return MacroError(problem, macro.position)
