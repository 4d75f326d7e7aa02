"""§2.5.5 The Scheduler Module: what it stores, and what it sees of the other modules.

Structures and storage items have the names of the text, fields in snake case.  Everything here is
immutable and hashable: a state of the chain is a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from impl.errors import BadValue
from impl.primitives import (
    SEED_BYTES,
    BlockNumber,
    CollatorId,
    CoreIndex,
    GroupIndex,
    ParaId,
    ValidatorId,
    ValidatorIndex,
    require_bytes,
    require_tuple,
    require_u32,
)
from impl.rules import Rules
from impl.runtime.configuration import HostConfiguration
from impl.runtime.groups import shuffled

FIRST_CORE = CoreIndex(0)
GENESIS_BLOCK = BlockNumber(0)

# ---- utility structs


@dataclass(frozen=True, slots=True)
class ParathreadClaim:
    """A claim on authoring the next block of a parathread. §2.5.5/storage.ParathreadClaim."""

    para: ParaId
    """The parathread."""

    collator: CollatorId
    """Who may author the block."""

    def __post_init__(self) -> None:
        """Refuse what is no para and no key."""
        require_u32("para", self.para)
        require_bytes("collator", self.collator)


@dataclass(frozen=True, slots=True)
class ParathreadEntry:
    """A claim with the attempts it has used up. §2.5.5/storage.ParathreadEntry."""

    claim: ParathreadClaim
    """The claim."""

    retries: int = 0
    """Times the claim was scheduled and not backed."""

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        require_u32("retries", self.retries)


@dataclass(frozen=True, slots=True)
class QueuedParathread:
    """A queued entry, assigned to a core in advance. §2.5.5/storage.QueuedParathread."""

    claim: ParathreadEntry
    """The entry; the text calls this field `claim`, too."""

    core: CoreIndex
    """Absolute index: the number of parachains is already added. §2.5.5/add_parathread_claim.3."""


@dataclass(frozen=True, slots=True)
class ParathreadQueue:
    """The upcoming claims, head first. §2.5.5/storage.ParathreadQueue."""

    queue: tuple[QueuedParathread, ...] = ()
    """Entries in the order in which they will be taken."""

    next_core: CoreIndex = FIRST_CORE
    """Core of the next claim, relative: counted from the first parathread core."""


@dataclass(frozen=True, slots=True)
class Parathread:
    """A core that a parathread occupies. §2.5.5/storage.CoreOccupied."""

    entry: ParathreadEntry
    """Claim and retries."""


@dataclass(frozen=True, slots=True)
class Parachain:
    """A core that its parachain occupies; which one follows from the core's index."""


CoreOccupied = Parathread | Parachain
"""What occupies a core. §2.5.5/storage.CoreOccupied."""


@dataclass(frozen=True, slots=True)
class CoreAssignment:
    """A scheduled core. §2.5.5/storage.CoreAssignment."""

    core: CoreIndex
    """The core."""

    para_id: ParaId
    """Whose block is wanted."""

    collator: CollatorId | None
    """Who has to author it; None for a parachain."""

    group_idx: GroupIndex
    """The group responsible; whether it exists, `group_validators` tells."""

    retries: int = 0
    """Retries of the claim, 0 for a parachain.

    Not in the text's structure; without it neither `occupied` nor finalization could know them.
    """

    @property
    def entry(self) -> ParathreadEntry | None:
        """The claim with its retries, None for a parachain."""
        if self.collator is None:
            return None
        return ParathreadEntry(ParathreadClaim(self.para_id, self.collator), self.retries)

    @property
    def occupant(self) -> CoreOccupied:
        """What stands in `AvailabilityCores` once a candidate is backed."""
        return Parachain() if self.entry is None else Parathread(self.entry)


# ---- storage layout


@dataclass(frozen=True, slots=True)
class SchedulerStorage:
    """The storage items of the module; the defaults are those of a chain before any session."""

    validator_groups: tuple[tuple[ValidatorIndex, ...], ...] = ()
    """All validator groups. §2.5.5/storage.ValidatorGroups."""

    parathread_queue: ParathreadQueue = field(default_factory=ParathreadQueue)
    """Upcoming claims. §2.5.5/storage.ParathreadQueue."""

    availability_cores: tuple[CoreOccupied | None, ...] = ()
    """One entry per core: None where it is not occupied. §2.5.5/storage.AvailabilityCores.

    The i-th parachain belongs to the i-th core; all further cores are for parathreads.
    """

    parathread_claim_index: tuple[ParaId, ...] = ()
    """Parathreads that have a claim. §2.5.5/storage.ParathreadClaimIndex.

    Kept ascending: its order has no meaning, and equal contents should be equal values.
    """

    session_start_block: BlockNumber = GENESIS_BLOCK
    """First block of the session. §2.5.5/storage.SessionStartBlock."""

    scheduled: tuple[CoreAssignment, ...] = ()
    """Free cores about to be occupied, ascending by core. §2.5.5/storage.Scheduled."""


# ---- what comes from outside


class FreedReason(Enum):
    """Why a core is returned; the text has no such thing, `timed-out-claim-returns` needs it."""

    CONCLUDED = "concluded"
    """The candidate became available."""

    TIMED_OUT = "timed out"
    """The candidate waited too long."""


@dataclass(frozen=True, slots=True)
class FreedCore:
    """A previously occupied core that is returned. §2.5.5/schedule."""

    core: CoreIndex
    """Which core."""

    reason: FreedReason = FreedReason.CONCLUDED
    """Why; without effect in the text as written."""


@dataclass(frozen=True, slots=True)
class SessionChangeNotification:
    """What comes with a session change. §2.5.1/session-change-notification."""

    validators: tuple[ValidatorId, ...]
    """Validators of the new session; a `ValidatorIndex` counts in this list."""

    queued: tuple[ValidatorId, ...]
    """Validators of the session after that."""

    prev_config: HostConfiguration
    """The configuration before the session change."""

    new_config: HostConfiguration
    """The configuration after it."""

    random_seed: bytes
    """32 bytes of randomness, gathered from BABE."""

    def __post_init__(self) -> None:
        """Refuse lists, and a seed of another length."""
        require_tuple("validators", self.validators)
        require_tuple("queued", self.queued)
        require_bytes("random_seed", self.random_seed, length=SEED_BYTES)


@dataclass(frozen=True, slots=True)
class ParasView:
    """What the scheduler reads from the Paras module. §2.5.4/storage.Parachains."""

    parachains: tuple[ParaId, ...] = ()
    """Live parachains, ascending."""

    parathreads: frozenset[ParaId] = frozenset()
    """Live parathreads."""

    def __post_init__(self) -> None:
        """Refuse an order or an overlap that the Paras module excludes."""
        require_tuple("parachains", self.parachains)
        object.__setattr__(self, "parathreads", frozenset(self.parathreads))
        for para in (*self.parachains, *self.parathreads):
            require_u32("para", para)
        if list(self.parachains) != sorted(set(self.parachains)):
            raise BadValue("parachains", "strictly ascending", self.parachains)
        both = self.parathreads & set(self.parachains)
        if both:
            raise BadValue("parathreads", "no parachains", sorted(both))


Shuffle = Callable[[Sequence[ValidatorIndex], bytes], tuple[ValidatorIndex, ...]]
"""Validators and seed to shuffled validators."""


@dataclass(frozen=True, slots=True)
class SchedulerContext:
    """Everything a routine of this module reads and does not own."""

    now: BlockNumber
    """Number of the current block."""

    configuration: HostConfiguration
    """The configuration in force."""

    paras: ParasView
    """Live parachains and parathreads."""

    rules: Rules
    """The text in force."""

    shuffle: Shuffle = shuffled
    """How a seed orders validators; replaced where an order is prescribed (`fixed_order`)."""

    def __post_init__(self) -> None:
        """Refuse what is no block number; demand the readings that the module will need."""
        require_u32("now", self.now)
        for reading in (
            "scheduled-core-entry",
            "schedule-covers-free-cores",
            "claims-return-to-back",
            "returned-claim-core",
        ):
            self.rules.reading(reading)
