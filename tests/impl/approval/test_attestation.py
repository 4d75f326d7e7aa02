"""Attestations with real proofs and signatures, and every way in which they are refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.approval import errors
from impl.approval.attestation import (
    APPROVAL_ATTESTATION,
    EVIDENCE,
    ApprovalAttestation,
    Evidence,
    attest,
    compute_attestation_transaction,
    decode_transaction,
)
from impl.approval.checks import Priority, note_reports
from impl.approval.equivocation import equivocated_assignment, ordinary_assignment
from impl.approval.extra import compute_position
from impl.approval.verification import (
    ApprovalView,
    process_approval_transaction,
    receive_approval_attestation,
    verify_approval_attestation,
)
from impl.crypto.encoding import decode, encode
from impl.crypto.errors import BadSignature, BadVrfProof, Refused, TooLong
from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.validation.attestations import (
    ASSIGNMENT_LIMIT,
    ATTESTATION,
    AttestationStorage,
    TrackedCandidate,
)
from impl.validation.errors import AlreadyAttested, NoSuchValidator, UnknownCandidate
from tests.impl.approval.cases import (
    AMENDED,
    BLOCK_A,
    BLOCK_B,
    CANDIDATE,
    CONTEXT,
    OTHER_CANDIDATE,
    PAIRS,
    PARA,
    PLAIN,
    STRANGER,
    TWIN,
    checks,
    flipped,
    validators,
)
from tests.impl.validation.cases import GROUP

VIEW = ApprovalView(BLOCK_A, checks(), 40)
ESCALATED = replace(VIEW, escalated=True)


def claim_of(validator=0, block=BLOCK_A, number=0):
    own = ordinary_assignment(block, PAIRS[validator], AMENDED)
    return own.extra[number].proven.claim


def made(validator=0, claim="own", *, valid=True, ctx=CONTEXT, key=None, candidate=CANDIDATE):
    claim = claim_of(validator) if claim == "own" else claim
    key = key or PAIRS[validator]
    return attest(validator, BLOCK_A, candidate, claim, key, ctx, valid=valid)


MADE = made()
DATA = encode(APPROVAL_ATTESTATION, MADE)


# ---- accepted


@given(validators, st.booleans())
@settings(max_examples=14)
def test_an_attestation_survives_the_wire_and_the_chain(validator, valid):
    attestation = made(validator, valid=valid)
    data = encode(APPROVAL_ATTESTATION, attestation)
    found, check = receive_approval_attestation(data, VIEW, CONTEXT)
    assert found == attestation
    assert check.priority is Priority.EXTRA
    transaction = compute_attestation_transaction(attestation)
    assert decode_transaction(transaction) == attestation
    assert len(transaction.assignment) <= EVIDENCE.largest == 32 + 1 + 1 + 5 + 1 + 80
    assert EVIDENCE.largest <= ASSIGNMENT_LIMIT


@given(validators)
@settings(max_examples=7)
def test_a_one_shot_checker_attests_to_its_block_only(validator):
    (assignment,) = ordinary_assignment(BLOCK_A, PAIRS[validator], AMENDED).one_shot
    mine, other = (
        (CANDIDATE, OTHER_CANDIDATE) if assignment.para == PARA else (OTHER_CANDIDATE, CANDIDATE)
    )
    good = made(validator, assignment.proven.claim, candidate=mine)
    view = replace(VIEW, record=checks(mine), now=20)
    check = verify_approval_attestation(good, view, CONTEXT)
    assert check.priority is Priority.ASSIGNED
    bad = made(validator, assignment.proven.claim, candidate=other)
    with pytest.raises(errors.NotAssigned):
        verify_approval_attestation(bad, replace(view, record=checks(other)), CONTEXT)


# ---- refused, each for one reason


def refuse(reason, attestation, view=VIEW, ctx=CONTEXT):
    with pytest.raises(reason) as caught:
        verify_approval_attestation(attestation, view, ctx)
    assert type(caught.value) is reason
    return caught.value


def test_another_relay_block_is_refused():
    error = refuse(errors.WrongRelayBlock, MADE, replace(VIEW, block=BLOCK_B))
    assert (error.got, error.expected) == (BLOCK_A.block_hash, BLOCK_B.block_hash)


def test_another_receipt_is_refused():
    error = refuse(errors.WrongCandidate, MADE, replace(VIEW, record=checks(OTHER_CANDIDATE)))
    assert error.got == CANDIDATE.receipt_hash


def test_a_validator_that_there_is_not_is_refused():
    refuse(NoSuchValidator, replace(MADE, validator=7))


@pytest.mark.parametrize(
    "change",
    [{"validator": 1}, {"valid": False}, {"signature": bytes(63) + b"\x01"}],
    ids=["validator", "side", "signature"],
)
def test_what_is_not_signed_is_refused(change):
    with pytest.raises(Refused):
        verify_approval_attestation(replace(MADE, **change), VIEW, CONTEXT)


def test_a_strangers_signature_is_refused():
    refuse(BadSignature, made(key=STRANGER))


def test_a_proof_of_another_validator_is_refused():
    refuse(BadVrfProof, made(0, claim_of(1)))


def test_a_proof_for_another_relay_block_is_refused():
    refuse(BadVrfProof, made(0, claim_of(0, BLOCK_B)))


def test_a_proof_for_another_parachain_is_refused():
    refuse(errors.WrongVrfInput, made(0, claim_of(0, number=1)))


def test_no_proof_is_refused_unless_escalated():
    attestation = made(claim=None)
    error = refuse(errors.NoAssignment, attestation)
    assert (error.validator, error.receipt_hash) == (0, CANDIDATE.receipt_hash)
    check = verify_approval_attestation(attestation, ESCALATED, CONTEXT)
    assert check.priority is Priority.ESCALATED


def test_a_wrong_proof_is_refused_even_if_escalated():
    refuse(BadVrfProof, made(0, claim_of(1)), ESCALATED)


def test_a_hashed_proof_is_refused_unless_equivocated():
    own = equivocated_assignment(BLOCK_A, TWIN, PAIRS[0], AMENDED)
    attestation = made(0, own.extra[1].proven.claim)
    refuse(errors.NotEquivocated, attestation)
    check = verify_approval_attestation(attestation, replace(VIEW, equivocated=True), CONTEXT)
    assert check.priority is Priority.EXTRA


def wait_of(validator):
    proven = ordinary_assignment(BLOCK_A, PAIRS[validator], AMENDED).extra[0].proven
    return checks().get_due(compute_position(proven.output, CONTEXT))


@given(validators)
@settings(max_examples=7)
def test_an_extra_checker_has_to_wait(validator):
    due = wait_of(validator)
    assert 20 < due <= 34
    error = refuse(errors.TooEarly, made(validator), replace(VIEW, now=due - 1))
    assert (error.validator, error.due, error.now) == (validator, due, due - 1)
    verify_approval_attestation(made(validator), replace(VIEW, now=due), CONTEXT)
    verify_approval_attestation(made(validator), replace(ESCALATED, now=20), CONTEXT)


def test_a_report_shortens_the_wait():
    record = note_reports(checks(), 70)
    verify_approval_attestation(MADE, replace(VIEW, record=record, now=20), CONTEXT)


def test_as_written_the_wait_outlasts_the_fishing_period():
    for now in (20, 60):
        error = refuse(errors.TooEarly, made(ctx=PLAIN), replace(VIEW, now=now), PLAIN)
        assert error.due > 1 << 400


def test_after_the_fishing_period_nothing_is_taken_unless_escalated():
    late = replace(VIEW, now=61)
    error = refuse(errors.PeriodOver, MADE, late)
    assert (error.end, error.now) == (60, 61)
    verify_approval_attestation(MADE, replace(late, now=60), CONTEXT)
    verify_approval_attestation(MADE, replace(late, escalated=True), CONTEXT)


def test_as_amended_an_attestation_of_another_session_is_refused():
    refuse(BadSignature, MADE, ctx=replace(CONTEXT, session_index=4))
    plain = replace(PLAIN, session_index=4)
    attestation = made(ctx=PLAIN)
    verify_approval_attestation(attestation, ESCALATED, plain)


# ---- on chain, with nothing stored when refused

STORAGE = AttestationStorage(
    FrozenMap({CANDIDATE.receipt_hash: TrackedCandidate(CANDIDATE.receipt, GROUP)})
)


def test_a_transaction_is_stored_once_for_either_side():
    storage = STORAGE
    for valid in (True, False):
        transaction = compute_attestation_transaction(made(valid=valid))
        storage = process_approval_transaction(storage, transaction, VIEW, CONTEXT)
        with pytest.raises(AlreadyAttested):
            process_approval_transaction(storage, transaction, VIEW, CONTEXT)
    tracked = storage.get_candidate(CANDIDATE.receipt_hash)
    assert [tracked.get_attesters(valid=side) for side in (True, False)] == [{0}, {0}]
    assert tracked.is_disputed()


def test_a_candidate_that_is_not_tracked_takes_no_attestation():
    transaction = compute_attestation_transaction(MADE)
    with pytest.raises(UnknownCandidate):
        process_approval_transaction(AttestationStorage(), transaction, VIEW, CONTEXT)


def test_evidence_that_is_none_is_refused():
    transaction = compute_attestation_transaction(MADE)
    with pytest.raises(Refused):
        decode_transaction(replace(transaction, assignment=b""))
    with pytest.raises(TooLong):
        decode_transaction(replace(transaction, assignment=bytes(EVIDENCE.largest + 1)))


def test_a_transaction_too_early_stores_nothing():
    transaction = compute_attestation_transaction(MADE)
    early = replace(VIEW, now=wait_of(0) - 1)
    with pytest.raises(errors.TooEarly):
        process_approval_transaction(STORAGE, transaction, early, CONTEXT)
    assert STORAGE.get_candidate(CANDIDATE.receipt_hash).attestations == frozenset()


@given(st.integers(0, 8 * len(DATA) - 1))
@settings(max_examples=250)
def test_a_flipped_bit_is_refused_and_stores_nothing(bit):
    with pytest.raises((Refused, errors.NotAccepted)):
        receive_approval_attestation(flipped(DATA, bit), VIEW, CONTEXT)
    whole = encode(ATTESTATION, compute_attestation_transaction(MADE))
    data = flipped(whole, 8 + bit % (8 * (len(whole) - 1)))
    before = STORAGE
    with pytest.raises((Refused, errors.NotAccepted)):
        process_approval_transaction(STORAGE, decode(ATTESTATION, data), VIEW, CONTEXT)
    assert before == STORAGE


@given(st.data())
@settings(max_examples=60)
def test_a_truncated_or_lengthened_attestation_is_refused(data):
    cut = data.draw(st.integers(0, len(DATA) - 1))
    with pytest.raises(Refused):
        receive_approval_attestation(DATA[:cut], VIEW, CONTEXT)
    with pytest.raises(Refused):
        receive_approval_attestation(DATA + bytes(cut + 1), VIEW, CONTEXT)


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_invented_bytes_are_refused(data):
    with pytest.raises((Refused, errors.NotAccepted)):
        receive_approval_attestation(data, VIEW, CONTEXT)


# ---- values


def test_attestations_are_well_formed():
    evidence = Evidence(BLOCK_A.block_hash, None)
    for wrong in ((-1, bytes(32), bytes(64)), (0, bytes(31), bytes(64)), (0, bytes(32), b"")):
        with pytest.raises(BadValue):
            ApprovalAttestation(wrong[0], wrong[1], True, evidence, wrong[2])
    with pytest.raises(BadValue):
        Evidence(b"", None)
    assert checks().get_due(Fraction(0)) == 20
