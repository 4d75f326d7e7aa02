"""Operations on trees: choose between two, compare, build one from what an author wrote."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Any

import z3

from .errors import BadValue, UnknownName, suggest
from .plain import UNDEFINED, Num, Undefined
from .sorts import Family, Member, closed_over, settled
from .terms import And, If, Term, lift, nowhere, partial, truth, well_defined
from .types import Array, Index, Queue, Record, Scalar, Seq, Set, Type

_ANY = (-math.inf, math.inf)


class Handle:
    """Anything an author holds that stands for a tree of a type."""

    __slots__ = ()
    _kind: Any

    def _tree(self) -> Any:
        raise NotImplementedError


def merge(kind: Type, condition: Any, then: Any, otherwise: Any) -> Any:
    """`then` where the condition holds, `otherwise` elsewhere; leaf by leaf."""
    if condition is True:
        return then
    if condition is False or (then is otherwise and not partial(condition)):
        return otherwise
    pairs = zip(kind.flatten(then), kind.flatten(otherwise), strict=True)
    return rebuilt(kind, [If(condition, a, b) for a, b in pairs])


def rebuilt(kind: Type, leaves: Iterable[Any]) -> Any:
    """The tree of a type with these leaves."""
    values = iter(leaves)
    return kind.build(lambda: next(values))


def equal(kind: Type, a: Any, b: Any) -> Any:
    """Whether two trees have the same leaves."""
    pairs = zip(kind.flatten(a), kind.flatten(b), strict=True)
    return And(everywhere(kind, [x == y for x, y in pairs]))


def everywhere(kind: Type, conditions: Iterable[Any]) -> list[Any]:
    """Conditions on the leaves of a type, each meant for every member of the sorts it is over."""
    if not kind.height:
        return list(conditions)
    pairs = zip(kind.binders(), conditions, strict=True)
    return [closed_over(binders, c, every=True) for binders, c in pairs]


def pick(i: Any, entries: list[Any], kind: Type, inside: Any) -> Any:
    """The i-th of several trees of a type, for a symbolic i; undefined where not `inside`."""
    if not entries or not isinstance(i, Term) or not isinstance(inside, (Term, bool)):
        return _nothing(kind, entries)
    chosen = entries[-1]
    for j in reversed(range(len(entries) - 1)):
        chosen = merge(kind, i == j, entries[j], chosen)
    return guarded(kind, chosen, And(inside, well_defined(i)))


def within(i: Any, size: Any) -> Any:
    """Whether an index is one of the first `size` places; decided at once where its range tells."""
    known = i.range if isinstance(i, Term) else None
    if known and isinstance(size, int) and known[0] >= 0 and known[1] < size:
        return True
    return And(i >= 0, i < size)


def member(i: Any, index: Index) -> Any:
    """Whether an index is a member of a sort."""
    if isinstance(i, Member) and i.sort.same(index):
        return True
    return within(i, index.n)


def entry(kind: Array, part: Any, i: Any, of: Type) -> Any:
    """A part (of type `of`) of a family's body, for the member `i`; undefined if it is none."""
    _, const = kind.binder
    index = lift(i)
    if index is not NotImplemented:
        leaves = [settled(leaf, const, index.expr) for leaf in of.flatten(part)]
        part = rebuilt(of, leaves)
    return guarded(of, part, And(member(i, kind.index), well_defined(i)))


def guarded(kind: Type, tree: Any, where: Any) -> Any:
    """The tree with leaves that are defined only where a condition holds (and they themselves)."""
    if where is True:
        return tree
    return rebuilt(kind, [_guarded(leaf, where) for leaf in kind.flatten(tree)])


def _guarded(leaf: Any, where: Any) -> Any:
    if isinstance(leaf, Undefined) or where is False or isinstance(where, Undefined):
        return UNDEFINED
    term = lift(leaf)
    defined = And(where, well_defined(leaf))
    parts = [p for p in (defined.expr, defined.defined) if p is not None]
    return Term(term.expr, term.range, parts[0] if len(parts) == 1 else z3.And(*parts))


def _nothing(kind: Type, entries: list[Any]) -> Any:
    """A tree of undefined leaves; as terms where there are terms to be like."""
    if not entries:
        return rebuilt(kind, [UNDEFINED for _ in kind.flatten(kind.zero())])
    leaves = kind.flatten(entries[0])
    return rebuilt(kind, [nowhere(v) if isinstance(v, Term) else UNDEFINED for v in leaves])


def coerce(kind: Type, value: Any) -> Any:
    """The tree of what an author assigned: a scalar, a view, a dict, a list or a set."""
    if isinstance(value, Handle):
        if not _alike(kind, value._kind):
            raise BadValue(f"a value of type {value._kind} where {kind} is expected")
        return value._tree()
    if isinstance(kind, Scalar):
        return _scalar(kind, value)
    if isinstance(kind, Record):
        return _record(kind, value)
    if isinstance(kind, Set):
        return _set(kind, value)
    if isinstance(kind, Array) and _entries(kind, value):
        return [coerce(kind.element, v) for v in value]
    if isinstance(kind, Seq) and isinstance(value, (list, tuple)) and len(value) <= kind.capacity:
        items = [coerce(kind.element, v) for v in value]
        return Queue(Num(len(items)), items + kind.zero().items[len(items) :])
    raise BadValue(f"{value!r} where a {kind} is expected")


def _entries(kind: Array, value: Any) -> bool:
    listed = isinstance(value, (list, tuple)) and not kind.index.unbounded
    return listed and len(value) == kind.index.n


def _scalar(kind: Scalar, value: Any) -> Any:
    if kind.boolean:
        return truth(value, "a Bool variable")
    if isinstance(value, bool) or (isinstance(value, Term) and value.boolean):
        raise BadValue(f"a truth value where {kind} is expected; write If(it, 1, 0)")
    if isinstance(value, int):
        return Num(value)
    if not isinstance(value, Undefined) and lift(value) is NotImplemented:
        raise BadValue(f"{value!r} where {kind} is expected")
    return value


def _record(kind: Record, value: Any) -> Any:
    if not isinstance(value, Mapping):
        fields = ", ".join(f"{name}=..." for name in kind.fields)
        raise BadValue(f"{value!r} where a record is expected; write dict({fields})")
    for name in value:
        if name not in kind.fields:
            raise UnknownName(f"no field {name!r}{suggest(name, kind.fields)}")
    return {f: coerce(t, value[f]) if f in value else t.zero() for f, t in kind.fields.items()}


def _set(kind: Set, value: Any) -> Any:
    if kind.index.unbounded and isinstance(value, (set, frozenset)) and not value:
        return kind.zero()
    if kind.index.unbounded:
        raise BadValue(f"{value!r} where a set of {kind.index} is expected; write index.set(...)")
    if not isinstance(value, (set, frozenset)) or not all(
        isinstance(i, int) and 0 <= i < kind.index.n for i in value
    ):
        raise BadValue(f"{value!r} where a set of {kind.index} is expected; write index.set(...)")
    return [i in value for i in range(kind.index.n)]


def _alike(a: Type, b: Type) -> bool:
    """Whether a value of one type may be copied into the other, leaf by leaf."""
    if isinstance(a, Scalar) or isinstance(b, Scalar):
        return isinstance(a, Scalar) and isinstance(b, Scalar) and a.boolean == b.boolean
    if isinstance(a, Record) and isinstance(b, Record):
        return list(a.fields) == list(b.fields) and all(
            _alike(a.fields[f], b.fields[f]) for f in a.fields
        )
    if isinstance(a, Array) and isinstance(b, Array):
        return a.index.same(b.index) and _alike(a.element, b.element)
    if isinstance(a, Seq) and isinstance(b, Seq):
        return a.capacity == b.capacity and _alike(a.element, b.element)
    return False


def positions(kind: Type, steps: tuple[Any, ...]) -> list[int]:
    """The leaves of a type that lie at the end of the steps, whatever their indices."""
    numbers = itertools.count()
    trees: list[tuple[Any, Any]] = [(kind, kind.build(lambda: next(numbers)))]
    for word, *rest in steps:
        if word == "field":
            trees = [(k.fields[rest[0]], t[rest[0]]) for k, t in trees]
        elif word == "len":
            trees = [(k.length, t.len) for k, t in trees]
        else:
            trees = [(k.element, item) for k, t in trees for item in entries(t)]
    return [i for k, t in trees for i in k.flatten(t)]


def entries(tree: Any) -> list[Any]:
    """The entries of an array or a queue; of a family its one body."""
    if isinstance(tree, Family):
        return [tree.body]
    return list(tree.items if isinstance(tree, Queue) else tree)


def place(kind: Any, tree: Any, steps: tuple[Any, ...], value: Any, condition: Any) -> Any:
    """The tree with `value` at the end of the steps where the condition holds."""
    if not steps:
        return merge(kind, condition, value, tree)
    (word, *rest), after = steps[0], steps[1:]
    if word == "field":
        part = place(kind.fields[rest[0]], tree[rest[0]], after, value, condition)
        return {**tree, rest[0]: part}
    if isinstance(tree, Family):
        here = And(condition, Term(kind.binder[1], _ANY) == rest[-1])
        return Family(place(kind.element, tree.body, after, value, here))
    i, items = rest[-1], tree.items if isinstance(tree, Queue) else tree
    places = [(item, And(condition, i == j)) for j, item in enumerate(items)]
    changed = [
        item if here is False else place(kind.element, item, after, value, here)
        for item, here in places
    ]
    return Queue(tree.len, changed) if isinstance(tree, Queue) else changed
