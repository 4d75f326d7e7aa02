"""Integers to bit-vectors: an exact lowering of z3 Int terms by interval analysis.

Every subterm gets an interval from the declared ranges of the leaves in it, and is computed in
the fewest bits that hold its operands and its result.  So nothing wraps, and a lowered term has
the value of its original wherever the leaves are within their ranges.  That premise is the
caller's: step 0 and the choices are constrained, and a step that leaves a range is not a step.

Numbers are signed.  Division and remainder are z3's (a = b q + r, 0 <= r < |b|).  z3 leaves
division by zero free; here a zero divisor counts as 1, so that a masked-off division has one
value, the one that compiled code gives it.  An interval beyond `interval.WIDEST` is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import z3

from model.language import interval as iv
from model.language.errors import ModelError

Interval = iv.Interval


class Ranged(Protocol):
    """What the lowering needs to know of a leaf; `model.language` has the real one."""

    @property
    def lo(self) -> int: ...
    @property
    def hi(self) -> int: ...
    @property
    def boolean(self) -> bool: ...


class NotLowered(ModelError):
    """A term outside the closed list of operators, of unknown leaves, or wider than 63 bits."""


@dataclass(frozen=True, slots=True)
class Number:
    """A signed bit-vector and the interval its value lies in."""

    term: z3.BitVecRef
    range: Interval


Lowered: TypeAlias = "Number | z3.BoolRef"


def signed_width(bounds: Interval) -> int:
    """The fewest bits of a two's complement number that hold both bounds."""
    low, high = bounds
    return 1 + max(_magnitude(low), _magnitude(high))


def _magnitude(value: int) -> int:
    return (value if value >= 0 else ~value).bit_length()


def leaf_width(leaf: Ranged) -> int:
    """Bits of a leaf's own constant: unsigned if it is never negative; 0 if it is fixed."""
    if leaf.lo == leaf.hi:
        return 0
    return signed_width((leaf.lo, leaf.hi)) - (1 if leaf.lo >= 0 else 0)


def leaf_const(leaf: Ranged, name: str) -> z3.ExprRef | None:
    """A fresh-named constant that stores the leaf; None if the leaf has only one value."""
    if leaf.boolean and leaf.lo != leaf.hi:
        return z3.Bool(name)
    width = leaf_width(leaf)
    return z3.BitVec(name, width) if width else None


def leaf_value(leaf: Ranged, const: z3.ExprRef | None) -> Lowered:
    """The number (or truth value) that a constant from `leaf_const` stands for."""
    if const is None:
        return z3.BoolVal(bool(leaf.lo)) if leaf.boolean else numeral(leaf.lo)
    if leaf.boolean:
        return const
    return Number(z3.ZeroExt(1, const) if leaf.lo >= 0 else const, (leaf.lo, leaf.hi))


def leaf_within(leaf: Ranged, const: z3.ExprRef | None) -> z3.BoolRef:
    """The declared range as a condition on the constant; True where every bit pattern is in it."""
    value = leaf_value(leaf, const)
    if not isinstance(value, Number) or const is None:
        return z3.BoolVal(val=True)
    width = signed_width(value.range)
    everything = (0 if leaf.lo >= 0 else -(1 << (width - 1)), (1 << (width - 1)) - 1)
    whole = Number(value.term, everything)
    low = compare("<=", numeral(leaf.lo), whole)
    return z3.And(low, compare("<=", whole, numeral(leaf.hi)))


def numeral(value: int) -> Number:
    """An integer constant."""
    return Number(z3.BitVecVal(value, signed_width((value, value))), (value, value))


def resized(number: Number, width: int) -> z3.BitVecRef:
    """The same value in `width` bits, which must be enough for its interval."""
    have = number.term.size()
    if have < width:
        return z3.SignExt(width - have, number.term)
    return z3.Extract(width - 1, 0, number.term) if have > width else number.term


def _common(numbers: Sequence[Number], *others: Interval) -> tuple[int, list[z3.BitVecRef]]:
    width = max(signed_width(r) for r in [*(n.range for n in numbers), *others])
    return width, [resized(n, width) for n in numbers]


def _arithmetic(
    bounds: Callable[[Interval, Interval], Interval],
    build: Callable[[z3.BitVecRef, z3.BitVecRef], z3.BitVecRef],
    a: Number,
    b: Number,
) -> Number:
    result = _narrow(bounds(a.range, b.range))
    if result[0] == result[1]:
        return numeral(result[0])
    _, (x, y) = _common([a, b], result)
    return _fitted(build(x, y), result)


def _fitted(term: z3.BitVecRef, result: Interval) -> Number:
    return Number(resized(Number(term, result), signed_width(result)), result)


def _narrow(bounds: Interval) -> Interval:
    if bounds[0] < iv.WIDEST[0] or bounds[1] > iv.WIDEST[1]:
        raise NotLowered(f"an intermediate value may leave 63 bits: it lies in {bounds}")
    return bounds


def add(a: Number, b: Number) -> Number:
    """a + b."""
    return _arithmetic(iv.add, lambda x, y: x + y, a, b)


def subtract(a: Number, b: Number) -> Number:
    """a - b."""
    return _arithmetic(lambda r, s: iv.add(r, iv.negate(s)), lambda x, y: x - y, a, b)


def multiply(a: Number, b: Number) -> Number:
    """a * b."""
    return _arithmetic(iv.multiply, lambda x, y: x * y, a, b)


def select(condition: z3.BoolRef, a: Number, b: Number) -> Number:
    """a if the condition holds, else b."""
    _, (x, y) = _common([a, b])
    return _fitted(z3.If(condition, x, y), iv.union(a.range, b.range))


def compare(operator: str, a: Number, b: Number) -> z3.BoolRef:
    """a < b, a <= b or a == b, decided without bits where the intervals do not overlap."""
    (low_a, high_a), (low_b, high_b) = a.range, b.range
    if operator == "==":
        known = low_a == high_a == low_b == high_b
        never = high_a < low_b or high_b < low_a
    else:
        strict = operator == "<"
        known = high_a < low_b or (not strict and high_a == low_b)
        never = high_b < low_a or (strict and high_b == low_a)
    if known or never:
        return z3.BoolVal(known)
    _, (x, y) = _common([a, b])
    return {"<": x < y, "<=": x <= y, "==": x == y}[operator]


def divide(a: Number, b: Number) -> tuple[Number, Number]:
    """Euclidean quotient and remainder; a zero divisor counts as 1."""
    quotient, remainder = iv.divide(a.range, b.range), iv.modulo(a.range, b.range)
    if b.range[0] <= 0 <= b.range[1]:
        quotient, remainder = iv.union(quotient, a.range), iv.union(remainder, (0, 0))
    quotient, remainder = _narrow(quotient), _narrow(remainder)
    if b.range[0] == b.range[1] and b.range[0] > 0 and quotient[1] - quotient[0] <= _FEW:
        return _few_quotients(a, b.range[0])
    beyond = (-max(map(abs, b.range)) - 1, max(map(abs, b.range)) + 1)
    width, (x, y) = _common([a, b], quotient, remainder, beyond, iv.negate(a.range))
    if b.range[0] <= 0 <= b.range[1]:
        y = z3.If(y == 0, z3.BitVecVal(1, width), y)
    if a.range[0] >= 0 and b.range[0] >= 0:
        return _fitted(z3.UDiv(x, y), quotient), _fitted(z3.URem(x, y), remainder)
    q, r = x / y, z3.SRem(x, y)  # towards zero; the remainder has the sign of a
    one, below = z3.BitVecVal(1, width), r < 0
    q = z3.If(below, z3.If(y > 0, q - one, q + one), q)
    r = z3.If(below, z3.If(y > 0, r + y, r - y), r)
    return _fitted(q, quotient), _fitted(r, remainder)


_FEW = 3  # up to four possible quotients are told apart by comparisons: no divider circuit


def _few_quotients(a: Number, b: int) -> tuple[Number, Number]:
    low, high = a.range[0] // b, a.range[1] // b
    quotient, remainder = numeral(low), _slice(a, low, b)
    for q in range(low + 1, high + 1):
        above = compare("<=", numeral(q * b), a)
        quotient = select(above, numeral(q), quotient)
        remainder = select(above, _slice(a, q, b), remainder)
    return quotient, remainder


def _slice(a: Number, q: int, b: int) -> Number:
    """a - b q where that is the remainder; the interval says so although other cases differ."""
    _, (x, y) = _common([a, numeral(q * b)], iv.add(a.range, (-q * b, -q * b)))
    inside = (max(a.range[0], q * b) - q * b, min(a.range[1], q * b + b - 1) - q * b)
    return _fitted(x - y, inside)


class Lowering:
    """Lowers terms over the given constants; memoised, so that shared subterms stay shared.

    `leaves` maps the name of a z3 constant to its leaf and to the constant that stores it
    (from `leaf_const`).  Cost: one visit per distinct subterm.
    """

    def __init__(self, leaves: Mapping[str, tuple[Ranged, z3.ExprRef | None]]) -> None:
        self._values = {name: leaf_value(leaf, const) for name, (leaf, const) in leaves.items()}
        # The original term is kept beside its image: z3 reuses the ids of dead terms.
        self._memo: dict[int, tuple[z3.ExprRef, Lowered]] = {}

    def truth(self, term: z3.BoolRef) -> z3.BoolRef:
        """A Boolean term, lowered and simplified."""
        value = self._lower(term)
        if isinstance(value, Number):
            raise NotLowered(f"a number where a truth value is needed: {_shown(term)}")
        return z3.simplify(value)

    def number(self, term: z3.ArithRef) -> Number:
        """An Int term, lowered."""
        value = self._lower(term)
        if not isinstance(value, Number):
            raise NotLowered(f"a truth value where a number is needed: {_shown(term)}")
        return value

    def _lower(self, root: z3.ExprRef) -> Lowered:
        pending = [root]
        while pending:  # post-order without recursion: chains of If are thousands deep
            term = pending[-1]
            if term.get_id() in self._memo:
                pending.pop()
                continue
            missing = [c for c in term.children() if c.get_id() not in self._memo]
            if missing:
                pending.extend(missing)
                continue
            pending.pop()
            self._memo[term.get_id()] = (term, self._image(term))
        return self._memo[root.get_id()][1]

    def _image(self, term: z3.ExprRef) -> Lowered:
        if not z3.is_app(term):
            raise NotLowered(f"a quantifier or bound variable: {_shown(term)}")
        kind = term.decl().kind()
        if kind == z3.Z3_OP_UNINTERPRETED:
            name = term.decl().name()
            if term.num_args() or name not in self._values:
                raise NotLowered(f"{_shown(term)} is not a leaf or a choice of this transition")
            return self._values[name]
        if z3.is_int_value(term):
            return numeral(_narrow((term.as_long(), term.as_long()))[0])
        build = _OPERATORS.get(kind)
        if build is None:
            raise NotLowered(f"no lowering for {term.decl().name()!r} in {_shown(term)}")
        try:
            return build([self._memo[c.get_id()][1] for c in term.children()])
        except NotLowered as error:
            raise NotLowered(f"{error}: {_shown(term)}") from None


_WIDE = 80


def _shown(term: Any) -> str:
    text = " ".join(str(term).split())
    return text if len(text) <= _WIDE else text[: _WIDE - 3] + "..."


def _fold(build: Callable[[Number, Number], Number]) -> Callable[[list[Any]], Lowered]:
    def folded(parts: list[Any]) -> Lowered:
        total = parts[0]
        for part in parts[1:]:
            total = build(total, part)
        return total

    return folded


def _equal(a: Lowered, b: Lowered) -> z3.BoolRef:
    if isinstance(a, Number) and isinstance(b, Number):
        return compare("==", a, b)
    return a == b


def _distinct(parts: list[Any]) -> z3.BoolRef:
    pairs = [(a, b) for i, a in enumerate(parts) for b in parts[i + 1 :]]
    return z3.And(*(z3.Not(_equal(a, b)) for a, b in pairs))


def _ite(parts: list[Any]) -> Lowered:
    condition, a, b = parts
    if isinstance(a, Number):
        return select(condition, a, b)
    return z3.If(condition, a, b)


_OPERATORS: dict[int, Callable[[list[Any]], Lowered]] = {
    z3.Z3_OP_TRUE: lambda _: z3.BoolVal(val=True),
    z3.Z3_OP_FALSE: lambda _: z3.BoolVal(val=False),
    z3.Z3_OP_AND: lambda p: z3.And(*p),
    z3.Z3_OP_OR: lambda p: z3.Or(*p),
    z3.Z3_OP_NOT: lambda p: z3.Not(p[0]),
    z3.Z3_OP_XOR: _fold(z3.Xor),
    z3.Z3_OP_IMPLIES: lambda p: z3.Implies(p[0], p[1]),
    z3.Z3_OP_IFF: lambda p: p[0] == p[1],
    z3.Z3_OP_EQ: lambda p: _equal(p[0], p[1]),
    z3.Z3_OP_DISTINCT: _distinct,
    z3.Z3_OP_ITE: _ite,
    z3.Z3_OP_ADD: _fold(add),
    z3.Z3_OP_SUB: _fold(subtract),
    z3.Z3_OP_UMINUS: lambda p: subtract(numeral(0), p[0]),
    z3.Z3_OP_MUL: _fold(multiply),
    z3.Z3_OP_IDIV: lambda p: divide(p[0], p[1])[0],
    z3.Z3_OP_MOD: lambda p: divide(p[0], p[1])[1],
    z3.Z3_OP_LE: lambda p: compare("<=", p[0], p[1]),
    z3.Z3_OP_GE: lambda p: compare("<=", p[1], p[0]),
    z3.Z3_OP_LT: lambda p: compare("<", p[0], p[1]),
    z3.Z3_OP_GT: lambda p: compare("<", p[1], p[0]),
}
