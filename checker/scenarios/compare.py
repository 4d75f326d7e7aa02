"""What is expected beside what is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ABSENT = object()
"""Where nothing is seen at all."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One place where something else is seen; `seen` is `ABSENT` where there is nothing."""

    path: str
    expected: Any
    seen: Any


def compare(expected: Any, seen: Any, path: str = "") -> Iterator[Mismatch]:
    """The differences: of objects only the keys that are expected, of lists everything."""
    if isinstance(expected, dict) and isinstance(seen, dict):
        for key, item in expected.items():
            place = f"{path}.{key}" if path else key
            yield from compare(item, seen.get(key, ABSENT), place)
    elif isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        for i, (wanted, found) in enumerate(zip(expected, seen, strict=True)):
            yield from compare(wanted, found, f"{path}[{i}]")
    elif not _same(expected, seen):
        yield Mismatch(path, expected, seen)


def _same(expected: Any, seen: Any) -> bool:
    """Equal, and of one kind: true is not 1."""
    return isinstance(expected, bool) == isinstance(seen, bool) and expected == seen
