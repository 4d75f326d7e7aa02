"""From pieces to a verdict: algorithms 15 and 16, and the three reasons for invalidity."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.approval import errors
from impl.approval.context import ExecutedCandidate
from impl.approval.retrieval import (
    PieceResponse,
    PoVBlockResponse,
    Retrieval,
    process_piece,
    process_whole_block,
    request_whole_block,
)
from impl.approval.revalidation import (
    ReconstructionFailure,
    compute_wanted,
    reconstruct_pov_erasure,
    revalidating_reconstructed_pov,
)
from impl.availability.erasure import erasure_encode
from impl.crypto import erasure
from impl.crypto.encoding import encode
from impl.crypto.erasure import ErasurePiece
from impl.crypto.errors import ProofMismatch, RepeatedPiece
from impl.crypto.merkle import MerkleTree
from impl.primitives import ParaId
from impl.validation.block import AVAILABLE_DATA, AvailableData
from impl.validation.counter_chain import Send, collate, compute_genesis
from impl.validation.errors import CodeNotInState, NoVerdict
from impl.validation.primary import RelayBlockState, validate_block
from impl.validation.receipt import compute_receipt
from tests.impl.approval.cases import (
    AMENDED,
    CANDIDATE,
    CODED,
    CONTEXT,
    ERASURE,
    HOST,
    OTHER,
    OTHER_DATA,
    PLAIN,
    RELAY_PARENT,
    STATE,
    context,
    flipped,
)
from tests.impl.validation.cases import DATA, FALSE_RECEIPT, RECEIPT, STEPS

ENCODED = encode(AVAILABLE_DATA, DATA)
ENOUGH = CODED.pieces[2:]


def candidate_of(**changes):
    return ExecutedCandidate(replace(RECEIPT, **changes), CANDIDATE.parachain_validators)


# ---- algorithm 15


@pytest.mark.parametrize("needed", ["f+1", "2f+1"])
def test_any_five_of_seven_pieces_recover_the_blob(needed):
    ctx = replace(CONTEXT, pieces_needed=needed)
    coded = erasure_encode(DATA, ctx.code)
    candidate = candidate_of(erasure_root=coded.root)
    for pieces in combinations(coded.pieces, 5):
        assert reconstruct_pov_erasure(pieces, candidate, ctx) == ENCODED


@given(st.permutations(range(7)), st.integers(0, 4))
@settings(max_examples=30)
def test_as_written_four_pieces_are_too_few_although_three_would_do(order, count):
    pieces = [CODED.pieces[index] for index in order[:count]]
    with pytest.raises(errors.PiecesMissing) as caught:
        reconstruct_pov_erasure(pieces, CANDIDATE, PLAIN)
    assert (caught.value.pieces, caught.value.wanted) == (count, 5)
    if count >= 3:
        assert reconstruct_pov_erasure(pieces, CANDIDATE, CONTEXT) == ENCODED
    else:
        with pytest.raises(errors.PiecesMissing) as caught:
            reconstruct_pov_erasure(pieces, CANDIDATE, CONTEXT)
        assert caught.value.wanted == 3


@pytest.mark.parametrize("ctx", [CONTEXT, PLAIN], ids=["amended", "written"])
@pytest.mark.parametrize("needed", ["f+1", "2f+1"])
def test_the_number_that_is_waited_for_is_the_codes_or_more_than_2f(ctx, needed):
    ctx = replace(ctx, pieces_needed=needed)
    wanted = 3 if (ctx.rules, needed) == (AMENDED, "f+1") else 5
    assert compute_wanted(ctx) == wanted


def test_a_piece_that_is_not_under_the_root_is_its_senders_fault():
    wrong = replace(ENOUGH[0], data=flipped(ENOUGH[0].data, 3))
    with pytest.raises(ProofMismatch):
        reconstruct_pov_erasure((wrong, *ENOUGH[1:]), CANDIDATE, CONTEXT)
    with pytest.raises(RepeatedPiece):
        reconstruct_pov_erasure((*ENOUGH[:4], ENOUGH[0]), CANDIDATE, CONTEXT)


def committed(pieces):
    """Candidate and proven pieces of a coder who commits to whatever it likes."""
    tree = MerkleTree.over(pieces)
    proven = tuple(
        ErasurePiece(index, data, tree.prove(index)) for index, data in enumerate(pieces)
    )
    return candidate_of(erasure_root=tree.root), proven


RAW = [piece.data for piece in CODED.pieces]


@pytest.mark.parametrize(
    "pieces",
    [
        [*RAW[:6], flipped(RAW[6], 0)],
        [flipped(RAW[0], 9), *RAW[1:]],
        [*RAW[:3], b"\0\0", *RAW[4:]],
        [b""] * 7,
        [b"\0\0\1"] * 7,
        [b"\xff\xff"] * 7,
    ],
    ids=["one-wrong", "length", "short", "empty", "odd", "no-blob"],
)
def test_a_root_that_commits_to_no_code_is_announced_by_everybody(pieces):
    candidate, proven = committed(pieces)
    for chosen in combinations(proven, 5):
        found = reconstruct_pov_erasure(chosen, candidate, CONTEXT)
        assert isinstance(found, ReconstructionFailure)
        assert found.receipt_hash == candidate.receipt_hash
        assert type(found.error) is errors.CodeHasAnotherRoot


# ---- algorithm 16


def retrieved(candidate, pieces):
    retrieval = Retrieval(candidate, ERASURE)
    for piece in pieces:
        response = PieceResponse(candidate.receipt_hash, piece)
        retrieval = process_piece(retrieval, piece.index, response)
    return retrieval


def revalidate(retrieval, *, ctx=CONTEXT, state=STATE):
    return revalidating_reconstructed_pov(retrieval, state, HOST, ctx)


def invalid(reason, retrieval, **how):
    verdict = revalidate(retrieval, **how)
    assert not verdict.valid
    assert type(verdict.error) is reason
    return verdict.error


@pytest.mark.parametrize("ctx", [CONTEXT, PLAIN], ids=["amended", "written"])
def test_a_good_block_is_valid_from_pieces_and_whole(ctx):
    verdict = revalidate(retrieved(CANDIDATE, ENOUGH), ctx=ctx)
    assert (verdict.valid, verdict.error, verdict.candidate) == (True, None, CANDIDATE)
    asked, _ = request_whole_block(Retrieval(CANDIDATE, ERASURE), 1, {1})
    whole = process_whole_block(asked, 1, PoVBlockResponse(CANDIDATE.receipt_hash, DATA))
    assert revalidate(whole, ctx=ctx).valid


def test_reason_1_the_code_has_another_root():
    candidate, proven = committed([*RAW[:6], flipped(RAW[6], 0)])
    error = invalid(errors.CodeHasAnotherRoot, retrieved(candidate, proven[:5]))
    assert "decode to a blob whose root is" in str(error)
    assert str(error).endswith("§1.10.1/invalid.1")


def coded(data, receipt=RECEIPT, **changes):
    """A candidate whose root is that of this blob, and its pieces."""
    made = erasure_encode(data, ERASURE)
    receipt = replace(receipt, erasure_root=made.root, **changes)
    return retrieved(ExecutedCandidate(receipt, CANDIDATE.parachain_validators), made.pieces)


def test_reason_2_the_validation_function_refuses():
    broken = replace(DATA, witness=replace(DATA.witness, proofs=b"\x01"))
    error = invalid(errors.RejectedByValidation, coded(broken))
    assert str(error).endswith("§1.10.1/invalid.2")


def test_reason_2_also_where_there_is_no_blob_to_validate():
    root, pieces = erasure.erasure_encode(ERASURE, b"no blob")
    candidate = candidate_of(erasure_root=root)
    error = invalid(errors.RejectedByValidation, retrieved(candidate, pieces))
    assert "bytes wanted" in error.reason


def test_reason_3_the_result_contradicts_the_receipt():
    error = invalid(errors.ContradictsReceipt, coded(DATA, FALSE_RECEIPT))
    assert error.member == "header"
    assert error.computed.state_root == RECEIPT.header.state_root
    assert str(error).endswith("§1.10.1/invalid.3")


@pytest.mark.parametrize("member", ["message_root", "pov_hash"])
def test_reason_3_for_every_member(member):
    error = invalid(errors.ContradictsReceipt, coded(DATA, **{member: bytes(32)}))
    assert (error.member, error.claimed) == (member, bytes(32))


def test_a_block_validated_against_data_that_are_not_the_chains():
    parent = replace(DATA.extra, relay_parent_number=99)
    lie = coded(replace(DATA, extra=parent))
    assert revalidate(lie, ctx=PLAIN).valid
    error = invalid(errors.ContradictsReceipt, lie)
    assert (error.member, error.computed, error.claimed) == (
        "extra_validation_data",
        parent,
        DATA.extra,
    )
    assert invalid(errors.ContradictsReceipt, coded(OTHER_DATA), ctx=PLAIN).member == "para"


def test_as_written_a_block_on_a_parent_that_never_was_is_valid():
    rich = compute_genesis({1: 1_000_000})
    block, witness, _ = collate(rich, (Send(1, OTHER, b"a million"),), STEPS)
    extra = replace(DATA.extra, parent_header=rich.header)
    blob = AvailableData(block, witness, extra)
    result = validate_block(block, witness, extra, STATE, HOST)
    receipt = compute_receipt(RELAY_PARENT, blob, result, bytes(32))
    assert revalidate(coded(blob, receipt), ctx=PLAIN).valid
    assert invalid(errors.ContradictsReceipt, coded(blob, receipt)).computed == extra


def test_a_receipt_for_no_parachain_contradicts_the_chain():
    nowhere = coded(DATA, para=ParaId(77))
    error = invalid(errors.ContradictsReceipt, nowhere)
    assert (error.member, error.claimed) == ("extra_validation_data", None)


def test_without_state_or_code_there_is_no_verdict():
    retrieval = retrieved(CANDIDATE, ENOUGH)
    elsewhere = replace(STATE, block_hash=bytes(32))
    with pytest.raises(errors.OtherState) as caught:
        revalidate(retrieval, state=elsewhere)
    assert isinstance(caught.value, NoVerdict)
    assert revalidate(retrieval, state=elsewhere, ctx=PLAIN).valid
    bare = RelayBlockState(RELAY_PARENT, STATE.number)
    with pytest.raises(CodeNotInState):
        revalidate(retrieval, state=bare, ctx=PLAIN)


def test_too_few_pieces_are_no_verdict_either():
    with pytest.raises(errors.PiecesMissing):
        revalidate(retrieved(CANDIDATE, ENOUGH[:4]), ctx=PLAIN)


def test_the_amendment_alone_makes_the_difference():
    rules = type(AMENDED).as_written(plus=["extra-data-is-the-chains"])
    lie = coded(replace(DATA, extra=replace(DATA.extra, relay_parent_number=99)))
    invalid(errors.ContradictsReceipt, lie, ctx=context(rules))
