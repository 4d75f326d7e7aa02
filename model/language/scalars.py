"""Types of one leaf: truth values, numbers with or without bounds, names.

A type knows its leaves (the scalars a value of it is made of, in order), its zero,
and how a flat run of leaf values is shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .errors import BadValue, UnknownName, placed, suggest
from .interval import Bound, infinite
from .plain import Num
from .sorts import Binders

Tree = Any
Paths = Iterator[tuple[str, str, "Scalar"]]  # (name with indices, path without, scalar type)


class Type:
    """What all types share; `height` is how deep sorts without a size are nested in it."""

    height: int = 0

    def leaves(self, name: str, path: str) -> Paths:
        """Each leaf's full name, its path without indices, and its scalar type."""
        raise NotImplementedError

    def binders(self) -> Iterator[Binders]:
        """For each leaf, in order, the sorts without a size that it is an entry of."""
        for _ in self.leaves("", ""):
            yield ()

    def zero(self) -> Tree:
        """The canonical empty value."""
        raise NotImplementedError

    def build(self, take: Callable[[], Any]) -> Tree:
        """A tree whose leaves are what `take` returns, called once a leaf, in order."""
        raise NotImplementedError

    def flatten(self, tree: Tree) -> Iterator[Any]:
        """The leaves of a tree, in order."""
        raise NotImplementedError

    def show(self, tree: Tree) -> Any:
        """A concrete tree as plain data: bool, int, str, frozenset, list, dict."""
        raise NotImplementedError

    def parse(self, data: Any) -> Tree:
        """The tree of plain data; the inverse of `show`.  Raises `BadValue`."""
        raise NotImplementedError


class Scalar(Type):
    """A type of one leaf: a truth value, or an integer from `low` to `high`."""

    low: Bound = 0
    high: Bound = 1
    boolean: bool = False

    def leaves(self, name: str, path: str) -> Paths:
        yield name, path, self

    def zero(self) -> Tree:
        return False if self.boolean else Num(0)

    def build(self, take: Callable[[], Any]) -> Tree:
        return take()

    def flatten(self, tree: Tree) -> Iterator[Any]:
        yield tree

    def show(self, tree: Tree) -> Any:
        return bool(tree) if self.boolean else int(tree)

    def parse(self, data: Any) -> Tree:
        wanted = bool if self.boolean else int
        if isinstance(data, bool) != self.boolean or not isinstance(data, wanted):
            raise BadValue(f"{data!r} where {self} is expected")
        if not self.low <= data <= self.high:
            raise BadValue(f"{data!r} is outside {self}")
        return data if self.boolean else Num(data)


class _BoolType(Scalar):
    boolean = True

    def __repr__(self) -> str:
        return "Bool"

    def __call__(self) -> _BoolType:
        return self


Bool = _BoolType()


@dataclass(frozen=True, eq=False)
class Int(Scalar):
    """An integer from `low` to `high`, both included; without a bound where none is given."""

    low: Bound = -math.inf
    high: Bound = math.inf

    def __post_init__(self) -> None:
        low, high = plain(self.low) or self.low == -math.inf, plain(self.high)
        if not low or not (high or self.high == math.inf) or self.low > self.high:
            text = f"Int({self.low!r}, {self.high!r}); the bounds are integers, low first"
            raise placed(BadValue(text))

    def zero(self) -> Tree:
        return Num(min(max(0, self.low), self.high))

    def __repr__(self) -> str:
        low, high = ("" if infinite(b) else str(b) for b in (self.low, self.high))
        return f"{low}..{high}" if low or high else "an integer"


def Nat(high: Bound = math.inf) -> Int:
    """A natural number from 0 to `high`, included; without a bound where none is given."""
    return Int(0, high)


class Enum(Scalar):
    """One of a few names; unpack it to get the constants in order."""

    def __init__(self, names: str) -> None:
        self.names = tuple(names.split()) if isinstance(names, str) else ()
        if not self.names or len(set(self.names)) != len(self.names):
            text = f"Enum({names!r}); write distinct names with spaces between them"
            raise placed(BadValue(text))
        self.high = len(self.names) - 1

    def __iter__(self) -> Iterator[Num]:
        return (Num(i) for i in range(len(self.names)))

    def __getitem__(self, name: str) -> Num:
        if name not in self.names:
            raise placed(UnknownName(f"no member {name!r}{suggest(str(name), self.names)}"))
        return Num(self.names.index(name))

    def show(self, tree: Tree) -> str:
        return self.names[int(tree)]

    def parse(self, data: Any) -> Tree:
        if not isinstance(data, str) or data not in self.names:
            raise BadValue(f"{data!r} where one of {', '.join(self.names)} is expected")
        return self[data]

    def __repr__(self) -> str:
        return "|".join(self.names)


def plain(value: Any) -> bool:
    """Whether a value is an integer as Python writes it."""
    return isinstance(value, int) and not isinstance(value, bool)
