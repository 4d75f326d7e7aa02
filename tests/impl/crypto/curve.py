"""Points of edwards25519 that an attacker would choose, and the group law without a library."""

from __future__ import annotations

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME
BASE_Y = 4 * pow(5, -1, PRIME) % PRIME


def lift(y, sign):
    """The point with this y and this lowest bit of x, None if there is none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    root = pow(square, (PRIME + 3) // 8, PRIME)
    if root * root % PRIME != square:
        root = root * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if root * root % PRIME != square:
        return None
    return (root if root % 2 == sign else -root % PRIME), y


def add(first, second):
    (a, b), (c, d) = first, second
    cross = D * a * b * c * d % PRIME
    x = (a * d + b * c) * pow(1 + cross, -1, PRIME)
    y = (b * d + a * c) * pow(1 - cross, -1, PRIME)
    return x % PRIME, y % PRIME


def multiply(scalar, point):
    total = (0, 1)
    for bit in f"{scalar:b}":
        total = add(total, total)
        if bit == "1":
            total = add(total, point)
    return total


def pack(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def unpack(data):
    number = int.from_bytes(data, "little")
    return lift(number & (1 << 255) - 1, number >> 255)


def small_generator():
    """A point of order eight."""
    for y in range(2, 100):
        point = lift(y, 0)
        found = multiply(ORDER, point) if point else (0, 1)
        if multiply(4, found) != (0, 1):
            return found
    raise AssertionError("every second point would do")


BASE = lift(BASE_Y, 0)
EIGHTH = small_generator()
SMALL = [multiply(n, EIGHTH) for n in range(8)]
"""All points of small order, the identity first."""

OFF_CURVE = next(y for y in range(2, 100) if lift(y, 0) is None).to_bytes(32, "little")
MIXED = pack(add(BASE, EIGHTH))

NOT_CANONICAL = [
    (y + sign * 2**255).to_bytes(32, "little") for y in range(PRIME, 2**255) for sign in (0, 1)
] + [(y + 2**255).to_bytes(32, "little") for y in (1, PRIME - 1)]
"""All other encodings of points, and some of what is no point."""
