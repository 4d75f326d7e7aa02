"""Why the counter chain refuses a block: one class for each of its checks.

All of them are an `ExecutionFailed`: the text knows one kind of failure, §1.4/alg-2.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.validation.errors import ExecutionFailed

FAILED = "§1.4/alg-2.4"


@dataclass(eq=False)
class ParentMismatch(ExecutionFailed, token=FAILED):
    """The block names another parent than the one in the extra validation data."""

    parent_hash: bytes
    expected: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"the parent is {self.parent_hash.hex()}, not {self.expected.hex()}"


@dataclass(eq=False)
class NumberMismatch(ExecutionFailed, token=FAILED):
    """The height is not one more than the parent's."""

    number: int
    expected: int

    def describe(self) -> str:
        """Give both heights."""
        return f"the block's height is {self.number}, not {self.expected}"


@dataclass(eq=False)
class BodyMismatch(ExecutionFailed, token=FAILED):
    """The header is that of another body."""

    body_hash: bytes
    found: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"the body hashes to {self.found.hex()}, the header has {self.body_hash.hex()}"


@dataclass(eq=False)
class BodyUnreadable(ExecutionFailed, token=FAILED):
    """The body is no list of operations."""

    reason: str

    def describe(self) -> str:
        """Repeat what is wrong with the bytes."""
        return f"the body is no list of operations: {self.reason}"


@dataclass(eq=False)
class WitnessUnreadable(ExecutionFailed, token=FAILED):
    """The witness is no list of proven accounts."""

    reason: str

    def describe(self) -> str:
        """Repeat what is wrong with the bytes."""
        return f"the witness is no list of accounts: {self.reason}"


@dataclass(eq=False)
class WitnessNotSorted(ExecutionFailed, token=FAILED):
    """The accounts of the witness are not strictly ascending."""

    accounts: tuple[int, ...]

    def describe(self) -> str:
        """Show the accounts."""
        return f"the accounts of the witness are not strictly ascending: {list(self.accounts)}"


@dataclass(eq=False)
class WitnessProofWrong(ExecutionFailed, token=FAILED):
    """An account of the witness is not under the initial root."""

    account: int
    root: bytes

    def describe(self) -> str:
        """Name account and root."""
        return f"account {self.account} is not under the root {self.root.hex()}"


@dataclass(eq=False)
class WitnessIncomplete(ExecutionFailed, token=FAILED):
    """The block needs an account that the witness does not bring."""

    account: int

    def describe(self) -> str:
        """Name the account."""
        return f"account {self.account} is needed and not in the witness"


@dataclass(eq=False)
class WitnessExcess(ExecutionFailed, token=FAILED):
    """The witness brings accounts that the block does not need."""

    accounts: tuple[int, ...]

    def describe(self) -> str:
        """Show the accounts."""
        return f"accounts in the witness that nothing reads: {list(self.accounts)}"


@dataclass(eq=False)
class StepLimitExceeded(ExecutionFailed, token=FAILED):
    """The operations take more steps than a block may."""

    steps: int
    limit: int

    def describe(self) -> str:
        """Give both numbers."""
        return f"the block takes {self.steps} steps, at most {self.limit} are allowed"


@dataclass(eq=False)
class BalanceTooLow(ExecutionFailed, token=FAILED):
    """An account is to give more than it has."""

    account: int
    balance: int
    amount: int

    def describe(self) -> str:
        """Give all three."""
        return f"account {self.account} has {self.balance}, {self.amount} is taken"


@dataclass(eq=False)
class CounterOverflow(ExecutionFailed, token=FAILED):
    """An account would exceed 64 bits."""

    account: int
    value: int

    def describe(self) -> str:
        """Name account and value."""
        return f"account {self.account} would have {self.value}, which exceeds 64 bits"


@dataclass(eq=False)
class FinalRootMismatch(ExecutionFailed, token=FAILED):
    """Execution ends with another state root than the header has."""

    state_root: bytes
    found: bytes

    def describe(self) -> str:
        """Give both roots."""
        return f"execution ends at {self.found.hex()}, the header has {self.state_root.hex()}"
