"""§1.10 Retrieval: the whole block from one who has attested, or pieces from everybody.

A receipt is named by its hash in every message.  A request for the whole block and both kinds of
answer need no signature: the answer is checked against the receipt.  A request for pieces is
gossiped to all validators, so it says who asks, signed.  A parachain's validator must answer
(§1.10/retrieval.1.4); one that has nothing answers that.

The whole block is the blob: the checker needs the extra validation data as it was when the
receipt was made (§1.2/description.2.3).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from impl.approval.context import ApprovalContext, ExecutedCandidate
from impl.approval.errors import (
    NotAnAttester,
    NotAsked,
    NothingInAnswer,
    NotItsPiece,
    PieceKnown,
    WrongAnswer,
    WrongBlob,
    WrongBlock,
)
from impl.availability.distribution import compute_piece_limit
from impl.availability.erasure import compute_erasure_root
from impl.crypto import signing
from impl.crypto.encoding import HASH, U32, Codec, decode, encode, fixed, optional, record
from impl.crypto.erasure import ErasurePiece, piece_codec, verify_piece
from impl.crypto.keys import KeyPair
from impl.crypto.reed_solomon import ErasureCode
from impl.crypto.signing import SIGNATURE_BYTES, Signed, SigningContext
from impl.frozen_map import FrozenMap
from impl.primitives import ValidatorIndex, require_bytes, require_u32
from impl.validation.block import (
    AVAILABLE_DATA,
    HASH_BYTES,
    AvailableData,
    compute_pov_hash,
)

PURPOSE = "request for pieces"
"""What the signature is for."""


# ---- messages


@dataclass(frozen=True, slots=True)
class RequestWholeBlock:
    """Asks one validator for the block of a receipt. §1.10/retrieval.1.3."""

    receipt_hash: bytes
    """The receipt."""

    def __post_init__(self) -> None:
        """Refuse what is no hash."""
        require_bytes("receipt_hash", self.receipt_hash, length=HASH_BYTES)


@dataclass(frozen=True, slots=True)
class PoVBlockResponse:
    """§1.10/def-14: the block of a receipt, or that the validator does not have it."""

    receipt_hash: bytes
    """The receipt."""

    blob: AvailableData | None
    """Block, witness and extra validation data."""

    def __post_init__(self) -> None:
        """Refuse what is no hash."""
        require_bytes("receipt_hash", self.receipt_hash, length=HASH_BYTES)


@dataclass(frozen=True, slots=True)
class PiecesRequest:
    """§1.10/def-15: tells all validators that one needs the pieces of a receipt's block."""

    receipt_hash: bytes
    """The receipt."""

    requester: ValidatorIndex
    """Who needs them."""

    signature: bytes
    """Over both."""

    def __post_init__(self) -> None:
        """Refuse what is no hash, no validator and no signature."""
        require_bytes("receipt_hash", self.receipt_hash, length=HASH_BYTES)
        require_u32("requester", self.requester)
        require_bytes("signature", self.signature, length=SIGNATURE_BYTES)


@dataclass(frozen=True, slots=True)
class PieceResponse:
    """§1.10/def-16: a validator's piece with its proof, or that it has none."""

    receipt_hash: bytes
    """The receipt."""

    piece: ErasurePiece | None
    """The piece."""

    def __post_init__(self) -> None:
        """Refuse what is no hash."""
        require_bytes("receipt_hash", self.receipt_hash, length=HASH_BYTES)


REQUEST_WHOLE_BLOCK: Codec[RequestWholeBlock] = record(RequestWholeBlock, receipt_hash=HASH)
POV_BLOCK_RESPONSE: Codec[PoVBlockResponse] = record(
    PoVBlockResponse, receipt_hash=HASH, blob=optional(AVAILABLE_DATA)
)
PIECES_REQUEST: Codec[PiecesRequest] = record(
    PiecesRequest, receipt_hash=HASH, requester=U32, signature=fixed(SIGNATURE_BYTES)
)


def piece_response_codec(code: ErasureCode) -> Codec[PieceResponse]:
    """Return the codec of answers under a code."""
    piece = piece_codec(compute_piece_limit(code))
    return record(PieceResponse, receipt_hash=HASH, piece=optional(piece))


# ---- the side that is asked


def answer_whole_block(
    request: RequestWholeBlock, kept: FrozenMap[bytes, AvailableData]
) -> PoVBlockResponse:
    """Answer a request for a whole block; `kept` are the blobs by receipt. §1.10/retrieval.1.4."""
    return PoVBlockResponse(request.receipt_hash, kept.get(request.receipt_hash))


def answer_pieces(
    request: PiecesRequest,
    kept: FrozenMap[bytes, ErasurePiece],
    context: ApprovalContext,
    signing_context: SigningContext | None,
) -> PieceResponse:
    """Answer a request for pieces, once its signature is verified. §1.10/retrieval.3."""
    message = Signed(_requested(request.receipt_hash, request.requester), request.signature)
    signing.verify(message, PURPOSE, signing_context, context.get_key(request.requester))
    return PieceResponse(request.receipt_hash, kept.get(request.receipt_hash))


def _requested(receipt_hash: bytes, requester: ValidatorIndex) -> bytes:
    return encode(HASH, receipt_hash) + encode(U32, requester)


# ---- the side that asks


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a checker has of one block so far."""

    candidate: ExecutedCandidate
    """Which block."""

    code: ErasureCode
    """How its blob was coded."""

    asked: frozenset[ValidatorIndex] = frozenset()
    """Who has been asked for the whole block, and has not answered."""

    blob: AvailableData | None = None
    """The whole block, once one came that fits the receipt."""

    pieces: FrozenMap[int, ErasurePiece] = field(default_factory=FrozenMap)
    """The pieces that came, each proven under the receipt's root."""


def request_whole_block(
    retrieval: Retrieval, validator: ValidatorIndex, attesters: Collection[ValidatorIndex]
) -> tuple[Retrieval, RequestWholeBlock]:
    """Ask a validator that has attested, either way. §1.10/retrieval.1.2."""
    receipt_hash = retrieval.candidate.receipt_hash
    if validator not in attesters:
        raise NotAnAttester(validator, receipt_hash)
    asked = retrieval.asked | {validator}
    return replace(retrieval, asked=asked), RequestWholeBlock(receipt_hash)


def request_pieces(
    retrieval: Retrieval,
    requester: ValidatorIndex,
    key: KeyPair,
    signing_context: SigningContext | None,
) -> PiecesRequest:
    """Ask everybody for pieces. §1.10/retrieval.2."""
    receipt_hash = retrieval.candidate.receipt_hash
    payload = _requested(receipt_hash, requester)
    signed = signing.signed(PURPOSE, payload, signing_context, key)
    return PiecesRequest(receipt_hash, requester, signed.signature)


def receive_whole_block(retrieval: Retrieval, sender: ValidatorIndex, data: bytes) -> Retrieval:
    """Decode, check and keep a whole block."""
    return process_whole_block(retrieval, sender, decode(POV_BLOCK_RESPONSE, data))


def process_whole_block(
    retrieval: Retrieval, sender: ValidatorIndex, response: PoVBlockResponse
) -> Retrieval:
    """Check and keep a whole block: it must be what the receipt names. §1.10/def-14."""
    receipt = retrieval.candidate.receipt
    if sender not in retrieval.asked:
        raise NotAsked(sender)
    _require_answers(retrieval, response.receipt_hash)
    if response.blob is None:
        raise NothingInAnswer(sender)
    found = compute_pov_hash(response.blob.pov)
    if found != receipt.pov_hash:
        raise WrongBlock(found, receipt.pov_hash)
    root = compute_erasure_root(response.blob, retrieval.code)
    if root != receipt.erasure_root:
        raise WrongBlob(root, receipt.erasure_root)
    return replace(retrieval, blob=response.blob, asked=retrieval.asked - {sender})


def receive_piece(retrieval: Retrieval, sender: ValidatorIndex, data: bytes) -> Retrieval:
    """Decode, check and keep a piece."""
    response = decode(piece_response_codec(retrieval.code), data)
    return process_piece(retrieval, sender, response)


def process_piece(
    retrieval: Retrieval, sender: ValidatorIndex, response: PieceResponse
) -> Retrieval:
    """Check and keep a piece: the sender's own, under the receipt's root. §1.10/def-16."""
    _require_answers(retrieval, response.receipt_hash)
    piece = response.piece
    if piece is None:
        raise NothingInAnswer(sender)
    if piece.index != sender:
        raise NotItsPiece(sender, piece.index)
    if piece.index in retrieval.pieces:
        raise PieceKnown(piece.index)
    verify_piece(retrieval.code, retrieval.candidate.receipt.erasure_root, piece)
    return replace(retrieval, pieces=retrieval.pieces.set(piece.index, piece))


def _require_answers(retrieval: Retrieval, receipt_hash: bytes) -> None:
    if receipt_hash != retrieval.candidate.receipt_hash:
        raise WrongAnswer(receipt_hash, retrieval.candidate.receipt_hash)
