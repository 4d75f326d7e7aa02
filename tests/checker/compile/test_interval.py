"""Interval arithmetic against all values of small intervals."""

from __future__ import annotations

import itertools

import pytest

from checker.compile import interval

SPANS = [(lo, hi) for lo in range(-4, 5) for hi in range(lo, 5)]


def values(span):
    return range(span[0], span[1] + 1)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (lambda a, b: interval.add([a, b]), lambda x, y: x + y),
        (interval.sub, lambda x, y: x - y),
        (interval.mul, lambda x, y: x * y),
        (interval.div, lambda x, y: interval.euclid_div(x, y or 1)),
        (interval.mod, lambda x, y: interval.euclid_mod(x, y or 1)),
        (interval.hull, lambda x, y: x),
    ],
)
def test_every_value_is_inside(rule, value):
    for a, b in itertools.product(SPANS, SPANS):
        lo, hi = rule(a, b)
        found = [value(x, y) for x in values(a) for y in values(b)]
        assert lo <= min(found)
        assert max(found) <= hi


@pytest.mark.parametrize("rule", [interval.sub, interval.mul, interval.div])
def test_no_value_too_many(rule):
    exact = {
        interval.sub: lambda x, y: x - y,
        interval.mul: lambda x, y: x * y,
        interval.div: lambda x, y: interval.euclid_div(x, y or 1),
    }[rule]
    for a, b in itertools.product(SPANS, SPANS):
        found = [exact(x, y) for x in values(a) for y in values(b)]
        assert rule(a, b) == (min(found), max(found))


def test_euclidean_division_keeps_the_remainder_positive():
    for x in range(-20, 21):
        for y in (-7, -2, -1, 1, 2, 7):
            q, r = interval.euclid_div(x, y), interval.euclid_mod(x, y)
            assert x == y * q + r
            assert 0 <= r < abs(y)
