"""§1.7 Announcing Availability: a validator's bitfield, signed together with a block hash.

Definition 11 is left open; §1.7/description.4 says what is signed, and whose signature it is has
to be told.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.availability.distribution import PieceHoldings
from impl.availability.storage import AvailabilityStatus, AvailabilityStorage
from impl.crypto import signing
from impl.crypto.encoding import (
    HASH,
    LENGTH_BYTES,
    U32,
    Codec,
    Reader,
    decode,
    encode,
    fixed,
    record,
)
from impl.crypto.errors import PaddingNotZero
from impl.crypto.keys import KeyPair
from impl.crypto.signing import SIGNATURE_BYTES, Signed, SigningContext
from impl.errors import BadValue
from impl.primitives import ValidatorIndex, require_bytes, require_u32
from impl.validation.block import HASH_BYTES
from impl.validation.receipt import compute_receipt_hash

AVAILABILITY_VOTE = "availability vote"
"""What the signature is for."""

PARACHAINS_LIMIT = 1 << 16
"""Most bits that a bitfield may have."""


@dataclass(frozen=True, slots=True)
class Bitfield:
    """A bit for each parachain: b of §1.7/description.4."""

    length: int
    """How many parachains there are."""

    bits: int
    """Bit i is for the i-th parachain."""

    def __post_init__(self) -> None:
        """Refuse bits beyond the length."""
        require_u32("length", self.length)
        if isinstance(self.bits, bool) or not isinstance(self.bits, int) or self.bits < 0:
            raise BadValue("bits", "an integer that is not negative", self.bits)
        if self.bits >> self.length:
            raise BadValue("bits", f"at most {self.length} bits", self.bits.bit_length())

    def __getitem__(self, index: int) -> bool:
        return bool(self.bits >> index & 1)


def _write_bitfield(value: Bitfield, sink: bytearray) -> None:
    if value.length > PARACHAINS_LIMIT:
        raise BadValue("value", f"at most {PARACHAINS_LIMIT} bits", value.length)
    U32.write(value.length, sink)
    sink += value.bits.to_bytes(_bytes_for(value.length), "little")


def _read_bitfield(reader: Reader) -> Bitfield:
    length = reader.length("a bitfield", PARACHAINS_LIMIT)
    bits = reader.number(_bytes_for(length))
    if bits >> length:
        raise PaddingNotZero("a bitfield")
    return Bitfield(length, bits)


def _bytes_for(bits: int) -> int:
    return (bits + 7) // 8


BITFIELD: Codec[Bitfield] = Codec(
    LENGTH_BYTES, LENGTH_BYTES + _bytes_for(PARACHAINS_LIMIT), _write_bitfield, _read_bitfield
)
"""As `impl.crypto.encoding.bits`, with the bits in one integer."""


@dataclass(frozen=True, slots=True)
class AvailabilityVote:
    """§1.7/def-11: which pieces a validator has, of the candidates pending at a block."""

    validator: ValidatorIndex
    """Who votes."""

    bitfield: Bitfield
    """A bit for each parachain."""

    block_hash: bytes
    """The block in whose state the candidates are pending."""

    signature: bytes
    """Over bitfield and block hash."""


@dataclass(frozen=True, slots=True)
class _Signed:
    bitfield: Bitfield
    block_hash: bytes


_PAYLOAD: Codec[_Signed] = record(_Signed, bitfield=BITFIELD, block_hash=HASH)
VOTE: Codec[AvailabilityVote] = record(
    AvailabilityVote,
    validator=U32,
    bitfield=BITFIELD,
    block_hash=HASH,
    signature=fixed(SIGNATURE_BYTES),
)


def compute_bitfield(state: AvailabilityStorage, holdings: PieceHoldings) -> Bitfield:
    """Return the bitfield that an honest validator signs for a block with this state. §1.7/bit."""
    bits = 0
    for index, each in enumerate(state.records):
        if (
            each.status is AvailabilityStatus.TO_BE_DETERMINED  # §1.7/bit.1
            and each.receipt is not None
            and holdings.has_piece(compute_receipt_hash(each.receipt))  # §1.7/bit.2
        ):
            bits |= 1 << index
    return Bitfield(len(state.records), bits)


def sign_vote(
    validator: ValidatorIndex,
    bitfield: Bitfield,
    block_hash: bytes,
    key: KeyPair,
    *,
    context: SigningContext | None = None,
) -> AvailabilityVote:
    """Sign a bitfield together with a block hash, to be broadcast.

    §1.7/description.1, §1.7/description.4, §1.1/description.4.
    """
    require_u32("validator", validator)
    require_bytes("block_hash", block_hash, length=HASH_BYTES)
    payload = encode(_PAYLOAD, _Signed(bitfield, block_hash))
    message = signing.signed(AVAILABILITY_VOTE, payload, context, key)
    return AvailabilityVote(validator, bitfield, block_hash, message.signature)


def verify_vote(
    vote: AvailabilityVote, public: bytes, *, context: SigningContext | None = None
) -> None:
    """Refuse a vote that `public` has not signed."""
    payload = encode(_PAYLOAD, _Signed(vote.bitfield, vote.block_hash))
    signing.verify(Signed(payload, vote.signature), AVAILABILITY_VOTE, context, public)


def decode_vote(data: bytes) -> AvailabilityVote:
    """Return the vote that `data` encodes; its signature is still to be verified."""
    return decode(VOTE, data)
