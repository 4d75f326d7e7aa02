"""§2.5.6, §2.5.7: one class for each check of the inclusion modules.

A class that only the amended text needs says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.crypto.errors import Refused
from impl.errors import CheckFailed

# ---- process_bitfields


@dataclass(eq=False)
class WrongBitfieldCount(CheckFailed, token="§2.5.6/process_bitfields.1"):
    """There are `count` bitfields, and `allowed` says how many there may be."""

    count: int
    allowed: str

    def describe(self) -> str:
        """Give both."""
        return f"{self.count} bitfields, there must be {self.allowed}"


@dataclass(eq=False)
class WrongBitfieldSize(CheckFailed, token="§2.5.6/process_bitfields.1"):
    """A bitfield does not have one bit per core."""

    validator: int
    size: int
    cores: int

    def describe(self) -> str:
        """Name the validator and both numbers."""
        return f"validator {self.validator} sent {self.size} bits for {self.cores} cores"


@dataclass(eq=False)
class DuplicateBitfield(CheckFailed, token="§2.5.6/process_bitfields.2"):
    """One validator has two bitfields."""

    validator: int

    def describe(self) -> str:
        """Name the validator."""
        return f"two bitfields are of validator {self.validator}"


@dataclass(eq=False)
class BitfieldsNotAscending(CheckFailed, token="§2.5.6/process_bitfields.2"):
    """The bitfields do not ascend by validator (amended text only)."""

    validators: tuple[int, ...]

    def describe(self) -> str:
        """Show the order as it was given."""
        return f"bitfields are not in the order of their validators: {list(self.validators)}"


@dataclass(eq=False)
class NoKeyForBitfield(CheckFailed, token="§2.5.6/process_bitfields.3"):
    """The session has no validator of this index, so no key for the signature."""

    validator: int
    validators: int

    def describe(self) -> str:
        """Name the index and the number of validators."""
        return f"there is no validator {self.validator}, the session has {self.validators}"


@dataclass(eq=False)
class BitfieldOfAnotherBlock(CheckFailed, token="§2.5.6/process_bitfields.3"):
    """A bitfield was made on another block than the parent (amended text only)."""

    validator: int
    signed_for: bytes
    parent: bytes

    def describe(self) -> str:
        """Name the validator and both blocks."""
        return (
            f"the bitfield of validator {self.validator} is for block {self.signed_for.hex()},"
            f" the parent is {self.parent.hex()}"
        )


@dataclass(eq=False)
class BitfieldOfUnknownBlock(CheckFailed, token="§1.7.1/alg-10.1.2"):
    """A bitfield was made on a block that is none of this chain."""

    validator: int
    signed_for: bytes

    def describe(self) -> str:
        """Name the validator and the block."""
        block = self.signed_for.hex()
        return f"the bitfield of validator {self.validator} is for block {block}, not of this chain"


@dataclass(eq=False)
class BadBitfieldSignature(CheckFailed, token="§2.5.6/process_bitfields.3"):
    """A bitfield is not signed by its validator: `cause` says what is wrong."""

    validator: int
    cause: Refused

    def describe(self) -> str:
        """Name the validator and give the cause."""
        return f"the bitfield of validator {self.validator} is not signed: {self.cause}"


# ---- process_candidates


@dataclass(eq=False)
class CandidateNotScheduled(CheckFailed, token="§2.5.6/process_candidates.1"):
    """No scheduled core waits for a candidate of this para."""

    para: int
    scheduled: tuple[int, ...]

    def describe(self) -> str:
        """Name the para and those that are scheduled."""
        return f"para {self.para} is not scheduled: the scheduled paras are {list(self.scheduled)}"


@dataclass(eq=False)
class CandidatesNotAscending(CheckFailed, token="§2.5.6/process_candidates.1"):
    """The candidates are not strictly ascending by para; one para has one at most."""

    paras: tuple[int, ...]

    def describe(self) -> str:
        """Show the order as it was given."""
        return f"candidates are not strictly ascending by para: {list(self.paras)}"


@dataclass(eq=False)
class ParaStillPending(CheckFailed, token="§2.3/description.7.2"):
    """A candidate of the para is pending availability, so that the next one has to wait."""

    para: int
    core: int

    def describe(self) -> str:
        """Name the para and the core."""
        return f"para {self.para} already has a candidate pending availability on core {self.core}"


@dataclass(eq=False)
class Blacklisted(CheckFailed, token="§2.5.8/local-disputes.5.3"):
    """A dispute found this very candidate invalid."""

    para: int
    candidate_hash: bytes

    def describe(self) -> str:
        """Name the candidate."""
        return f"candidate {self.candidate_hash.hex()} of para {self.para} is blacklisted"


@dataclass(eq=False)
class CandidateOfAnotherBlock(
    CheckFailed, token="§2.5.6/storage.CandidatePendingAvailability.relay_parent_number"
):
    """A candidate was made on another block than the parent (amended text only)."""

    para: int
    relay_parent: bytes
    parent: bytes

    def describe(self) -> str:
        """Name the para and both blocks."""
        return (
            f"the candidate of para {self.para} is made on block {self.relay_parent.hex()},"
            f" the parent is {self.parent.hex()}"
        )


@dataclass(eq=False)
class NotOnCurrentHead(CheckFailed, token="§2.5.6/process_candidates.1"):
    """A candidate does not extend its para's head (amended text only)."""

    para: int
    extends: bytes
    head: bytes

    def describe(self) -> str:
        """Name the para and both hashes."""
        return (
            f"the candidate of para {self.para} extends {self.extends.hex()},"
            f" its head is {self.head.hex()}"
        )


@dataclass(eq=False)
class WrongCollator(CheckFailed, token="§2.5.6/process_candidates.1"):
    """The core waits for the candidate of another collator (amended text only)."""

    para: int
    expected: bytes
    got: bytes

    def describe(self) -> str:
        """Name the para and both collators."""
        return (
            f"the claim on para {self.para} is of collator {self.expected.hex()},"
            f" the candidate of {self.got.hex()}"
        )


@dataclass(eq=False)
class BadCollatorSignature(CheckFailed, token="§2.5.6/process_candidates.3"):
    """The named collator did not sign the candidate (amended text only)."""

    para: int
    cause: Refused

    def describe(self) -> str:
        """Name the para and give the cause."""
        return f"the candidate of para {self.para} is not signed by its collator: {self.cause}"


@dataclass(eq=False)
class PrematureUpgrade(CheckFailed, token="§2.5.6/process_candidates.2"):
    """An upgrade would come too close to another one."""

    para: int
    expected_at: int
    other: int
    frequency: int

    def describe(self) -> str:
        """Name the para, both blocks and the least distance."""
        return (
            f"para {self.para} would upgrade at block {self.expected_at}, less than"
            f" {self.frequency} blocks from its upgrade at {self.other}"
        )


@dataclass(eq=False)
class UpgradeWaiting(CheckFailed, token="§2.5.6/process_candidates.2"):
    """An upgrade is announced while another one still waits (amended text only)."""

    para: int
    planned_at: int

    def describe(self) -> str:
        """Name the para and the block of the other."""
        return f"para {self.para} already waits for its upgrade at block {self.planned_at}"


@dataclass(eq=False)
class NoSuchGroup(CheckFailed, token="§2.5.5/group_validators"):
    """The group on the core does not exist in this session."""

    para: int
    group: int

    def describe(self) -> str:
        """Name the para and the group."""
        return f"group {self.group}, to back para {self.para}, does not exist"


@dataclass(eq=False)
class WrongBackingSize(CheckFailed, token="§2.5.6/process_candidates.3"):
    """The backing does not have one bit per member of the group."""

    para: int
    size: int
    members: int

    def describe(self) -> str:
        """Name the para and both numbers."""
        return f"the backing of para {self.para} has {self.size} bits for {self.members} members"


@dataclass(eq=False)
class WrongVoteCount(CheckFailed, token="§2.5.6/process_candidates.3"):
    """The backing does not have one signature per set bit."""

    para: int
    votes: int
    set_bits: int

    def describe(self) -> str:
        """Name the para and both numbers."""
        return (
            f"the backing of para {self.para} has {self.votes} signatures for {self.set_bits} bits"
        )


@dataclass(eq=False)
class BadBackingSignature(CheckFailed, token="§2.5.6/process_candidates.3"):
    """A member of the group did not sign: `cause` says what is wrong."""

    para: int
    validator: int
    cause: Refused

    def describe(self) -> str:
        """Name para and validator and give the cause."""
        return f"validator {self.validator} did not back para {self.para}: {self.cause}"


@dataclass(eq=False)
class NotEnoughBacking(CheckFailed, token="§2.3/lifecycle.3"):
    """Fewer members signed than the threshold asks for."""

    para: int
    votes: int
    needed: int

    def describe(self) -> str:
        """Name the para and both numbers."""
        return f"the candidate of para {self.para} has {self.votes} backers, {self.needed} needed"


# ---- the inherent


@dataclass(eq=False)
class AlreadyIncluded(CheckFailed, token="§2.5.7/description.1.2"):
    """The entry-point has run in this block."""

    now: int

    def describe(self) -> str:
        """Name the block."""
        return f"the inclusion entry-point has already run in block {self.now}"
