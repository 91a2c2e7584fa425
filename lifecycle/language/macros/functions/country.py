"""Countries: from any code or English name to one code or name (ISO 3166-1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from anyascii import anyascii

from lifecycle.language.macros.functions.function import VALUE, Example, Function, Parameter
from lifecycle.language.macros.functions.kinds import one_of

_ALSO: dict[str, str] = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "united states of america": "US",
    "america": "US",
    "russia": "RU",
    "turkey": "TR",
    "holland": "NL",
    "ivory coast": "CI",
    "czech republic": "CZ",
    "macedonia": "MK",
    "swaziland": "SZ",
    "burma": "MM",
    "cape verde": "CV",
    "east timor": "TL",
    "vatican": "VA",
    "brunei": "BN",
    "palestine": "PS",
    "micronesia": "FM",
    "democratic republic of the congo": "CD",
}
"""Names in use that the standard does not have."""


@cache
def _countries() -> dict[str, Any]:
    """Every spelling → pycountry's record."""
    import pycountry  # noqa: PLC0415 (slow; who does not use it does not pay)

    found: dict[str, Any] = {}
    for field in ("name", "official_name", "common_name", "numeric", "alpha_3", "alpha_2"):
        found |= {_spelling(getattr(one, field)): one for one in pycountry.countries if getattr(one, field, None)}
    return found | {name: found[code.casefold()] for name, code in _ALSO.items()}


def _spelling(text: str) -> str:
    plain = " ".join(anyascii(text).casefold().replace(".", "").split())
    return plain.zfill(3) if plain.isdigit() else plain.removeprefix("the ")


def country() -> Callable[..., str]:
    """The function that gives the form asked for."""
    countries = _countries()

    def written(value: str, form: str) -> str:
        if not value.strip():
            return ""
        found = countries.get(_spelling(value))
        if found is None:
            raise ValueError("no country")
        common = getattr(found, "common_name", None) if form == "name" else None
        text: str = common or getattr(found, form)
        return text

    return written


COUNTRY = (
    Function(
        "country",
        "A country, from its code or English name in whatever case: `alpha_2` for the attributes c and "
        "msExchUsageLocation, `numeric` for countryCode, `name` for co.",
        (VALUE, Parameter("form", one_of("alpha_2", "alpha_3", "numeric", "name"))),
        (
            Example("%fx.country(#%src.country%#, alpha_2)%", {"country": "germany"}, "DE"),
            Example("%fx.country(#%src.country%#, numeric)%", {"country": "FR"}, "250"),
            Example("%fx.country(#%src.country%#, name)%", {"country": "GBR"}, "United Kingdom"),
            Example("%fx.country(#%src.country%#, alpha_3)%", {"country": "Côte d'Ivoire"}, "CIV"),
        ),
        load=country,
    ),
)
