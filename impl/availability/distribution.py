"""§1.6 Distribution of Pieces: piece i goes to validator i, with its proof.

The message of definition 10 is left open.  A piece proves itself under the root of a receipt that
is on chain, so the message needs no signature: it names the receipt, and brings piece and proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from impl.availability.erasure import ErasureCodedBlob, erasure_encode
from impl.availability.errors import (
    NotDesignated,
    NotTheCommittedCode,
    PieceKnown,
    ReceiptNotPending,
)
from impl.crypto.encoding import HASH, Codec, decode, encode, record
from impl.crypto.erasure import ErasurePiece, piece_codec, verify_piece
from impl.crypto.errors import NotSymbols
from impl.crypto.reed_solomon import SYMBOL_BYTES, ErasureCode
from impl.frozen_map import FrozenMap
from impl.primitives import ValidatorIndex, require_bytes
from impl.validation.block import AVAILABLE_DATA, HASH_BYTES, AvailableData
from impl.validation.receipt import CandidateReceipt, compute_receipt_hash


@dataclass(frozen=True, slots=True)
class ErasurePieceMessage:
    """§1.6/def-10: one validator's piece of a blob."""

    receipt_hash: bytes
    """Names the candidate."""

    piece: ErasurePiece
    """Piece, index and proof."""

    def __post_init__(self) -> None:
        """Refuse what is no hash."""
        require_bytes("receipt_hash", self.receipt_hash, length=HASH_BYTES)


def compute_piece_limit(code: ErasureCode) -> int:
    """Return the length of a piece of the largest blob."""
    return SYMBOL_BYTES * code.compute_columns(AVAILABLE_DATA.largest)


def message_codec(code: ErasureCode) -> Codec[ErasurePieceMessage]:
    """Return the codec of the messages under a code: no piece is longer than the longest."""
    piece = piece_codec(compute_piece_limit(code))
    return record(ErasurePieceMessage, receipt_hash=HASH, piece=piece)


def compute_messages(
    receipt: CandidateReceipt, data: AvailableData, code: ErasureCode
) -> tuple[ErasurePieceMessage, ...]:
    """Code a blob and return the message for each validator, in order.

    §1.6/description.1.1, §1.1/description.3.
    """
    coded = erasure_encode(data, code)
    if coded.root != receipt.erasure_root:
        raise NotTheCommittedCode(receipt.erasure_root, coded.root)
    return pack_pieces(receipt, coded)


def pack_pieces(
    receipt: CandidateReceipt, coded: ErasureCodedBlob
) -> tuple[ErasurePieceMessage, ...]:
    """Return the message for each validator."""
    receipt_hash = compute_receipt_hash(receipt)
    return tuple(ErasurePieceMessage(receipt_hash, piece) for piece in coded.pieces)


def encode_message(message: ErasurePieceMessage, code: ErasureCode) -> bytes:
    """Return what travels."""
    return encode(message_codec(code), message)


@dataclass(frozen=True, slots=True)
class PieceHoldings:
    """The pieces that one validator keeps."""

    validator: ValidatorIndex
    """Whose they are."""

    code: ErasureCode
    """How blobs are coded."""

    pieces: FrozenMap[bytes, ErasurePiece] = field(default_factory=FrozenMap)
    """Hash of the receipt to piece."""

    def has_piece(self, receipt_hash: bytes) -> bool:
        """Tell whether the piece of a candidate's blob is here. §1.7/bit.2."""
        return receipt_hash in self.pieces


def receive_piece(
    holdings: PieceHoldings, data: bytes, pending: Mapping[bytes, CandidateReceipt]
) -> PieceHoldings:
    """Decode, check and keep a piece; `pending` are the receipts on chain that await theirs."""
    return process_piece(holdings, decode(message_codec(holdings.code), data), pending)


def process_piece(
    holdings: PieceHoldings,
    message: ErasurePieceMessage,
    pending: Mapping[bytes, CandidateReceipt],
) -> PieceHoldings:
    """Check and keep a piece."""
    receipt = pending.get(message.receipt_hash)
    if receipt is None:
        raise ReceiptNotPending(message.receipt_hash)
    if message.piece.index != holdings.validator:
        raise NotDesignated(message.piece.index, holdings.validator)
    if holdings.has_piece(message.receipt_hash):
        raise PieceKnown(message.receipt_hash)
    length = len(message.piece.data)
    if length == 0 or length % SYMBOL_BYTES:
        raise NotSymbols(length)
    verify_piece(holdings.code, receipt.erasure_root, message.piece)
    return replace(holdings, pieces=holdings.pieces.set(message.receipt_hash, message.piece))
