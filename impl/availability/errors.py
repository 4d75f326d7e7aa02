"""What can go wrong with pieces, votes and candidates on chain: one class for each check."""

from __future__ import annotations

from dataclasses import dataclass

from impl.validation.errors import NotAccepted

# ---- §1.5, §1.6: pieces


@dataclass(eq=False)
class NotTheCommittedCode(NotAccepted, token="§1.5/description.1"):
    """A blob codes to `found`, and the receipt it should belong to commits to `root`."""

    root: bytes
    found: bytes

    def describe(self) -> str:
        """Give both roots."""
        return f"the blob codes to {self.found.hex()}, the receipt commits to {self.root.hex()}"


@dataclass(eq=False)
class ReceiptNotPending(NotAccepted, token="§1.6/def-10"):
    """A piece came for a receipt that is not on chain with its availability to be determined."""

    receipt_hash: bytes

    def describe(self) -> str:
        """Give the hash."""
        return f"no candidate with receipt {self.receipt_hash.hex()} awaits its pieces"


@dataclass(eq=False)
class NotDesignated(NotAccepted, token="§1.6/description.1.2"):
    """A piece came to `validator` that is meant for the validator `index`."""

    index: int
    validator: int

    def describe(self) -> str:
        """Name both."""
        return f"piece {self.index} is not designated for validator {self.validator}"


@dataclass(eq=False)
class PieceKnown(NotAccepted, token="§1.6/def-10"):
    """The validator has its piece of this blob already: a replay."""

    receipt_hash: bytes

    def describe(self) -> str:
        """Give the hash of the receipt."""
        return f"the piece of {self.receipt_hash.hex()} is here already"


# ---- §1.7: votes


@dataclass(eq=False)
class NoSuchVoter(NotAccepted, token="§1.7.1/alg-10.1.1"):
    """A vote comes from no validator."""

    validator: int
    validators: int

    def describe(self) -> str:
        """Give index and number."""
        return f"no validator {self.validator} among {self.validators}"


@dataclass(eq=False)
class WrongBitfieldLength(NotAccepted, token="§1.7/description.4"):
    """A bitfield has another number of bits than there are parachains."""

    length: int
    parachains: int

    def describe(self) -> str:
        """Give both numbers."""
        return f"a bitfield of {self.length} bits for {self.parachains} parachains"


@dataclass(eq=False)
class NotInThisChain(NotAccepted, token="§1.7.1/alg-10.1.2"):
    """A vote is for a block that is none of this chain's, before the one that holds the vote."""

    block_hash: bytes

    def describe(self) -> str:
        """Give the hash."""
        return f"block {self.block_hash.hex()} is not in this chain"


@dataclass(eq=False)
class NotLater(NotAccepted, token="§1.7.1/alg-10.1.2"):
    """A vote is not for a later block than the last vote of its validator: a replay, or late."""

    validator: int
    number: int
    last: int

    def describe(self) -> str:
        """Name the validator and both blocks."""
        return (
            f"validator {self.validator} votes for block {self.number}, "
            f"its last vote is for block {self.last}"
        )


# ---- §1.7.1: candidates


@dataclass(eq=False)
class ParaNotRegistered(NotAccepted, token="§1.7/description.3"):
    """A receipt is for a parachain that the relay chain stores nothing for."""

    para: int

    def describe(self) -> str:
        """Name the parachain."""
        return f"parachain {self.para} is unknown"


@dataclass(eq=False)
class CandidatePending(NotAccepted, token="§1.7.1/alg-10.5.2"):
    """A receipt came for a parachain that has a candidate."""

    para: int
    status: str

    def describe(self) -> str:
        """Name the parachain and its status."""
        return f"parachain {self.para} has a candidate: {self.status}"


@dataclass(eq=False)
class RelayParentNotInChain(NotAccepted, token="§1.4/alg-1.1"):
    """The extra validation data of a receipt was read in a block that is none of this chain's."""

    relay_parent: bytes

    def describe(self) -> str:
        """Give the hash."""
        return f"relay parent {self.relay_parent.hex()} is not in this chain"


@dataclass(eq=False)
class NotNextBlock(NotAccepted, token="§1.2/def-1"):
    """The block of a receipt is no child of its parachain's last block."""

    para: int
    parent_hash: bytes
    head: bytes

    def describe(self) -> str:
        """Name the parachain and both blocks."""
        return (
            f"the parent of parachain {self.para}'s block is {self.parent_hash.hex()}, "
            f"its head is {self.head.hex()}"
        )
