"""How terms become solver terms: as bit-vectors, or left as integers.

`BITS` is what the engine uses.  `INTEGERS` keeps z3's own arithmetic: slower, and therefore only a
witness in tests against a mistake in `bitvector`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias

import z3

from . import bitvector as bv

if TYPE_CHECKING:
    from model.language import Leaf

Stored: TypeAlias = "z3.ExprRef | None"
"""The constant that stores a leaf; None if the leaf has only one value."""
Names: TypeAlias = "Mapping[str, tuple[Leaf, Stored]]"


class Lowered(Protocol):
    """A lowering over fixed leaves."""

    def truth(self, term: z3.BoolRef) -> z3.BoolRef:
        """The condition over the solver's constants."""
        ...

    def stored(self, leaf: Leaf, term: z3.ExprRef) -> z3.ExprRef:
        """The term's value in the sort of the leaf's constant; exact where `escapes` is false."""
        ...

    def escapes(self, leaf: Leaf, term: z3.ExprRef) -> z3.BoolRef:
        """Where the term's value is outside the leaf's declared range."""
        ...


class Encoding(Protocol):
    """Sorts, ranges and values of leaves."""

    logic: str

    def const(self, leaf: Leaf, name: str) -> Stored:
        """A constant for the leaf."""
        ...

    def within(self, leaf: Leaf, const: Stored) -> z3.BoolRef:
        """The declared range."""
        ...

    def literal(self, leaf: Leaf, value: int) -> z3.ExprRef:
        """A value of the leaf in the sort of its constant."""
        ...

    def read(self, leaf: Leaf, const: Stored, model: z3.ModelRef) -> int:
        """The leaf's value in a solver model."""
        ...

    def lowering(self, names: Names) -> Lowered:
        """A lowering of terms over the leaves of these names."""
        ...


def _truth(model: z3.ModelRef, const: z3.ExprRef) -> int:
    return int(z3.is_true(model.eval(const, model_completion=True)))


class _LoweredBits:
    def __init__(self, names: Names) -> None:
        self._lowering = bv.Lowering(names)

    def truth(self, term: z3.BoolRef) -> z3.BoolRef:
        return self._lowering.truth(term)

    def stored(self, leaf: Leaf, term: z3.ExprRef) -> z3.ExprRef:
        if leaf.boolean:
            return self._lowering.truth(term)
        return z3.simplify(bv.resized(self._lowering.number(term), bv.leaf_width(leaf)))

    def escapes(self, leaf: Leaf, term: z3.ExprRef) -> z3.BoolRef:
        if leaf.boolean:
            return z3.BoolVal(val=False)
        number = self._lowering.number(term)
        below = bv.compare("<", number, bv.numeral(leaf.lo))
        above = bv.compare("<", bv.numeral(leaf.hi), number)
        return z3.simplify(z3.Or(below, above))


class Bits:
    """Booleans and bit-vectors only: what a SAT solver takes."""

    logic = "QF_FD"

    def const(self, leaf: Leaf, name: str) -> Stored:
        """A Boolean, or a bit-vector of the leaf's own width."""
        return bv.leaf_const(leaf, name)

    def within(self, leaf: Leaf, const: Stored) -> z3.BoolRef:
        """The declared range, where the width allows more than it."""
        return z3.simplify(bv.leaf_within(leaf, const))

    def literal(self, leaf: Leaf, value: int) -> z3.ExprRef:
        """A constant of the leaf's own width."""
        if leaf.boolean:
            return z3.BoolVal(bool(value))
        return z3.BitVecVal(value, bv.leaf_width(leaf))

    def read(self, leaf: Leaf, const: Stored, model: z3.ModelRef) -> int:
        """Unsigned or signed, as the leaf is stored."""
        if const is None:
            return leaf.lo
        if leaf.boolean:
            return _truth(model, const)
        value = model.eval(const, model_completion=True)
        return int(value.as_long() if leaf.lo >= 0 else value.as_signed_long())

    def lowering(self, names: Names) -> Lowered:
        """The exact lowering of `bitvector`."""
        return _LoweredBits(names)


class _LoweredIntegers:
    def __init__(self, names: Names) -> None:
        self._pairs = [
            (z3.Bool(name) if leaf.boolean else z3.Int(name), const)
            for name, (leaf, const) in names.items()
        ]

    def truth(self, term: z3.BoolRef) -> z3.BoolRef:
        return z3.simplify(z3.substitute(term, *self._pairs))

    def stored(self, leaf: Leaf, term: z3.ExprRef) -> z3.ExprRef:
        del leaf
        return z3.simplify(z3.substitute(term, *self._pairs))

    def escapes(self, leaf: Leaf, term: z3.ExprRef) -> z3.BoolRef:
        if leaf.boolean:
            return z3.BoolVal(val=False)
        return self.truth(z3.Or(term < leaf.lo, term > leaf.hi))


class Integers:
    """z3's own integers."""

    logic = "QF_NIA"

    def const(self, leaf: Leaf, name: str) -> Stored:
        """A Boolean or an integer."""
        return z3.Bool(name) if leaf.boolean else z3.Int(name)

    def within(self, leaf: Leaf, const: Stored) -> z3.BoolRef:
        """The declared range."""
        if leaf.boolean or const is None:
            return z3.BoolVal(val=True)
        return z3.And(const >= leaf.lo, const <= leaf.hi)

    def literal(self, leaf: Leaf, value: int) -> z3.ExprRef:
        """A constant of the leaf's sort."""
        return z3.BoolVal(bool(value)) if leaf.boolean else z3.IntVal(value)

    def read(self, leaf: Leaf, const: Stored, model: z3.ModelRef) -> int:
        """The value, where one is missing any that is in range."""
        if leaf.boolean:
            return _truth(model, const)
        return int(model.eval(const, model_completion=True).as_long())

    def lowering(self, names: Names) -> Lowered:
        """Renames constants; nothing else changes."""
        return _LoweredIntegers(names)


BITS = Bits()
INTEGERS = Integers()
