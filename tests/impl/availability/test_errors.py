"""Each class of refusal in chapter 1 has a cause that raises it, alone; it carries its values."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from impl.availability import errors as availability
from impl.availability.distribution import PieceHoldings, compute_messages, process_piece
from impl.availability.processing import accept_proposal, check_vote
from impl.availability.storage import LastVote
from impl.errors import CheckFailed
from impl.frozen_map import FrozenMap
from impl.primitives import ParaId
from impl.validation import errors as validation
from impl.validation.announcement import (
    announce_primary_validation_failure,
    confirm_candidate_receipt,
    send_pov_candidate_receipt,
)
from impl.validation.attestations import (
    AttestationContext,
    AttestationStorage,
    ReportKind,
    compute_primary_attestation,
    process_attestation,
    sign_secondary_attestation,
    track_proposal,
)
from impl.validation.disagreement import PrimaryRecord, process_statement
from impl.validation.primary import KnownCode, primary_validation, validate_block
from impl.validation.proposal import compute_proposal, include_parachain_proposal, verify_proposal
from impl.validation.reports import process_report, sign_report
from tests.impl.availability import worlds
from tests.impl.validation import cases
from tests.impl.validation.cases import (
    BLOCK,
    ERASURE,
    EXTRA,
    GROUP,
    HOST,
    RECEIPT,
    RECEIPT_HASH,
    STATE,
    WITNESS,
    validator,
)


def valid(index, receipt=RECEIPT):
    return send_pov_candidate_receipt(validator(index), receipt)


def marked(number):
    return replace(RECEIPT, pov_hash=bytes([number]) * 32)


PROPOSAL = compute_proposal(RECEIPT, [valid(1), valid(2)])
RECORD = PrimaryRecord(GROUP, cases.RELAY_PARENT)
KEPT = process_statement(RECORD, valid(1))
TRACKED = track_proposal(AttestationStorage(), PROPOSAL, GROUP)
WHERE = AttestationContext(cases.KEYS, lambda *_: None, FrozenMap({cases.STRANGER.public: 1}))
REPORT = sign_report(ReportKind.INVALIDITY, RECEIPT_HASH, cases.STRANGER)
HOLDINGS = PieceHoldings(3, ERASURE)
PIECES = compute_messages(RECEIPT, cases.DATA, ERASURE)
AWAITED = FrozenMap({RECEIPT_HASH: RECEIPT})
AGAINST = announce_primary_validation_failure(validator(4), RECEIPT.subject)
NOW = worlds.context(3)


def full_record():
    kept = RECORD
    for number in range(4):
        kept = process_statement(kept, valid(1, marked(number)))
    return kept


def one_vote(vote, last=None):
    """Check a vote of a validator whose last vote was for block `last`."""
    found = LastVote(0, last) if last is not None else None
    return check_vote(worlds.PARAS, [found] * 7, NOW, vote)


def accept(receipt, storage=worlds.START):
    return accept_proposal(storage, NOW, worlds.proposal(receipt))


FAULTS = {
    validation.NoSuchPara: lambda: primary_validation(ParaId(6), BLOCK, WITNESS, STATE, HOST),
    validation.CodeNotInState: lambda: validate_block(
        BLOCK, WITNESS, replace(EXTRA, code_hash=bytes(32)), STATE, HOST
    ),
    validation.CodeNotExecutable: lambda: validate_block(
        BLOCK, WITNESS, EXTRA, STATE, KnownCode({})
    ),
    validation.ReceiptMismatch: lambda: confirm_candidate_receipt(
        validator(2), valid(1, cases.FALSE_RECEIPT), RECEIPT
    ),
    validation.NotAParachainValidator: lambda: process_statement(
        RECORD, replace(valid(1), validator=3)
    ),
    validation.WrongPara: lambda: verify_proposal(PROPOSAL, cases.group(6)),
    validation.WrongRelayParent: lambda: process_statement(
        RECORD, valid(1, replace(RECEIPT, relay_parent=bytes(32)))
    ),
    validation.StatementKnown: lambda: process_statement(KEPT, valid(1)),
    validation.TooManyStatements: lambda: process_statement(full_record(), valid(1)),
    validation.SignersNotSorted: lambda: verify_proposal(
        replace(PROPOSAL, signatures=PROPOSAL.signatures[::-1]), GROUP
    ),
    validation.TooFewSignatures: lambda: verify_proposal(
        replace(PROPOSAL, signatures=PROPOSAL.signatures[:1]), GROUP
    ),
    validation.AlreadyProposed: lambda: include_parachain_proposal((PROPOSAL,), PROPOSAL, GROUP),
    validation.UnknownCandidate: lambda: TRACKED.get_candidate(bytes(32)),
    validation.CandidateKnown: lambda: track_proposal(TRACKED, PROPOSAL, GROUP),
    validation.NoSuchValidator: lambda: process_attestation(
        TRACKED,
        WHERE,
        sign_secondary_attestation(7, RECEIPT_HASH, b"", cases.STRANGER, valid=True),
    ),
    validation.AlreadyAttested: lambda: process_attestation(
        TRACKED, WHERE, compute_primary_attestation(valid(1), RECEIPT)
    ),
    validation.NoStake: lambda: process_report(TRACKED, replace(WHERE, stakes=FrozenMap()), REPORT),
    validation.AlreadyReported: lambda: process_report(
        process_report(TRACKED, WHERE, REPORT), WHERE, REPORT
    ),
    availability.NotTheCommittedCode: lambda: compute_messages(marked(1), OTHER_BLOB, ERASURE),
    availability.ReceiptNotPending: lambda: process_piece(HOLDINGS, PIECES[3], FrozenMap()),
    availability.NotDesignated: lambda: process_piece(HOLDINGS, PIECES[2], AWAITED),
    availability.PieceKnown: lambda: process_piece(
        process_piece(HOLDINGS, PIECES[3], AWAITED), PIECES[3], AWAITED
    ),
    availability.NoSuchVoter: lambda: one_vote(replace(worlds.vote(2, 1, 2), validator=7)),
    availability.WrongBitfieldLength: lambda: one_vote(worlds.vote(2, 1, 2, length=4)),
    availability.NotInThisChain: lambda: one_vote(worlds.vote(2, 1, 3)),
    availability.NotLater: lambda: one_vote(worlds.vote(2, 1, 2), last=2),
    availability.ParaNotRegistered: lambda: worlds.START.get_record(6),
    availability.CandidatePending: lambda: accept(worlds.receipt(7), worlds.pending({7: 2})),
    availability.RelayParentNotInChain: lambda: accept(
        replace(worlds.receipt(7), relay_parent=worlds.block_hash(3))
    ),
    availability.NotNextBlock: lambda: accept(worlds.receipt(7, parent=worlds.receipt(7).header)),
}
OTHER_BLOB = replace(cases.DATA, extra=replace(EXTRA, relay_parent_number=4))

SOUND = {
    "a block": lambda: validate_block(BLOCK, WITNESS, EXTRA, STATE, HOST),
    "a receipt": lambda: confirm_candidate_receipt(validator(2), valid(1), RECEIPT),
    "a statement": lambda: process_statement(KEPT, valid(2)),
    "a failure": lambda: process_statement(KEPT, AGAINST),
    "a proposal": lambda: include_parachain_proposal((), PROPOSAL, GROUP),
    "an attestation": lambda: process_attestation(
        TRACKED, WHERE, compute_primary_attestation(AGAINST, RECEIPT)
    ),
    "a secondary attestation": lambda: process_attestation(
        TRACKED,
        WHERE,
        sign_secondary_attestation(6, RECEIPT_HASH, b"", cases.PAIRS[6], valid=True),
    ),
    "a report": lambda: process_report(TRACKED, WHERE, REPORT),
    "a piece": lambda: process_piece(HOLDINGS, PIECES[3], AWAITED),
    "a vote": lambda: one_vote(worlds.vote(2, 1, 2), last=1),
    "a candidate": lambda: accept(worlds.receipt(7)),
}

BY_OUTCOME = {validation.InitialRootMismatch, validation.ExecutionFailed}
"""Not raised but returned: tests/impl/validation/test_primary.py, test_counter_chain.py."""


def test_every_class_has_its_fault():
    modules = "impl.validation.errors", "impl.availability.errors"
    defined = set().union(*(cases.defined_in(each, CheckFailed) for each in modules))
    assert set(FAULTS) == defined - BY_OUTCOME


@pytest.mark.parametrize("make", SOUND.values(), ids=SOUND)
def test_what_has_no_fault_is_accepted(make):
    assert make()


@pytest.mark.parametrize("error", FAULTS, ids=lambda each: each.__name__)
def test_each_fault_alone_is_refused_by_its_name(error):
    with pytest.raises(error) as caught:
        FAULTS[error]()
    found = caught.value
    assert type(found) is error
    assert str(found) == f"{found.describe()} {error.token}"
    twin = pickle.loads(pickle.dumps(found))  # noqa: S301 - own bytes
    assert (str(twin), vars(twin)) == (str(found), vars(found))
