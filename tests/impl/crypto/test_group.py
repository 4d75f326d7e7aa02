"""Points: only canonical ones of prime order; the operations against textbook formulas."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.crypto import errors, group
from impl.crypto.elligator import MONTGOMERY, map_to_montgomery, square_root, to_edwards
from impl.errors import BadValue
from tests.impl.crypto import curve

BASE = curve.pack(curve.BASE)
SCALARS = st.one_of(
    st.integers(0, 20), st.integers(0, 2**256), st.sampled_from([curve.ORDER - 1, curve.ORDER])
)


def test_the_constants_are_those_of_the_curve():
    assert (group.PRIME, group.ORDER) == (curve.PRIME, curve.ORDER)
    assert curve.pack((0, 1)) == group.IDENTITY
    assert len({curve.pack(point) for point in curve.SMALL}) == 8


@settings(max_examples=40)
@given(SCALARS, SCALARS)
def test_operations_are_those_of_the_group(first, second):
    one, two = group.multiply_base(first), group.multiply_base(second)
    assert one == curve.pack(curve.multiply(first % curve.ORDER, curve.BASE))
    assert group.add(one, two) == group.multiply_base(first + second)
    assert group.subtract(one, two) == group.multiply_base(first - second)
    assert group.multiply(second, one) == group.multiply_base(first * second)
    assert group.clear_cofactor(one) == group.multiply_base(8 * first)


@settings(max_examples=40)
@given(st.integers(1, curve.ORDER - 1))
def test_points_of_prime_order_are_accepted(scalar):
    group.require_point("P", group.multiply_base(scalar))


@pytest.mark.parametrize("point", curve.SMALL)
def test_points_of_small_order_are_refused(point):
    with pytest.raises(errors.SmallOrder):
        group.require_point("P", curve.pack(point))


@pytest.mark.parametrize("point", curve.SMALL[1:])
def test_points_of_mixed_order_are_refused(point):
    with pytest.raises(errors.MixedOrder):
        group.require_point("P", curve.pack(curve.add(curve.BASE, point)))


@pytest.mark.parametrize("data", curve.NOT_CANONICAL, ids=bytes.hex)
def test_second_encodings_are_refused(data):
    with pytest.raises(errors.PointNotCanonical):
        group.require_point("P", data)


def test_what_is_no_point_is_refused():
    with pytest.raises(errors.NotOnCurve):
        group.require_point("P", curve.OFF_CURVE)
    for length in (0, 31, 33):
        with pytest.raises(errors.WrongLength):
            group.require_point("P", bytes(length))
    with pytest.raises(BadValue):
        group.require_point("P", "x" * 32)


@settings(max_examples=300)
@given(st.binary(min_size=32, max_size=32))
def test_any_bytes_are_judged_as_the_formulas_do(data):
    number = int.from_bytes(data, "little")
    y, sign = number % 2**255, number >> 255
    point = curve.lift(y, sign) if y < curve.PRIME else None
    if y >= curve.PRIME:
        expected = errors.PointNotCanonical
    elif point is None:
        expected = errors.NotOnCurve
    elif point in curve.SMALL:
        expected = errors.SmallOrder
    else:
        prime = curve.multiply(curve.ORDER, point) == (0, 1)
        expected = None if prime else errors.MixedOrder
    if expected is None:
        group.require_point("P", data)
        return
    with pytest.raises(expected):
        group.require_point("P", data)


@pytest.mark.parametrize("scalar", [0, 1, curve.ORDER - 1])
def test_reduced_scalars_are_accepted(scalar):
    assert group.decode_scalar("s", group.encode_scalar(scalar)) == scalar


@pytest.mark.parametrize("scalar", [curve.ORDER, curve.ORDER + 1, 2**255, 2**256 - 1])
def test_other_scalars_are_refused(scalar):
    with pytest.raises(errors.ScalarNotReduced):
        group.decode_scalar("s", group.encode_scalar(scalar))


# ---- Elligator 2


@settings(max_examples=100)
@given(st.integers(0, curve.PRIME - 1))
def test_the_map_gives_points_of_both_forms_of_the_curve(element):
    x, y = map_to_montgomery(element)
    assert y * y % curve.PRIME == (x**3 + MONTGOMERY * x * x + x) % curve.PRIME
    a, b = to_edwards(x, y)
    assert (-a * a + b * b - 1 - curve.D * a * a * b * b) % curve.PRIME == 0


def test_the_exceptional_points_go_to_the_identity():
    assert map_to_montgomery(0)[0] in {0, curve.PRIME - MONTGOMERY}
    assert to_edwards(0, 0) == (0, 1)
    assert to_edwards(curve.PRIME - 1, 5) == (0, 1)


@settings(max_examples=100)
@given(st.integers(1, curve.PRIME - 1))
def test_two_is_no_square_and_every_square_has_a_root(value):
    square = value * value % curve.PRIME
    assert square_root(square) in {value, curve.PRIME - value}
    assert square_root(2 * square) is None
