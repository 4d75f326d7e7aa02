"""The group of edwards25519: points as their 32 bytes, scalars as integers, strictly.

Strictly means that a point is accepted only in its canonical encoding and only from the group of
prime order.  Then equations hold or fail alike in every implementation, with the cofactor or
without, and nobody can present one point, key or signature under two encodings.

Operations are libsodium's, which has three habits to work around: multiplication refuses the
identity as operand and as result, multiplication of the base point drops the highest bit of a
scalar, and addition accepts coordinates that are not reduced.  Scalars pass through Python's
integers, so times depend on secrets: good for a test bed, and for nothing that holds money.
"""

from __future__ import annotations

from nacl import bindings
from nacl.exceptions import RuntimeError as SodiumError

from impl.crypto.errors import (
    MixedOrder,
    NotOnCurve,
    PointNotCanonical,
    ScalarNotReduced,
    SmallOrder,
    WrongLength,
)
from impl.primitives import require_bytes

PRIME = (1 << 255) - 19
"""Order of the field of coordinates."""

ORDER = (1 << 252) + 27742317777372353535851937790883648493
"""Order of the group that the base point generates."""

POINT_BYTES = 32
SCALAR_BYTES = 32

IDENTITY = (1).to_bytes(POINT_BYTES, "little")
"""x = 0, y = 1."""

SIGN = 1 << 255
"""The highest bit of a point is the lowest bit of x; the others are y."""


def encode_scalar(scalar: int) -> bytes:
    """Return the 32 bytes of a scalar, least first."""
    return scalar.to_bytes(SCALAR_BYTES, "little")


def decode_scalar(name: str, data: bytes) -> int:
    """Return a scalar that must be below the order of the group."""
    scalar = int.from_bytes(data, "little")
    if scalar >= ORDER:
        raise ScalarNotReduced(name, scalar)
    return scalar


def add(first: bytes, second: bytes) -> bytes:
    """Return the sum of two points of the curve."""
    return bindings.crypto_core_ed25519_add(first, second)


def subtract(first: bytes, second: bytes) -> bytes:
    """Return the difference of two points of the curve."""
    return bindings.crypto_core_ed25519_sub(first, second)


def multiply(scalar: int, point: bytes) -> bytes:
    """Return the multiple of a point of prime order, or of the identity."""
    scalar %= ORDER
    if scalar == 0 or point == IDENTITY:
        return IDENTITY
    return bindings.crypto_scalarmult_ed25519_noclamp(encode_scalar(scalar), point)


def multiply_base(scalar: int) -> bytes:
    """Return the multiple of the base point."""
    scalar %= ORDER
    if scalar == 0:
        return IDENTITY
    return bindings.crypto_scalarmult_ed25519_base_noclamp(encode_scalar(scalar))


def clear_cofactor(point: bytes) -> bytes:
    """Return eight times any point of the curve, which is of prime order or the identity."""
    for _ in range(3):
        point = add(point, point)
    return point


def is_canonical(point: bytes) -> bool:
    """Tell whether y is reduced, and x = 0, which y = 1 and y = -1 have, without a sign."""
    number = int.from_bytes(point, "little")
    y = number % SIGN
    return y < PRIME and not (number >= SIGN and y in {1, PRIME - 1})


def is_on_curve(point: bytes) -> bool:
    """Tell whether canonical bytes are a point of the curve, of whatever order."""
    try:
        add(point, IDENTITY)
    except SodiumError:
        return False
    return True


def require_point(name: str, point: bytes) -> None:
    """Raise what is wrong with `point` unless it is of prime order and canonically encoded."""
    require_bytes(name, point)
    if len(point) != POINT_BYTES:
        raise WrongLength(name, POINT_BYTES, len(point))
    if not is_canonical(point):
        raise PointNotCanonical(name, point)
    if bindings.crypto_core_ed25519_is_valid_point(point):
        return
    if not is_on_curve(point):
        raise NotOnCurve(name, point)
    if clear_cofactor(point) == IDENTITY:
        raise SmallOrder(name, point)
    raise MixedOrder(name, point)
