"""Documents that nobody would write: random bytes, words of YAML in any order, damaged files, random structures."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence

TOKENS = (
    "- ", "? ", ": ", ":", ", ", "[", "]", "{", "}", "\n", "\n  ", "\n    ", "\t", "# x", "&a ", "*a", "<<: *a",
    "!!str ", "!!int ", "!x ", "|\n", ">-\n", "---\n", "...\n", "%YAML 1.1\n", '"', "'", '"\\u0041"', '"\\ud800"',
    '"\\U00110000"', "null", "~", "true", "yes", "0x1F", "1e999", ".nan", "007", "2026-11-23", "9" * 400,
    "name", "users", "fields", "é", "\u2028", "\ufeff", "\x07", "\x00", "\r\n", "%src.users.name%", "%",
    "%fx.default(#%src.a%#, b)%", "password: hunter2",
)  # fmt: skip
"""Pieces of YAML and of the configuration's language."""


def documents(seed: int, count: int, files: Sequence[str], largest: int = 2000) -> Iterator[bytes]:
    """Random documents, the same for the same seed.

    Args:
        seed: Where to begin.
        count: How many.
        files: Texts of real files, to be damaged.
        largest: Tokens or bytes of a document, about.
    """
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret with it
    makers = (_bytes, _soup, _damaged, _damaged, _structure)
    for _ in range(count):
        yield chance.choice(makers)(chance, files, largest)


def _bytes(chance: random.Random, _files: Sequence[str], largest: int) -> bytes:
    return chance.randbytes(int(largest ** chance.random()))


def _soup(chance: random.Random, _files: Sequence[str], largest: int) -> bytes:
    tokens = chance.sample(TOKENS, chance.randint(1, 12))
    return "".join(chance.choices(tokens, k=int((largest / 4) ** chance.random()))).encode("utf-8", "surrogatepass")


def _damaged(chance: random.Random, files: Sequence[str], _largest: int) -> bytes:
    return damaged(chance, chance.choice(files), files).encode()


def damaged(chance: random.Random, text: str, files: Sequence[str]) -> str:
    """A file's text with some characters or lines missing, added, repeated or moved, also from other files."""
    for _ in range(chance.randint(1, 4)):
        begin = chance.randrange(len(text) + 1)
        end = begin + int(60 ** chance.random()) - 1
        piece = text[begin:end]
        lines = text.splitlines(keepends=True) or [""]
        match chance.randrange(6):
            case 0:
                text = text[:begin] + text[end:]
            case 1:
                text = text[:begin] + chance.choice(TOKENS) + text[begin:]
            case 2:
                text = text[:begin] + piece * chance.randint(2, 5) + text[end:]
            case 3:
                text = text[:begin] + chance.choice(TOKENS) + text[end:]
            case 4:
                chance.shuffle(lines)
                text = "".join(lines)
            case _:
                lines.insert(
                    chance.randrange(len(lines)), chance.choice(chance.choice(files).splitlines() or [""]) + "\n"
                )
                text = "".join(lines)
    return text


def _structure(chance: random.Random, files: Sequence[str], largest: int) -> bytes:
    words = [word.strip("\"'{}[],:-") for word in " ".join(files).split()]
    room = [int((largest / 8) ** chance.random()) + 1]
    return json.dumps(_value(chance, words, 0, room), indent=chance.choice((None, 2))).encode()


def _value(chance: random.Random, words: Sequence[str], depth: int, room: list[int]) -> object:
    room[0] -= 1
    kind = chance.randrange(9)
    size = chance.randint(0, 6) if room[0] > 0 and depth < chance.choice((4, 8, 80)) else 0
    if depth == 0 or kind < 3:
        return {chance.choice(words): _value(chance, words, depth + 1, room) for _ in range(size)}
    if kind < 5:
        return [_value(chance, words, depth + 1, room) for _ in range(size)]
    return chance.choice((chance.choice(words), chance.choice(TOKENS), chance.randint(-9, 9), None, True, 1e300))
