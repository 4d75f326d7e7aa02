"""§1.10.2 Process validity and invalidity messages: algorithm 17, and its use by the relay chain.

The algorithm is left open; the text around it has its author verify the VRF and judge whether
enough time has passed.  Here: the attestation is about this relay-chain block and about the
candidate that it acted on, the signature is the validator's, the VRF assigns it, and an extra
checker's wait is over, as far as the reports known here shorten it.  Once the candidate is
escalated everybody may attest, without a VRF and at any time (§1.10.3/description.1).
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.approval.assignment import require_assigned
from impl.approval.attestation import (
    APPROVAL_ATTESTATION,
    ApprovalAttestation,
    compute_attestation_transaction,
    decode_transaction,
)
from impl.approval.checks import CandidateChecks, Check, Priority
from impl.approval.context import ApprovalContext, RelayBlock
from impl.approval.errors import (
    NoAssignment,
    PeriodOver,
    TooEarly,
    WrongCandidate,
    WrongRelayBlock,
)
from impl.crypto.encoding import decode
from impl.primitives import BlockNumber, ValidatorIndex
from impl.validation.attestations import (
    AttestationContext,
    AttestationStorage,
    SecondaryAttestation,
    process_attestation,
    verify_secondary_signature,
)


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """What the one who judges an attestation knows about its candidate."""

    block: RelayBlock
    """The relay-chain block that acted on the candidate."""

    record: CandidateChecks
    """The reports and checks known so far."""

    now: BlockNumber
    """The height of the block being made, or of the best block."""

    equivocated: bool = False
    """Whether another block with this one's slot is known. §1.9.5."""

    escalated: bool = False
    """Whether there are attestations both ways. §1.10.3/description.1."""


def verify_approval_attestation(
    attestation: ApprovalAttestation, view: ApprovalView, context: ApprovalContext
) -> Check:
    """§1.10.2/alg-17: return the rank of the check attested to; refuse what proves none."""
    here, evidence = view.block.block_hash, attestation.evidence
    if evidence.relay_block != here:
        raise WrongRelayBlock(evidence.relay_block, here)
    candidate = view.record.candidate
    if attestation.receipt_hash != candidate.receipt_hash:
        raise WrongCandidate(attestation.receipt_hash, candidate.receipt_hash)
    public = context.get_key(attestation.validator)
    transaction = compute_attestation_transaction(attestation)
    verify_secondary_signature(transaction, public, context.get_signing_context(here))
    if evidence.claim is None:
        if not view.escalated:
            raise NoAssignment(attestation.validator, attestation.receipt_hash)
        return Check(Priority.ESCALATED)
    check = require_assigned(
        attestation.validator,
        candidate.para,
        evidence.claim,
        view.block,
        context,
        equivocated=view.equivocated,
    )
    if not view.escalated:
        _require_time(attestation.validator, check, view)
    return check


def _require_time(validator: ValidatorIndex, check: Check, view: ApprovalView) -> None:
    """Judge the time: the fishing period, and for an extra checker the end of its wait."""
    if view.now > view.record.end:
        raise PeriodOver(view.record.end, view.now)
    if check.position is not None:
        due = view.record.get_due(check.position)
        if view.now < due:
            raise TooEarly(validator, due, view.now)


def receive_approval_attestation(
    data: bytes, view: ApprovalView, context: ApprovalContext
) -> tuple[ApprovalAttestation, Check]:
    """Decode and verify a gossiped attestation."""
    attestation = decode(APPROVAL_ATTESTATION, data)
    return attestation, verify_approval_attestation(attestation, view, context)


def process_approval_transaction(
    storage: AttestationStorage,
    transaction: SecondaryAttestation,
    view: ApprovalView,
    context: ApprovalContext,
) -> AttestationStorage:
    """Verify an attestation in a relay-chain block, and store it. §1.10.2/description.2."""

    def verify(validator: ValidatorIndex, receipt_hash: bytes, assignment: bytes) -> None:
        del validator, receipt_hash, assignment  # they are the transaction's
        verify_approval_attestation(decode_transaction(transaction), view, context)

    signing_context = context.get_signing_context(view.block.block_hash)
    around = AttestationContext(context.validators, verify, signing=signing_context)
    return process_attestation(storage, around, transaction)
