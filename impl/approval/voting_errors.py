"""What can go wrong with votes: on a candidate, and in GRANDPA for a relay-chain block.

`VoteForbidden` is the rule of §1.10.3 for GRANDPA and for block production; the others are
`NotAccepted`, as in `impl.approval.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from impl.errors import CheckFailed
from impl.validation.errors import NotAccepted

# ---- escalation


@dataclass(eq=False)
class ClockRunsBack(NotAccepted, token="§1.10.3/outcome.3.2"):
    """Something is said to happen at `now`, and `last` has been seen."""

    now: int
    last: int

    def describe(self) -> str:
        """Give both times."""
        return f"block {self.now} comes after block {self.last}"


# ---- GRANDPA


@dataclass(eq=False)
class UnknownBlock(NotAccepted, token="§1.10.3/description.2.1"):
    """No relay-chain block of this hash is in the tree."""

    block: bytes

    def describe(self) -> str:
        """Name the block."""
        return f"no relay block {self.block.hex()} in the tree"


@dataclass(eq=False)
class NotAChild(NotAccepted, token="§1.10.3/description.2.1"):
    """A block's number is not one more than its parent's."""

    number: int
    parent: int

    def describe(self) -> str:
        """Give both numbers."""
        return f"block {self.number} cannot follow block {self.parent}"


@dataclass(eq=False)
class NotOnFinalizedChain(NotAccepted, token="§1.10.3/outcome.2.2"):
    """The block is no descendant of the last finalized one."""

    block: bytes
    finalized: bytes

    def describe(self) -> str:
        """Name both."""
        return f"{self.block.hex()} does not descend from finalized {self.finalized.hex()}"


class VoteForbidden(CheckFailed):
    """A vote for a relay-chain block, or a child of it, is not allowed."""


@dataclass(eq=False)
class NotYetApproved(VoteForbidden, token="§1.1/description.9.2"):
    """A candidate executed in the chain has had `checks` checks of `wanted`, or is not watched."""

    receipt_hash: bytes
    checks: int
    wanted: Fraction | None

    def describe(self) -> str:
        """Name the candidate, with both numbers."""
        wanted = "more" if self.wanted is None else f"{self.wanted}"
        return f"candidate {self.receipt_hash.hex()} has {self.checks} checks, {wanted} wanted"


@dataclass(eq=False)
class NotYetResolved(VoteForbidden, token="§1.10.3/description.2.1"):
    """The vote on a candidate executed in the chain is not resolved."""

    receipt_hash: bytes

    def describe(self) -> str:
        """Name the candidate."""
        return f"the vote on candidate {self.receipt_hash.hex()} is not resolved"


@dataclass(eq=False)
class FoundInvalid(VoteForbidden, token="§1.10.3/outcome.2.2"):
    """A candidate executed in the chain was found invalid."""

    receipt_hash: bytes

    def describe(self) -> str:
        """Name the candidate."""
        return f"candidate {self.receipt_hash.hex()} is invalid"
