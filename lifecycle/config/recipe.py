"""A mapped attribute, compiled: from a person's row, and where need be their account, to the texts of its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lifecycle.config.mapping import MappedAttribute
from lifecycle.language.macros.place import PLACES
from lifecycle.language.macros.template import MissingValueError, Place, Row, Template, compile_template
from lifecycle.language.moment import Moment
from lifecycle.language.names.compiled import CompiledFormat, compile_format
from lifecycle.language.names.naming import NamingFormat
from lifecycle.language.vocabulary import Vocabulary

AT_HAND = frozenset({"src", "ad", "act", "m365"})
"""Prefixes that a mapping is compiled with; the checks say which of them it may really use, and why not the others."""

Texts = str | tuple[str, ...]
"""One text, or several; an empty text and an empty tuple are "no value"."""

_PATHS = frozenset(
    {"homedirectory", "profilepath", "scriptpath", "mstshomedirectory", "mstsprofilepath", "unixhomedirectory"}
)
NOTHING: Row = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Who:
    """Whose name a format forms, and when: the anchor, from which random digits are derived, and the moment."""

    seed: str
    moment: Moment


Reader = Callable[[Row, Row, Row, Who | None], Texts]
"""(row, account, action, whose name) → the texts of a value."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one attribute comes to its value.

    Args:
        attribute: LDAP name.
        mapped: As it is configured.
        templates: The text, or the texts, with macros.
        naming: The format.
    """

    attribute: str
    mapped: MappedAttribute
    templates: tuple[Template, ...] = ()
    naming: CompiledFormat | None = None
    read: Reader = field(init=False, repr=False, compare=False)
    """:meth:`texts` as a plain function, chosen once: it is called for each person and attribute."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "read", _reader(self.mapped, self.templates, self.naming))

    @property
    def fields(self) -> frozenset[str]:
        """Source fields that it reads."""
        if self.mapped.field is not None:
            return frozenset({self.mapped.field})
        return self.naming.fields if self.naming else frozenset[str]().union(*(t.fields for t in self.templates))

    def names(self, prefix: str) -> frozenset[str]:
        """Names behind a prefix of macros that it reads."""
        return frozenset[str]().union(*(template.names(prefix) for template in self.templates))

    @property
    def is_computed(self) -> bool:
        """Whether it reads the account or the action, and so is rendered when the plan is made."""
        return bool(self.names("ad") or self.names("act"))

    @property
    def constant(self) -> Texts | None:
        """Its value where that is the same for everybody; None where it is not."""
        if self.naming or self.fields or any(self.names(prefix) for prefix in AT_HAND):
            return None
        try:
            return self.texts(NOTHING)
        except ValueError:  # a function that needs more than its arguments
            return None

    def texts(self, row: Row, *, ad: Row = NOTHING, act: Row = NOTHING, who: Who | None = None) -> Texts:
        """The value for one person.

        Args:
            row: Source field → text.
            ad: Attribute of the account → text.
            act: What is known of the action → text.
            who: Whose name a format is to form; formats need it.

        Raises:
            UnfitValueError: A function cannot read its argument.
        """
        return self.read(row, ad, act, who)


def recipe_of(
    attribute: str, mapped: MappedAttribute, words: Vocabulary, formats: Mapping[str, NamingFormat]
) -> Recipe:
    """Compile a mapped attribute.

    Raises:
        MacroError: A text is no template.
        KeyError: There is no such format.
    """
    if mapped.format is not None:
        naming = compile_format(formats[mapped.format], formats, words, attribute, "reject")
        return Recipe(attribute, mapped, naming=naming)
    texts = mapped.values or (() if mapped.value is None else (mapped.value,))
    # A path with a hole in it would be another's: without all its values there is none.
    place: Place = "path" if attribute.lower() in _PATHS else "prose"
    return Recipe(attribute, mapped, tuple(compile_template(text, words, place, AT_HAND) for text in texts))


def computed_order(recipes: Mapping[str, Recipe]) -> list[Recipe]:
    """The computed attributes, each behind those that it reads.

    Raises:
        CycleError: Some read each other, or one itself.
    """
    computed = {name: recipe for name, recipe in recipes.items() if recipe.is_computed}
    ordered: list[Recipe] = []
    while computed:
        ready = [name for name, recipe in computed.items() if not recipe.names("ad") & computed.keys()]
        if not ready:
            raise CycleError(_cycle(computed))
        ordered += [computed.pop(name) for name in ready]
    return ordered


class CycleError(ValueError):
    """Computed attributes read each other; ``names`` is the way round, the first one repeated at the end."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(" → ".join(names))
        self.names = names


def _cycle(computed: Mapping[str, Recipe]) -> tuple[str, ...]:
    """A way round: each of these reads at least one other of them."""
    way = [min(computed)]
    while True:
        following = min(computed[way[-1]].names("ad") & computed.keys())
        if following in way:
            return (*way[way.index(following) :], following)
        way.append(following)


def _reader(mapped: MappedAttribute, templates: tuple[Template, ...], naming: CompiledFormat | None) -> Reader:
    if mapped.field is not None:
        source = mapped.field
        one: Reader = lambda row, _ad, _act, _who: row.get(source, "")  # noqa: E731 (one of several)
    elif naming:
        return lambda row, _ad, _act, who: _first_name(naming, row, who)
    elif mapped.values is not None:
        return lambda row, ad, act, _who: tuple(
            filter(None, (_rendered(template, row, ad, act) for template in templates))
        )
    else:
        (template,) = templates
        read = template.reader
        if PLACES[template.place].strict:
            one = lambda row, ad, act, _who: _rendered(template, row, ad, act)  # noqa: E731 (one of several)
        else:
            one = lambda row, ad, act, _who: read(row, ad, NOTHING, act, None)  # noqa: E731 (one of several)
    if mapped.split is None:
        return one
    separator = mapped.split
    return lambda row, ad, act, who: tuple(filter(None, map(str.strip, str(one(row, ad, act, who)).split(separator))))


def _first_name(naming: CompiledFormat, row: Row, who: Who | None) -> str:
    if who is None:
        raise TypeError("a naming format needs to know whose name it forms")
    return naming.series(row, who.seed, who.moment).at(0)


def _rendered(template: Template, row: Row, ad: Row, act: Row) -> str:
    try:
        return template.render(row, ad=ad, act=act)
    except MissingValueError:
        return ""
