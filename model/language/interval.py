"""Intervals of integers, closed under the operators of the language.

An interval is a pair `(low, high)`, both inclusive.  It bounds a term from the
declared ranges of the leaves in it; it is never narrower than the truth.
"""

from __future__ import annotations

Interval = tuple[int, int]

WIDEST = (-(2**62), 2**62)  # an intermediate beyond this is refused when the term is built


def add(a: Interval, b: Interval) -> Interval:
    """Bounds of x + y."""
    return a[0] + b[0], a[1] + b[1]


def negate(a: Interval) -> Interval:
    """Bounds of -x."""
    return -a[1], -a[0]


def multiply(a: Interval, b: Interval) -> Interval:
    """Bounds of x * y."""
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def union(a: Interval, b: Interval) -> Interval:
    """Bounds of a value that is one of two."""
    return min(a[0], b[0]), max(a[1], b[1])


def divide(a: Interval, b: Interval) -> Interval:
    """Bounds of z3's Euclidean quotient, for every divisor in `b` except zero."""
    divisors = {d for d in (b[0], b[1], -1, 1) if b[0] <= d <= b[1] and d != 0}
    quotients = [euclidean(x, d)[0] for x in a for d in divisors]
    if not quotients:
        return a
    inside = (0,) if a[0] <= 0 <= a[1] else ()
    return min((*quotients, *inside)), max((*quotients, *inside))


def modulo(a: Interval, b: Interval) -> Interval:
    """Bounds of z3's remainder: never negative, below the divisor's size."""
    size = max(abs(b[0]), abs(b[1]))
    if size == 0:
        return a
    smallest = min(abs(b[0]), abs(b[1])) if not b[0] <= 0 <= b[1] else 1
    if a[0] >= 0 and a[1] < smallest:
        return a
    return 0, max(size - 1, 0)


def euclidean(a: int, b: int) -> tuple[int, int]:
    """Quotient and remainder with a = b q + r and 0 <= r < |b|, as z3 has them; b is not zero."""
    r = a % abs(b)
    return (a - r) // b, r
