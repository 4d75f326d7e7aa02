"""§2.5.6 The Inclusion Module: what it stores, and what it sees of the other modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from impl.frozen_map import FrozenMap
from impl.primitives import (
    BlockNumber,
    CoreIndex,
    GroupIndex,
    ParaId,
    ValidatorIndex,
    require_tuple,
    require_u32,
)
from impl.receipts import AbridgedCandidateReceipt
from impl.runtime.context import RuntimeContext
from impl.runtime.paras_storage import ParasStorage

# ---- helper structs


@dataclass(frozen=True, slots=True)
class AvailabilityBitfield:
    """One validator's votes. §2.5.6/storage.AvailabilityBitfield."""

    bitfield: tuple[bool, ...]
    """One bit per core. §2.5.6/storage.AvailabilityBitfield.bitfield."""

    submitted_at: BlockNumber
    """The block that took it. §2.5.6/storage.AvailabilityBitfield.submitted_at."""


@dataclass(frozen=True, slots=True)
class CandidatePendingAvailability:
    """A backed candidate, not yet available. §2.5.6/storage.CandidatePendingAvailability."""

    core: CoreIndex
    """Its core. §2.5.6/storage.CandidatePendingAvailability.core."""

    receipt: AbridgedCandidateReceipt
    """Its receipt. §2.5.6/storage.CandidatePendingAvailability.receipt."""

    availability_votes: tuple[bool, ...]
    """One bit per validator. §2.5.6/storage.CandidatePendingAvailability.availability_votes."""

    relay_parent_number: BlockNumber
    """§2.5.6/storage.CandidatePendingAvailability.relay_parent_number."""

    backed_in_number: BlockNumber
    """The block that backed it. §2.5.6/storage.CandidatePendingAvailability.backed_in_number."""

    backers: tuple[ValidatorIndex, ...] = ()
    """Whose signatures back it, ascending.

    Not in the text's structure; without them nobody could be slashed for a wrong backing, see
    §2.3/description.6.9.
    """

    def __post_init__(self) -> None:
        """Refuse what is no core, no bitfield and no block number."""
        require_u32("core", self.core)
        require_tuple("availability_votes", self.availability_votes)
        require_u32("relay_parent_number", self.relay_parent_number)
        require_u32("backed_in_number", self.backed_in_number)
        require_tuple("backers", self.backers)

    @property
    def para_id(self) -> ParaId:
        """Whose candidate."""
        return self.receipt.para_id


# ---- storage layout


@dataclass(frozen=True, slots=True)
class InclusionStorage:
    """The storage items of the module; the defaults are those of an empty chain."""

    bitfields: FrozenMap[ValidatorIndex, AvailabilityBitfield] = field(
        default_factory=FrozenMap[ValidatorIndex, AvailabilityBitfield]
    )
    """The latest bitfield of each validator. §2.5.6/storage.bitfields."""

    pending_availability: FrozenMap[ParaId, CandidatePendingAvailability] = field(
        default_factory=FrozenMap[ParaId, CandidatePendingAvailability]
    )
    """Candidates pending availability. §2.5.6/storage.PendingAvailability."""

    ancestry: FrozenMap[bytes, BlockNumber] = field(default_factory=FrozenMap[bytes, BlockNumber])
    """Numbers of the blocks before, by hash; not in the text.

    As written a candidate or a bitfield may be made on any of them.  Nothing is kept here with the
    amendments `candidate-on-parent` and `bitfields-of-parent`, which want the parent.
    """


# ---- what comes from outside

GroupValidators = Callable[[GroupIndex], tuple[ValidatorIndex, ...] | None]
"""A group's members, None if there is no such group. §2.5.5/group_validators."""

CoreLookup = Callable[[CoreIndex], ParaId | None]
"""The para on a core, None if there is none. §2.5.6/process_bitfields."""


@dataclass(frozen=True, slots=True)
class InclusionContext:
    """Everything a routine of the inclusion module reads and does not own."""

    runtime: RuntimeContext
    """Block, session, configuration and text in force."""

    core_count: int
    """How many cores there are: the length of a bitfield. §2.5.5/storage.AvailabilityCores."""

    group_validators: GroupValidators
    """The groups of this session."""

    paras: ParasStorage
    """Heads and planned upgrades, and what `enact_candidate` changes."""

    blacklist: frozenset[bytes] = frozenset()
    """Candidates that must not be included. §2.5.8/local-disputes.5.3."""


def get_block_number(
    storage: InclusionStorage, context: RuntimeContext, block: bytes
) -> BlockNumber | None:
    """Return the number of an earlier block of this chain, None if it is none that is known."""
    if block == context.parent_hash and context.now > 0:
        return BlockNumber(context.now - 1)
    return storage.ancestry.get(block)
