"""§1.2: the tuples are values with one encoding each; what is no value has none."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.crypto.encoding import decode, encode
from impl.crypto.errors import Refused, TooLong, TrailingBytes, Truncated
from impl.errors import BadValue
from impl.validation.block import (
    AVAILABLE_DATA,
    BLOCK,
    BODY_LIMIT,
    EXTRA,
    HEADER,
    POV,
    WITNESS,
    AvailableData,
    ExtraValidationData,
    ParachainBlock,
    ParachainHeader,
    PoVBlock,
    WitnessProof,
    compute_body_hash,
    compute_code_hash,
    compute_header_hash,
    compute_pov_hash,
)
from tests.impl.validation import cases

HASHES = st.binary(min_size=32, max_size=32)
U32S = st.integers(0, 2**32 - 1)
HEADERS = st.builds(ParachainHeader, HASHES, U32S, HASHES, HASHES)
BLOCKS = st.builds(ParachainBlock, HEADERS, st.binary(max_size=50))
WITNESSES = st.builds(WitnessProof, HASHES, st.binary(max_size=50))
EXTRAS = st.builds(ExtraValidationData, U32S, HEADERS, HASHES, U32S)
BLOBS = st.builds(AvailableData, BLOCKS, WITNESSES, EXTRAS)


@given(BLOBS)
def test_every_tuple_is_read_back(data):
    for codec, value in (
        (HEADER, data.block.header),
        (BLOCK, data.block),
        (WITNESS, data.witness),
        (EXTRA, data.extra),
        (POV, data.pov),
        (AVAILABLE_DATA, data),
    ):
        assert decode(codec, encode(codec, value)) == value


@given(BLOBS, st.data())
def test_a_cut_or_longer_blob_is_refused(data, draw):
    encoded = encode(AVAILABLE_DATA, data)
    cut = draw.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(Truncated):
        decode(AVAILABLE_DATA, encoded[:cut])
    with pytest.raises(TrailingBytes):
        decode(AVAILABLE_DATA, encoded + b"\0")


@given(st.data())
def test_a_flipped_bit_is_refused_or_another_blob(draw):
    encoded = encode(AVAILABLE_DATA, cases.DATA)
    other = cases.flipped(encoded, draw.draw(st.integers(0, 8 * len(encoded) - 1)))
    with suppress(Refused):
        assert decode(AVAILABLE_DATA, other) != cases.DATA


def test_a_blob_holds_the_proof_of_validity():
    assert cases.DATA.pov == PoVBlock(cases.BLOCK, cases.WITNESS)


def test_an_oversized_body_is_refused_unread():
    header = encode(HEADER, cases.BLOCK.header)
    with pytest.raises(TooLong, match=f"length {BODY_LIMIT + 1}, at most {BODY_LIMIT}"):
        decode(BLOCK, header + (BODY_LIMIT + 1).to_bytes(4, "little"))


def test_hashes_of_different_things_differ():
    data = encode(HEADER, cases.BLOCK.header)
    hashes = {
        compute_header_hash(cases.BLOCK.header),
        compute_body_hash(data),
        compute_code_hash(data),
        compute_pov_hash(cases.POV),
    }
    assert len(hashes) == 4


@pytest.mark.parametrize(
    "make",
    [
        lambda: ParachainHeader(b"", 0, bytes(32), bytes(32)),
        lambda: ParachainHeader(bytes(32), -1, bytes(32), bytes(32)),
        lambda: ParachainHeader(bytes(32), 0, bytes(31), bytes(32)),
        lambda: ParachainHeader(bytes(32), 0, bytes(32), "x"),
        lambda: ParachainBlock(cases.BLOCK.header, "body"),
        lambda: WitnessProof(bytes(33), b""),
        lambda: WitnessProof(bytes(32), None),
        lambda: ExtraValidationData(2**32, cases.BLOCK.header, bytes(32), 0),
        lambda: ExtraValidationData(1, cases.BLOCK.header, b"", 0),
        lambda: ExtraValidationData(1, cases.BLOCK.header, bytes(32), True),
    ],
)
def test_what_is_no_value_is_refused(make):
    with pytest.raises(BadValue):
        make()
