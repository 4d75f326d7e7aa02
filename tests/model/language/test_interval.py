"""Intervals contain every value of what they bound."""

import itertools

import pytest

from model.language import interval as iv

BOUNDS = [(low, high) for low in range(-5, 6) for high in range(low, 6)]
PAIRS = list(itertools.product(BOUNDS, BOUNDS))


def members(bounds):
    return range(bounds[0], bounds[1] + 1)


@pytest.mark.parametrize(
    ("rule", "function"),
    [
        (iv.add, lambda a, b: a + b),
        (iv.multiply, lambda a, b: a * b),
        (iv.divide, lambda a, b: iv.euclidean(a, b)[0] if b else None),
        (iv.modulo, lambda a, b: iv.euclidean(a, b)[1] if b else None),
    ],
    ids=["add", "multiply", "divide", "modulo"],
)
def test_an_operator_stays_inside(rule, function):
    for a, b in PAIRS:
        low, high = rule(a, b)
        values = [function(x, y) for x in members(a) for y in members(b)]
        assert all(low <= v <= high for v in values if v is not None), (a, b)


def test_sums_products_and_quotients_are_exact():
    for rule, function in (
        (iv.add, lambda a, b: a + b),
        (iv.multiply, lambda a, b: a * b),
        (iv.divide, lambda a, b: iv.euclidean(a, b)[0]),
    ):
        for a, b in PAIRS:
            values = [function(x, y) for x in members(a) for y in members(b) if y]
            if values and 0 not in (b[0], b[1]):
                assert rule(a, b) == (min(values), max(values)), (rule.__name__, a, b)


def test_negation_and_union():
    assert iv.negate((-2, 5)) == (-5, 2)
    assert iv.union((1, 3), (-2, 2)) == (-2, 3)


def test_a_remainder_of_something_small_is_itself():
    assert iv.modulo((0, 2), (3, 5)) == (0, 2)
    assert iv.modulo((0, 3), (3, 5)) == (0, 4)
    assert iv.modulo((0, 2), (-1, 5)) == (0, 4)
    assert iv.modulo((-1, 2), (7, 7)) == (0, 6)


@pytest.mark.parametrize("a", range(-7, 8))
@pytest.mark.parametrize("b", [-3, -2, -1, 1, 2, 3])
def test_euclidean_division_by_its_definition(a, b):
    quotient, remainder = iv.euclidean(a, b)
    assert a == b * quotient + remainder
    assert 0 <= remainder < abs(b)
