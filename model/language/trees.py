"""Operations on trees: choose between two, compare, build one from what an author wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import z3

from .errors import BadValue, UnknownName, suggest
from .plain import UNDEFINED, Num, Undefined
from .terms import And, If, Term, lift, nowhere, partial, truth, well_defined
from .types import Array, Queue, Record, Scalar, Seq, Set, Type


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
    return And([x == y for x, y in zip(kind.flatten(a), kind.flatten(b), strict=True)])


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
    if isinstance(kind, Array) and isinstance(value, (list, tuple)) and len(value) == kind.index.n:
        return [coerce(kind.element, v) for v in value]
    if isinstance(kind, Seq) and isinstance(value, (list, tuple)) and len(value) <= kind.capacity:
        items = [coerce(kind.element, v) for v in value]
        return Queue(Num(len(items)), items + kind.zero().items[len(items) :])
    raise BadValue(f"{value!r} where a {kind} is expected")


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


def place(kind: Any, tree: Any, steps: tuple[Any, ...], value: Any, condition: Any) -> Any:
    """The tree with `value` at the end of the steps where the condition holds."""
    if not steps:
        return merge(kind, condition, value, tree)
    (word, *rest), after = steps[0], steps[1:]
    if word == "field":
        part = place(kind.fields[rest[0]], tree[rest[0]], after, value, condition)
        return {**tree, rest[0]: part}
    i, items = rest[-1], tree.items if isinstance(tree, Queue) else tree
    places = [(item, And(condition, i == j)) for j, item in enumerate(items)]
    changed = [
        item if here is False else place(kind.element, item, after, value, here)
        for item, here in places
    ]
    return Queue(tree.len, changed) if isinstance(tree, Queue) else changed
