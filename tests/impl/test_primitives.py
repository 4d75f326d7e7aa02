"""Values are checked where they enter."""

from __future__ import annotations

import pytest

from impl.errors import BadValue
from impl.primitives import require_bytes, require_tuple, require_u32


@pytest.mark.parametrize("value", [0, 1, 2**32 - 1])
def test_an_unsigned_number_of_32_bits_is_accepted(value):
    require_u32("n", value)


@pytest.mark.parametrize("value", [-1, 2**32, 1.0, "1", None, False])
def test_anything_else_is_refused(value):
    with pytest.raises(BadValue) as caught:
        require_u32("n", value)
    assert caught.value.got is value


def test_a_number_may_have_a_lower_limit():
    with pytest.raises(BadValue, match=r"n must be between 1 and 2\*\*32 - 1, got 0"):
        require_u32("n", 0, at_least=1)


def test_bytes_may_have_a_length():
    require_bytes("key", b"")
    require_bytes("key", b"ab", length=2)
    with pytest.raises(BadValue, match="key must be 2 bytes long"):
        require_bytes("key", b"abc", length=2)
    with pytest.raises(BadValue, match="key must be a byte string, got 'ab'"):
        require_bytes("key", "ab")


def test_a_list_is_no_tuple():
    require_tuple("items", ())
    with pytest.raises(BadValue, match=r"items must be a tuple, got \[\]"):
        require_tuple("items", [])
