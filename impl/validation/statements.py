"""§1.4.1: what the validators of one parachain say to each other, and the checks on arrival.

A validity statement signs the hash of the receipt, so the same signature serves in a message, in a
proposal (§1.4.2/def-7) and as an attestation on chain (§1.8).  A statement of failure signs the
subject: who finds a block invalid has no receipt to name.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.crypto import signing
from impl.crypto.encoding import HASH, U32, Codec, choice, decode, encode, fixed, record
from impl.crypto.keys import KeyPair
from impl.crypto.signing import SIGNATURE_BYTES, Signed, SigningContext
from impl.errors import BadValue
from impl.primitives import ParaId, ValidatorIndex, require_bytes, require_tuple, require_u32
from impl.validation.block import HASH_BYTES
from impl.validation.errors import NotAParachainValidator, WrongPara
from impl.validation.receipt import (
    RECEIPT,
    SUBJECT,
    CandidateReceipt,
    Subject,
    compute_receipt_hash,
)

PRIMARY_VALID = "primary validation: valid"
PRIMARY_INVALID = "primary validation: invalid"
"""What the signatures are for: one can never be taken for the other."""


@dataclass(frozen=True, slots=True)
class ParachainValidators:
    """The validators assigned to one parachain: V of §1.4.2/def-7."""

    para: ParaId
    """The parachain."""

    members: tuple[ValidatorIndex, ...]
    """Their indices, ascending."""

    keys: tuple[bytes, ...]
    """Their public keys, in the same order."""

    context: SigningContext | None = None
    """What is signed besides the payload; the text signs the payload alone."""

    def __post_init__(self) -> None:
        """Refuse members out of order, and keys that are not theirs."""
        require_u32("para", self.para)
        require_tuple("members", self.members)
        require_tuple("keys", self.keys)
        for member in self.members:
            require_u32("a member", member)
        if list(self.members) != sorted(set(self.members)):
            raise BadValue("members", "strictly ascending", self.members)
        if len(self.keys) != len(self.members):
            raise BadValue("keys", f"{len(self.members)} keys", len(self.keys))
        for key in self.keys:
            require_bytes("a key", key, length=HASH_BYTES)

    def get_key(self, validator: ValidatorIndex) -> bytes:
        """Return the key of a member."""
        if validator not in self.members:
            raise NotAParachainValidator(validator, self.para)
        return self.keys[self.members.index(validator)]


@dataclass(frozen=True, slots=True)
class ParachainValidator:
    """One of them, with what it needs to sign."""

    index: ValidatorIndex
    """Its index."""

    key: KeyPair
    """Its key pair."""

    group: ParachainValidators
    """The validators it is one of."""

    def __post_init__(self) -> None:
        """Refuse a validator that is none of the group, and a key that is not its own."""
        if self.group.get_key(self.index) != self.key.public:
            raise BadValue("key", f"the key of validator {self.index}", self.key.public.hex())


@dataclass(frozen=True, slots=True)
class ReceiptMessage:
    """A receipt, and the signature of a validator that found its block valid."""

    validator: ValidatorIndex
    """Who says so."""

    receipt: CandidateReceipt
    """The receipt."""

    signature: bytes
    """Over the hash of the receipt."""

    @property
    def subject(self) -> Subject:
        """The blob it is about."""
        return self.receipt.subject


@dataclass(frozen=True, slots=True)
class FailureMessage:
    """The statement of a validator that a block is invalid."""

    validator: ValidatorIndex
    """Who says so."""

    subject: Subject
    """The blob it is about."""

    signature: bytes
    """Over the subject."""


Statement = ReceiptMessage | FailureMessage
"""What a parachain's validator announces."""

SIGNATURE = fixed(SIGNATURE_BYTES)
STATEMENT: Codec[Statement] = choice(
    {
        0: (
            ReceiptMessage,
            record(ReceiptMessage, validator=U32, receipt=RECEIPT, signature=SIGNATURE),
        ),
        1: (
            FailureMessage,
            record(FailureMessage, validator=U32, subject=SUBJECT, signature=SIGNATURE),
        ),
    }
)


def sign_receipt(receipt_hash: bytes, key: KeyPair, context: SigningContext | None) -> bytes:
    """Sign that the block of a receipt is valid."""
    return signing.signed(PRIMARY_VALID, encode(HASH, receipt_hash), context, key).signature


def sign_failure(subject: Subject, key: KeyPair, context: SigningContext | None) -> bytes:
    """Sign that a blob is invalid."""
    return signing.signed(PRIMARY_INVALID, encode(SUBJECT, subject), context, key).signature


def verify_receipt_signature(
    receipt_hash: bytes, signature: bytes, public: bytes, context: SigningContext | None
) -> None:
    """Refuse a signature that is not `public`'s for this receipt."""
    signing.verify(Signed(encode(HASH, receipt_hash), signature), PRIMARY_VALID, context, public)


def verify_failure_signature(
    subject: Subject, signature: bytes, public: bytes, context: SigningContext | None
) -> None:
    """Refuse a signature that is not `public`'s against this blob."""
    signing.verify(Signed(encode(SUBJECT, subject), signature), PRIMARY_INVALID, context, public)


def verify_statement(statement: Statement, group: ParachainValidators) -> None:
    """Refuse a statement that no member of the group has made about its own parachain."""
    if statement.subject.para != group.para:
        raise WrongPara(statement.subject.para, group.para)
    public = group.get_key(statement.validator)
    if isinstance(statement, ReceiptMessage):
        receipt_hash = compute_receipt_hash(statement.receipt)
        verify_receipt_signature(receipt_hash, statement.signature, public, group.context)
    else:
        verify_failure_signature(statement.subject, statement.signature, public, group.context)


def decode_statement(data: bytes, group: ParachainValidators) -> Statement:
    """Return the statement that `data` is, checked."""
    statement = decode(STATEMENT, data)
    verify_statement(statement, group)
    return statement
