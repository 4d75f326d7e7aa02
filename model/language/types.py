"""The finite types a state variable can have.

A type knows its leaves (the scalars a value of it is made of, in order), its zero,
and how a flat run of leaf values is shown.  A value of a type is a *tree*: a scalar, a dict for
a record, a list for an array or a set, a `Queue` for a sequence.  States are canonical:
what is absent (a dead queue place, a cleared record) is the zero of its type, so that
states are equal exactly when their leaves are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import BadValue, UnknownName, placed, suggest
from .plain import Num
from .terms import And, If, Sum, truth

Tree = Any
Paths = Iterator[tuple[str, str, "Scalar"]]  # (name with indices, path without, scalar type)


class Type:
    """What all types share."""

    def leaves(self, name: str, path: str) -> Paths:
        """Each leaf's full name, its path without indices, and its scalar type."""
        raise NotImplementedError

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

    low: int = 0
    high: int = 1
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
    """An integer from `low` to `high`, both included."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if not _plain(self.low) or not _plain(self.high) or self.low > self.high:
            text = f"Int({self.low!r}, {self.high!r}); the bounds are integers, low first"
            raise placed(BadValue(text))

    def zero(self) -> Tree:
        return Num(min(max(0, self.low), self.high))

    def __repr__(self) -> str:
        return f"{self.low}..{self.high}"


def Nat(high: int) -> Int:
    """A natural number from 0 to `high`, included."""
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


@dataclass(frozen=True, eq=False)
class Index(Scalar):
    """A sort with `n` members 0..n-1; as a type, one of them.

    `interchangeable` states that the members can be permuted without any difference;
    a reduction may use that only after checking it.
    """

    name: str
    n: int
    interchangeable: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _plain(self.n) or self.n < 0:
            text = f"Index({self.name!r}, {self.n!r}); write Index(name, number of members)"
            raise placed(BadValue(text))

    @property
    def high(self) -> int:  # type: ignore[override]
        """The last member."""
        return self.n - 1

    def leaves(self, name: str, path: str) -> Paths:
        if self.n == 0:
            raise placed(BadValue(f"{name} is a member of the empty sort {self.name}"))
        yield name, path, self

    def __iter__(self) -> Iterator[Num]:
        return (Num(i) for i in range(self.n))

    def __reversed__(self) -> Iterator[Num]:
        return (Num(i) for i in reversed(range(self.n)))

    def __len__(self) -> int:
        return self.n

    def same(self, other: Index) -> bool:
        """Whether two declarations are of one sort: a configuration may make it anew each time."""
        return self.name == other.name and self.n == other.n

    def set(self, member: Callable[[Num], Any]) -> Any:
        """The set of the members for which `member` is true."""
        from .views import value_of

        return value_of(Set(self), [truth(member(i), "set membership") for i in self])

    def __repr__(self) -> str:
        return f"{self.name} 0..{self.n - 1}"


class Record(Type):
    """Named fields."""

    def __init__(self, **fields: Type) -> None:
        for name in fields:
            if name.startswith("_"):
                raise placed(BadValue(f"a field named {name!r}; a name starts with a letter"))
        self.fields = {name: _typed(t, name) for name, t in fields.items()}

    def leaves(self, name: str, path: str) -> Paths:
        for f, t in self.fields.items():
            yield from t.leaves(f"{name}.{f}", f"{path}.{f}")

    def zero(self) -> Tree:
        return {f: t.zero() for f, t in self.fields.items()}

    def build(self, take: Callable[[], Any]) -> Tree:
        return {f: t.build(take) for f, t in self.fields.items()}

    def flatten(self, tree: Tree) -> Iterator[Any]:
        for f, t in self.fields.items():
            yield from t.flatten(tree[f])

    def show(self, tree: Tree) -> Any:
        return {f: t.show(tree[f]) for f, t in self.fields.items()}

    def parse(self, data: Any) -> Tree:
        if not isinstance(data, Mapping) or set(data) != set(self.fields):
            raise BadValue(f"{data!r} where a record of {', '.join(self.fields)} is expected")
        return {f: t.parse(data[f]) for f, t in self.fields.items()}

    def __repr__(self) -> str:
        return "(" + ", ".join(f"{f}: {t}" for f, t in self.fields.items()) + ")"


class Array(Type):
    """One value of `element` for each member of `index`."""

    def __init__(self, index: Index, element: Type) -> None:
        if not isinstance(index, Index):
            text = f"{type(self).__name__}({index!r}, ...); the first argument is an Index"
            raise placed(BadValue(text))
        self.index, self.element = index, _typed(element, "element")

    def leaves(self, name: str, path: str) -> Paths:
        for i in range(self.index.n):
            yield from self.element.leaves(f"{name}[{i}]", path)

    def zero(self) -> Tree:
        return [self.element.zero() for _ in range(self.index.n)]

    def build(self, take: Callable[[], Any]) -> Tree:
        return [self.element.build(take) for _ in range(self.index.n)]

    def flatten(self, tree: Tree) -> Iterator[Any]:
        for item in tree:
            yield from self.element.flatten(item)

    def show(self, tree: Tree) -> Any:
        return [self.element.show(item) for item in tree]

    def parse(self, data: Any) -> Tree:
        if not isinstance(data, (list, tuple)) or len(data) != self.index.n:
            raise BadValue(f"{data!r} where a list of {self.index.n} is expected")
        return [self.element.parse(item) for item in data]

    def __repr__(self) -> str:
        return f"{self.index.name} -> {self.element}"


class Set(Array):
    """A set of members of `index`: one truth value each."""

    def __init__(self, index: Index) -> None:
        super().__init__(index, Bool)

    def show(self, tree: Tree) -> Any:
        return frozenset(i for i, member in enumerate(tree) if member)

    def parse(self, data: Any) -> Tree:
        if not isinstance(data, (set, frozenset)) or not all(
            _plain(i) and 0 <= i < self.index.n for i in data
        ):
            raise BadValue(f"{data!r} where a set of members of {self.index} is expected")
        return [i in data for i in range(self.index.n)]

    def __repr__(self) -> str:
        return f"set of {self.index.name}"


@dataclass
class Queue:
    """The tree of a sequence: its length, and a value for each place up to the capacity."""

    len: Any
    items: list[Tree] = field(default_factory=list)


class Seq(Type):
    """A queue of at most `capacity` values of `element`; the capacity is a limit of the model."""

    def __init__(self, element: Type, capacity: int) -> None:
        if not _plain(capacity) or capacity < 1:
            raise placed(BadValue(f"Seq(..., {capacity!r}); the capacity is at least 1"))
        self.element, self.capacity = _typed(element, "element"), int(capacity)
        self.length = Nat(self.capacity)

    def leaves(self, name: str, path: str) -> Paths:
        yield f"{name}.len", f"{path}.len", self.length
        for i in range(self.capacity):
            yield from self.element.leaves(f"{name}[{i}]", path)

    def zero(self) -> Tree:
        return Queue(Num(0), [self.element.zero() for _ in range(self.capacity)])

    def build(self, take: Callable[[], Any]) -> Tree:
        length = take()
        return Queue(length, [self.element.build(take) for _ in range(self.capacity)])

    def flatten(self, tree: Tree) -> Iterator[Any]:
        yield tree.len
        for item in tree.items:
            yield from self.element.flatten(item)

    def show(self, tree: Tree) -> Any:
        return [self.element.show(tree.items[i]) for i in range(int(tree.len))]

    def parse(self, data: Any) -> Tree:
        if not isinstance(data, (list, tuple)) or len(data) > self.capacity:
            raise BadValue(f"{data!r} where a list of at most {self.capacity} is expected")
        items = [self.element.parse(item) for item in data]
        return Queue(Num(len(items)), items + self.zero().items[len(items) :])

    def canonical(self, tree: Tree) -> Any:
        """Whether every place beyond the length is zero (a restriction on choices of this type)."""
        zero = list(self.element.flatten(self.element.zero()))
        dead = []
        for i, item in enumerate(tree.items):
            leaves = zip(self.element.flatten(item), zero, strict=True)
            dead.append(If(tree.len <= i, And([v == z for v, z in leaves]), True))
        return And(dead)

    def __repr__(self) -> str:
        return f"queue of at most {self.capacity} {self.element}"


def canonical(kind: Type, tree: Tree) -> Any:
    """Whether a tree is the canonical form of its value: dead queue places are zero."""
    if isinstance(kind, Seq):
        return And(kind.canonical(tree), *[canonical(kind.element, item) for item in tree.items])
    if isinstance(kind, Record):
        return And([canonical(t, tree[f]) for f, t in kind.fields.items()])
    if isinstance(kind, Array) and not isinstance(kind, Set):
        return And([canonical(kind.element, item) for item in tree])
    return True


def size(tree: list[Any]) -> Any:
    """How many of a set's membership flags are true."""
    return Sum([If(member, 1, 0) for member in tree])


def _typed(value: Any, name: str) -> Type:
    if not isinstance(value, Type):
        text = f"{name}={value!r} is not a type; write Bool, Nat(max), Index(name, n), ..."
        raise placed(BadValue(text))
    return value


def _plain(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
