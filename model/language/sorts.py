"""Sorts without a size: their generic member, families of values, and closing over a member.

What belongs to every member of such a sort is a *family*: one tree, in which a *slot* (a z3
constant that no author sees) stands for the member.  The slot of an array is numbered by how deep
such arrays are nested in its entries, so that a value may be copied anywhere.  Reading an
entry puts its index in the slot's place; writing one makes a choice on the slot.

A condition on a generic member is closed over: it becomes a quantifier over the members in range;
or, within `at_size`, what it says of each of finitely many.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import z3

from .errors import BadValue, placed
from .plain import Undefined
from .terms import Scalar, Term, lift, nowhere

if TYPE_CHECKING:
    from .interval import Bound
    from .types import Index

Binders = tuple[tuple[Any, Any], ...]  # (index, slot) of each sort an entry belongs to, outer first

_FRESH = itertools.count()
_SIZES: list[Mapping[str, int]] = []
MARK = "!"  # in the name of every constant that must not outlive the loop it belongs to


class Parameter(Term):
    """A number that is fixed, but not known: the same in every state."""

    __slots__ = ("name",)
    name: str


def parameter(name: str, low: int = 0) -> Parameter:
    """A fixed number from `low` on, for a configuration of unbounded size."""
    if not isinstance(name, str) or not name.isidentifier() or not isinstance(low, int):
        raise placed(BadValue(f"parameter({name!r}, {low!r}); write parameter(name, least value)"))
    number = Parameter(z3.Int(name), (low, float("inf")))
    object.__setattr__(number, "name", name)
    return number


class Member(Term):
    """A term that is a member of its sort wherever it is defined."""

    __slots__ = ("sort",)
    sort: Index

    def __init__(self, expr: z3.ExprRef, sort: Index) -> None:
        last: Bound = sort.n.range[1] - 1
        super().__init__(expr, (0, max(0, last)))
        object.__setattr__(self, "sort", sort)


@dataclass(frozen=True, slots=True)
class Family:
    """One tree for every member of a sort, over the slot of its array's type."""

    body: Any


def slot(height: int) -> Any:
    """The constant that stands for the member in a family of this height."""
    return z3.Int(f"?{height}")


@contextmanager
def generic(index: Index) -> Iterator[Member]:
    """A member of which nothing is known but its sort."""
    yield Member(z3.Int(f"{index.name}{MARK}{next(_FRESH)}"), index)


@contextmanager
def at_size(sizes: Mapping[str, int]) -> Iterator[None]:
    """Quantify by going through the members, the parameters having these values."""
    _SIZES.append(sizes)
    try:
        yield
    finally:
        _SIZES.pop()


def settled(value: Scalar, const: Any, by: Any) -> Scalar:
    """A scalar with a z3 term in the place of a constant."""
    if not isinstance(value, Term):
        return value
    expr = z3.substitute(value.expr, (const, by))
    if isinstance(value, Member):
        return Member(expr, value.sort)
    defined = None if value.defined is None else z3.substitute(value.defined, (const, by))
    return Term(expr, value.range, defined)


def closed(index: Index, const: Any, value: Scalar, *, every: bool) -> Scalar:
    """Whether a truth value holds for every member (or for some) in the place of a constant.

    It is defined where it is for every member: stricter than going through them in order, which
    needs no value behind the member that decides.
    """
    if value is every:
        return value
    term = nowhere(lift(every)) if isinstance(value, Undefined) else lift(value)
    defined = None if term.defined is None else _closed(index, const, term.defined, every=True)
    return Term(_closed(index, const, term.expr, every=every), None, defined)


def closed_over(binders: Binders, value: Scalar, *, every: bool) -> Scalar:
    """The same for all members of several sorts."""
    for index, const in reversed(binders):
        value = closed(index, const, value, every=every)
    return value


def _closed(index: Index, const: Any, body: Any, *, every: bool) -> Any:
    size = _known(index)
    if size is not None:
        cases = [z3.substitute(body, (const, z3.IntVal(i))) for i in range(size)]
        return z3.And(*cases) if every else z3.Or(*cases)
    inside = z3.And(const >= 0, const < index.n.expr)
    if every:
        return z3.ForAll([const], z3.Implies(inside, body))
    return z3.Exists([const], z3.And(inside, body))


def _known(index: Index) -> int | None:
    """The number of members within `at_size`."""
    if not _SIZES:
        return None
    values = [(z3.Int(name), z3.IntVal(n)) for name, n in _SIZES[-1].items()]
    number = z3.simplify(z3.substitute(index.n.expr, *values))
    return number.as_long() if z3.is_int_value(number) else None


def constants(exprs: Iterable[Any]) -> dict[str, Any]:
    """The free constants and functions of terms, by name."""
    found: dict[str, Any] = {}
    for part in _subterms(exprs):
        if z3.is_quantifier(part):
            found |= constants([part.body()])
        elif z3.is_app(part) and part.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            found[part.decl().name()] = part.decl()
    return found


def named_apart(expr: Any, depth: int = 0) -> Any:
    """The same term, in which no quantifier hides the name of another or of a constant.

    z3's text of a benchmark does not keep such names apart.
    """
    pairs = [(quantifier, _renamed(quantifier, depth)) for quantifier in _outermost(expr)]
    return z3.substitute(expr, *pairs) if pairs else expr


def _renamed(expr: Any, depth: int) -> Any:
    count = expr.num_vars()
    names = [expr.var_name(i).partition(MARK)[0].lstrip("?") for i in range(count)]
    fresh = [z3.Int(f"?{name}{depth + i}") for i, name in enumerate(names)]
    body = z3.substitute_vars(expr.body(), *reversed(fresh))
    body = named_apart(body, depth + count)
    return z3.ForAll(fresh, body) if expr.is_forall() else z3.Exists(fresh, body)


def _outermost(expr: Any) -> list[Any]:
    """The quantifiers of a term that are in no other, each once."""
    return [part for part in _subterms([expr]) if z3.is_quantifier(part)]


def _subterms(exprs: Iterable[Any]) -> Iterator[Any]:
    """The distinct subterms, those of quantifiers left out."""
    seen: set[int] = set()
    pending = list(exprs)
    while pending:
        expr = pending.pop()
        if expr.get_id() not in seen:
            seen.add(expr.get_id())
            yield expr
            if z3.is_app(expr):
                pending += expr.children()
