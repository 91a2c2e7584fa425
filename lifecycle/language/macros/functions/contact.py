"""Parts of an e-mail address, and telephone numbers."""

from __future__ import annotations

from collections.abc import Callable

from lifecycle.language.macros.functions.function import VALUE, Example, Function, Parameter
from lifecycle.language.macros.functions.kinds import Kind
from lifecycle.language.vocabulary import Vocabulary

_LONGEST_NUMBER = 100


def _parts(address: str) -> tuple[str, str]:
    local, at, domain = address.strip().rpartition("@")
    if address.strip() and not (local and at and domain):
        raise ValueError("no e-mail address")
    return local, domain


def mail_local(address: str) -> str:
    """What stands before the last @."""
    return _parts(address)[0]


def mail_domain(address: str) -> str:
    """What stands behind the last @."""
    return _parts(address)[1]


def _region(text: str, _words: Vocabulary) -> str | None:
    import phonenumbers  # noqa: PLC0415 (slow; who does not use it does not pay)

    if text and text.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"must be a country of two letters such as DE; given: {text[:60]!r}")
    return text.upper() or None


def phone_e164() -> Callable[..., str]:
    """The function that writes a telephone number as E.164: ``+493012345678``."""
    import phonenumbers  # noqa: PLC0415 (slow; who does not use it does not pay)

    def written(number: str, region: str | None = None) -> str:
        if not number.strip():
            return ""
        try:
            read = phonenumbers.parse(number[:_LONGEST_NUMBER], region)
        except phonenumbers.NumberParseException:  # its text may hold the number
            raise ValueError("no telephone number") from None
        if not phonenumbers.is_possible_number(read):
            raise ValueError("a telephone number of too few or too many digits")
        return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)

    return written


CONTACT = (
    Function(
        "mail_local",
        "What stands before the @ of an e-mail address.",
        (VALUE,),
        (Example("%fx.mail_local(#%src.mail%#)%", {"mail": "ann.ward@corp.example"}, "ann.ward"),),
        mail_local,
    ),
    Function(
        "mail_domain",
        "What stands behind the @ of an e-mail address.",
        (VALUE,),
        (Example("%fx.mail_domain(#%src.mail%#)%", {"mail": "ann.ward@corp.example"}, "corp.example"),),
        mail_domain,
    ),
    Function(
        "phone_e164",
        "A telephone number as +, country and digits; the country is that of numbers that name none. An extension is "
        "left out.",
        (Parameter("number"), Parameter("country", Kind("country of two letters", _region), optional=True)),
        (
            Example("%fx.phone_e164(#%src.phone%#, DE)%", {"phone": "(030) 1234-5678"}, "+493012345678"),
            Example("%fx.phone_e164(#%src.phone%#, DE)%", {"phone": "+44 20 7946 0123"}, "+442079460123"),
        ),
        load=phone_e164,
    ),
)
