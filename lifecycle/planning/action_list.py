"""A list of actions made ready: texts compiled, so that a fault of the configuration shows before anything is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lifecycle.actions.outside import Need
from lifecycle.actions.parameters import AT_HAND, Parameters
from lifecycle.actions.template import AccountTemplate
from lifecycle.language.filters.filter import conditions_of
from lifecycle.language.macros.place import Place
from lifecycle.language.macros.template import Template, compile_template
from lifecycle.language.vocabulary import Vocabulary

LEAVERS, JOINERS, MOVERS, REHIRES = "leavers", "joiners", "movers", "rehires"
PEOPLE = "people"
"""The list of a user-actions."""
NIGHTLY = frozenset({LEAVERS, PEOPLE})
"""Lists whose plain state of the directory every run looks at, as long as they apply."""
FETCHED = "fetched"
"""What an answer to a webhook says of an account."""
REQUEST = "request"
"""The list that somebody gives by hand."""


@dataclass(frozen=True, slots=True)
class ActionList:
    """What is done to one account, in this order.

    Args:
        rule: Which list of the configuration it is; the journal and the plan table say so.
        items: The actions.
        templates: Text and place → compiled.
    """

    rule: str
    items: tuple[Parameters, ...]
    templates: Mapping[tuple[str, Place], Template]

    @property
    def attributes(self) -> frozenset[str]:
        """Every LDAP attribute that planning the list looks at."""
        named = {name for item in self.items for name in item.attributes()}
        asked = {one.field for item in self.items if item.when for one in conditions_of(item.when)}
        told = {name for template in self.templates.values() for name in template.names("ad")}
        return frozenset(named | asked | told)

    @property
    def once(self) -> tuple[tuple[int, Parameters], ...]:
        """What no later run looks at besides, done when the list begins or later: place in the list, and action."""
        return tuple((number, item) for number, item in enumerate(self.items) if not item.stands)

    @property
    def standing(self) -> Iterator[tuple[int, Parameters]]:
        """What every run looks at as long as the list applies."""
        return ((number, item) for number, item in enumerate(self.items) if item.stands)

    @property
    def needs(self) -> frozenset[Need]:
        """What planning the list looks up besides attributes."""
        return frozenset(need for item in self.items for need in item.looks_up())


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """A template for new accounts, its texts compiled."""

    template: AccountTemplate
    templates: Mapping[tuple[str, Place], Template]

    @property
    def attributes(self) -> frozenset[str]:
        """Every LDAP attribute that filling it looks at."""
        told = {name for one in self.templates.values() for name in one.names("ad")}
        return self.template.attributes() | told


def compiled_template(template: AccountTemplate, words: Vocabulary) -> CompiledTemplate:
    """Compile a template.

    Raises:
        ValueError: A text is no template; the message says which.
    """
    return CompiledTemplate(template, _compiled(template.texts(), words))


def action_list(rule: str, items: Sequence[Parameters], words: Vocabulary) -> ActionList:
    """Compile a list.

    Raises:
        ValueError: A text is no template; the message says which.
    """
    texts = (
        (f"{number}.{path}", text, place) for number, item in enumerate(items) for path, text, place in item.texts()
    )
    return ActionList(rule, tuple(items), _compiled(texts, words))


def _compiled(texts: Iterable[tuple[str, str, Place]], words: Vocabulary) -> dict[tuple[str, Place], Template]:
    templates: dict[tuple[str, Place], Template] = {}
    for path, text, place in texts:
        try:
            templates[text, place] = compile_template(text, words, place, AT_HAND)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
    return templates
