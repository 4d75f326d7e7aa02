"""What can go wrong with parachain blocks, receipts, statements and reports: a class per check.

* `NoVerdict`: validation could not be done; it says nothing about the block.
* `InvalidBlock`: validation was done, and failed.
* `NotAccepted`: something that arrived is dropped; nothing of it is stored.

Bytes that are no message, signatures and proofs that do not verify raise the classes of
`impl.crypto.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.errors import CheckFailed


class NoVerdict(CheckFailed):
    """Something that validation needs is missing: neither valid nor invalid."""


@dataclass(eq=False)
class NoSuchPara(NoVerdict, token="§1.4/alg-1.1"):
    """The state of the relay parent knows no parachain `para`."""

    para: int
    relay_parent: bytes

    def describe(self) -> str:
        """Name both."""
        return f"no parachain {self.para} in the state of {self.relay_parent.hex()}"


@dataclass(eq=False)
class CodeNotInState(NoVerdict, token="§1.4/alg-2.1"):
    """The relay chain's state has no code of this hash."""

    code_hash: bytes

    def describe(self) -> str:
        """Give the hash."""
        return f"no runtime code {self.code_hash.hex()}"


@dataclass(eq=False)
class CodeNotExecutable(NoVerdict, token="§1.4/alg-2.3"):
    """The code was found, and this host cannot execute it."""

    code_hash: bytes

    def describe(self) -> str:
        """Give the hash."""
        return f"runtime code {self.code_hash.hex()} cannot be executed"


class InvalidBlock(CheckFailed):
    """The parachain block is not valid."""


@dataclass(eq=False)
class InitialRootMismatch(InvalidBlock, token="§1.4/alg-2.2"):
    """The witness begins with the root `got`, the parent header has `claimed`."""

    claimed: bytes
    got: bytes

    def describe(self) -> str:
        """Give both roots."""
        return f"the witness begins at {self.got.hex()}, the parent's root is {self.claimed.hex()}"


class ExecutionFailed(InvalidBlock, token="§1.4/alg-2.4"):
    """The validation function refuses the block: a parachain has subclasses of its own."""


class NotAccepted(CheckFailed):
    """Something that arrived fails a check."""


@dataclass(eq=False)
class ReceiptMismatch(NotAccepted, token="§1.4.1/alg-5"):
    """A peer's receipt is not the one that this validator's own validation gives."""

    got: bytes
    own: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"receipt {self.got.hex()} is to be confirmed, own validation gives {self.own.hex()}"


# ---- statements of the parachain's validators


@dataclass(eq=False)
class NotAParachainValidator(NotAccepted, token="§1.4/description.1"):
    """The signer is none of the validators of `para`."""

    validator: int
    para: int

    def describe(self) -> str:
        """Name both."""
        return f"validator {self.validator} is not assigned to parachain {self.para}"


@dataclass(eq=False)
class WrongPara(NotAccepted, token="§1.4/description.1"):
    """A statement about a block of `got` came to the validators of `expected`."""

    got: int
    expected: int

    def describe(self) -> str:
        """Name both."""
        return f"a block of parachain {self.got} is no business of parachain {self.expected}"


@dataclass(eq=False)
class WrongRelayParent(NotAccepted, token="§1.4/alg-1.1"):
    """A statement is about another relay parent than the record it came to."""

    got: bytes
    expected: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"about relay parent {self.got.hex()}, this record is of {self.expected.hex()}"


@dataclass(eq=False)
class StatementKnown(NotAccepted, token="§1.4.3/description.1.1"):
    """The validator said the same before: a replay."""

    validator: int
    subject: bytes

    def describe(self) -> str:
        """Name the validator and the block."""
        return f"validator {self.validator} has already said this about {self.subject.hex()}"


@dataclass(eq=False)
class TooManyStatements(NotAccepted, token="§1.4.3/description.1.1"):
    """The validator has made as many different statements here as are kept for one."""

    validator: int
    limit: int

    def describe(self) -> str:
        """Name the validator and the limit."""
        return f"validator {self.validator} has made {self.limit} statements already"


# ---- proposals


@dataclass(eq=False)
class SignersNotSorted(NotAccepted, token="§1.4.2/def-7"):
    """The signers of a proposal are not strictly ascending, so one might count twice."""

    signers: tuple[int, ...]

    def describe(self) -> str:
        """Show the signers."""
        return f"signers are not strictly ascending: {list(self.signers)}"


@dataclass(eq=False)
class TooFewSignatures(NotAccepted, token="§1.4.2/def-7"):
    """Fewer than two thirds of the parachain's validators have signed."""

    signatures: int
    validators: int

    def describe(self) -> str:
        """Give both numbers."""
        return f"{self.signatures} signatures of {self.validators} validators, two thirds wanted"


@dataclass(eq=False)
class AlreadyProposed(NotAccepted, token="§1.7.1/alg-10.5.2"):
    """The block already includes a proposal for this parachain."""

    para: int

    def describe(self) -> str:
        """Name the parachain."""
        return f"the block already has a proposal for parachain {self.para}"


# ---- attestations and reports on chain


@dataclass(eq=False)
class UnknownCandidate(NotAccepted, token="§1.8/description.1.4"):
    """No candidate of this receipt is tracked."""

    receipt_hash: bytes

    def describe(self) -> str:
        """Give the hash."""
        return f"no candidate with receipt {self.receipt_hash.hex()}"


@dataclass(eq=False)
class CandidateKnown(NotAccepted, token="§1.8/description.1.4"):
    """The candidate of this receipt is tracked already."""

    receipt_hash: bytes

    def describe(self) -> str:
        """Give the hash."""
        return f"the candidate with receipt {self.receipt_hash.hex()} is tracked already"


@dataclass(eq=False)
class NoSuchValidator(NotAccepted, token="§1.8/description.1.2"):
    """There is no validator of this index."""

    validator: int
    validators: int

    def describe(self) -> str:
        """Give index and number."""
        return f"no validator {self.validator} among {self.validators}"


@dataclass(eq=False)
class AlreadyAttested(NotAccepted, token="§1.8/description.1.4"):
    """The validator's attestation of this kind on this candidate is on chain already."""

    validator: int
    receipt_hash: bytes
    valid: bool

    def describe(self) -> str:
        """Name all three."""
        side = "validity" if self.valid else "invalidity"
        return (
            f"validator {self.validator} has already attested to the {side} "
            f"of {self.receipt_hash.hex()}"
        )


@dataclass(eq=False)
class NoStake(NotAccepted, token="§1.9.4/description.1.4"):
    """The reporter has nothing at stake, so the report could raise nothing."""

    collator: bytes

    def describe(self) -> str:
        """Name the reporter."""
        return f"collator {self.collator.hex()} has no stake"


@dataclass(eq=False)
class AlreadyReported(NotAccepted, token="§1.10.2/description.3"):
    """The collator's report of this kind on this candidate is on chain already."""

    collator: bytes
    receipt_hash: bytes

    def describe(self) -> str:
        """Name both."""
        return f"collator {self.collator.hex()} has already reported {self.receipt_hash.hex()}"
