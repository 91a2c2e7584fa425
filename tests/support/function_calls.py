"""Functions of the language, called with values."""

from lifecycle.language.macros.template import Attempt, compile_template
from lifecycle.language.vocabulary import Table, Vocabulary

WORDS = Vocabulary(
    tables={
        "sites": Table({"ber": "Berlin", "strasse": "Street", "": "Nowhere"}, default="Elsewhere"),
        "exact": Table({"BER": "Berlin"}, ignore_case=False),
    }
)


def call(text: str, *values: str, attempt: Attempt | None = None) -> str:
    """The function called with values in place of the letters a, b, c …, none of them a constant."""
    row = {chr(ord("a") + number): value for number, value in enumerate(values)}
    for name in row:
        text = text.replace(f"<{name}>", f"#%src.{name}%#")
    return compile_template(f"%fx.{text}%", WORDS, at_hand={"src", "attempt"}).render(row, attempt=attempt)
