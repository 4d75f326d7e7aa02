"""§1.8 and collators' reports: what goes on chain is checked, and who said what is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.crypto.encoding import decode, encode
from impl.crypto.errors import BadSignature, BadVrfProof, Refused, Truncated
from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.validation.announcement import (
    announce_primary_validation_failure,
    send_pov_candidate_receipt,
)
from impl.validation.attestations import (
    ATTESTATION,
    AttestationContext,
    AttestationKind,
    AttestationStorage,
    Attested,
    PrimaryAttestation,
    Reported,
    ReportKind,
    compute_primary_attestation,
    process_attestation,
    receive_attestation,
    sign_secondary_attestation,
    track_proposal,
)
from impl.validation.errors import (
    AlreadyAttested,
    AlreadyReported,
    CandidateKnown,
    NoStake,
    NoSuchValidator,
    NotAccepted,
    NotAParachainValidator,
    TooFewSignatures,
    UnknownCandidate,
)
from impl.validation.proposal import ParachainBlockProposal, compute_proposal
from impl.validation.reports import (
    REPORT,
    CollatorInvalidityTransaction,
    CollatorUnavailabilityTransaction,
    compute_reported_stake,
    process_report,
    receive_report,
    sign_report,
)
from tests.impl.validation import cases
from tests.impl.validation.cases import GROUP, KEYS, PAIRS, RECEIPT, RECEIPT_HASH, validator

VRF = b"a proof"


def verify_assignment(index, receipt_hash, assignment):
    if assignment != VRF:
        raise BadVrfProof(KEYS[index], receipt_hash)


POOR = cases.KeyPair(bytes([98]) * 32)
COLLATOR = cases.STRANGER
CONTEXT = AttestationContext(
    KEYS, verify_assignment, FrozenMap({COLLATOR.public: 30, POOR.public: 0, KEYS[0]: 5})
)
SIGNED = [send_pov_candidate_receipt(validator(each), RECEIPT) for each in (1, 2, 4)]
STORAGE = track_proposal(AttestationStorage(), compute_proposal(RECEIPT, SIGNED[:2]), GROUP)
FOR = compute_primary_attestation(SIGNED[2], RECEIPT)
AGAINST = compute_primary_attestation(
    announce_primary_validation_failure(validator(4), RECEIPT.subject), RECEIPT
)
SECOND = sign_secondary_attestation(6, RECEIPT_HASH, VRF, PAIRS[6], valid=False)
INVALID = sign_report(ReportKind.INVALIDITY, RECEIPT_HASH, COLLATOR)
GONE = sign_report(ReportKind.UNAVAILABILITY, RECEIPT_HASH, COLLATOR)


def tracked(storage):
    return storage.get_candidate(RECEIPT_HASH)


# ---- attestations


def test_the_signatures_of_a_proposal_are_attestations():
    assert tracked(STORAGE).get_attesters(valid=True) == {1, 2}
    assert tracked(STORAGE).get_attesters(valid=False) == set()
    assert not tracked(STORAGE).is_disputed()


def test_what_validators_told_each_other_can_go_on_chain():
    storage = process_attestation(STORAGE, CONTEXT, FOR)
    assert tracked(storage).get_attesters(valid=True) == {1, 2, 4}
    storage = process_attestation(storage, CONTEXT, AGAINST)
    assert tracked(storage).get_attesters(valid=False) == {4}
    assert tracked(storage).is_disputed()


def test_a_secondary_checker_attests_with_its_assignment():
    storage = process_attestation(STORAGE, CONTEXT, SECOND)
    assert Attested(6, AttestationKind.SECONDARY, False) in tracked(storage).attestations
    assert tracked(storage).is_disputed()


@pytest.mark.parametrize("attestation", [FOR, AGAINST, SECOND], ids=["for", "against", "second"])
def test_an_attestation_travels(attestation):
    data = encode(ATTESTATION, attestation)
    assert decode(ATTESTATION, data) == attestation
    assert receive_attestation(STORAGE, CONTEXT, data) == process_attestation(
        STORAGE, CONTEXT, attestation
    )


@pytest.mark.parametrize("attestation", [FOR, AGAINST, SECOND], ids=["for", "against", "second"])
def test_a_replay_is_refused(attestation):
    storage = process_attestation(STORAGE, CONTEXT, attestation)
    with pytest.raises(AlreadyAttested) as caught:
        process_attestation(storage, CONTEXT, attestation)
    side = "validity" if attestation.valid else "invalidity"
    assert f"already attested to the {side} of" in str(caught.value)


def test_a_candidate_is_tracked_once():
    with pytest.raises(CandidateKnown):
        track_proposal(STORAGE, compute_proposal(RECEIPT, SIGNED), GROUP)
    with pytest.raises(TooFewSignatures):
        track_proposal(AttestationStorage(), ParachainBlockProposal(RECEIPT, ()), GROUP)


@pytest.mark.parametrize(
    ("attestation", "error"),
    [
        (replace(FOR, receipt_hash=bytes(32)), UnknownCandidate),
        (replace(FOR, validator=3), NotAParachainValidator),
        (replace(FOR, validator=1), BadSignature),
        (replace(FOR, valid=False), BadSignature),
        (replace(AGAINST, valid=True), BadSignature),
        (replace(FOR, validator=-1), BadValue),
        (replace(SECOND, validator=7), NoSuchValidator),
        (replace(SECOND, validator=5), BadSignature),
        (replace(SECOND, valid=True), BadSignature),
        (
            sign_secondary_attestation(6, RECEIPT_HASH, b"other", PAIRS[6], valid=False),
            BadVrfProof,
        ),
        (replace(SECOND, assignment=b"other"), BadSignature),
    ],
)
def test_each_fault_alone_is_refused_by_its_name(attestation, error):
    with pytest.raises(error):
        process_attestation(STORAGE, CONTEXT, attestation)


def test_a_statement_attests_to_its_own_blob_only():
    other = replace(RECEIPT, pov_hash=bytes(32))
    with pytest.raises(BadValue, match="about the blob of the receipt"):
        compute_primary_attestation(SIGNED[0], other)


def test_a_receipt_that_is_not_on_chain_gets_no_attestation():
    wrong = send_pov_candidate_receipt(validator(4), cases.FALSE_RECEIPT)
    with pytest.raises(UnknownCandidate):
        process_attestation(STORAGE, CONTEXT, compute_primary_attestation(wrong, RECEIPT))


def test_a_context_keeps_an_attestation_from_another_session():
    context = replace(CONTEXT, signing=cases.CONTEXT)
    bound = sign_secondary_attestation(
        6, RECEIPT_HASH, VRF, PAIRS[6], valid=False, context=cases.CONTEXT
    )
    assert process_attestation(STORAGE, context, bound) != STORAGE
    for attestation, where in ((SECOND, context), (bound, CONTEXT)):
        with pytest.raises(BadSignature):
            process_attestation(STORAGE, where, attestation)


@given(st.data())
def test_a_damaged_transaction_is_refused(draw):
    codec, receive, value = draw.draw(
        st.sampled_from(
            [
                (ATTESTATION, receive_attestation, FOR),
                (ATTESTATION, receive_attestation, AGAINST),
                (ATTESTATION, receive_attestation, SECOND),
                (REPORT, receive_report, INVALID),
                (REPORT, receive_report, GONE),
            ]
        )
    )
    data = encode(codec, value)
    with pytest.raises(Truncated):
        receive(STORAGE, CONTEXT, data[: draw.draw(st.integers(0, len(data) - 1))])
    with pytest.raises((Refused, NotAccepted)):
        receive(STORAGE, CONTEXT, cases.flipped(data, draw.draw(st.integers(0, 8 * len(data) - 1))))


@pytest.mark.parametrize(
    "make",
    [
        lambda: AttestationContext((b"",), verify_assignment),
        lambda: AttestationContext((), verify_assignment, FrozenMap({b"": 1})),
        lambda: AttestationContext((), verify_assignment, FrozenMap({KEYS[0]: -1})),
        lambda: AttestationContext((), verify_assignment, FrozenMap({KEYS[0]: True})),
        lambda: AttestationContext((), verify_assignment, FrozenMap({KEYS[0]: "1"})),
    ],
)
def test_what_is_no_context_is_refused(make):
    with pytest.raises(BadValue):
        make()


# ---- reports of collators


def test_a_report_is_of_one_kind():
    assert isinstance(INVALID, CollatorInvalidityTransaction)
    assert isinstance(GONE, CollatorUnavailabilityTransaction)
    for report in (INVALID, GONE):
        assert decode(REPORT, encode(REPORT, report)) == report


def test_reports_are_kept_and_their_stake_adds_up():
    storage = process_report(STORAGE, CONTEXT, INVALID)
    assert tracked(storage).reports == {Reported(COLLATOR.public, ReportKind.INVALIDITY)}
    assert compute_reported_stake(storage, CONTEXT, RECEIPT_HASH) == 30
    storage = process_report(storage, CONTEXT, GONE)
    assert compute_reported_stake(storage, CONTEXT, RECEIPT_HASH) == 30
    more = sign_report(ReportKind.INVALIDITY, RECEIPT_HASH, PAIRS[0])
    storage = process_report(storage, CONTEXT, more)
    assert compute_reported_stake(storage, CONTEXT, RECEIPT_HASH) == 35
    assert tracked(storage).attestations == tracked(STORAGE).attestations


@pytest.mark.parametrize(
    ("report", "error"),
    [
        (replace(INVALID, receipt_hash=bytes(32)), UnknownCandidate),
        (sign_report(ReportKind.INVALIDITY, RECEIPT_HASH, POOR), NoStake),
        (sign_report(ReportKind.INVALIDITY, RECEIPT_HASH, PAIRS[1]), NoStake),
        (replace(INVALID, collator=KEYS[0]), BadSignature),
        (replace(INVALID, signature=GONE.signature), BadSignature),
        (replace(GONE, signature=INVALID.signature), BadSignature),
    ],
)
def test_each_fault_of_a_report_is_refused_by_its_name(report, error):
    with pytest.raises(error):
        process_report(STORAGE, CONTEXT, report)


@pytest.mark.parametrize("report", [INVALID, GONE], ids=["invalid", "unavailable"])
def test_a_replayed_report_is_refused(report):
    storage = process_report(STORAGE, CONTEXT, report)
    with pytest.raises(AlreadyReported):
        process_report(storage, CONTEXT, report)


def test_the_signature_of_a_receipt_is_that_of_its_attestation():
    assert isinstance(FOR, PrimaryAttestation)
    assert FOR.signature == SIGNED[2].signature
