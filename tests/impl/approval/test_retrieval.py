"""Two ways to a block, and what is dropped on the way. §1.10."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.approval import errors
from impl.approval.retrieval import (
    PIECES_REQUEST,
    POV_BLOCK_RESPONSE,
    REQUEST_WHOLE_BLOCK,
    PieceResponse,
    PiecesRequest,
    PoVBlockResponse,
    RequestWholeBlock,
    Retrieval,
    answer_pieces,
    answer_whole_block,
    piece_response_codec,
    process_piece,
    process_whole_block,
    receive_piece,
    receive_whole_block,
    request_pieces,
    request_whole_block,
)
from impl.crypto.encoding import decode, encode
from impl.crypto.errors import BadSignature, ProofMismatch, Refused
from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.validation.errors import NoSuchValidator
from tests.impl.approval.cases import (
    BLOCK_A,
    CANDIDATE,
    CODED,
    CONTEXT,
    ERASURE,
    OTHER_CANDIDATE,
    OTHER_CODED,
    OTHER_DATA,
    PAIRS,
    flipped,
    validators,
)
from tests.impl.validation.cases import DATA

RETRIEVAL = Retrieval(CANDIDATE, ERASURE)
NAME = CANDIDATE.receipt_hash
SIGNED_FOR = CONTEXT.get_signing_context(BLOCK_A.block_hash)
KEPT = FrozenMap({NAME: DATA})
PIECE_CODEC = piece_response_codec(ERASURE)


# ---- the whole block


@pytest.mark.parametrize("validator", [1, 2, 4])
def test_whoever_attested_is_asked_and_answers(validator):
    retrieval, request = request_whole_block(RETRIEVAL, validator, {1, 2, 4})
    request = decode(REQUEST_WHOLE_BLOCK, encode(REQUEST_WHOLE_BLOCK, request))
    data = encode(POV_BLOCK_RESPONSE, answer_whole_block(request, KEPT))
    found = receive_whole_block(retrieval, validator, data)
    assert (found.blob, found.asked) == (DATA, frozenset())


def test_who_has_not_attested_is_not_asked():
    with pytest.raises(errors.NotAnAttester) as caught:
        request_whole_block(RETRIEVAL, 3, {1, 2, 4})
    assert (caught.value.validator, caught.value.receipt_hash) == (3, NAME)


def refuse(reason, response, sender=1, retrieval=None):
    retrieval = retrieval or request_whole_block(RETRIEVAL, 1, {1})[0]
    before = replace(retrieval)
    with pytest.raises(reason) as caught:
        process_whole_block(retrieval, sender, response)
    assert type(caught.value) is reason
    assert retrieval == before
    return caught.value


def test_who_was_not_asked_is_not_heard():
    assert refuse(errors.NotAsked, PoVBlockResponse(NAME, DATA), sender=2).validator == 2
    found = process_whole_block(
        request_whole_block(RETRIEVAL, 1, {1})[0], 1, PoVBlockResponse(NAME, DATA)
    )
    refuse(errors.NotAsked, PoVBlockResponse(NAME, DATA), retrieval=found)


def test_an_answer_to_another_question_is_refused():
    other = OTHER_CANDIDATE.receipt_hash
    error = refuse(errors.WrongAnswer, PoVBlockResponse(other, DATA))
    assert (error.got, error.expected) == (other, NAME)


def test_who_has_nothing_says_so():
    request = RequestWholeBlock(NAME)
    response = answer_whole_block(request, FrozenMap())
    assert response == PoVBlockResponse(NAME, None)
    assert refuse(errors.NothingInAnswer, response).validator == 1


def test_another_block_is_refused():
    body = DATA.block.body + b"x"
    other = replace(DATA, block=replace(DATA.block, body=body))
    error = refuse(errors.WrongBlock, PoVBlockResponse(NAME, other))
    assert error.expected == CANDIDATE.receipt.pov_hash


def test_other_extra_data_are_refused():
    """The block is right, and the blob is that of the other parachain."""
    error = refuse(errors.WrongBlob, PoVBlockResponse(NAME, OTHER_DATA))
    assert (error.got, error.expected) == (OTHER_CODED.root, CODED.root)


ANSWER = encode(POV_BLOCK_RESPONSE, PoVBlockResponse(NAME, DATA))


@given(st.integers(0, 8 * len(ANSWER) - 1), st.integers(0, len(ANSWER) - 1))
@settings(max_examples=150)
def test_a_changed_block_is_refused(bit, cut):
    retrieval, _ = request_whole_block(RETRIEVAL, 1, {1})
    for data in (flipped(ANSWER, bit), ANSWER[:cut]):
        with pytest.raises((Refused, errors.NotAccepted)):
            receive_whole_block(retrieval, 1, data)
    assert retrieval.blob is None


# ---- pieces


def response(index, receipt_hash=NAME):
    return PieceResponse(receipt_hash, CODED.pieces[index])


def test_everybody_is_asked_for_its_piece():
    request = request_pieces(RETRIEVAL, 6, PAIRS[6], SIGNED_FOR)
    request = decode(PIECES_REQUEST, encode(PIECES_REQUEST, request))
    retrieval = RETRIEVAL
    for validator in range(7):
        kept = FrozenMap({NAME: CODED.pieces[validator]})
        answer = answer_pieces(request, kept, CONTEXT, SIGNED_FOR)
        retrieval = receive_piece(retrieval, validator, encode(PIECE_CODEC, answer))
    assert tuple(retrieval.pieces.values()) == CODED.pieces


def test_a_request_is_signed():
    request = request_pieces(RETRIEVAL, 6, PAIRS[6], SIGNED_FOR)
    kept = FrozenMap({NAME: CODED.pieces[0]})
    for wrong in (
        replace(request, requester=5),
        replace(request, receipt_hash=OTHER_CANDIDATE.receipt_hash),
        request_pieces(RETRIEVAL, 6, PAIRS[5], SIGNED_FOR),
    ):
        with pytest.raises(BadSignature):
            answer_pieces(wrong, kept, CONTEXT, SIGNED_FOR)
    with pytest.raises(NoSuchValidator):
        answer_pieces(replace(request, requester=7), kept, CONTEXT, SIGNED_FOR)


def refuse_piece(reason, answer, sender, retrieval=RETRIEVAL):
    before = replace(retrieval)
    with pytest.raises(reason) as caught:
        process_piece(retrieval, sender, answer)
    assert type(caught.value) is reason
    assert retrieval == before
    return caught.value


def test_who_has_no_piece_says_so():
    request = request_pieces(RETRIEVAL, 6, PAIRS[6], SIGNED_FOR)
    answer = answer_pieces(request, FrozenMap(), CONTEXT, SIGNED_FOR)
    assert refuse_piece(errors.NothingInAnswer, answer, 3).validator == 3


def test_a_piece_for_another_receipt_is_refused():
    refuse_piece(errors.WrongAnswer, response(3, OTHER_CANDIDATE.receipt_hash), 3)


def test_a_validator_sends_its_own_piece():
    error = refuse_piece(errors.NotItsPiece, response(3), 4)
    assert (error.validator, error.index) == (4, 3)


def test_a_piece_comes_once():
    retrieval = process_piece(RETRIEVAL, 3, response(3))
    assert refuse_piece(errors.PieceKnown, response(3), 3, retrieval).index == 3


def test_a_piece_of_another_blob_is_refused():
    refuse_piece(ProofMismatch, PieceResponse(NAME, OTHER_CODED.pieces[3]), 3)


@given(validators, st.data())
@settings(max_examples=150)
def test_a_changed_piece_is_refused(validator, data):
    whole = encode(PIECE_CODEC, response(validator))
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    cut = data.draw(st.integers(0, len(whole) - 1))
    for changed in (flipped(whole, bit), whole[:cut]):
        with pytest.raises((Refused, errors.NotAccepted)):
            receive_piece(RETRIEVAL, validator, changed)


def test_messages_are_well_formed():
    for make in (
        lambda: RequestWholeBlock(b""),
        lambda: PoVBlockResponse(b"", None),
        lambda: PieceResponse(b"", None),
        lambda: PiecesRequest(b"", 0, bytes(64)),
        lambda: PiecesRequest(NAME, -1, bytes(64)),
        lambda: PiecesRequest(NAME, 0, b""),
    ):
        with pytest.raises(BadValue):
            make()
