"""The lowering against z3's own integers, on random terms and values, negative ones included."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.smt import bitvector as bv
from model.language import interval


@dataclass(frozen=True)
class Range:
    lo: int
    hi: int
    boolean: bool = False


FLAG = Range(0, 1, boolean=True)
ranges = st.tuples(st.integers(-40, 40), st.integers(0, 50)).map(lambda p: Range(p[0], sum(p)))


def lowering(leaves):
    """A lowering over leaves by name, and the constants that store them."""
    consts = {name: bv.leaf_const(leaf, name + "@") for name, leaf in leaves.items()}
    return bv.Lowering({name: (leaf, consts[name]) for name, leaf in leaves.items()}), consts


def literal(leaf, const, value):
    return z3.BoolVal(bool(value)) if leaf.boolean else z3.BitVecVal(value, const.size())


def lowered_value(term, leaves, values):
    """The value of the lowered term where the leaves have these values."""
    low, consts = lowering(leaves)
    pairs = [
        (consts[name], literal(leaf, consts[name], values[name]))
        for name, leaf in leaves.items()
        if consts[name] is not None
    ]
    if z3.is_bool(term):
        return z3.is_true(z3.simplify(z3.substitute(low.truth(term), *pairs)))
    number = low.number(term)
    value = z3.simplify(z3.substitute(number.term, *pairs)).as_signed_long()
    assert number.range[0] <= value <= number.range[1]
    return value


def z3_value(term, leaves, values):
    """The value z3 gives the original; None if it depends on a division by zero."""
    pairs = [
        (z3.Bool(n), z3.BoolVal(bool(values[n])))
        if leaf.boolean
        else (z3.Int(n), z3.IntVal(values[n]))
        for n, leaf in leaves.items()
    ]
    value = z3.simplify(z3.substitute(term, *pairs))
    if z3.is_int_value(value):
        return value.as_long()
    return z3.is_true(value) if z3.is_true(value) or z3.is_false(value) else None


def binary(build):
    return lambda inner: st.tuples(inner, inner).map(lambda p: build(*p))


atoms = st.sampled_from([z3.Int("x"), z3.Int("y"), z3.Int("w")]) | st.integers(-30, 30).map(
    z3.IntVal
)
CONDITIONS = [
    lambda a, b: a < b,
    lambda a, b: a <= b,
    lambda a, b: a > b,
    lambda a, b: a >= b,
    lambda a, b: a == b,
    lambda a, b: z3.Distinct(a, b, z3.Int("x")),
    lambda a, b: z3.Xor(a < b, z3.Bool("p")),
    lambda a, b: z3.Implies(z3.Bool("p"), a != b),
    lambda a, b: z3.And(z3.Or(a < b, z3.Bool("p")), z3.Not(a == 3), z3.BoolVal(val=True)),
    lambda a, b: (a < b) == z3.Bool("p"),
    lambda a, b: z3.If(z3.Bool("p"), a < b, b < a),
]
ARITHMETIC = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / b,
    lambda a, b: a % b,
    lambda a, b: -a + z3.Sum(a, b, 1),
    lambda a, b: z3.If(a < b, a, b - 1),
]


def grown(inner):
    return st.one_of(*(binary(build)(inner) for build in ARITHMETIC))


numbers = st.recursive(atoms, grown, max_leaves=6)
terms = numbers | st.one_of(*(binary(build)(numbers) for build in CONDITIONS))


@settings(max_examples=300)
@given(terms, ranges, ranges, ranges, st.data())
def test_a_lowered_term_has_the_value_of_its_original(term, x, y, w, data):
    leaves = {"x": x, "y": y, "w": w, "p": FLAG}
    values = {name: data.draw(st.integers(leaf.lo, leaf.hi)) for name, leaf in leaves.items()}
    expected = z3_value(term, leaves, values)
    actual = lowered_value(term, leaves, values)
    assert expected is None or actual == expected


@pytest.mark.parametrize("divisor", [-7, -4, -1, 1, 2, 3, 8])
@pytest.mark.parametrize("span", [(-20, 20), (0, 20), (-20, -1), (0, 2**40), (-(2**61), 2**61)])
def test_quotient_and_remainder_are_euclidean(span, divisor):
    leaves, x = {"x": Range(*span)}, z3.Int("x")
    for value in {*span, span[0] + 1, span[1] - 1, span[0] + 7, span[1] - 9}:
        expected = interval.euclidean(value, divisor)
        found = tuple(lowered_value(t, leaves, {"x": value}) for t in (x / divisor, x % divisor))
        assert found == expected


@pytest.mark.parametrize("span", [(-3, 3), (0, 3), (-3, 0), (0, 0)])
def test_a_zero_divisor_counts_as_one(span):
    leaves, x, y = {"x": Range(-9, 9), "y": Range(*span)}, z3.Int("x"), z3.Int("y")
    for value in range(-9, 10):
        values = {"x": value, "y": 0}
        assert lowered_value(x / y, leaves, values) == value
        assert lowered_value(x % y, leaves, values) == 0


@pytest.mark.parametrize(
    ("bounds", "width"),
    [
        ((0, 0), 1),
        ((0, 1), 2),
        ((-1, 0), 1),
        ((-2, 1), 2),
        ((-3, 1), 3),
        ((0, 255), 9),
        ((-128, 127), 8),
    ],
)
def test_the_width_is_the_least_that_holds_both_bounds(bounds, width):
    assert bv.signed_width(bounds) == width


def test_leaves_are_stored_in_as_few_bits_as_their_range_needs():
    spans = [Range(0, 7), Range(0, 8), Range(-4, 3), Range(5, 5), Range(-5, -1), FLAG]
    assert [bv.leaf_width(leaf) for leaf in spans] == [3, 4, 3, 0, 4, 1]
    assert bv.leaf_const(Range(5, 5), "c") is None


@pytest.mark.parametrize(
    "leaf", [Range(0, 5), Range(-3, 6), Range(-8, 7), Range(0, 7), Range(2, 3)]
)
def test_the_range_of_a_leaf_is_exactly_its_values(leaf):
    const = bv.leaf_const(leaf, "c")
    allowed = bv.leaf_within(leaf, const)
    patterns = [z3.BitVecVal(n, const.size()) for n in range(2 ** const.size())]
    inside = {
        p.as_long() if leaf.lo >= 0 else p.as_signed_long()
        for p in patterns
        if z3.is_true(z3.simplify(z3.substitute(allowed, (const, p))))
    }
    assert inside == set(range(leaf.lo, leaf.hi + 1))


def test_a_chain_of_thousands_of_terms_needs_no_recursion():
    x, term = z3.Int("x"), z3.IntVal(0)
    for n in range(2000):
        term = z3.If(x == n, z3.IntVal(n % 7), term)
    low, _ = lowering({"x": Range(0, 9)})
    assert low.number(term).range == (0, 6)


@pytest.mark.parametrize(
    ("term", "message"),
    [
        (z3.Int("x") * z3.Int("x"), "63 bits"),
        (z3.Int("z") + 1, "not a leaf"),
        (z3.ToInt(z3.ToReal(z3.Int("x"))), "no lowering"),
        (z3.Function("f", z3.IntSort(), z3.IntSort())(z3.Int("x")), "not a leaf"),
        (z3.Sum(z3.IntVal(2**62), 1), "63 bits"),
        (z3.Int("x") ** 2, "no lowering"),
    ],
)
def test_what_cannot_be_lowered_is_refused_with_the_term(term, message):
    low, _ = lowering({"x": Range(0, 2**32)})
    with pytest.raises(bv.NotLowered, match=message):
        low.number(term)


def test_quantifiers_are_refused():
    low, _ = lowering({"x": Range(0, 3)})
    with pytest.raises(bv.NotLowered, match="quantifier"):
        low.truth(z3.ForAll([z3.Int("x")], z3.Int("x") > 0))


def test_the_sort_of_a_term_is_checked():
    low, _ = lowering({"x": Range(0, 3), "p": FLAG})
    with pytest.raises(bv.NotLowered, match="number is needed"):
        low.number(z3.Bool("p"))
    with pytest.raises(bv.NotLowered, match="truth value is needed"):
        low.truth(z3.Int("x"))


def test_shared_terms_stay_shared():
    term = z3.Int("x")
    for _ in range(40):
        term = z3.If(term > 3, term - 1, term + 1)  # a tree of 3^40 terms, a graph of 160
    low, _ = lowering({"x": Range(0, 7)})
    assert low.number(term).range == (-40, 47)
