"""Interval arithmetic over unbounded integers, with z3's Euclidean division and remainder.

An interval is a pair (lo, hi) of Python integers, both ends included.
"""

from __future__ import annotations

Interval = tuple[int, int]


def euclid_div(a: int, b: int) -> int:
    """Quotient q of a = b q + r with 0 <= r < |b|; b is not zero."""
    return a // b if b > 0 else -(a // -b)


def euclid_mod(a: int, b: int) -> int:
    """Remainder r of a = b q + r with 0 <= r < |b|; b is not zero."""
    return a % abs(b)


def add(items: list[Interval]) -> Interval:
    """Sum of independent terms."""
    return sum(lo for lo, _ in items), sum(hi for _, hi in items)


def sub(a: Interval, b: Interval) -> Interval:
    """Difference of independent terms."""
    return a[0] - b[1], a[1] - b[0]


def mul(a: Interval, b: Interval) -> Interval:
    """Product of independent terms."""
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def hull(a: Interval, b: Interval) -> Interval:
    """Smallest interval that holds both."""
    return min(a[0], b[0]), max(a[1], b[1])


def _divisors(b: Interval) -> list[int]:
    """Divisors at which a quotient or a remainder is extreme; compiled code reads 0 as 1."""
    found = [1] if b[0] <= 0 <= b[1] else []
    if b[1] >= 1:
        found += [max(1, b[0]), b[1]]
    if b[0] <= -1:
        found += [b[0], min(-1, b[1])]
    return found


def div(a: Interval, b: Interval) -> Interval:
    """Quotients of all pairs; for a fixed dividend they are monotone on each side of zero."""
    corners = [euclid_div(x, d) for x in a for d in _divisors(b)]
    return min(corners), max(corners)


def mod(a: Interval, b: Interval) -> Interval:
    """Remainders of all pairs: below the largest divisor, and below a dividend never negative."""
    top = max(abs(d) for d in _divisors(b)) - 1
    return 0, min(top, a[1]) if a[0] >= 0 else top
