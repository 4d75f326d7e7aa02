"""Pieces with their proofs: §1.5/def-9 one way, §1.10/alg-15 the other.

The algorithm decodes first and checks the proofs against the newly encoded pieces.  Pieces come
from anybody, and one wrong piece among exactly as many as needed decodes to a wrong blob without
any failure, for which the coder would be blamed.  So every proof is checked before decoding as
well, and two failures are told apart: a piece that is not under the root (`ProofMismatch`: drop
it, ask another validator) and a root that commits to no code (`InvalidCode`: announce).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from impl.crypto import merkle
from impl.crypto.encoding import HASH, LENGTH_LIMIT, U32, Codec, blob, listing, record
from impl.crypto.errors import (
    NotSymbols,
    PaddingNotZero,
    RepeatedPiece,
    RootMismatch,
    Undecodable,
    UnequalPieces,
    WrongBlobLength,
)
from impl.crypto.reed_solomon import ErasureCode

MOST_HASHES = 16
"""Length of the longest proof: a code has fewer than 2^16 pieces."""


@dataclass(frozen=True, slots=True)
class ErasurePiece:
    """The pair of piece and proof that one validator keeps. §1.5/def-9."""

    index: int
    data: bytes
    proof: merkle.Proof


def piece_codec(limit: int = LENGTH_LIMIT) -> Codec[ErasurePiece]:
    """Return the codec of pieces of at most `limit` bytes, without their proofs."""
    return record(ErasurePiece, index=U32, data=blob(limit), proof=listing(HASH, MOST_HASHES))


def erasure_encode(
    code: ErasureCode, available_data: bytes
) -> tuple[bytes, tuple[ErasurePiece, ...]]:
    """Return root and pieces of a blob. §1.5/alg-9."""
    pieces = code.encode(available_data)
    tree = merkle.MerkleTree.over(pieces)
    return tree.root, tuple(
        ErasurePiece(index, piece, tree.prove(index)) for index, piece in enumerate(pieces)
    )


def verify_piece(code: ErasureCode, root: bytes, piece: ErasurePiece) -> None:
    """Raise what is wrong unless the piece is under the root, at its index."""
    merkle.verify(root, piece.index, code.count, piece.data, piece.proof)


def reconstruct(code: ErasureCode, root: bytes, pieces: Iterable[ErasurePiece]) -> bytes:
    """Return the blob that `root` commits to, from enough of its pieces. §1.10/alg-15."""
    chosen: dict[int, bytes] = {}
    for piece in pieces:
        verify_piece(code, root, piece)
        if piece.index in chosen:
            raise RepeatedPiece(piece.index)
        chosen[piece.index] = piece.data
    try:
        available_data = code.decode(chosen)
    except (UnequalPieces, NotSymbols, WrongBlobLength, PaddingNotZero) as error:
        raise Undecodable(root, str(error)) from error
    # alg-15.6, alg-15.7: that each proof fits the new code is that the roots are equal
    found = merkle.MerkleTree.over(code.encode(available_data)).root
    if found != root:
        raise RootMismatch(root, found)
    return available_data
