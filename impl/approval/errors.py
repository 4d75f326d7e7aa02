"""What can go wrong in approval: one class for each check.

* `NotAccepted` (of `impl.validation.errors`): what arrived is dropped, nothing of it is stored.
* `InvalidCandidate`: the check was done, and the candidate failed it.

What concerns votes is in `impl.approval.voting_errors`.  Bytes that are no message, and
proofs and signatures that do not verify, raise the classes of `impl.crypto.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.errors import CheckFailed
from impl.validation.errors import NotAccepted, NoVerdict

# ---- assignments


@dataclass(eq=False)
class WrongRelayBlock(NotAccepted, token="§1.9.1/description.1.3"):
    """A message about the relay-chain block `got` came where `expected` is looked at."""

    got: bytes
    expected: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"about relay block {self.got.hex()}, here it is {self.expected.hex()}"


@dataclass(eq=False)
class BlockKnown(NotAccepted, token="§1.9/description.1.1"):
    """The relay-chain block has been seen before."""

    block: bytes

    def describe(self) -> str:
        """Name the block."""
        return f"relay block {self.block.hex()} has been seen before"


@dataclass(eq=False)
class NotExecuted(NotAccepted, token="§1.9/description.1.1"):
    """The relay-chain block acted on no candidate of `para`: there is nothing to check."""

    para: int
    block: bytes

    def describe(self) -> str:
        """Name both."""
        return f"relay block {self.block.hex()} acted on no block of parachain {self.para}"


@dataclass(eq=False)
class WrongCandidate(NotAccepted, token="§1.10.1/description.2"):
    """The receipt that is named is not the one that the relay-chain block acted on."""

    got: bytes
    expected: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"receipt {self.got.hex()} is named, {self.expected.hex()} was acted on"


@dataclass(eq=False)
class WrongVrfInput(NotAccepted, token="§1.9.4/description.2"):
    """The proof is for the input of parachain `got`, and `expected` is wanted."""

    got: int | None
    expected: int | None

    def describe(self) -> str:
        """Name both."""
        return f"the proof names parachain {self.got} in its input, {self.expected} is wanted"


@dataclass(eq=False)
class NotEquivocated(NotAccepted, token="§1.9.5/description.1.3"):
    """The proof takes the block's hash as input, and no equivocation is known."""

    block: bytes

    def describe(self) -> str:
        """Name the block."""
        return f"no other block with the slot of {self.block.hex()} is known"


@dataclass(eq=False)
class NoEquivocation(NotAccepted, token="§1.9.5/description.1.1"):
    """Two blocks are no equivocation of one validator."""

    first: bytes
    second: bytes

    def describe(self) -> str:
        """Name both."""
        return f"{self.first.hex()} and {self.second.hex()} are no equivocation"


@dataclass(eq=False)
class NotAssigned(NotAccepted, token="§1.9.3/description.1"):
    """The validator's output assigns it to the parachain `assigned`, not to `para`."""

    validator: int
    para: int
    assigned: int

    def describe(self) -> str:
        """Name all three."""
        return (
            f"validator {self.validator} is assigned to parachain {self.assigned}, "
            f"not to {self.para}"
        )


@dataclass(eq=False)
class AlreadyAnnounced(NotAccepted, token="§1.10/description.1.1"):
    """The validator has announced this assignment before."""

    validator: int
    para: int

    def describe(self) -> str:
        """Name both."""
        return f"validator {self.validator} has announced this for parachain {self.para} before"


@dataclass(eq=False)
class TooEarly(NotAccepted, token="§1.10.2/description.1"):
    """An extra checker whose wait ends at `due` has attested at `now`."""

    validator: int
    due: int
    now: int

    def describe(self) -> str:
        """Give both times."""
        return f"validator {self.validator} has to wait until {self.due}, now is {self.now}"


@dataclass(eq=False)
class PeriodOver(NotAccepted, token="§1.9.4/description.4.2"):
    """The fishing period ended with block `end`."""

    end: int
    now: int

    def describe(self) -> str:
        """Give both times."""
        return f"checks are made up to block {self.end}, now is {self.now}"


@dataclass(eq=False)
class NoAssignment(NotAccepted, token="§1.8/description.1.2"):
    """An attestation carries no VRF, and the candidate is not escalated."""

    validator: int
    receipt_hash: bytes

    def describe(self) -> str:
        """Name both."""
        return f"validator {self.validator} shows no assignment to {self.receipt_hash.hex()}"


@dataclass(eq=False)
class NotItsTurn(CheckFailed, token="§1.9.4/description.3"):
    """A validator has nothing that tells it to check the block of `para` at `now`."""

    validator: int
    para: int
    now: int

    def describe(self) -> str:
        """Name all three."""
        return f"validator {self.validator} has no check of {self.para} to make at {self.now}"


@dataclass(eq=False)
class StakeNotRaised(NotAccepted, token="§1.9.4/description.4.1"):
    """A new report leaves the total stake where it was, or lower."""

    before: int
    after: int

    def describe(self) -> str:
        """Give both totals."""
        return f"a report takes the stake from {self.before} to {self.after}"


# ---- retrieval


@dataclass(eq=False)
class NotAnAttester(NotAccepted, token="§1.10/retrieval.1.2"):
    """The validator has not attested to the candidate, so it is not to be asked for the block."""

    validator: int
    receipt_hash: bytes

    def describe(self) -> str:
        """Name both."""
        return f"validator {self.validator} has not attested to {self.receipt_hash.hex()}"


@dataclass(eq=False)
class NotAsked(NotAccepted, token="§1.10/retrieval.1.3"):
    """An answer from somebody who was not asked, or has answered."""

    validator: int

    def describe(self) -> str:
        """Name the sender."""
        return f"validator {self.validator} was not asked"


@dataclass(eq=False)
class WrongAnswer(NotAccepted, token="§1.10/retrieval.1.4"):
    """The answer is about another receipt than was asked for."""

    got: bytes
    expected: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"an answer about {self.got.hex()}, asked for {self.expected.hex()}"


@dataclass(eq=False)
class NothingInAnswer(NotAccepted, token="§1.10/retrieval.4"):
    """The validator answers that it has not what was asked for."""

    validator: int

    def describe(self) -> str:
        """Name the sender."""
        return f"validator {self.validator} has nothing to send"


@dataclass(eq=False)
class WrongBlock(NotAccepted, token="§1.10/def-14"):
    """The block in the answer is not the one that the receipt names."""

    got: bytes
    expected: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"a block with hash {self.got.hex()}, the receipt has {self.expected.hex()}"


@dataclass(eq=False)
class WrongBlob(NotAccepted, token="§1.10/retrieval.4"):
    """The block is that of the receipt; with its extra data it has another erasure root.

    The sender has changed the extra data, or the coder the root: only pieces can tell.
    """

    got: bytes
    expected: bytes

    def describe(self) -> str:
        """Give both roots."""
        return f"a blob with root {self.got.hex()}, the receipt has {self.expected.hex()}"


@dataclass(eq=False)
class NotItsPiece(NotAccepted, token="§1.10/def-16"):
    """The validator sends piece `index`, and keeps that of its own index only."""

    validator: int
    index: int

    def describe(self) -> str:
        """Name both."""
        return f"validator {self.validator} sends piece {self.index}"


@dataclass(eq=False)
class PieceKnown(NotAccepted, token="§1.10/retrieval.3"):
    """The piece with this index is there already."""

    index: int

    def describe(self) -> str:
        """Give the index."""
        return f"piece {self.index} is there already"


@dataclass(eq=False)
class PiecesMissing(NotAccepted, token="§1.10/alg-15"):
    """Reconstruction begins with `wanted` pieces: more than 2f, as amended what the code needs."""

    pieces: int
    wanted: int

    def describe(self) -> str:
        """Give both numbers."""
        return f"{self.pieces} pieces, {self.wanted} wanted"


@dataclass(eq=False)
class OtherState(NoVerdict, token="§1.10.1/invalid.3"):
    """The state at hand is that of `got`, and the receipt's relay parent is `expected`."""

    got: bytes
    expected: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"the state of {self.got.hex()} is at hand, that of {self.expected.hex()} is wanted"


# ---- what makes a candidate invalid


class InvalidCandidate(CheckFailed):
    """The candidate receipt is to be declared invalid. §1.10.1/invalid."""


@dataclass(eq=False)
class CodeHasAnotherRoot(InvalidCandidate, token="§1.10.1/invalid.1"):
    """Pieces under the receipt's root are not the code of a blob: `reason`."""

    reason: str

    def describe(self) -> str:
        """Repeat the reason."""
        return f"the erasure code has not the claimed root: {self.reason}"


@dataclass(eq=False)
class RejectedByValidation(InvalidCandidate, token="§1.10.1/invalid.2"):
    """The validation function says that the block is invalid: `reason`."""

    reason: str

    def describe(self) -> str:
        """Repeat the reason."""
        return f"the validation function refuses the block: {self.reason}"


@dataclass(eq=False)
class ContradictsReceipt(InvalidCandidate, token="§1.10.1/invalid.3"):
    """The result of executing the block differs from the receipt on chain in `member`."""

    member: str
    computed: object
    claimed: object

    def describe(self) -> str:
        """Name the member, with both values."""
        return f"{self.member} is {self.computed!r}, the receipt claims {self.claimed!r}"
