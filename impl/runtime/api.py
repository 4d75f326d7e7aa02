"""§2.4, §2.5.1: the runtime APIs, all that code on the node side reads of a state.

An API looks at one state: behind a block, for a validator who works on top of that block, or inside
a block that has just begun, for its author (`RuntimeApi.for_author`).  It changes nothing; where
an answer depends on what a routine would do, the routine is run and its state is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from impl.crypto.signing import SigningContext
from impl.errors import CheckFailed, Undefined
from impl.primitives import (
    BlockNumber,
    CollatorId,
    CoreIndex,
    GroupIndex,
    ParaId,
    SessionIndex,
    ValidatorId,
    ValidatorIndex,
)
from impl.receipts import BackedCandidate
from impl.rules import Rules
from impl.runtime import paras, scheduler, validity
from impl.runtime.block import begin_block, make_block
from impl.runtime.configuration import HostConfiguration
from impl.runtime.dispatch import Runtime
from impl.runtime.inclusion_inherent import back_and_occupy, free_and_schedule
from impl.runtime.inclusion_storage import CandidatePendingAvailability
from impl.runtime.initializer import SessionChange
from impl.runtime.paras_storage import HeadData, ValidationCode
from impl.runtime.scheduler_storage import (
    CoreAssignment,
    FreedCore,
    FreedReason,
    SchedulerContext,
    SchedulerStorage,
)
from impl.runtime.slashing import SlashingLedger
from impl.runtime.state import RuntimeState
from impl.runtime.validity_storage import AbandonFork, CandidateRecord
from impl.statements import SignedAvailabilityBitfield, signing_context

# ---- the state of a core


@dataclass(frozen=True, slots=True)
class FreeCore:
    """A core that nobody has been assigned to."""


@dataclass(frozen=True, slots=True)
class ScheduledCore:
    """A core that waits for a candidate. §2.5.5/storage.Scheduled."""

    para_id: ParaId
    """Whose candidate."""

    collator: CollatorId | None
    """Whose claim; None for a parachain."""

    group: GroupIndex
    """Who has to back it."""


@dataclass(frozen=True, slots=True)
class OccupiedCore:
    """A core whose candidate is pending availability. §2.5.5/storage.CoreOccupied.

    What comes next is told for both ends, so that a candidate for it can be made in time
    (§2.5.5/description.7.3).
    """

    para_id: ParaId | None
    """Whose candidate; None if the text leaves that undefined."""

    candidate: CandidatePendingAvailability | None
    """What is pending.  As written a core can stay occupied with nothing on it."""

    next_up_on_available: ScheduledCore | None
    """What is scheduled if the candidate becomes available now."""

    next_up_on_time_out: ScheduledCore | None
    """What is scheduled if it times out now."""

    would_time_out: bool
    """Whether it times out in this block unless it becomes available."""


CoreState = FreeCore | ScheduledCore | OccupiedCore
"""What an author and the validators have to know of a core."""


def next_up(
    storage: SchedulerStorage, context: SchedulerContext, core: CoreIndex, reason: FreedReason
) -> ScheduledCore | None:
    """Return what would be scheduled on a core if it were freed now. §2.5.5/schedule.

    As written the next claim is taken by whichever core is freed first: with several freed at once
    only `RuntimeApi.upcoming` knows.
    """
    after = scheduler.schedule(storage, context, [FreedCore(core, reason)])
    for assignment in after.scheduled:
        if assignment.core == core:
            return _scheduled_core(assignment)
    return None


def _scheduled_core(assignment: CoreAssignment) -> ScheduledCore:
    return ScheduledCore(assignment.para_id, assignment.collator, assignment.group_idx)


# ---- what a block would do


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What a block waits for after its bitfields: the state between the steps of §2.5.7."""

    state: RuntimeState
    """The state after §2.5.7/inclusion.3."""

    runtime: Runtime
    """The rules of the chain."""

    @property
    def assignments(self) -> tuple[CoreAssignment, ...]:
        """The scheduled cores, ascending. §2.5.5/scheduled."""
        return self.state.scheduler.scheduled

    def get_head(self, para: ParaId) -> HeadData | None:
        """Return the head that the next candidate has to extend."""
        return self.state.paras.heads.get(para)

    def accepts(self, candidate: BackedCandidate) -> bool:
        """Tell whether a candidate passes all checks; each is checked for itself."""
        try:
            back_and_occupy(self.state, self.runtime, (candidate,))
        except (CheckFailed, Undefined):
            return False
        return True


@dataclass(frozen=True, slots=True)
class RuntimeApi:
    """The APIs on one state. §2.4/description.7.6, §2.5.1/description.5."""

    state: RuntimeState
    """The state."""

    runtime: Runtime
    """The rules of the chain."""

    @classmethod
    def for_author(
        cls,
        parent: RuntimeState,
        parent_hash: bytes,
        runtime: Runtime,
        session_change: SessionChange | None = None,
    ) -> RuntimeApi:
        """Return the APIs inside the next block, before its first extrinsic."""
        number = BlockNumber(parent.now + 1)
        block = make_block(parent_hash, number, session_change=session_change)
        return cls(begin_block(parent, block, runtime), runtime)

    @property
    def rules(self) -> Rules:
        """The text in force: chosen at genesis, and known to every node."""
        return self.runtime.rules

    @property
    def now(self) -> BlockNumber:
        """Number of the block."""
        return self.state.now

    @property
    def parent_hash(self) -> bytes:
        """Hash of its parent: for the author, what bitfields and candidates are made on."""
        return self.state.parent_hash

    # -- session

    @property
    def session_index(self) -> SessionIndex:
        """Number of the session."""
        return self.state.session_index

    @property
    def validators(self) -> tuple[ValidatorId, ...]:
        """Its validators."""
        return self.state.validators

    @property
    def configuration(self) -> HostConfiguration:
        """Its configuration."""
        return self.state.configuration.configuration

    @property
    def validator_groups(self) -> tuple[tuple[ValidatorIndex, ...], ...]:
        """Its groups. §2.5.5/storage.ValidatorGroups."""
        return self.state.scheduler.validator_groups

    def get_signing_context(self, relay_parent: bytes) -> SigningContext | None:
        """Return what signatures on things made on this block have to cover."""
        return signing_context(self.rules, self.session_index, relay_parent)

    # -- paras

    def get_head(self, para: ParaId) -> HeadData | None:
        """Return a para's head, None if it is not registered. §2.5.4/storage.Heads."""
        return self.state.paras.heads.get(para)

    def get_validation_code(
        self, para: ParaId, at: BlockNumber, assume_intermediate: BlockNumber | None = None
    ) -> ValidationCode | None:
        """Return the code for a block made on relay block `at`. §2.5.4/validation_code_at."""
        context = self.state.get_context(self.rules)
        return paras.validation_code_at(self.state.paras, context, para, at, assume_intermediate)

    # -- cores

    @property
    def core_count(self) -> int:
        """How many cores there are: the length of a bitfield."""
        return len(self.state.scheduler.availability_cores)

    def availability_cores(self) -> tuple[CoreState, ...]:
        """Return the state of every core. §2.5.5/storage.AvailabilityCores."""
        return tuple(self._get_core(CoreIndex(core)) for core in range(self.core_count))

    def _get_core(self, core: CoreIndex) -> CoreState:
        storage, context = self.state.scheduler, self._scheduling
        for assignment in storage.scheduled:
            if assignment.core == core:
                return _scheduled_core(assignment)
        if storage.availability_cores[core] is None:
            return FreeCore()
        pending = self.state.inclusion.pending_availability.values()
        candidate = next((each for each in pending if each.core == core), None)
        predicate = scheduler.availability_timeout_predicate(storage, context)
        late = (
            candidate is not None
            and predicate is not None
            and predicate(core, candidate.backed_in_number)
        )
        return OccupiedCore(
            para_id=scheduler.core_para(storage, context, core),
            candidate=candidate,
            next_up_on_available=next_up(storage, context, core, FreedReason.CONCLUDED),
            next_up_on_time_out=next_up(storage, context, core, FreedReason.TIMED_OUT),
            would_time_out=late,
        )

    def get_pending(self, para: ParaId) -> CandidatePendingAvailability | None:
        """Return what is pending of a para. §2.5.6/storage.PendingAvailability."""
        return self.state.inclusion.pending_availability.get(para)

    def upcoming(self, bitfields: Iterable[SignedAvailabilityBitfield]) -> Upcoming:
        """Return what the block waits for once it has these bitfields."""
        return Upcoming(free_and_schedule(self.state, self.runtime, tuple(bitfields)), self.runtime)

    @property
    def _scheduling(self) -> SchedulerContext:
        return self.state.get_scheduler_context(self.rules, self.runtime.shuffle)

    # -- validity

    def get_candidates(self) -> tuple[CandidateRecord, ...]:
        """Return the candidates of two sessions, with who attested what. §1.8/description.1.4."""
        return tuple(self.state.validity.candidates.values())

    def get_disputes(self) -> tuple[CandidateRecord, ...]:
        """Return those that somebody disputes."""
        return tuple(record for record in self.get_candidates() if record.is_disputed)

    def get_selection_seed(self, record: CandidateRecord) -> bytes:
        """Return what goes into the VRF of a checker. §2.5.8/local-disputes.5.1."""
        return validity.compute_selection_seed(self.state.validity, record)

    @property
    def blacklist(self) -> frozenset[bytes]:
        """Hashes of candidates that must not be included. §2.5.8/local-disputes.5.3."""
        return self.state.validity.blacklist

    @property
    def abandoned(self) -> tuple[AbandonFork, ...]:
        """What this block signals: its fork is to be left. §2.5.8/local-disputes.5.3."""
        return self.state.validity.abandoned

    @property
    def ledger(self) -> SlashingLedger:
        """Who lost and won what. §2.5.9."""
        return self.state.validity.ledger
