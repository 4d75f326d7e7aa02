"""What a search may use at most: `--budget states=1e6,seconds=60,memory=4G,depth=20`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .subjects import UsageError

EXAMPLE = "states=2e6,seconds=60,memory=4G,depth=30"
_WORDS = ("states", "seconds", "memory", "depth")
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:e[0-9]{1,2})?)\s*(?:([kmgt]?)i?b?)", re.IGNORECASE)


def parse(text: str) -> Mapping[str, float | int]:
    """The budget by word: states, depth and memory (bytes) as integers, seconds as a number.

    Raises UsageError for another word, a word given twice, or a value that is no positive number.
    """
    found: dict[str, float | int] = {}
    for part in text.split(","):
        word, equals, value = (piece.strip() for piece in part.partition("="))
        if word not in _WORDS or not equals:
            raise UsageError(f"budget {part.strip()!r}; write some of {EXAMPLE}")
        if word in found:
            raise UsageError(f"budget {word} is given twice")
        found[word] = _value(word, value)
    return found


def _value(word: str, value: str) -> float | int:
    match = _NUMBER.fullmatch(value)
    if match is None or (match.group(2) and word != "memory"):
        raise UsageError(f"budget {word}={value!r}; write a positive number, as in {EXAMPLE}")
    number = float(match.group(1)) * _UNITS[match.group(2).lower()]
    if number <= 0 or (word != "seconds" and int(number) == 0):
        raise UsageError(f"budget {word}={value!r}; write a positive number, as in {EXAMPLE}")
    return number if word == "seconds" else int(number)
