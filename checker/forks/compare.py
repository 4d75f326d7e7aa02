"""Two values that should be equal: their fingerprints, and the first place where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.runtime.digest import compute_hash

_LONGEST = 60
_ABSENT = "nothing"


@dataclass(frozen=True, slots=True)
class Item:
    """A place in a value, and what is there and should be there, in words."""

    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.path}: alone {self.expected}, interleaved {self.found}"


def fingerprint(value: object) -> bytes:
    """The hash of a value, empty for one that could still change: that equals no other."""
    try:
        return compute_hash(value)
    except BadValue:
        return b""


def first_difference(expected: object, found: object, path: str = "") -> Item | None:
    """The first place, in the order of the fields, where two values differ; None if none does."""
    if type(expected) is not type(found):
        return _item(path, expected, found)
    if is_dataclass(expected) and not isinstance(expected, type):
        names = [member.name for member in fields(expected)]
        pairs = ((f".{name}", getattr(expected, name), getattr(found, name)) for name in names)
        return _first(path, pairs)
    if isinstance(expected, FrozenMap) and isinstance(found, FrozenMap):
        return _in_maps(expected, found, path)
    if isinstance(expected, tuple) and isinstance(found, tuple):
        both = enumerate(zip(expected, found, strict=False))
        inner = _first(path, ((f"[{at}]", one, other) for at, (one, other) in both))
        if inner is None and len(expected) != len(found):
            return _item(f"{path} (length)", len(expected), len(found))
        return inner
    return None if expected == found else _item(path, expected, found)


def _first(path: str, pairs: Iterator[tuple[str, object, object]]) -> Item | None:
    for step, one, other in pairs:
        item = first_difference(one, other, path + step)
        if item is not None:
            return item
    return None


def _in_maps(
    expected: FrozenMap[object, object], found: FrozenMap[object, object], path: str
) -> Item | None:
    for key in FrozenMap(dict.fromkeys((*expected, *found))):
        place = f"{path}[{_words(key)}]"
        if key not in expected:
            return Item(place.lstrip("."), _ABSENT, _words(found[key]))
        if key not in found:
            return Item(place.lstrip("."), _words(expected[key]), _ABSENT)
        item = first_difference(expected[key], found[key], place)
        if item is not None:
            return item
    return None


def _item(path: str, expected: object, found: object) -> Item:
    return Item(path.lstrip(".") or "value", _words(expected), _words(found))


def _words(value: object) -> str:
    text = value.hex() if isinstance(value, bytes) else repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
