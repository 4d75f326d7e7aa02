"""§1.5, §1.6: a blob becomes a piece for each validator, and only one's own piece is kept."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.availability.distribution import (
    ErasurePieceMessage,
    PieceHoldings,
    compute_messages,
    compute_piece_limit,
    encode_message,
    message_codec,
    process_piece,
    receive_piece,
)
from impl.availability.erasure import (
    PIECES_NEEDED,
    ErasureCodedBlob,
    compute_erasure_code,
    compute_faulty,
    decode_available_data,
    erasure_encode,
)
from impl.availability.errors import (
    NotDesignated,
    NotTheCommittedCode,
    PieceKnown,
    ReceiptNotPending,
)
from impl.crypto.encoding import decode, encode
from impl.crypto.erasure import ErasurePiece, piece_codec, reconstruct, verify_piece
from impl.crypto.errors import (
    NotSymbols,
    ProofMismatch,
    Refused,
    TooLong,
    TrailingBytes,
    Truncated,
    WrongProofLength,
)
from impl.crypto.merkle import MerkleTree
from impl.errors import BadValue, UnknownName
from impl.frozen_map import FrozenMap
from impl.validation.errors import NotAccepted
from impl.validation.receipt import compute_receipt_hash
from tests.impl.validation import cases
from tests.impl.validation.cases import DATA, ERASURE, RECEIPT, RECEIPT_HASH

CODED = erasure_encode(DATA, ERASURE)
MESSAGES = compute_messages(RECEIPT, DATA, ERASURE)
PENDING = FrozenMap({RECEIPT_HASH: RECEIPT})
EMPTY = PieceHoldings(3, ERASURE)
OWN = MESSAGES[3]


def with_piece(message=OWN, **changes):
    return replace(message, piece=replace(message.piece, **changes))


# ---- definitions 8 and 9, algorithm 9


@pytest.mark.parametrize(
    ("validators", "faulty", "most", "fewest"),
    [(1, 0, 1, 1), (3, 0, 1, 1), (4, 1, 3, 2), (7, 2, 5, 3), (10, 3, 7, 4), (1000, 333, 667, 334)],
)
def test_how_many_pieces_suffice_is_a_reading(validators, faulty, most, fewest):
    assert compute_faulty(validators) == faulty
    assert 3 * faulty < validators <= 3 * faulty + 3
    needed = [compute_erasure_code(validators, option).needed for option in PIECES_NEEDED]
    assert needed == [most, fewest]


def test_other_options_are_unknown():
    with pytest.raises(UnknownName, match=r"no number of pieces needed 'f'; known: 2f\+1, f\+1"):
        compute_erasure_code(4, "f")
    with pytest.raises(BadValue):
        compute_faulty(0)


@pytest.mark.parametrize("option", PIECES_NEEDED)
def test_any_pieces_that_suffice_give_the_blob(option):
    code = compute_erasure_code(4, option)
    coded = erasure_encode(DATA, code)
    for chosen in combinations(coded.pieces, code.needed):
        assert decode_available_data(reconstruct(code, coded.root, chosen)) == DATA


def test_there_is_a_piece_for_each_validator_under_the_root():
    assert len(CODED.pieces) == 7
    assert CODED.root == RECEIPT.erasure_root
    for piece in CODED.pieces:
        verify_piece(ERASURE, CODED.root, piece)


def test_pieces_stand_in_order():
    with pytest.raises(BadValue, match="pieces 0, 1"):
        replace(CODED, pieces=CODED.pieces[::-1])
    with pytest.raises(BadValue):
        ErasureCodedBlob(b"", ())


# ---- definition 10


def test_piece_i_is_for_validator_i():
    assert tuple(ErasurePieceMessage(RECEIPT_HASH, each) for each in CODED.pieces) == MESSAGES


def test_a_blob_that_is_not_the_receipts_is_not_distributed():
    other = replace(DATA, extra=replace(DATA.extra, relay_parent_number=4))
    with pytest.raises(NotTheCommittedCode) as caught:
        compute_messages(RECEIPT, other, ERASURE)
    assert caught.value.root == RECEIPT.erasure_root
    assert str(caught.value).endswith("§1.5/description.1")


def test_a_validator_keeps_its_piece():
    holdings = receive_piece(EMPTY, encode_message(OWN, ERASURE), PENDING)
    assert holdings.has_piece(RECEIPT_HASH)
    assert holdings.pieces[RECEIPT_HASH] == CODED.pieces[3]
    assert not EMPTY.has_piece(RECEIPT_HASH)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (replace(OWN, receipt_hash=bytes(32)), ReceiptNotPending),
        (MESSAGES[2], NotDesignated),
        (with_piece(data=MESSAGES[2].piece.data), ProofMismatch),
        (with_piece(proof=MESSAGES[2].piece.proof), ProofMismatch),
        (with_piece(proof=OWN.piece.proof[:-1]), WrongProofLength),
        (with_piece(MESSAGES[2], index=3), ProofMismatch),
        (with_piece(data=OWN.piece.data[:-2]), ProofMismatch),
        (with_piece(data=OWN.piece.data[:-1]), NotSymbols),
        (with_piece(data=b""), NotSymbols),
    ],
)
def test_each_fault_alone_is_refused_by_its_name(message, error):
    with pytest.raises(error):
        process_piece(EMPTY, message, PENDING)


def test_pieces_that_are_no_symbols_are_refused_even_under_the_root():
    """A coder can commit to anything."""
    odd = [b"\1" * 5] * ERASURE.count
    tree = MerkleTree.over(odd)
    receipt = replace(RECEIPT, erasure_root=tree.root)
    piece = ErasurePiece(3, odd[3], tree.prove(3))
    verify_piece(ERASURE, tree.root, piece)
    name = compute_receipt_hash(receipt)
    with pytest.raises(NotSymbols):
        process_piece(EMPTY, ErasurePieceMessage(name, piece), FrozenMap({name: receipt}))


def test_a_replayed_piece_is_refused():
    holdings = process_piece(EMPTY, OWN, PENDING)
    with pytest.raises(PieceKnown):
        process_piece(holdings, OWN, PENDING)


def test_an_oversized_piece_is_refused_unread():
    limit = compute_piece_limit(ERASURE)
    short = encode(piece_codec(), replace(OWN.piece, data=b""))[4 + 4 :]
    data = RECEIPT_HASH + (3).to_bytes(4, "little") + (limit + 2).to_bytes(4, "little") + short
    with pytest.raises(TooLong, match=f"length {limit + 2}, at most {limit}"):
        receive_piece(EMPTY, data, PENDING)


def test_the_largest_blob_fits_into_pieces():
    largest = message_codec(ERASURE).largest
    assert largest > compute_piece_limit(ERASURE) > (10 << 20) // ERASURE.needed


@given(st.data())
def test_a_damaged_piece_is_refused(draw):
    data = encode_message(OWN, ERASURE)
    with pytest.raises(Truncated):
        receive_piece(EMPTY, data[: draw.draw(st.integers(0, len(data) - 1))], PENDING)
    with pytest.raises(TrailingBytes):
        receive_piece(EMPTY, data + b"\0", PENDING)
    damaged = cases.flipped(data, draw.draw(st.integers(0, 8 * len(data) - 1)))
    with pytest.raises((Refused, NotAccepted)):
        receive_piece(EMPTY, damaged, PENDING)


def test_a_message_names_a_receipt():
    with pytest.raises(BadValue):
        ErasurePieceMessage(b"", CODED.pieces[0])


@given(st.binary(max_size=300))
def test_bytes_that_are_no_blob_are_refused(data):
    with pytest.raises(Refused):
        decode_available_data(data)
    with pytest.raises(Refused):
        decode(message_codec(ERASURE), data)
