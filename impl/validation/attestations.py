"""§1.8 Publishing Attestations: who has attested to what, as the relay chain keeps track of it.

A primary attestation has the very signature that its validator sent to its peers (§1.4.1), so
anybody can put it on chain.  A secondary one covers the VRF that assigned the checker; whether
that VRF does assign is decided in §1.9, by the `verify_assignment` of the context.  Attestations
and reports are transactions: each is checked when it arrives, and refused by the class of the
check; the storage is the one from before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from impl.crypto import signing
from impl.crypto.encoding import BOOLEAN, HASH, U32, Codec, blob, choice, decode, encode, record
from impl.crypto.keys import KeyPair
from impl.crypto.signing import Signed, SigningContext
from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.primitives import ValidatorIndex, require_bytes, require_u32
from impl.validation.block import HASH_BYTES
from impl.validation.errors import (
    AlreadyAttested,
    CandidateKnown,
    NoSuchValidator,
    UnknownCandidate,
)
from impl.validation.proposal import ParachainBlockProposal, verify_proposal
from impl.validation.receipt import CandidateReceipt, compute_receipt_hash
from impl.validation.statements import (
    SIGNATURE,
    ParachainValidators,
    ReceiptMessage,
    Statement,
    verify_failure_signature,
    verify_receipt_signature,
)

SECONDARY = "secondary attestation"
"""What the signature of a secondary checker is for."""

ASSIGNMENT_LIMIT = 256
"""Greatest length of the VRF, with its proof, in a secondary attestation."""


# ---- transactions


@dataclass(frozen=True, slots=True)
class PrimaryAttestation:
    """Signed by one of the parachain's validators. §1.8/description.1.2."""

    validator: ValidatorIndex
    """Who attests."""

    receipt_hash: bytes
    """The candidate."""

    valid: bool
    """To its validity, or to its invalidity."""

    signature: bytes
    """That of a `ReceiptMessage` or of a `FailureMessage`."""


@dataclass(frozen=True, slots=True)
class SecondaryAttestation:
    """Signed by a secondary checker, with the VRF that assigned it. §1.8/description.1.2."""

    validator: ValidatorIndex
    """Who attests."""

    receipt_hash: bytes
    """The candidate."""

    valid: bool
    """To its validity, or to its invalidity."""

    assignment: bytes
    """The VRF, with its proof: not looked into here."""

    signature: bytes
    """Over all of the above."""


AttestationTransaction = PrimaryAttestation | SecondaryAttestation
"""What puts an attestation on chain. §1.8/description.1.3."""

ATTESTATION: Codec[AttestationTransaction] = choice(
    {
        0: (
            PrimaryAttestation,
            record(
                PrimaryAttestation,
                validator=U32,
                receipt_hash=HASH,
                valid=BOOLEAN,
                signature=SIGNATURE,
            ),
        ),
        1: (
            SecondaryAttestation,
            record(
                SecondaryAttestation,
                validator=U32,
                receipt_hash=HASH,
                valid=BOOLEAN,
                assignment=blob(ASSIGNMENT_LIMIT),
                signature=SIGNATURE,
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class _Checked:
    validator: ValidatorIndex
    receipt_hash: bytes
    valid: bool
    assignment: bytes


_CHECKED: Codec[_Checked] = record(
    _Checked, validator=U32, receipt_hash=HASH, valid=BOOLEAN, assignment=blob(ASSIGNMENT_LIMIT)
)


def compute_primary_attestation(
    statement: Statement, receipt: CandidateReceipt
) -> PrimaryAttestation:
    """Turn a statement about the blob of a receipt into its transaction."""
    if statement.subject != receipt.subject:
        raise BadValue("statement", "about the blob of the receipt", statement)
    if isinstance(statement, ReceiptMessage):
        receipt_hash = compute_receipt_hash(statement.receipt)
        return PrimaryAttestation(statement.validator, receipt_hash, True, statement.signature)
    receipt_hash = compute_receipt_hash(receipt)
    return PrimaryAttestation(statement.validator, receipt_hash, False, statement.signature)


def sign_secondary_attestation(
    validator: ValidatorIndex,
    receipt_hash: bytes,
    assignment: bytes,
    key: KeyPair,
    *,
    valid: bool,
    context: SigningContext | None = None,
) -> SecondaryAttestation:
    """Attest to a candidate as its secondary checker."""
    payload = encode(_CHECKED, _Checked(validator, receipt_hash, valid, assignment))
    signature = signing.signed(SECONDARY, payload, context, key).signature
    return SecondaryAttestation(validator, receipt_hash, valid, assignment, signature)


# ---- storage


class AttestationKind(Enum):
    """The two types of attestations. §1.8/description.1.1."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class ReportKind(Enum):
    """What collators report. §1.10.2/description.3."""

    INVALIDITY = "invalidity"
    UNAVAILABILITY = "unavailability"


@dataclass(frozen=True, slots=True)
class Attested:
    """An attestation, once it has been checked."""

    validator: ValidatorIndex
    kind: AttestationKind
    valid: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """A collator's report, once it has been checked."""

    collator: bytes
    kind: ReportKind


@dataclass(frozen=True, slots=True)
class TrackedCandidate:
    """A candidate with all that has been said about it. §1.8/description.1.4."""

    receipt: CandidateReceipt
    """Its receipt."""

    group: ParachainValidators
    """Who was assigned to its parachain when it was included."""

    attestations: frozenset[Attested] = frozenset()
    """Who attested to what."""

    reports: frozenset[Reported] = frozenset()
    """Which collators complained of what."""

    def get_attesters(self, *, valid: bool) -> frozenset[ValidatorIndex]:
        """Return who has attested to its validity, or to its invalidity."""
        return frozenset(each.validator for each in self.attestations if each.valid is valid)

    def is_disputed(self) -> bool:
        """Tell whether there are attestations both ways. §1.10.3/description.1."""
        return len({each.valid for each in self.attestations}) > 1


@dataclass(frozen=True, slots=True)
class AttestationStorage:
    """The candidates that the relay chain keeps track of."""

    candidates: FrozenMap[bytes, TrackedCandidate] = field(default_factory=FrozenMap)
    """By the hash of the receipt."""

    def get_candidate(self, receipt_hash: bytes) -> TrackedCandidate:
        """Return what is tracked of a candidate."""
        candidate = self.candidates.get(receipt_hash)
        if candidate is None:
            raise UnknownCandidate(receipt_hash)
        return candidate

    def with_candidate(self, receipt_hash: bytes, value: TrackedCandidate) -> AttestationStorage:
        """Return the storage with this candidate set."""
        return replace(self, candidates=self.candidates.set(receipt_hash, value))


AssignmentCheck = Callable[[ValidatorIndex, bytes, bytes], None]
"""Validator, hash of the receipt, VRF with proof; raises if that does not assign the validator."""


@dataclass(frozen=True, slots=True)
class AttestationContext:
    """What checking attestations and reports needs besides its own storage."""

    keys: tuple[bytes, ...]
    """Public keys of all validators."""

    verify_assignment: AssignmentCheck
    """Decides whether a VRF assigns a checker: §1.9."""

    stakes: FrozenMap[bytes, int] = field(default_factory=FrozenMap)
    """What each collator or fisherman has at stake, by public key."""

    signing: SigningContext | None = None
    """What secondary attestations and reports sign besides their content; the text has nothing."""

    def __post_init__(self) -> None:
        """Refuse what is no key and no stake."""
        for key in (*self.keys, *self.stakes):
            require_bytes("a key", key, length=HASH_BYTES)
        for stake in self.stakes.values():
            if isinstance(stake, bool) or not isinstance(stake, int) or stake < 0:
                raise BadValue("a stake", "an integer that is not negative", stake)


# ---- routines


def track_proposal(
    storage: AttestationStorage, proposal: ParachainBlockProposal, group: ParachainValidators
) -> AttestationStorage:
    """Begin to track the candidate of an included proposal: its signatures are attestations."""
    verify_proposal(proposal, group)
    receipt_hash = compute_receipt_hash(proposal.receipt)
    if receipt_hash in storage.candidates:
        raise CandidateKnown(receipt_hash)
    signers = frozenset(
        Attested(each.validator, AttestationKind.PRIMARY, True) for each in proposal.signatures
    )
    return storage.with_candidate(receipt_hash, TrackedCandidate(proposal.receipt, group, signers))


def receive_attestation(
    storage: AttestationStorage, context: AttestationContext, data: bytes
) -> AttestationStorage:
    """Decode, check and store an attestation."""
    return process_attestation(storage, context, decode(ATTESTATION, data))


def process_attestation(
    storage: AttestationStorage, context: AttestationContext, attestation: AttestationTransaction
) -> AttestationStorage:
    """Check and store an attestation. §1.8/description.1.3, §1.8/description.1.4."""
    candidate = storage.get_candidate(attestation.receipt_hash)
    require_u32("validator", attestation.validator)
    if isinstance(attestation, PrimaryAttestation):
        kind = AttestationKind.PRIMARY
        _verify_primary(attestation, candidate)
    else:
        kind = AttestationKind.SECONDARY
        _verify_secondary(attestation, context)
    attested = Attested(attestation.validator, kind, attestation.valid)
    if attested in candidate.attestations:
        raise AlreadyAttested(attested.validator, attestation.receipt_hash, attested.valid)
    changed = replace(candidate, attestations=candidate.attestations | {attested})
    return storage.with_candidate(attestation.receipt_hash, changed)


def _verify_primary(attestation: PrimaryAttestation, candidate: TrackedCandidate) -> None:
    group = candidate.group
    public = group.get_key(attestation.validator)
    signature = attestation.signature
    if attestation.valid:
        verify_receipt_signature(attestation.receipt_hash, signature, public, group.context)
    else:
        verify_failure_signature(candidate.receipt.subject, signature, public, group.context)


def _verify_secondary(attestation: SecondaryAttestation, context: AttestationContext) -> None:
    if attestation.validator >= len(context.keys):
        raise NoSuchValidator(attestation.validator, len(context.keys))
    public = context.keys[attestation.validator]
    verify_secondary_signature(attestation, public, context.signing)
    context.verify_assignment(
        attestation.validator, attestation.receipt_hash, attestation.assignment
    )


def verify_secondary_signature(
    attestation: SecondaryAttestation, public: bytes, context: SigningContext | None
) -> None:
    """Refuse a signature that is not `public`'s for this attestation."""
    checked = _Checked(
        attestation.validator,
        attestation.receipt_hash,
        attestation.valid,
        attestation.assignment,
    )
    message = Signed(encode(_CHECKED, checked), attestation.signature)
    signing.verify(message, SECONDARY, context, public)
