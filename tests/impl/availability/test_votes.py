"""§1.7: a vote is a signed bitfield, with a bit for each piece that its validator has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.availability.distribution import PieceHoldings, compute_messages, process_piece
from impl.availability.storage import AvailabilityStatus, ParachainRecord
from impl.availability.votes import (
    BITFIELD,
    PARACHAINS_LIMIT,
    VOTE,
    Bitfield,
    compute_bitfield,
    decode_vote,
    sign_vote,
    verify_vote,
)
from impl.crypto import encoding
from impl.crypto.encoding import decode, encode
from impl.crypto.errors import (
    BadSignature,
    PaddingNotZero,
    Refused,
    TooLong,
    TrailingBytes,
    Truncated,
)
from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from tests.impl.availability import worlds
from tests.impl.validation import cases
from tests.impl.validation.cases import DATA, ERASURE, KEYS, PAIRS, RECEIPT, RECEIPT_HASH

TO_BE_DETERMINED = AvailabilityStatus.TO_BE_DETERMINED
HOLDINGS = process_piece(
    PieceHoldings(3, ERASURE),
    compute_messages(RECEIPT, DATA, ERASURE)[3],
    FrozenMap({RECEIPT_HASH: RECEIPT}),
)
VOTE_OF_3 = worlds.vote(3, 0b101, 2)

BITFIELDS = st.integers(0, 200).flatmap(
    lambda length: st.builds(Bitfield, st.just(length), st.integers(0, (1 << length) - 1))
)


def state(*records):
    return replace(worlds.START, records=records)


def record(status, receipt=RECEIPT):
    return ParachainRecord(status, receipt, 1)


# ---- the rule for bit i


def test_a_bit_is_set_for_a_pending_candidate_whose_piece_is_here():
    missing = record(TO_BE_DETERMINED, worlds.receipt(7))
    here = state(record(TO_BE_DETERMINED), missing, ParachainRecord())
    assert compute_bitfield(here, HOLDINGS) == Bitfield(3, 0b001)


@pytest.mark.parametrize("status", [AvailabilityStatus.AVAILABLE, AvailabilityStatus.UNAVAILABLE])
def test_a_bit_is_not_set_for_a_candidate_that_is_decided(status):
    decided = state(record(status), ParachainRecord(), ParachainRecord())
    assert compute_bitfield(decided, HOLDINGS) == Bitfield(3, 0)


def test_bit_i_is_the_ith_parachains():
    here = state(ParachainRecord(), ParachainRecord(), record(TO_BE_DETERMINED))
    field = compute_bitfield(here, HOLDINGS)
    assert [field[index] for index in range(3)] == [False, False, True]


# ---- bitfields


@given(BITFIELDS)
def test_a_bitfield_is_encoded_as_a_list_of_bits(field):
    listed = tuple(field[index] for index in range(field.length))
    assert encode(BITFIELD, field) == encode(encoding.bits(PARACHAINS_LIMIT), listed)
    assert decode(BITFIELD, encode(BITFIELD, field)) == field


def test_bits_beyond_the_length_are_refused():
    with pytest.raises(PaddingNotZero):
        decode(BITFIELD, b"\3\0\0\0\x08")
    with pytest.raises(TooLong):
        decode(BITFIELD, (PARACHAINS_LIMIT + 1).to_bytes(4, "little"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Bitfield(3, 8),
        lambda: Bitfield(3, -1),
        lambda: Bitfield(3, True),
        lambda: Bitfield(3, "1"),
        lambda: Bitfield(-1, 0),
        lambda: encode(BITFIELD, Bitfield(PARACHAINS_LIMIT + 1, 0)),
        lambda: sign_vote(-1, Bitfield(3, 0), bytes(32), PAIRS[0]),
        lambda: sign_vote(0, Bitfield(3, 0), b"", PAIRS[0]),
    ],
)
def test_what_is_no_value_is_refused(make):
    with pytest.raises(BadValue):
        make()


# ---- signatures


def test_a_vote_travels():
    assert decode_vote(encode(VOTE, VOTE_OF_3)) == VOTE_OF_3
    verify_vote(VOTE_OF_3, KEYS[3])


@pytest.mark.parametrize(
    "changes",
    [
        {"bitfield": Bitfield(3, 0b111)},
        {"bitfield": Bitfield(4, 0b101)},
        {"block_hash": worlds.block_hash(3)},
        {"signature": worlds.vote(3, 0b101, 3).signature},
    ],
)
def test_a_signature_covers_bitfield_and_block(changes):
    with pytest.raises(BadSignature):
        verify_vote(replace(VOTE_OF_3, **changes), KEYS[3])


def test_a_vote_is_its_validators():
    with pytest.raises(BadSignature):
        verify_vote(VOTE_OF_3, KEYS[4])


def test_a_context_keeps_a_vote_from_another_session():
    bound = sign_vote(3, VOTE_OF_3.bitfield, VOTE_OF_3.block_hash, PAIRS[3], context=cases.CONTEXT)
    verify_vote(bound, KEYS[3], context=cases.CONTEXT)
    for context in (None, replace(cases.CONTEXT, session=4)):
        with pytest.raises(BadSignature):
            verify_vote(bound, KEYS[3], context=context)


@given(st.data())
def test_a_damaged_vote_is_refused(draw):
    data = encode(VOTE, VOTE_OF_3)
    with pytest.raises(Truncated):
        decode_vote(data[: draw.draw(st.integers(0, len(data) - 1))])
    with pytest.raises(TrailingBytes):
        decode_vote(data + b"\0")
    bit = draw.draw(st.integers(32, 8 * len(data) - 1))  # who votes comes first
    damaged = cases.flipped(data, bit)
    with pytest.raises(Refused):
        verify_vote(decode_vote(damaged), KEYS[3])
