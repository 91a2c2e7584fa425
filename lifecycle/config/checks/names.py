"""A bundle of names against its formats, and these against what the directory takes for each attribute."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.config.checks.problems import Problem
from lifecycle.config.configuration import Configuration
from lifecycle.config.names import NameBundle
from lifecycle.directory.name_rules import SPELLING, NameRule, name_rule
from lifecycle.language.names.compiled import compile_format, filled_suffix
from lifecycle.language.names.naming import NamingFormat, plain_formats
from lifecycle.language.names.piece import Piece


def bundle_problems(path: str, bundle: NameBundle, configuration: Configuration) -> Iterator[Problem]:
    """Everything that is wrong with one bundle, as far as its formats exist.

    Args:
        path: Of the bundle.
        bundle: Which attributes, and how.
        configuration: All of it.
    """
    yield from _misplaced_cn(f"{path}.scope", bundle)
    if bundle.never_reuse and bundle.scope == "container":
        yield f"{path}.never_reuse", "is for names that are unique everywhere: a cn may come again"
    plain: dict[str, NamingFormat] = {}
    for attribute, name in bundle.attributes.items():
        place = f"{path}.attributes.{attribute}"
        if SPELLING.get(attribute.lower(), attribute) != attribute:
            yield place, f"is spelled {SPELLING[attribute.lower()]}"
        if name in configuration.formats:
            used = plain_formats(configuration.formats[name], configuration.formats)
            plain |= used
            for one in used.values():
                for problem in _misfits(one, name_rule(attribute), attribute, configuration):
                    yield place, f"format {one.name!r} {problem}"
    yield from _running(path, bundle, plain)


def format_fields(one: NamingFormat, configuration: Configuration) -> frozenset[str]:
    """Source fields that a format reads; those of its own pieces alone while something is wrong with its macros."""
    try:
        return compile_format(one, configuration.formats, configuration.vocabulary).fields
    except (ValueError, KeyError):  # told by the checks of the format itself
        return one.fields


def _misplaced_cn(path: str, bundle: NameBundle) -> Iterator[Problem]:
    """A cn is unique in its OU, all other names everywhere: they are never allocated together."""
    if bundle.scope == "container" and list(bundle.attributes) != ["cn"]:
        yield path, f"container is for cn alone; given: {', '.join(bundle.attributes)}"
    if bundle.scope != "container" and "cn" in {name.lower() for name in bundle.attributes}:
        yield path, "cn is unique in its OU: it needs a bundle of its own, with scope container"


def _misfits(one: NamingFormat, rule: NameRule, attribute: str, configuration: Configuration) -> Iterator[str]:
    """Why a format cannot give the attribute valid names; what stands in people's fields is seen to later."""
    if one.max_length > rule.max_length:
        yield f"allows {one.max_length} characters; {attribute} holds at most {rule.max_length}: say so in max_length"
    try:
        suffix = filled_suffix(one, configuration.vocabulary)
    except ValueError:  # told by the checks of the format itself
        return
    for key, text in (("suffix", suffix), ("counter_separator", one.counter_separator)):
        found = "".join(sorted(rule.forbidden & set(text)))
        if found:
            yield f"has {found!r} in its {key}; {attribute} never holds that"
    if rule.no_dot_at_end and suffix.endswith("."):
        yield f"ends in a dot; {attribute} never does"
    if rule.address and "@" in one.counter_separator:
        yield "has '@' in its counter_separator"
    if rule.address and suffix.count("@") > 1:
        yield f"has more than one @ in its suffix; {attribute} holds exactly one"
    if rule.address and suffix.endswith("@"):
        yield f"has nothing behind the @; {attribute} needs a domain"
    if rule.address and "@" not in suffix and not any(map(_may_hold_domain, one.alternatives)):
        yield f"has no @ in its suffix; {attribute} holds exactly one"


def _may_hold_domain(pieces: tuple[Piece, ...]) -> bool:
    """Whether an alternative may bring an @ of its own: from a field that is an address, a macro or a text."""
    return any(piece.field or piece.macro or "@" in (piece.text or "") for piece in pieces)


def _running(path: str, bundle: NameBundle, plain: dict[str, NamingFormat]) -> Iterator[Problem]:
    """A running number moves with every account: what is allocated with it would be numbered along."""
    running = [
        name for name, one in plain.items() if any(piece.counter for pieces in one.alternatives for piece in pieces)
    ]
    if running and len(running) < len(plain):
        problem = "has a running number: it needs a bundle of its own, or the others are numbered along"
        yield f"{path}.attributes", f"format {running[0]!r} {problem}"
    if running and bundle.on_clash == "reject":
        yield f"{path}.on_clash", f"format {running[0]!r} has a running number: with reject there is one name in all"
