"""The types a state variable can have.

A value of a type is a *tree*: a scalar, a dict for a record, a list for an array or a set, a
`Queue` for a sequence; a `Family` for an array over a sort without a size.  States are canonical:
what is absent (a dead queue place, a cleared record) is the zero of its type, so that
states are equal exactly when their leaves are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import BadValue, ModelError, placed
from .interval import Bound
from .plain import Num
from .scalars import Bool, Enum, Int, Nat, Paths, Scalar, Tree, Type, plain
from .sorts import Binders, Family, closed, generic, settled, slot
from .terms import And, If, Sum, Term, truth


@dataclass(frozen=True, eq=False)
class Index(Scalar):
    """A sort with `n` members 0..n-1; as a type, one of them.

    Where `n` is a number term (a `parameter`), the sort has no size: its members are known to
    `each`, `forall` and `exists` alone.  `interchangeable` states that the members can be
    permuted without any difference; a reduction may use that only after checking it.
    """

    name: str
    n: Any
    interchangeable: bool = False

    def __post_init__(self) -> None:
        size = isinstance(self.n, Term) and self.n.range is not None and self.n.defined is None
        low = self.n.range[0] if size else self.n if plain(self.n) else -1
        if not isinstance(self.name, str) or low < 0:
            text = f"Index({self.name!r}, {self.n!r}); write Index(name, number of members)"
            raise placed(BadValue(text))

    @property
    def unbounded(self) -> bool:
        """Whether the number of members is a term."""
        return isinstance(self.n, Term)

    @property
    def high(self) -> Bound:
        """The last member."""
        return self.n.range[1] - 1 if self.unbounded else self.n - 1

    def leaves(self, name: str, path: str) -> Paths:
        if not self.unbounded and self.n == 0:
            raise placed(BadValue(f"{name} is a member of the empty sort {self.name}"))
        yield name, path, self

    def _members(self, what: str) -> range:
        if self.unbounded:
            raise ModelError(f"{what} over {self.name}, a sort without a size; {_INSTEAD[what]}")
        return range(self.n)

    def __iter__(self) -> Iterator[Num]:
        return (Num(i) for i in self._members("an ordered loop"))

    def __reversed__(self) -> Iterator[Num]:
        return (Num(i) for i in reversed(self._members("an ordered loop")))

    def __len__(self) -> int:
        return len(self._members("len()"))

    def same(self, other: Index) -> bool:
        """Whether two declarations are of one sort: a configuration may make it anew each time."""
        if self.unbounded or other.unbounded:
            sizes = self.unbounded and other.unbounded and self.n.expr.eq(other.n.expr)
            return bool(self.name == other.name and sizes)
        return bool(self.name == other.name and self.n == other.n)

    def set(self, member: Callable[[Any], Any]) -> Any:
        """The set of the members for which `member` is true."""
        from .views import value_of

        if self.unbounded:
            with generic(self) as i:
                flag = truth(member(i), "set membership")
                return value_of(Set(self), Family(settled(flag, i.expr, slot(0))))
        return value_of(Set(self), [truth(member(i), "set membership") for i in self])

    def __repr__(self) -> str:
        return self.name if self.unbounded else f"{self.name} 0..{self.n - 1}"


_INSTEAD = {
    "an ordered loop": "write `for x in s.each(...)`, or forall and exists",
    "len()": "write the number itself",
    "a size": "state it with a quorum that is assumed, or keep a counter",
    "count": "state it with a quorum that is assumed, or keep a counter",
    "a queue": "give it a number as capacity, or keep an array or a set",
}


class Record(Type):
    """Named fields."""

    def __init__(self, **fields: Type) -> None:
        for name in fields:
            if name.startswith("_"):
                raise placed(BadValue(f"a field named {name!r}; a name starts with a letter"))
        self.fields = {name: _typed(t, name) for name, t in fields.items()}
        self.height = max((t.height for t in self.fields.values()), default=0)

    def leaves(self, name: str, path: str) -> Paths:
        for f, t in self.fields.items():
            yield from t.leaves(f"{name}.{f}", f"{path}.{f}")

    def binders(self) -> Iterator[Binders]:
        for t in self.fields.values():
            yield from t.binders()

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
        self.height = self.element.height + index.unbounded

    @property
    def binder(self) -> tuple[Index, Any]:
        """The sort, and the constant that stands for its member in a `Family` of this type."""
        return self.index, slot(self.height - 1)

    def leaves(self, name: str, path: str) -> Paths:
        for i in [self.index.name] if self.index.unbounded else range(self.index.n):
            yield from self.element.leaves(f"{name}[{i}]", path)

    def binders(self) -> Iterator[Binders]:
        if self.index.unbounded:
            yield from ((self.binder, *inner) for inner in self.element.binders())
        else:
            yield from list(self.element.binders()) * self.index.n

    def _each(self, make: Callable[[], Tree]) -> Tree:
        return Family(make()) if self.index.unbounded else [make() for _ in range(self.index.n)]

    def zero(self) -> Tree:
        return self._each(self.element.zero)

    def build(self, take: Callable[[], Any]) -> Tree:
        return self._each(lambda: self.element.build(take))

    def flatten(self, tree: Tree) -> Iterator[Any]:
        for item in [tree.body] if isinstance(tree, Family) else tree:
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
            plain(i) and 0 <= i < self.index.n for i in data
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
        if isinstance(capacity, Term):
            raise placed(ModelError(f"a queue without a capacity; {_INSTEAD['a queue']}"))
        if not plain(capacity) or capacity < 1:
            raise placed(BadValue(f"Seq(..., {capacity!r}); the capacity is at least 1"))
        self.element, self.capacity = _typed(element, "element"), int(capacity)
        self.length, self.height = Nat(self.capacity), self.element.height

    def leaves(self, name: str, path: str) -> Paths:
        yield f"{name}.len", f"{path}.len", self.length
        for i in range(self.capacity):
            yield from self.element.leaves(f"{name}[{i}]", path)

    def binders(self) -> Iterator[Binders]:
        yield ()
        yield from list(self.element.binders()) * self.capacity

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
    if isinstance(kind, Array) and isinstance(tree, Family):
        return closed(*kind.binder, canonical(kind.element, tree.body), every=True)
    if isinstance(kind, Array) and not isinstance(kind, Set):
        return And([canonical(kind.element, item) for item in tree])
    return True


def uncounted(index: Index, what: str) -> ModelError:
    """What a count over a sort without a size says."""
    return ModelError(f"{what} over {index.name}, a sort without a size; {_INSTEAD[what]}")


def size(tree: list[Any]) -> Any:
    """How many of a set's membership flags are true."""
    return Sum([If(member, 1, 0) for member in tree])


def _typed(value: Any, name: str) -> Type:
    if not isinstance(value, Type):
        text = f"{name}={value!r} is not a type; write Bool, Nat(max), Index(name, n), ..."
        raise placed(BadValue(text))
    return value


__all__ = [
    "Array",
    "Bool",
    "Enum",
    "Index",
    "Int",
    "Nat",
    "Queue",
    "Record",
    "Scalar",
    "Seq",
    "Set",
    "Tree",
    "Type",
    "canonical",
    "size",
]
