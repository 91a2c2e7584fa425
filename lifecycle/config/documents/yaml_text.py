"""Plain values as YAML, in the style of the configuration."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML

_WIDTH = 120


def yaml_text(value: Any) -> str:
    """A mapping or list of plain values as YAML, keys in the order given, without a line end behind it."""
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = None
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # an attribute of its own, untyped
    writer.width = _WIDTH
    writer.allow_unicode = True
    out = io.StringIO()
    writer.dump(value, out)
    return out.getvalue().rstrip("\n")
