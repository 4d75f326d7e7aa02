"""§1.10 Reconstruction and §1.10.1 Verification: from what was retrieved to a verdict.

Algorithm 16 is left open; the text before it has three conditions, any of which makes the receipt
invalid, and each is a class of `InvalidCandidate`.  A blob's extra validation data come from the
coder, and the receipt does not commit to them but through the erasure root.  As written nobody
compares them with the relay chain, so a block can be valid against a parent that never was.  As
amended (`extra-data-is-the-chains`) they must be those in the state of the relay parent.

What stands in the way of a verdict, such as code that is not in the state, is raised: `NoVerdict`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from impl.approval.context import ApprovalContext, ExecutedCandidate
from impl.approval.errors import (
    CodeHasAnotherRoot,
    ContradictsReceipt,
    InvalidCandidate,
    OtherState,
    PiecesMissing,
    RejectedByValidation,
)
from impl.approval.retrieval import Retrieval
from impl.availability.erasure import decode_available_data
from impl.crypto import erasure
from impl.crypto.erasure import ErasurePiece
from impl.crypto.errors import InvalidCode, Refused
from impl.validation.block import AvailableData
from impl.validation.primary import CodeHost, Failure, RelayState, validate_block
from impl.validation.receipt import CandidateReceipt, compute_receipt


@dataclass(frozen=True, slots=True)
class ReconstructionFailure:
    """That pieces under the receipt's root are no code of a blob. §1.10/alg-15.3."""

    receipt_hash: bytes
    """The receipt, whose coder is to blame."""

    error: CodeHasAnotherRoot
    """Why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a checker found."""

    candidate: ExecutedCandidate
    """Which block."""

    error: InvalidCandidate | None
    """Why it is invalid, None if it is valid."""

    @property
    def valid(self) -> bool:
        """What is attested to."""
        return self.error is None


def compute_wanted(context: ApprovalContext) -> int:
    """Return how many pieces are waited for: more than 2f, as amended those the code needs.

    More than two thirds of the votes leave no more than f + 1 pieces in honest hands if f faulty
    validators voted, so that as written (`needed-pieces-suffice`) a block can be available and
    its checkers wait for ever. §1.10/alg-15.
    """
    if context.rules.amended("needed-pieces-suffice"):
        return context.code.needed
    return 2 * context.faulty + 1


def reconstruct_pov_erasure(
    pieces: Iterable[ErasurePiece], candidate: ExecutedCandidate, context: ApprovalContext
) -> bytes | ReconstructionFailure:
    """§1.10/alg-15: recover the blob from more than 2f pieces, or announce that there is none.

    A piece that is not under the root is refused before anything is decoded: its sender is to
    blame then, not the coder, and there is no failure to announce.
    """
    given = tuple(pieces)
    wanted = compute_wanted(context)
    if len(given) < wanted:
        raise PiecesMissing(len(given), wanted)
    root = candidate.receipt.erasure_root
    try:
        # alg-15.1, alg-15.6, alg-15.7, alg-15.11
        return erasure.reconstruct(context.code, root, given)
    except InvalidCode as error:
        # alg-15.3, alg-15.8
        failure = CodeHasAnotherRoot(error.describe())
        return ReconstructionFailure(candidate.receipt_hash, failure)


def revalidating_reconstructed_pov(
    retrieval: Retrieval, state: RelayState, host: CodeHost, context: ApprovalContext
) -> Verdict:
    """§1.10.1/alg-16: check the block that was retrieved against its receipt.

    `state` is that of the relay parent.  A block that came whole was compared with the receipt's
    root when it came; otherwise it is reconstructed.
    """
    candidate = retrieval.candidate
    blob: AvailableData | None = retrieval.blob
    try:
        if blob is None:
            blob = _reconstruct(retrieval, context)
        _revalidate(blob, candidate.receipt, state, host, context)
    except InvalidCandidate as error:
        return Verdict(candidate, error)
    return Verdict(candidate, None)


def _reconstruct(retrieval: Retrieval, context: ApprovalContext) -> AvailableData:
    """Return the blob of the pieces. §1.10.1/invalid.1."""
    found = reconstruct_pov_erasure(retrieval.pieces.values(), retrieval.candidate, context)
    if isinstance(found, ReconstructionFailure):
        raise found.error
    try:
        return decode_available_data(found)
    except Refused as error:  # there is nothing that the validation function could accept
        raise RejectedByValidation(error.describe()) from error


def _revalidate(
    blob: AvailableData,
    receipt: CandidateReceipt,
    state: RelayState,
    host: CodeHost,
    context: ApprovalContext,
) -> None:
    """Execute the block and compare. §1.10.1/invalid.2, §1.10.1/invalid.3."""
    if context.rules.amended("extra-data-is-the-chains"):
        _require_extra_data(blob, receipt, state)
    result = validate_block(blob.block, blob.witness, blob.extra, state, host)
    if isinstance(result, Failure):
        raise RejectedByValidation(result.error.describe())
    own = compute_receipt(receipt.relay_parent, blob, result, receipt.erasure_root)
    for member in ("para", "header", "message_root", "pov_hash"):
        computed, claimed = getattr(own, member), getattr(receipt, member)
        if computed != claimed:
            raise ContradictsReceipt(member, computed, claimed)


def _require_extra_data(blob: AvailableData, receipt: CandidateReceipt, state: RelayState) -> None:
    """Compare the blob's extra data with the chain's; as amended only."""
    if state.block_hash != receipt.relay_parent:
        raise OtherState(state.block_hash, receipt.relay_parent)
    known = state.get_extra_validation_data(receipt.para)
    if blob.extra != known:
        raise ContradictsReceipt("extra_validation_data", blob.extra, known)
