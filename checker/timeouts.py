"""In which block each statement of the timeout rule removes a candidate, by when it was backed.

What is asked is the scheduler's model itself, in concrete mode: one core, and a candidate that
never becomes available, backed in any block of a rotation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from properties.theorems.timeouts import late

SIZES: Mapping[str, int] = {"chain": 3, "thread": 4, "frequency": 6}
"""A parachain's period, a parathread's, and the blocks of a rotation: each window another."""

ROTATIONS = 3
"""How many rotations to look ahead: a rule that has not fired by the third never does."""


@dataclass(frozen=True)
class Course:
    """What one rule does on a parachain's core.

    `fires` tells of each block of a rotation whether anything can time out there; `removed` of each
    block in which a candidate is backed the one that removes it, or None.
    """

    rule: str
    fires: tuple[bool, ...]
    removed: tuple[int | None, ...]


def courses(sizes: Mapping[str, int] = SIZES) -> list[Course]:
    """The three rules, as they stand in the text."""
    found = []
    for rule in ("prose", "predicate", "algorithm"):
        rotation = range(sizes["frequency"])
        old = max(sizes.values()) + 1
        fires = tuple(_late(rule, block, old, sizes) for block in rotation)
        removed = tuple(_removed(rule, backed, sizes) for backed in rotation)
        found.append(Course(rule, fires, removed))
    return found


def _late(rule: str, block: int, age: int, sizes: Mapping[str, int]) -> bool:
    asked: Any = late
    return bool(asked(rule, block, age, parachains=1, **sizes))


def _removed(rule: str, backed: int, sizes: Mapping[str, int]) -> int | None:
    blocks = range(backed + 1, ROTATIONS * sizes["frequency"] + 1)
    return next((b for b in blocks if _late(rule, b, b - backed, sizes)), None)
