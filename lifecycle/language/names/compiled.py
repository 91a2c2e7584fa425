"""Naming formats, compiled: everything that is the same for all people is done once, when the rules are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lifecycle.directory.name_rules import NameRule, name_rule
from lifecycle.language.filters.filter import Filter
from lifecycle.language.filters.row import holds
from lifecycle.language.macros.template import MacroError, Row, compile_template
from lifecycle.language.moment import Moment
from lifecycle.language.names.attempt import NameMacro, compile_name_macro
from lifecycle.language.names.naming import NamingFormat, OnClash
from lifecycle.language.names.part import LiteralPart, MacroPart, Tidying, number_of, part_of
from lifecycle.language.names.piece import Piece
from lifecycle.language.names.plain import Alternative, Ends, PlainFormat
from lifecycle.language.names.series import Series
from lifecycle.language.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, eq=False)
class CompiledFormat:
    """A format, plain or advanced.

    Args:
        cases: Condition and format, in order; none of a plain format.
        default: The format of those whom no case meets.
        rule: What the directory takes for a value.
        fields: Source fields that conditions and formats read.
    """

    cases: tuple[tuple[Filter, PlainFormat], ...]
    default: PlainFormat
    rule: NameRule
    fields: frozenset[str]

    def series(self, row: Row, seed: str, moment: Moment) -> Series:
        """The names of one person: those of the first case that holds.

        Args:
            row: Source field → text.
            seed: The person's anchor; random digits are derived from it.
            moment: Of the run, for conditions that compare with the present.

        Raises:
            UnreadableFieldError: A condition cannot read its field.
        """
        chosen = self.default
        for when, one in self.cases:
            if holds(when, row, moment):
                chosen = one
                break
        return Series(chosen, row, seed)


def compile_format(
    one: NamingFormat,
    formats: Mapping[str, NamingFormat],
    words: Vocabulary,
    attribute: str = "",
    on_clash: OnClash = "next_then_counter",
) -> CompiledFormat:
    """Compile a format.

    Args:
        one: Plain or advanced.
        formats: Those that an advanced one chooses from.
        words: Settings and lookup tables.
        attribute: The LDAP attribute that it is for: what the directory never takes there is dropped from names.
        on_clash: What is tried when a name is taken.

    Raises:
        MacroError: A macro is none, or the suffix differs from person to person.
        KeyError: An advanced format names one that does not exist.
    """
    rule = name_rule(attribute)
    if not one.is_advanced:
        plain = _plain(one, words, rule, on_clash)
        return CompiledFormat((), plain, rule, plain.fields)
    used = {name: _plain(formats[name], words, rule, on_clash) for name in one.uses}
    fields = one.fields.union(*(each.fields for each in used.values()))
    cases = tuple((case.when, used[case.use]) for case in one.cases)
    return CompiledFormat(cases, used[str(one.default)], rule, fields)


def filled_suffix(one: NamingFormat, words: Vocabulary) -> str:
    """The suffix with its macros filled.

    Raises:
        MacroError: It is no template, or differs from person to person.
    """
    template = compile_template(one.suffix, words)
    if template.fields:
        raise MacroError("only %env.…% macros may stand here")
    return template.render({})


def _plain(one: NamingFormat, words: Vocabulary, rule: NameRule, on_clash: OnClash) -> PlainFormat:
    pieces = [piece for pieces in one.alternatives for piece in pieces]
    macros = {piece.macro: compile_name_macro(piece.macro, words) for piece in pieces if piece.macro is not None}
    suffix = filled_suffix(one, words)
    in_address = "@" in suffix or rule.address
    dropped = one.remove + "".join(sorted(rule.forbidden)) + ("@" if "@" in suffix else "")
    tidy = Tidying(dict.fromkeys(map(ord, dropped)), one.case, one.spaces, one.transliterate)
    ends = Ends(
        suffix=suffix,
        stripped=" ." if in_address or rule.no_dot_at_end else " ",
        single_dots=in_address,
        own_domain=rule.address and "@" not in suffix,
    )
    return PlainFormat(
        alternatives=tuple(_alternative(alternative, macros, tidy, ends) for alternative in one.alternatives),
        on_clash=on_clash,
        max_length=min(one.max_length, rule.max_length),
        stripped=ends.stripped,
        counter_from=one.counter_from,
        counter_separator=one.counter_separator,
        fields=one.fields.union(*(macro.template.fields for macro in macros.values())),
    )


def _alternative(pieces: tuple[Piece, ...], macros: Mapping[str, NameMacro], tidy: Tidying, ends: Ends) -> Alternative:
    parts = tuple(LiteralPart("") if piece.is_number else part_of(piece, macros, tidy) for piece in pieces)
    numbers = [(place, number_of(piece)) for place, piece in enumerate(pieces) if piece.is_number]
    number_at, number = numbers[0] if numbers else (len(parts), None)
    varies = any(isinstance(part, MacroPart) and part.macro.varies for part in parts)
    return Alternative(parts, number, number_at, varies, ends)
