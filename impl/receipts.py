"""Candidates as the relay chain sees them.

The text names the structures and leaves most of their inside open (§1.4.1/def-6): a field stands
here because a sentence asks for it, and its docstring cites that sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.crypto.encoding import (
    HASH,
    U32,
    Codec,
    bits,
    blob,
    decode,
    encode,
    fixed,
    listing,
    optional,
    record,
)
from impl.crypto.keys import KeyPair
from impl.crypto.signing import SIGNATURE_BYTES, Signed, signed, verify
from impl.primitives import CollatorId, ParaId, require_bytes, require_tuple, require_u32
from impl.statements import COUNT_LIMIT, VALIDITY_VOTE, ValidityVote
from impl.validation.block import HASH_BYTES, compute_hash

HEAD_LIMIT = 1 << 16
"""Greatest length of head data."""

CODE_LIMIT = 1 << 22
"""Greatest length of validation code."""

COLLATION = "collation"
"""The purpose of a collator's signature."""


# ---- receipts


@dataclass(frozen=True, slots=True)
class CandidateDescriptor:
    """Names a candidate: which block of which para, made on what, by whom."""

    para_id: ParaId
    """The para. §2.5.6/process_candidates.1."""

    relay_parent: bytes
    """Hash of the block it was made on. §2.5.6/storage.CandidatePendingAvailability."""

    collator: CollatorId
    """Who made it. §2.3/inclusion-pipeline.2, §2.5.5/storage.ParathreadClaim."""

    pov_hash: bytes
    """Hash of its proof of validity. §2.3/inclusion-pipeline.2."""

    parent_head: bytes
    """Hash of the head data that it extends: `compute_head_hash`. §1.2/description.2.1."""

    validation_code_hash: bytes
    """Hash of the code it was validated with. §2.5.8/unconcluded.4."""

    def __post_init__(self) -> None:
        """Refuse what is no para, no hash and no key."""
        require_u32("para_id", self.para_id)
        require_bytes("collator", self.collator)
        for name in ("relay_parent", "pov_hash", "parent_head", "validation_code_hash"):
            require_bytes(name, getattr(self, name), length=HASH_BYTES)


@dataclass(frozen=True, slots=True)
class AbridgedCandidateReceipt:
    """What goes on chain about a candidate. §2.5.6/storage.CandidatePendingAvailability.receipt."""

    descriptor: CandidateDescriptor
    """Which candidate."""

    collator_signature: bytes
    """The collator's, on the descriptor."""

    head_data: bytes
    """The new head. §2.5.6/enact_candidate.2."""

    erasure_root: bytes
    """Root of the coded pieces that validators vote on. §1.5/def-9, §1.7/bit.2."""

    new_validation_code: bytes | None = None
    """A code upgrade, if it has one. §2.5.6/enact_candidate.1."""

    def __post_init__(self) -> None:
        """Refuse what is no signature, no head, no root and no code."""
        require_bytes("collator_signature", self.collator_signature, length=SIGNATURE_BYTES)
        require_bytes("head_data", self.head_data)
        require_bytes("erasure_root", self.erasure_root, length=HASH_BYTES)
        if self.new_validation_code is not None:
            require_bytes("new_validation_code", self.new_validation_code)

    @property
    def para_id(self) -> ParaId:
        """The para."""
        return self.descriptor.para_id

    def hash(self) -> bytes:
        """Return what identifies the candidate wherever it is spoken of."""
        return compute_hash(b"cand", encode(RECEIPT, self))


DESCRIPTOR: Codec[CandidateDescriptor] = record(
    CandidateDescriptor,
    para_id=U32,
    relay_parent=HASH,
    collator=HASH,
    pov_hash=HASH,
    parent_head=HASH,
    validation_code_hash=HASH,
)
RECEIPT: Codec[AbridgedCandidateReceipt] = record(
    AbridgedCandidateReceipt,
    descriptor=DESCRIPTOR,
    collator_signature=fixed(SIGNATURE_BYTES),
    head_data=blob(HEAD_LIMIT),
    erasure_root=HASH,
    new_validation_code=optional(blob(CODE_LIMIT)),
)


def compute_head_hash(head_data: bytes) -> bytes:
    """Return what a candidate names as the head it extends."""
    return compute_hash(b"header", head_data)


def sign_collation(descriptor: CandidateDescriptor, key: KeyPair) -> bytes:
    """Return the collator's signature on a descriptor, which names the relay parent itself."""
    return signed(COLLATION, encode(DESCRIPTOR, descriptor), None, key).signature


def verify_collation(receipt: AbridgedCandidateReceipt) -> None:
    """Raise a `Refused` unless the collator that the receipt names signed its descriptor."""
    payload = encode(DESCRIPTOR, receipt.descriptor)
    message = Signed(payload, receipt.collator_signature)
    verify(message, COLLATION, None, receipt.descriptor.collator)


# ---- backed candidates


@dataclass(frozen=True, slots=True)
class BackedCandidate:
    """A candidate with its backing: signatures and a bitfield. §2.5.6/process_candidates.3."""

    candidate: AbridgedCandidateReceipt
    """The receipt."""

    validity_votes: tuple[ValidityVote, ...]
    """One per set bit of `validator_indices`, in that order."""

    validator_indices: tuple[bool, ...]
    """One bit per member of the group on the candidate's core, set for those who signed."""

    def __post_init__(self) -> None:
        """Refuse lists."""
        require_tuple("validity_votes", self.validity_votes)
        require_tuple("validator_indices", self.validator_indices)


BACKED_CANDIDATE: Codec[BackedCandidate] = record(
    BackedCandidate,
    candidate=RECEIPT,
    validity_votes=listing(VALIDITY_VOTE, COUNT_LIMIT),
    validator_indices=bits(COUNT_LIMIT),
)


def decode_backed(data: bytes) -> BackedCandidate:
    """Return the backed candidate that `data` encodes; a `Refused` if it encodes none."""
    return decode(BACKED_CANDIDATE, data)
