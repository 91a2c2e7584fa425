"""Values rendered in their places."""

from lifecycle.language.macros.template import Place, compile_template
from lifecycle.language.vocabulary import Vocabulary

WORDS = Vocabulary(
    env={"base_dn": "DC=corp,DC=test", "company": 'Ward & "Sons" <Ltd>', "root": "/srv/home", "u": "a/b"}
)


def render(place: Place, text: str, **row: str) -> str:
    return compile_template(text, WORDS, place).render(row)
