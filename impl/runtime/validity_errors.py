"""§2.5.8 The Validity Module: one class for each check.

A class that only the amended text needs says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.crypto.errors import Refused
from impl.errors import CheckFailed

# ---- any statement


@dataclass(eq=False)
class SessionNotKept(CheckFailed, token="§2.5.8/local-disputes.4.1"):
    """The candidate's session is neither the one in force nor the one before."""

    session: int
    kept: tuple[int, ...]

    def describe(self) -> str:
        """Name the session and those whose validators are known."""
        return f"session {self.session} is over: validators are known of {list(self.kept)}"


@dataclass(eq=False)
class NotIncludedHere(CheckFailed, token="§2.5.8/local-disputes.2"):
    """The candidate was not included on this chain, and no dispute about it was brought here."""

    session: int
    candidate_hash: bytes

    def describe(self) -> str:
        """Name session and candidate."""
        return f"no candidate {self.candidate_hash.hex()} of session {self.session} is known here"


@dataclass(eq=False)
class AcceptancePeriodOver(CheckFailed, token="§2.5.8/local-disputes.2"):
    """Nobody disputed the candidate while that was possible."""

    candidate_hash: bytes
    included_in: int
    now: int
    period: int

    def describe(self) -> str:
        """Give the block of inclusion, the period and the current block."""
        return (
            f"candidate {self.candidate_hash.hex()}, included in block {self.included_in}, could be"
            f" disputed for {self.period} blocks: now is block {self.now}"
        )


@dataclass(eq=False)
class DisputeEnded(CheckFailed, token="§2.5.8/remote-disputes.10.2"):
    """The dispute about this candidate is over."""

    session: int
    candidate_hash: bytes

    def describe(self) -> str:
        """Name session and candidate."""
        return f"the dispute about {self.candidate_hash.hex()} of session {self.session} is over"


@dataclass(eq=False)
class NotYetAvailable(CheckFailed, token="§2.5.8/remote-disputes.9.1"):
    """The block of a remote dispute has to become available first."""

    candidate_hash: bytes

    def describe(self) -> str:
        """Name the candidate."""
        return f"the block of {self.candidate_hash.hex()} is not yet available"


@dataclass(eq=False)
class NoKeyForStatement(CheckFailed, token="§2.5.8/local-disputes.4.2"):
    """The session has no validator of this index, so no key for the signature."""

    validator: int
    session: int
    validators: int

    def describe(self) -> str:
        """Name index, session and number of validators."""
        return (
            f"there is no validator {self.validator}, session {self.session} has {self.validators}"
        )


@dataclass(eq=False)
class BadStatementSignature(CheckFailed, token="§1.8/description.1.2"):
    """A statement is not signed by its validator: `cause` says what is wrong."""

    validator: int
    cause: Refused

    def describe(self) -> str:
        """Name the validator and give the cause."""
        return f"the statement of validator {self.validator} is not signed: {self.cause}"


@dataclass(eq=False)
class AlreadyAttested(CheckFailed, token="§1.8/description.1.4"):
    """The validator has said this about the candidate before."""

    validator: int
    candidate_hash: bytes
    is_for: bool

    def describe(self) -> str:
        """Name validator, side and candidate."""
        side = "for" if self.is_for else "against"
        return f"validator {self.validator} is already {side} {self.candidate_hash.hex()}"


# ---- remote disputes


@dataclass(eq=False)
class WrongSubject(CheckFailed, token="§2.5.8/unconcluded.1"):
    """A statement in a transplanted dispute is about another candidate or session."""

    validator: int
    candidate_hash: bytes
    session: int

    def describe(self) -> str:
        """Name the validator and what the statement is about."""
        return (
            f"the statement of validator {self.validator} is about {self.candidate_hash.hex()}"
            f" of session {self.session}, not about the disputed candidate"
        )


@dataclass(eq=False)
class NoBacking(CheckFailed, token="§2.5.8/unconcluded.3"):
    """A remote dispute begins with statements for the candidate, at least one."""

    statements: int
    against: int

    def describe(self) -> str:
        """Give the number of statements, and how many are none for it."""
        return f"the backing has {self.statements} statements, {self.against} of them against"


@dataclass(eq=False)
class CodeNotOfReceipt(CheckFailed, token="§2.5.8/unconcluded.4"):
    """The code brought along is not what the candidate was validated with (amended text only)."""

    expected: bytes
    got: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"the receipt names code {self.expected.hex()}, the dispute has {self.got.hex()}"


@dataclass(eq=False)
class NoEscalation(CheckFailed, token="§2.5.8/remote-disputes.4.1"):
    """A remote dispute begins with a statement against the candidate, at least one."""

    candidate_hash: bytes

    def describe(self) -> str:
        """Name the candidate."""
        return f"nobody disputes {self.candidate_hash.hex()}"


@dataclass(eq=False)
class NotConcluded(CheckFailed, token="§2.5.8/remote-disputes.2.3"):
    """A dispute said to be concluded is none by its own statements."""

    votes_for: int
    votes_against: int
    validators: int

    def describe(self) -> str:
        """Give the votes."""
        return (
            f"{self.votes_for} for and {self.votes_against} against"
            f" of {self.validators} conclude nothing"
        )


@dataclass(eq=False)
class NothingToVoteOn(CheckFailed, token="§2.5.8/remote-disputes.5"):
    """No remote dispute waits for this candidate's block to become available."""

    candidate_hash: bytes

    def describe(self) -> str:
        """Name the candidate."""
        return f"nobody asks whether the block of {self.candidate_hash.hex()} is available"


@dataclass(eq=False)
class BadAvailabilitySignature(CheckFailed, token="§2.5.8/remote-disputes.7"):
    """An availability vote is not signed by its validator: `cause` says what is wrong."""

    validator: int
    cause: Refused

    def describe(self) -> str:
        """Name the validator and give the cause."""
        return f"the availability vote of validator {self.validator} is not signed: {self.cause}"


@dataclass(eq=False)
class AlreadyVotedAvailable(CheckFailed, token="§2.5.8/remote-disputes.5"):
    """The validator has voted on the availability of this candidate's block before."""

    validator: int
    candidate_hash: bytes

    def describe(self) -> str:
        """Name validator and candidate."""
        return f"validator {self.validator} already voted {self.candidate_hash.hex()} available"
