"""§1.10.1, §1.10.2: the attestation of a checker, as it is gossiped and as it goes on chain.

One signature serves both.  The relay chain keeps the VRF of an attestation as bytes
(`impl.validation.attestations`): here these are the relay-chain block and the proof.  A validator
that checks because of an escalation, irrespective of assignments, has no proof to show.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.approval.context import ApprovalContext, ExecutedCandidate, RelayBlock
from impl.approval.vrf import VRF_CLAIM, VrfClaim
from impl.crypto.encoding import (
    BOOLEAN,
    HASH,
    U32,
    Codec,
    decode,
    encode,
    fixed,
    optional,
    record,
)
from impl.crypto.keys import KeyPair
from impl.crypto.signing import SIGNATURE_BYTES
from impl.primitives import ValidatorIndex, require_bytes, require_u32
from impl.validation.attestations import SecondaryAttestation, sign_secondary_attestation
from impl.validation.block import HASH_BYTES


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a validator checks: the relay-chain block, and the proof if there is one."""

    relay_block: bytes
    """Hash of the relay-chain block that acted on the candidate."""

    claim: VrfClaim | None
    """The proof, none where everybody checks. §1.10.3/description.1."""

    def __post_init__(self) -> None:
        """Refuse what is no hash."""
        require_bytes("relay_block", self.relay_block, length=HASH_BYTES)


EVIDENCE: Codec[Evidence] = record(Evidence, relay_block=HASH, claim=optional(VRF_CLAIM))
"""How the evidence stands in an attestation."""


@dataclass(frozen=True, slots=True)
class ApprovalAttestation:
    """§1.10.1/def-17: what a secondary checker found, with the VRF that assigned it."""

    validator: ValidatorIndex
    """Who attests."""

    receipt_hash: bytes
    """The reference that identifies the candidate receipt."""

    valid: bool
    """To its validity, or to its invalidity."""

    evidence: Evidence
    """The VRF."""

    signature: bytes
    """Over all of the above."""

    def __post_init__(self) -> None:
        """Refuse what is no validator, no hash and no signature."""
        require_u32("validator", self.validator)
        require_bytes("receipt_hash", self.receipt_hash, length=HASH_BYTES)
        require_bytes("signature", self.signature, length=SIGNATURE_BYTES)


APPROVAL_ATTESTATION: Codec[ApprovalAttestation] = record(
    ApprovalAttestation,
    validator=U32,
    receipt_hash=HASH,
    valid=BOOLEAN,
    evidence=EVIDENCE,
    signature=fixed(SIGNATURE_BYTES),
)
"""How it is gossiped."""


def attest(
    validator: ValidatorIndex,
    block: RelayBlock,
    candidate: ExecutedCandidate,
    claim: VrfClaim | None,
    key: KeyPair,
    context: ApprovalContext,
    *,
    valid: bool,
) -> ApprovalAttestation:
    """Attest to a candidate after checking it. §1.10.1/description.2."""
    evidence = Evidence(block.block_hash, claim)
    signed = sign_secondary_attestation(
        validator,
        candidate.receipt_hash,
        encode(EVIDENCE, evidence),
        key,
        valid=valid,
        context=context.get_signing_context(block.block_hash),
    )
    return ApprovalAttestation(validator, candidate.receipt_hash, valid, evidence, signed.signature)


def compute_attestation_transaction(attestation: ApprovalAttestation) -> SecondaryAttestation:
    """§1.10.2/def-18: the transaction that puts an attestation on chain."""
    return SecondaryAttestation(
        attestation.validator,
        attestation.receipt_hash,
        attestation.valid,
        encode(EVIDENCE, attestation.evidence),
        attestation.signature,
    )


def decode_transaction(transaction: SecondaryAttestation) -> ApprovalAttestation:
    """Return the attestation that a transaction carries; refuse bytes that are no evidence."""
    return ApprovalAttestation(
        transaction.validator,
        transaction.receipt_hash,
        transaction.valid,
        decode(EVIDENCE, transaction.assignment),
        transaction.signature,
    )
