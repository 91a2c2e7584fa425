"""All of ``config/``, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lifecycle.actions.modify_by_template import ModifyByTemplateParameters
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.template import AccountTemplate
from lifecycle.config.automation import Automation
from lifecycle.config.data_source import DataSource
from lifecycle.config.endpoint import Endpoint
from lifecycle.config.policy import ActionPolicy
from lifecycle.config.recipe import Recipe, recipe_of
from lifecycle.config.settings import Settings
from lifecycle.config.table import LookupTable
from lifecycle.config.webhook import Webhook
from lifecycle.language.names.compiled import compile_format
from lifecycle.language.names.naming import NamingFormat
from lifecycle.language.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Configuration:
    """Every file of one folder; each mapping is from name to model."""

    folder: Path
    settings: Settings
    endpoints: Mapping[str, Endpoint]
    formats: Mapping[str, NamingFormat]
    data_sources: Mapping[str, DataSource]
    automations: Mapping[str, Automation]
    tables: Mapping[str, LookupTable] = field(default_factory=dict)
    policies: Mapping[str, ActionPolicy] = field(default_factory=dict)
    templates: Mapping[str, AccountTemplate] = field(default_factory=dict)
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)

    def with_templates(self, items: Sequence[Parameters]) -> tuple[Parameters, ...]:
        """Actions with the content of the templates that they name; one that is not there stays without."""
        return tuple(
            one.model_copy(update={"content": self.templates.get(one.template)})
            if isinstance(one, ModifyByTemplateParameters)
            else one
            for one in items
        )

    @property
    def vocabulary(self) -> Vocabulary:
        """What macros may speak of besides records."""
        return Vocabulary(env=self.settings.env, tables={name: one.table for name, one in self.tables.items()})

    def recipes_of(self, source: DataSource) -> dict[str, Recipe]:
        """Every mapped attribute of a data source, compiled.

        Raises:
            MacroError, KeyError: A text is no template, or names a format that does not exist; never after loading.
        """
        return {
            name: recipe_of(name, mapped, self.vocabulary, self.formats) for name, mapped in source.attributes.items()
        }

    def name_fields(self, source: DataSource) -> frozenset[str]:
        """Every source field that the naming formats of a data source read.

        Raises:
            MacroError, KeyError: A macro is none, or a format does not exist; never after loading.
        """
        names = {name for bundle in source.names for name in bundle.attributes.values()}
        compiled = (compile_format(self.formats[name], self.formats, self.vocabulary) for name in names)
        return frozenset[str]().union(*(one.fields for one in compiled))

    def fields_of(self, source: DataSource) -> dict[str, str]:
        """Every field of a data source as ``endpoint.field``, with its datatype."""
        return {
            f"{part.name}.{field}": spec.type.value
            for part in source.endpoints
            if part.name in self.endpoints
            for field, spec in self.endpoints[part.name].fields.items()
        }
