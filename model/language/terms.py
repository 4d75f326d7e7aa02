"""Scalars: symbolic terms, plain numbers, and the connectives that work on both.

A scalar is one of
* `Term`, a z3 expression with the interval of its values and the condition under
  which it is defined;
* `Num` or `bool`, in concrete mode;
* `UNDEFINED`, in concrete mode: the value of a division by zero or of an entry that
  does not exist.

`And`, `Or`, `Implies` and `If` are read from left to right: what a false earlier part
makes irrelevant need not be defined.  The same holds for terms and for plain values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import z3

from . import interval as iv
from .errors import BadValue, ModelError, SymbolicTruth, UnknownName
from .plain import UNDEFINED, Num, Operators, Undefined, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Scalar = Any  # Term | Num | int | bool | Undefined


class Term(Operators):
    """A z3 term, its interval (None for a Boolean) and where it is defined (None: everywhere)."""

    __slots__ = ("defined", "expr", "range")
    __hash__ = Operators.__hash__

    def __init__(
        self,
        expr: z3.ExprRef,
        range: iv.Interval | None,  # noqa: A002 - the field's word
        defined: z3.BoolRef | None = None,
    ) -> None:
        if range is not None and iv.finite(range) and not _narrow(range):
            raise ModelError(f"a term may leave 63 bits: {_shown(expr)} lies in {range}")
        self.expr, self.range, self.defined = expr, range, defined

    @property
    def boolean(self) -> bool:
        """Whether the term is a truth value."""
        return self.range is None

    def _join(self, other: Any, build: Any, bounds: Any) -> Any:
        b = lift(other)
        if b is NotImplemented:
            return NotImplemented
        _numbers(self, b)
        return Term(build(self.expr, b.expr), bounds(self.range, b.range), _all(self, b))

    def __add__(self, other: Any) -> Any:
        return self._join(other, lambda a, b: a + b, iv.add)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._join(other, lambda a, b: a - b, lambda a, b: iv.add(a, iv.negate(b)))

    def __rsub__(self, other: Any) -> Any:
        return self._join(other, lambda a, b: b - a, lambda a, b: iv.add(b, iv.negate(a)))

    def __mul__(self, other: Any) -> Any:
        return self._join(other, lambda a, b: a * b, iv.multiply)

    __rmul__ = __mul__

    def __neg__(self) -> Term:
        _numbers(self)
        return Term(-self.expr, iv.negate(self.range), self.defined)  # type: ignore[arg-type]

    def __truediv__(self, other: Any) -> Any:
        return _quotient(self, lift(other), lambda a, b: a / b, iv.divide)

    def __rtruediv__(self, other: Any) -> Any:
        return _quotient(lift(other), self, lambda a, b: a / b, iv.divide)

    def __mod__(self, other: Any) -> Any:
        return _quotient(self, lift(other), lambda a, b: a % b, iv.modulo)

    def __rmod__(self, other: Any) -> Any:
        return _quotient(lift(other), self, lambda a, b: a % b, iv.modulo)

    def _compare(self, other: Any, build: Any) -> Any:
        b = lift(other)
        if b is NotImplemented:
            return NotImplemented
        _numbers(self, b)
        return Term(build(self.expr, b.expr), None, _all(self, b))

    def __lt__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a < b)

    def __le__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a <= b)

    def __gt__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a > b)

    def __ge__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a >= b)

    def __eq__(self, other: object) -> Any:
        if isinstance(other, Undefined):
            return other
        b = lift(other)
        if b is NotImplemented:
            raise BadValue(f"a state value compared with {other!r}, which is not a scalar")
        if self.boolean != b.boolean:
            raise BadValue(
                f"a truth value compared with a number: {_shown(self.expr)} == {other!r}"
            )
        return Term(self.expr == b.expr, None, _all(self, b))

    def __ne__(self, other: object) -> Any:
        return Not(self == other)

    def __bool__(self) -> bool:
        raise SymbolicTruth(
            f"`if`, `and`, `or`, `not` or `in` on the symbolic term {_shown(self.expr)}; "
            "write `with s.when(...)` for effects, If for values, And, Or, Not for conditions"
        )

    def __index__(self) -> int:
        raise SymbolicTruth(
            f"the symbolic term {_shown(self.expr)} used as a Python index or size; "
            "index a state variable with it, or loop over the index sort"
        )

    def __iter__(self) -> Any:
        raise SymbolicTruth(
            f"a loop over the symbolic term {_shown(self.expr)}; loop over its sort"
        )

    def __getattr__(self, name: str) -> Any:
        raise UnknownName(f"no field {name!r}: {_shown(self.expr)} is a single value")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in Term.__slots__:
            self.__getattr__(name)
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<term {_shown(self.expr)}>"


def _narrow(range: iv.Interval) -> bool:  # noqa: A002 - the field's word
    return bool(iv.WIDEST[0] <= range[0] and range[1] <= iv.WIDEST[1])


def _shown(expr: Any, width: int = 60) -> str:
    text = " ".join(str(expr).split())
    return text if len(text) <= width else text[: width - 3] + "..."


def lift(value: Any) -> Any:
    """A scalar as a term; NotImplemented for anything else, undefined values among it."""
    if isinstance(value, Term):
        return value
    if isinstance(value, bool):
        return Term(z3.BoolVal(value), None)
    if isinstance(value, int):
        return Term(z3.IntVal(int(value)), (int(value), int(value)))
    if isinstance(value, float):
        raise BadValue(f"the fraction {value}; between sizes write `//`, between state values `/`")
    if isinstance(value, z3.ExprRef):
        raise BadValue(
            f"a bare z3 term {_shown(value)}; import And, Or, Not, Implies, If from model.language"
        )
    return NotImplemented


def _numbers(*terms: Term) -> None:
    for t in terms:
        if t.boolean:
            raise BadValue(f"arithmetic on the truth value {_shown(t.expr)}; write If(it, 1, 0)")


def _all(*terms: Term) -> z3.BoolRef | None:
    parts = [t.defined for t in terms if t.defined is not None]
    return None if not parts else parts[0] if len(parts) == 1 else z3.And(*parts)


def _quotient(a: Any, b: Any, build: Any, bounds: Any) -> Any:
    if a is NotImplemented or b is NotImplemented:
        return NotImplemented
    _numbers(a, b)
    defined = _all(a, b)
    low, high = b.range
    if low <= 0 <= high:
        nonzero = b.expr != 0
        defined = nonzero if defined is None else z3.And(defined, nonzero)
    return Term(build(a.expr, b.expr), bounds(a.range, b.range), defined)


def truth(value: Any, place: str) -> Scalar:
    """`value` if it is a truth value, else an error naming the place."""
    if isinstance(value, (bool, Undefined)) or (isinstance(value, Term) and value.boolean):
        return value
    lift(value)  # a bare z3 term or a float has a better message of its own
    raise BadValue(f"{place} takes a truth value, not {value!r}")


def _flat(terms: tuple[Any, ...]) -> Sequence[Any]:
    if len(terms) == 1 and isinstance(terms[0], (list, tuple)):
        return terms[0]
    return terms


def _junction(terms: tuple[Any, ...], name: str, *, stop: bool) -> Scalar:
    """And (`stop` False) or Or (`stop` True) from left to right."""
    parts: list[Term] = []
    defined: list[z3.BoolRef] = []
    for value in _flat(terms):
        t = value if value is True or value is False else truth(value, name)
        if t is (not stop):
            continue
        if not parts and (t is stop or isinstance(t, Undefined)):
            return t
        if isinstance(t, Undefined):
            t = nowhere(lift(stop))
        if isinstance(t, bool):
            parts.append(lift(t))
            break
        if t.defined is not None:
            before = [z3.Not(p.expr) if stop else p.expr for p in parts]
            defined.append(z3.Implies(z3.And(*before), t.defined) if before else t.defined)
        parts.append(t)
    if not parts:
        return not stop
    everywhere = None if not defined else z3.And(*defined)
    exprs = [p.expr for p in parts]
    if len(exprs) == 1:
        return Term(exprs[0], None, everywhere)
    return Term(z3.Or(*exprs) if stop else z3.And(*exprs), None, everywhere)


def And(*terms: Scalar) -> Scalar:
    """All of them; later parts need not be defined where an earlier one is false."""
    return _junction(terms, "And", stop=False)


def Or(*terms: Scalar) -> Scalar:
    """One of them; later parts need not be defined where an earlier one is true."""
    return _junction(terms, "Or", stop=True)


def Not(term: Scalar) -> Scalar:
    """The negation."""
    t = truth(term, "Not")
    if isinstance(t, bool):
        return not t
    return t if isinstance(t, Undefined) else Term(z3.Not(t.expr), None, t.defined)


def Implies(premise: Scalar, conclusion: Scalar) -> Scalar:
    """`conclusion` wherever `premise` is true."""
    return Or(Not(premise), conclusion)


def Xor(a: Scalar, b: Scalar) -> Scalar:
    """Exactly one of two."""
    return Not(truth(a, "Xor") == truth(b, "Xor"))


def If(condition: Scalar, then: Scalar, otherwise: Scalar) -> Scalar:
    """`then` or `otherwise`; the arm not taken need not be defined."""
    c = truth(condition, "If")
    if isinstance(c, bool):
        return number(then if c else otherwise)
    if isinstance(c, Undefined) or (
        isinstance(then, Undefined) and isinstance(otherwise, Undefined)
    ):
        return UNDEFINED
    a, b = _arm(then, otherwise), _arm(otherwise, then)
    if a is NotImplemented or b is NotImplemented:
        raise BadValue(f"If between {then!r} and {otherwise!r}; both must be scalars")
    if a.boolean != b.boolean:
        raise BadValue("If between a truth value and a number")
    spread = None if a.boolean else iv.union(a.range, b.range)
    if a.expr.eq(b.expr) and c.defined is a.defined is b.defined is None:
        return Term(a.expr, spread)
    defined = c.defined
    if a.defined is not None or b.defined is not None:
        arms = z3.If(c.expr, _domain(a), _domain(b))
        defined = arms if defined is None else z3.And(defined, arms)
    return Term(z3.If(c.expr, a.expr, b.expr), spread, defined)


def Max(a: Scalar, b: Scalar) -> Scalar:
    """The larger of two numbers."""
    larger = If(a >= b, a, b)
    if isinstance(larger, Term):
        return Term(larger.expr, iv.larger(lift(a).range, lift(b).range), larger.defined)
    return larger


def Min(a: Scalar, b: Scalar) -> Scalar:
    """The smaller of two numbers."""
    return -Max(-number(a), -number(b))


def _arm(value: Scalar, other: Scalar) -> Any:
    """One arm of an If; an undefined one has the sort of the other."""
    return nowhere(lift(other)) if isinstance(value, Undefined) else lift(value)


def _domain(term: Term) -> z3.BoolRef:
    return z3.BoolVal(True) if term.defined is None else term.defined


def nowhere(like: Term) -> Term:
    """A term of the same sort that is defined nowhere."""
    return Term(like.expr, like.range, z3.BoolVal(False))


def Sum(terms: Iterable[Scalar]) -> Scalar:
    """The sum of numbers."""
    total: Scalar = Num(0)
    for t in terms:
        if isinstance(t, bool) or (isinstance(t, Term) and t.boolean):
            raise BadValue(f"Sum takes numbers, not the truth value {t!r}; write count(...)")
        total = t if isinstance(total, int) and total == 0 else total + t
    return number(total)


def partial(value: Scalar) -> bool:
    """Whether a scalar may be undefined somewhere."""
    return isinstance(value, Undefined) or (isinstance(value, Term) and value.defined is not None)


def well_defined(value: Scalar) -> Scalar:
    """Where a scalar has a value: a truth value itself always defined."""
    if isinstance(value, Undefined):
        return False
    if isinstance(value, Term) and value.defined is not None:
        return Term(value.defined, None)
    return True


def stripped(value: Scalar) -> Scalar:
    """The same scalar, its definedness already accounted for."""
    return Term(value.expr, value.range) if isinstance(value, Term) else value


def surely(value: Scalar) -> Scalar:
    """Where a truth value is defined and true."""
    return And(well_defined(value), stripped(value)) if partial(value) else value


def possibly(value: Scalar) -> Scalar:
    """Where a truth value is undefined or true."""
    return Or(Not(well_defined(value)), stripped(value)) if partial(value) else value
