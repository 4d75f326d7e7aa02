"""§1.5 Availability: a blob, cut into as many pieces as there are validators.

Algorithm 9 is left open; it returns the pairs of definition 9, so there is a piece and a proof for
every validator.  How many pieces suffice is open, too: §1.10/alg-15 waits for more than 2f of them,
while only f + 1 honest holders are certain when more than two thirds of 3f + 1 have voted.  Both
options are here, and the caller chooses.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.crypto import erasure
from impl.crypto.encoding import decode, encode
from impl.crypto.erasure import ErasurePiece
from impl.crypto.reed_solomon import ErasureCode
from impl.errors import BadValue, UnknownName
from impl.primitives import require_bytes, require_u32
from impl.validation.block import AVAILABLE_DATA, HASH_BYTES, AvailableData

PIECES_NEEDED = ("2f+1", "f+1")
"""The reading of k: as many as algorithm 15 waits for, or as many as honest holders are certain."""

FAULTY_SHARE = 3
"""Fewer than one in three validators are faulty: §2.3/description.6.6."""


def compute_faulty(validators: int) -> int:
    """Return f, the greatest number with 3f < n."""
    require_u32("validators", validators, at_least=1)
    return (validators - 1) // FAULTY_SHARE


def compute_erasure_code(validators: int, needed: str) -> ErasureCode:
    """§1.5/def-8: the coder for n validators, under a reading of k from `PIECES_NEEDED`."""
    f = compute_faulty(validators)
    if needed not in PIECES_NEEDED:
        raise UnknownName("number of pieces needed", needed, known=PIECES_NEEDED)
    return ErasureCode(2 * f + 1 if needed == "2f+1" else f + 1, validators)


@dataclass(frozen=True, slots=True)
class ErasureCodedBlob:
    """§1.5/def-9: the pieces of a blob with their proofs, and the root these lead to."""

    root: bytes
    """What the receipt commits to."""

    pieces: tuple[ErasurePiece, ...]
    """Piece i, with its proof, is validator i's."""

    def __post_init__(self) -> None:
        """Refuse what is no root, and pieces in another order."""
        require_bytes("root", self.root, length=HASH_BYTES)
        if [piece.index for piece in self.pieces] != list(range(len(self.pieces))):
            raise BadValue("pieces", "pieces 0, 1, ...", [each.index for each in self.pieces])


def erasure_encode(data: AvailableData, code: ErasureCode) -> ErasureCodedBlob:
    """§1.5/alg-9: code a blob into the pieces of all validators."""
    root, pieces = erasure.erasure_encode(code, encode(AVAILABLE_DATA, data))
    return ErasureCodedBlob(root, pieces)


def compute_erasure_root(data: AvailableData, code: ErasureCode) -> bytes:
    """Return the root that a receipt commits to."""
    return erasure_encode(data, code).root


def decode_available_data(available_data: bytes) -> AvailableData:
    """Return the blob whose encoding was reconstructed from pieces."""
    return decode(AVAILABLE_DATA, available_data)
