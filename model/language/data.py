"""Values as plain numbers and plain data: enumerate them, and read what a file says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from .errors import BadValue, UnknownName, suggest, unbounded
from .interval import infinite
from .types import Array, Record, Scalar, Seq, Type


def encode(kinds: Mapping[str, Type], data: Mapping[str, Any], what: str) -> tuple[int, ...]:
    """The leaf numbers of plain data by name; `what` is what a name is called in a message."""
    for name in data:
        if name not in kinds:
            raise UnknownName(f"no {what} {name!r}{suggest(name, kinds)}")
    numbers: list[int] = []
    for name, kind in kinds.items():
        if name not in data:
            raise UnknownName(f"{what} {name!r} is missing")
        try:
            numbers += [int(v) for v in kind.flatten(kind.parse(data[name]))]
        except BadValue as error:
            raise BadValue(f"{what} {name}: {error}") from error
    return tuple(numbers)


def values(kind: Type) -> Iterator[tuple[int, ...]]:
    """Every canonical value of a type as leaf numbers, in lexicographic order."""
    if isinstance(kind, Scalar):
        if infinite(kind.low) or infinite(kind.high):
            raise unbounded(str(kind))
        yield from ((v,) for v in range(kind.low, kind.high + 1))
    elif isinstance(kind, Record):
        yield from _product([list(values(t)) for t in kind.fields.values()])
    elif isinstance(kind, Array):
        yield from _product([list(values(kind.element))] * kind.index.n)
    elif isinstance(kind, Seq):
        element = list(values(kind.element))
        zero = tuple(int(v) for v in kind.element.flatten(kind.element.zero()))
        for length in range(kind.capacity + 1):
            rest = zero * (kind.capacity - length)
            yield from ((length, *items, *rest) for items in _product([element] * length))


def _product(parts: list[list[tuple[int, ...]]]) -> Iterator[tuple[int, ...]]:
    for combination in itertools.product(*parts):
        yield tuple(itertools.chain.from_iterable(combination))
