"""Words and a record for templates of tests."""

from lifecycle.language.macros.template import Place, compile_template
from lifecycle.language.vocabulary import Table, Vocabulary

WORDS = Vocabulary(
    env={"base_dn": "DC=corp,DC=test", "mail_domain": "corp.test", "site.code": "BER"},
    tables={"cities": Table({"ber": "Berlin"})},
)
ROW = {"u.first": "Zoë", "u.last": "O'Brien", "u.id": "7", "u.none": "", "u.end": "2026-11-23T00:00:00+00:00"}
EVERYTHING = frozenset({"src", "ad", "m365", "act", "attempt"})


def render(text: str, place: Place = "prose", **row: str) -> str:
    return compile_template(text, WORDS, place).render(row or ROW)
