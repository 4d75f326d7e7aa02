"""From bytes to a point of edwards25519: `edwards25519_XMD:SHA-512_ELL2_NU_` of RFC 9380.

libsodium has the map, with another rule for the sign of x, so it is done in integers here.  Time
depends on the input, which is public wherever this is used.
"""

from __future__ import annotations

import hashlib

from impl.crypto.group import PRIME, SIGN, clear_cofactor

MONTGOMERY = 486662
"""The coefficient of curve25519, y^2 = x^3 + 486662 x^2 + x."""

ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)

FIELD_BYTES = 48
"""What is reduced to one field element: 128 bits more than it has, so that none is favoured."""

HASH_BYTES, BLOCK_BYTES = 64, 128
"""Of SHA-512."""


def hash_to_point(message: bytes, domain: bytes) -> bytes:
    """Return the point of prime order (or the identity) for `message` under the tag `domain`."""
    element = int.from_bytes(expand_message(message, domain), "big") % PRIME
    x, y = to_edwards(*map_to_montgomery(element))
    return clear_cofactor((y | (x & 1) * SIGN).to_bytes(32, "little"))


def expand_message(message: bytes, domain: bytes) -> bytes:
    """Return the first 48 bytes of `expand_message_xmd`, RFC 9380 section 5.3.1."""
    tag = domain + bytes((len(domain),))
    length = FIELD_BYTES.to_bytes(2, "big")
    start = hashlib.sha512(bytes(BLOCK_BYTES) + message + length + b"\x00" + tag).digest()
    return hashlib.sha512(start + b"\x01" + tag).digest()[:FIELD_BYTES]


def square_root(value: int) -> int | None:
    """Return one of the roots of `value` modulo the prime, None if it is no square."""
    root = pow(value, (PRIME + 3) // 8, PRIME)
    for candidate in (root, root * ROOT_OF_MINUS_ONE % PRIME):
        if candidate * candidate % PRIME == value % PRIME:
            return candidate
    return None


def map_to_montgomery(element: int) -> tuple[int, int]:
    """Return the point of curve25519 for a field element, RFC 9380 section 6.7.1.

    Of x1 and x2 = -x1 - 486662 exactly one lies on the curve, unless both do with y = 0.
    2 is no square, so the divisor is never zero.
    """
    divisor = 1 + 2 * element * element
    x = -MONTGOMERY * pow(divisor, -1, PRIME) % PRIME
    y = square_root(_right_side(x))
    odd = 1
    if y is None:
        x = (-x - MONTGOMERY) % PRIME
        y = square_root(_right_side(x))
        odd = 0
    assert y is not None  # noqa: S101 - a theorem about the curve
    return x, y if y & 1 == odd else -y % PRIME


def _right_side(x: int) -> int:
    return (x * x + MONTGOMERY * x + 1) * x % PRIME


def to_edwards(x: int, y: int) -> tuple[int, int]:
    """Return the point of edwards25519 that belongs to one of curve25519, RFC 9380 appendix D.1.

    The two exceptional points, y = 0 and x = -1, go to the identity.
    """
    divisor = y * (x + 1) % PRIME
    if divisor == 0:
        return 0, 1
    inverse = pow(divisor, -1, PRIME)
    return STRETCH * x * (x + 1) * inverse % PRIME, (x - 1) * y * inverse % PRIME


def _stretch() -> int:
    root = square_root(-(MONTGOMERY + 2) % PRIME)
    assert root is not None  # noqa: S101 - a property of two constants
    return root if root % 2 == 0 else PRIME - root


STRETCH = _stretch()
"""The even root of -486664, by which x is stretched between the two forms of the curve."""
