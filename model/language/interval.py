"""Intervals of integers, closed under the operators of the language.

An interval is a pair `(low, high)`, both inclusive.  It bounds a term from the
declared ranges of the leaves in it; it is never narrower than the truth.  Of a number without
bound one end, or both, is infinite.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

Bound: TypeAlias = Any  # an integer, or an infinity of `math`
Interval = tuple[Bound, Bound]

WIDEST = (-(2**62), 2**62)  # a bounded intermediate beyond this is refused when the term is built


def infinite(x: Bound) -> bool:
    """Whether a bound is none; an integer of any size is one."""
    return x in {math.inf, -math.inf}


def finite(a: Interval) -> bool:
    """Whether both ends are numbers."""
    return not infinite(a[0]) and not infinite(a[1])


def _sum(x: Bound, y: Bound) -> Bound:
    """x + y, without a detour of large integers through floats."""
    return x if infinite(x) else y if infinite(y) else x + y


def _product(x: Bound, y: Bound) -> Bound:
    """x y, where nothing times infinity is nothing."""
    if x == 0 or y == 0:
        return 0
    if infinite(x) or infinite(y):
        return math.inf if (x > 0) == (y > 0) else -math.inf
    return x * y


def add(a: Interval, b: Interval) -> Interval:
    """Bounds of x + y."""
    return _sum(a[0], b[0]), _sum(a[1], b[1])


def negate(a: Interval) -> Interval:
    """Bounds of -x."""
    return -a[1], -a[0]


def multiply(a: Interval, b: Interval) -> Interval:
    """Bounds of x * y."""
    corners = [_product(x, y) for x in a for y in b]
    return min(corners), max(corners)


def union(a: Interval, b: Interval) -> Interval:
    """Bounds of a value that is one of two."""
    return min(a[0], b[0]), max(a[1], b[1])


def larger(a: Interval, b: Interval) -> Interval:
    """Bounds of the larger of two."""
    return max(a[0], b[0]), max(a[1], b[1])


def divide(a: Interval, b: Interval) -> Interval:
    """Bounds of z3's Euclidean quotient, for every divisor in `b` except zero."""
    divisors = {d for d in (b[0], b[1], -1, 1) if b[0] <= d <= b[1] and d != 0}
    quotients = [_quotient(x, d) for x in a for d in divisors]
    if not quotients:
        return a
    inside = (0,) if a[0] <= 0 <= a[1] else ()
    return min((*quotients, *inside)), max((*quotients, *inside))


def _quotient(x: Bound, d: Bound) -> Bound:
    """The quotient, or what it tends to where an end is infinite."""
    if infinite(d):
        return 0 if x >= 0 else -1 if d > 0 else 1
    if infinite(x):
        return _product(x, d)
    return euclidean(x, d)[0]


def modulo(a: Interval, b: Interval) -> Interval:
    """Bounds of z3's remainder: never negative, below the divisor's size."""
    size = max(abs(b[0]), abs(b[1]))
    if size == 0:
        return a
    smallest = min(abs(b[0]), abs(b[1])) if not b[0] <= 0 <= b[1] else 1
    if a[0] >= 0 and a[1] < smallest:
        return a
    if infinite(size):
        return 0, a[1] if a[0] >= 0 else size
    return 0, max(size - 1, 0)


def euclidean(a: int, b: int) -> tuple[int, int]:
    """Quotient and remainder with a = b q + r and 0 <= r < |b|, as z3 has them; b is not zero."""
    r = a % abs(b)
    return (a - r) // b, r
