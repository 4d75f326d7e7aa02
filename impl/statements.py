"""What validators sign: statements about a candidate, and votes that something is available.

The text leaves the inside of these messages open (§1.7/def-11, §1.10/def-16): a field stands here
because a sentence asks for it, and its docstring cites that sentence.

A signature covers its payload and, with the amendment `signatures-name-session`, also the session
and the relay parent (§1.8/description.1.2): without it a statement can be replayed in a session
whose validators have other positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from impl.crypto.encoding import HASH, U8, U32, Codec, bits, decode, encode, fixed, record
from impl.crypto.keys import KeyPair
from impl.crypto.signing import SIGNATURE_BYTES, Signed, SigningContext, signed, verify
from impl.errors import BadValue
from impl.primitives import (
    SessionIndex,
    ValidatorIndex,
    require_bytes,
    require_tuple,
    require_u32,
)
from impl.rules import Rules
from impl.validation.block import HASH_BYTES

COUNT_LIMIT = 1 << 16
"""Most validators, cores or candidates that a message can be about: the pieces of the code."""

CANDIDATE, BITFIELD, AVAILABILITY = (
    "candidate statement",
    "availability bitfield",
    "remote availability",
)
"""The purposes of signatures: one for another purpose is none."""


# ---- statements about a candidate


class StatementKind(IntEnum):
    """What a validator can say about a candidate. §2.3/description.3.2."""

    SECONDED = 1
    """It is valid, and I put it forward. §2.3/lifecycle.2."""

    VALID = 2
    """It is valid."""

    INVALID = 3
    """It is not. §2.3/description.3.3."""

    @property
    def is_for(self) -> bool:
        """Tell whether the statement is for the candidate."""
        return self is not StatementKind.INVALID


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """An attestation of validity or invalidity, as it travels. §1.8/description.1.2."""

    candidate_hash: bytes
    """The candidate."""

    session: SessionIndex
    """The session in whose validators the signer has its place. §2.5.8/local-disputes.4.2."""

    validator: ValidatorIndex
    """The place of the signer."""

    kind: StatementKind
    """What is said."""

    signature: bytes
    """The signer's, on `statement_payload`."""

    def __post_init__(self) -> None:
        """Refuse what is no hash, no index, no kind and no signature."""
        require_bytes("candidate_hash", self.candidate_hash, length=HASH_BYTES)
        require_u32("session", self.session)
        require_u32("validator", self.validator)
        _require_kind(self.kind)
        require_bytes("signature", self.signature, length=SIGNATURE_BYTES)


def signing_context(
    rules: Rules, session: SessionIndex, relay_parent: bytes
) -> SigningContext | None:
    """Return what a validator's signature covers besides the payload; None as written."""
    if rules.amended("signatures-name-session"):  # §1.8/description.1.2
        return SigningContext(session, relay_parent)
    return None


def statement_payload(kind: StatementKind, candidate_hash: bytes) -> bytes:
    """Return what is signed: the kind of the statement and the candidate's hash."""
    return encode(U8, int(kind)) + encode(HASH, candidate_hash)


def sign_statement(
    kind: StatementKind, candidate_hash: bytes, context: SigningContext | None, key: KeyPair
) -> bytes:
    """Return a validator's signature on a statement."""
    return signed(CANDIDATE, statement_payload(kind, candidate_hash), context, key).signature


def verify_statement(
    kind: StatementKind,
    candidate_hash: bytes,
    signature: bytes,
    context: SigningContext | None,
    public: bytes,
) -> None:
    """Raise a `Refused` unless `public` signed this statement in this context."""
    verify(Signed(statement_payload(kind, candidate_hash), signature), CANDIDATE, context, public)


@dataclass(frozen=True, slots=True)
class ValidityVote:
    """A signature in a backing: for the candidate, as seconder or not. §2.3/lifecycle.3."""

    kind: StatementKind
    """What was signed; nothing but statements for the candidate backs it."""

    signature: bytes
    """The signature of the group's member."""

    def __post_init__(self) -> None:
        """Refuse a statement against the candidate."""
        _require_kind(self.kind)
        if not self.kind.is_for:
            raise BadValue("kind", "a statement for the candidate", self.kind.name)
        require_bytes("signature", self.signature, length=SIGNATURE_BYTES)


def _write_kind(value: StatementKind, sink: bytearray) -> None:
    _require_kind(value)
    U8.write(int(value), sink)


KIND: Codec[StatementKind] = Codec(
    1, 1, _write_kind, lambda reader: StatementKind(reader.tag(tuple(map(int, StatementKind))))
)
SIGNED_STATEMENT: Codec[SignedStatement] = record(
    SignedStatement,
    candidate_hash=HASH,
    session=U32,
    validator=U32,
    kind=KIND,
    signature=fixed(SIGNATURE_BYTES),
)
VALIDITY_VOTE: Codec[ValidityVote] = record(
    ValidityVote, kind=KIND, signature=fixed(SIGNATURE_BYTES)
)
# ---- availability


@dataclass(frozen=True, slots=True)
class SignedAvailabilityBitfield:
    """A validator's votes on everything pending availability. §1.7/description.4."""

    validator: ValidatorIndex
    """Who votes."""

    bits: tuple[bool, ...]
    """One bit per core. §2.5.6/storage.AvailabilityBitfield.bitfield."""

    signed_for: bytes
    """Hash of the block in whose state the bits have their meaning. §1.7/bit.1."""

    signature: bytes
    """The voter's, on bits and hash."""

    def __post_init__(self) -> None:
        """Refuse what is no index, no bitfield, no hash and no signature."""
        require_u32("validator", self.validator)
        require_tuple("bits", self.bits)
        if any(not isinstance(bit, bool) for bit in self.bits):
            raise BadValue("bits", "a tuple of Booleans", self.bits)
        require_bytes("signed_for", self.signed_for, length=HASH_BYTES)
        require_bytes("signature", self.signature, length=SIGNATURE_BYTES)


SIGNED_BITFIELD: Codec[SignedAvailabilityBitfield] = record(
    SignedAvailabilityBitfield,
    validator=U32,
    bits=bits(COUNT_LIMIT),
    signed_for=HASH,
    signature=fixed(SIGNATURE_BYTES),
)


def bitfield_payload(field: Sequence[bool], signed_for: bytes) -> bytes:
    """Return what is signed: the bits, and the hash of the block. §1.7/description.4."""
    return encode(bits(COUNT_LIMIT), tuple(field)) + encode(HASH, signed_for)


def sign_bitfield(
    validator: ValidatorIndex,
    field: Sequence[bool],
    signed_for: bytes,
    context: SigningContext | None,
    key: KeyPair,
) -> SignedAvailabilityBitfield:
    """Return a validator's bitfield for the block of this hash."""
    payload = bitfield_payload(field, signed_for)
    signature = signed(BITFIELD, payload, context, key).signature
    return SignedAvailabilityBitfield(validator, tuple(field), signed_for, signature)


def verify_bitfield(
    bitfield: SignedAvailabilityBitfield, context: SigningContext | None, public: bytes
) -> None:
    """Raise a `Refused` unless `public` signed these bits for this block in this context."""
    payload = bitfield_payload(bitfield.bits, bitfield.signed_for)
    verify(Signed(payload, bitfield.signature), BITFIELD, context, public)


@dataclass(frozen=True, slots=True)
class RemoteAvailabilityVote:
    """A vote that the block of a remote dispute is available. §2.5.8/remote-disputes.5.

    No bit of a bitfield: there is no core that it could be about.
    """

    candidate_hash: bytes
    """The disputed candidate."""

    session: SessionIndex
    """Its session. §2.5.8/remote-disputes.7."""

    validator: ValidatorIndex
    """Who votes."""

    signature: bytes
    """The voter's, on the hash."""

    def __post_init__(self) -> None:
        """Refuse what is no hash, no index and no signature."""
        require_bytes("candidate_hash", self.candidate_hash, length=HASH_BYTES)
        require_u32("session", self.session)
        require_u32("validator", self.validator)
        require_bytes("signature", self.signature, length=SIGNATURE_BYTES)


def sign_availability(candidate_hash: bytes, context: SigningContext | None, key: KeyPair) -> bytes:
    """Return a validator's signature that a disputed block is available."""
    return signed(AVAILABILITY, candidate_hash, context, key).signature


def verify_availability(
    vote: RemoteAvailabilityVote, context: SigningContext | None, public: bytes
) -> None:
    """Raise a `Refused` unless `public` signed that this candidate's block is available."""
    verify(Signed(vote.candidate_hash, vote.signature), AVAILABILITY, context, public)


def decode_bitfield(data: bytes) -> SignedAvailabilityBitfield:
    """Return the bitfield that `data` encodes; a `Refused` if it encodes none."""
    return decode(SIGNED_BITFIELD, data)


def decode_statement(data: bytes) -> SignedStatement:
    """Return the statement that `data` encodes; a `Refused` if it encodes none."""
    return decode(SIGNED_STATEMENT, data)


def _require_kind(kind: object) -> None:
    if not isinstance(kind, StatementKind):
        raise BadValue("kind", "a StatementKind", kind)
