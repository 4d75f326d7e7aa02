"""A value has one encoding, and nothing else is accepted."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.crypto import errors
from impl.crypto.encoding import (
    BOOLEAN,
    HASH,
    U8,
    U16,
    U32,
    U64,
    Codec,
    bits,
    blob,
    choice,
    decode,
    encode,
    fixed,
    listing,
    optional,
    record,
    unsigned,
)
from impl.errors import BadValue


@dataclass(frozen=True, slots=True)
class Pair:
    left: int
    right: bytes

    def __post_init__(self) -> None:
        if self.left > len(self.right):
            raise BadValue("left", f"at most {len(self.right)}", self.left)


@dataclass(frozen=True, slots=True)
class Two:
    first: object
    second: bytes


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


PAIR = record(Pair, left=U16, right=blob(5))
EITHER = choice({1: (Pair, PAIR), 7: (Nothing, record(Nothing))})


@pytest.mark.parametrize(
    ("codec", "value", "data"),
    [
        (U8, 255, "ff"),
        (U16, 0x0102, "0201"),
        (U32, 1, "01000000"),
        (U64, 1 << 63, "0000000000000080"),
        (BOOLEAN, False, "00"),
        (BOOLEAN, True, "01"),
        (fixed(3), b"abc", "616263"),
        (blob(), b"", "00000000"),
        (blob(2), b"ab", "020000006162"),
        (bits(9), (), "00000000"),
        (bits(9), (True, False, False, True), "0400000009"),
        (bits(9), (False,) * 8 + (True,), "090000000001"),
        (listing(U16, 3), (1, 2), "0200000001000200"),
        (listing(blob(2), 3), (b"", b"a"), "02000000000000000100000061"),
        (optional(U16), None, "00"),
        (optional(U16), 0, "010000"),
        (PAIR, Pair(1, b"x"), "01000100000078"),
        (EITHER, Pair(0, b""), "01000000000000"),
        (EITHER, Nothing(), "07"),
    ],
)
def test_encodings_are_what_the_docstrings_say(codec, value, data):
    assert encode(codec, value).hex() == data
    assert decode(codec, bytes.fromhex(data)) == value
    assert codec.smallest <= len(data) // 2 <= codec.largest


@pytest.mark.parametrize(
    ("codec", "value"),
    [
        (U8, 256),
        (U8, -1),
        (U8, True),
        (U8, 1.0),
        (BOOLEAN, 1),
        (fixed(3), b"ab"),
        (HASH, "a" * 32),
        (blob(2), b"abc"),
        (blob(2), bytearray(b"ab")),
        (bits(2), (True,) * 3),
        (bits(2), (1,)),
        (bits(2), [True]),
        (listing(U8, 1), (1, 2)),
        (listing(U8, 1), [1]),
        (listing(U8, 1), (256,)),
        (optional(U8), "x"),
        (PAIR, Nothing()),
        (EITHER, 3),
    ],
)
def test_what_has_no_encoding_is_the_callers_mistake(codec, value):
    with pytest.raises(BadValue):
        encode(codec, value)


def test_only_bytes_are_decoded():
    with pytest.raises(BadValue, match="data must be a byte string"):
        decode(U8, "x")


def test_a_record_names_every_field_in_order():
    for members in (
        {"left": U8},
        {"right": blob(), "left": U8},
        {"left": U8, "right": U8, "x": U8},
    ):
        with pytest.raises(BadValue, match="the fields of Pair"):
            record(Pair, **members)
    with pytest.raises(BadValue, match="the fields of int"):
        record(int, real=U8)


def test_items_without_bytes_cannot_be_listed():
    for item in (fixed(0), record(Nothing)):
        with pytest.raises(BadValue, match="at least one byte"):
            listing(item, 1000)


@pytest.mark.parametrize("codec", [blob(), listing(U32, 1 << 30), bits(1 << 31)])
def test_a_length_is_checked_before_anything_of_that_length_exists(codec):
    with pytest.raises(errors.Truncated):
        decode(codec, encode(U32, 1 << 29))


def test_no_item_of_a_list_is_read_that_cannot_be_whole():
    read = []
    item = Codec(2, 2, U16.write, lambda reader: read.append(reader.take(2)))
    with pytest.raises(errors.Truncated) as caught:
        decode(listing(item, 9), b"\3\0\0\0" + b"abcd")
    assert (caught.value.wanted, caught.value.left, read) == (6, 4, [])


@pytest.mark.parametrize("inner", [blob(1), bits(1), listing(U8, 1)])
def test_a_part_is_held_against_its_own_limit(inner):
    both = record(Two, first=inner, second=blob(9))
    with pytest.raises(errors.TooLong) as caught:
        decode(both, b"\2\0\0\0" + b"\0\0" + b"\0\0\0\0")
    assert (caught.value.length, caught.value.limit) == (2, 1)


def test_a_message_too_long_for_its_type_is_not_read():
    read = []
    codec = Codec(1, 1, U8.write, read.append)
    with pytest.raises(errors.TooLong) as caught:
        decode(codec, b"ab")
    assert (caught.value.length, caught.value.limit, read) == (2, 1, [])


# ---- any composition of codecs


def scalars():
    numbers = st.sampled_from([8, 16, 32, 64]).map(
        lambda width: (unsigned(width), st.integers(0, (1 << width) - 1))
    )
    strings = st.integers(0, 4).map(lambda n: (blob(n), st.binary(max_size=n)))
    fixtures = st.integers(1, 4).map(lambda n: (fixed(n), st.binary(min_size=n, max_size=n)))
    lists = st.integers(0, 20).map(
        lambda n: (bits(n), st.lists(st.booleans(), max_size=n).map(tuple))
    )
    return st.one_of(numbers, strings, fixtures, lists, st.just((BOOLEAN, st.booleans())))


def wider(inner):
    some = inner.map(lambda pair: (optional(pair[0]), st.none() | pair[1]))
    many = inner.map(lambda pair: (listing(pair[0], 3), st.lists(pair[1], max_size=3).map(tuple)))
    return some | many


CASES = st.recursive(scalars(), wider, max_leaves=3).flatmap(
    lambda pair: st.tuples(st.just(pair[0]), pair[1])
)


@settings(max_examples=500)
@given(CASES)
def test_what_is_encoded_is_decoded(case):
    codec, value = case
    data = encode(codec, value)
    assert decode(codec, data) == value
    assert codec.smallest <= len(data) <= codec.largest


@settings(max_examples=500)
@given(CASES, st.data())
def test_a_part_of_an_encoding_is_refused(case, data):
    codec, value = case
    whole = encode(codec, value)
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(errors.Truncated):
        decode(codec, part)


@settings(max_examples=500)
@given(CASES, st.binary(min_size=1, max_size=9))
def test_more_than_an_encoding_is_refused(case, more):
    codec, value = case
    whole = encode(codec, value) + more
    with pytest.raises((errors.TrailingBytes, errors.TooLong)):
        decode(codec, whole)


@settings(max_examples=1000)
@given(CASES, st.binary(max_size=40))
def test_whatever_is_decoded_was_the_encoding(case, data):
    codec, _ = case
    try:
        value = decode(codec, data)
    except errors.Refused:
        return
    assert encode(codec, value) == data


@settings(max_examples=500)
@given(CASES, st.data())
def test_a_flipped_bit_is_refused_or_another_value(case, data):
    codec, value = case
    whole = bytearray(encode(codec, value))
    place = data.draw(st.integers(0, 8 * len(whole) - 1))
    whole[place // 8] ^= 1 << place % 8
    with contextlib.suppress(errors.Refused):
        assert decode(codec, bytes(whole)) != value
