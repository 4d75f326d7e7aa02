"""§2.5.5 The Scheduler Module: groups, cores, and the claims of parathreads.

The order is the text's: session change (in a file of its own), initialization, finalization,
routines.  Every routine takes the storage and, where it looks outside, a `SchedulerContext`;
those that change something return the new storage.
Behind each amendment stands its id, with the token of the sentence it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from impl.errors import (
    ClaimAlreadyIndexed,
    CoreNotScheduled,
    CoresNotSorted,
    NotAParathread,
    QueueFull,
    Undefined,
)
from impl.primitives import BlockNumber, CoreIndex, GroupIndex, ParaId, ValidatorIndex
from impl.runtime.scheduler_claims import (
    return_claim,
    take_next_core,
    unindex,
    with_entry,
    with_queue,
)
from impl.runtime.scheduler_session import session_change
from impl.runtime.scheduler_storage import (
    CoreAssignment,
    FreedCore,
    FreedReason,
    Parathread,
    ParathreadClaim,
    ParathreadEntry,
    ParathreadQueue,
    QueuedParathread,
    SchedulerContext,
    SchedulerStorage,
)

__all__ = [
    "add_parathread_claim",
    "availability_timeout_predicate",
    "compute_blocks_since_rotation",
    "compute_rotations",
    "core_para",
    "finalization",
    "get_group_of_core",
    "group_validators",
    "initialization",
    "occupied",
    "schedule",
    "scheduled",
    "session_change",
]

TimeoutPredicate = Callable[[CoreIndex, BlockNumber], bool]
"""Core and the block since which it is occupied, to whether it waited too long."""


# ---- initialization


def initialization(storage: SchedulerStorage, context: SchedulerContext) -> SchedulerStorage:
    """Schedule the free cores. §2.5.5/initialization.1.

    The text calls `schedule` with no freed core, which does something only under the reading
    `schedule-covers-free-cores` = "free".
    """
    return schedule(storage, context, ())


# ---- finalization


def finalization(storage: SchedulerStorage, context: SchedulerContext) -> SchedulerStorage:
    """Free the scheduled cores; their claims return, one retry more. §2.5.5/finalization.1."""
    unused = storage.scheduled
    storage = replace(storage, scheduled=())  # §2.5.5/storage.Scheduled
    for assignment in unused:
        if context.rules.reading("scheduled-core-entry") == "some":
            storage = with_entry(storage, assignment.core, None)
        entry = assignment.entry
        if entry is not None:
            storage = _retry_claim(storage, context, entry, assignment.core)
    return storage


def _retry_claim(
    storage: SchedulerStorage, context: SchedulerContext, entry: ParathreadEntry, core: CoreIndex
) -> SchedulerStorage:
    """Return an unused claim, or give it up where the amended text does."""
    retried = replace(entry, retries=entry.retries + 1)
    if (
        context.rules.amended("retries-pruned-at-finalization")  # §2.5.5/finalization.1
        and retried.retries > context.configuration.parathread_retries
    ):
        return unindex(storage, [retried.claim.para])
    return return_claim(storage, context, retried, core)


# ---- routines


def add_parathread_claim(
    storage: SchedulerStorage, context: SchedulerContext, claim: ParathreadClaim
) -> SchedulerStorage:
    """Queue a claim for the next parathread core in turn. §2.5.5/add_parathread_claim."""
    if (
        context.rules.amended("claim-names-live-parathread")  # §2.5.5/add_parathread_claim
        and claim.para not in context.paras.parathreads
    ):
        raise NotAParathread(claim.para)
    # add_parathread_claim.1
    indexed = storage.parathread_claim_index
    if claim.para in indexed:
        raise ClaimAlreadyIndexed(claim.para, indexed)
    # add_parathread_claim.2
    length = len(storage.parathread_queue.queue)
    if context.rules.amended("limit-counts-all-claims"):  # §2.5.5/add_parathread_claim.2
        length = len(indexed)
    limit = context.configuration.scheduling_lookahead * context.configuration.parathread_cores
    if length >= limit:
        raise QueueFull(length, limit)
    # add_parathread_claim.3, .4
    core, next_core = take_next_core(storage, context)
    entry = QueuedParathread(ParathreadEntry(claim), core)
    queue = ParathreadQueue((*storage.parathread_queue.queue, entry), next_core)
    # add_parathread_claim.5
    index = tuple(sorted((*indexed, claim.para)))
    return replace(storage, parathread_queue=queue, parathread_claim_index=index)


def schedule(
    storage: SchedulerStorage, context: SchedulerContext, freed: Sequence[FreedCore]
) -> SchedulerStorage:
    """Take back the freed cores, then assign work to cores. §2.5.5/schedule.

    All returns come before all assignments, both in ascending order of cores.  A core that is
    scheduled has not been occupied since: nothing is taken back from it, and it keeps its
    assignment.
    """
    _require_distinct_cores(storage, freed)
    assigned = {assignment.core for assignment in storage.scheduled}
    returned = [core for core in freed if core.core not in assigned]
    for freed_core in sorted(returned, key=lambda each: each.core):
        storage = _release_core(storage, context, freed_core)
    eligible = {freed_core.core for freed_core in returned}
    if context.rules.reading("schedule-covers-free-cores") == "free":  # §2.5.5/initialization.1
        entries = enumerate(storage.availability_cores)
        free = {CoreIndex(core) for core, occupant in entries if occupant is None}
        eligible |= free - assigned
    for core in sorted(eligible):
        storage = _assign_core(storage, context, core)
    return storage


def _require_distinct_cores(storage: SchedulerStorage, freed: Sequence[FreedCore]) -> None:
    cores = [freed_core.core for freed_core in freed]
    beyond = [core for core in cores if not 0 <= core < len(storage.availability_cores)]
    if beyond:
        raise Undefined(f"core {beyond[0]} is returned and does not exist", "§2.5.5/schedule")
    if len(cores) != len(set(cores)):
        raise Undefined(f"a core is returned twice: {sorted(cores)}", "§2.5.5/schedule")


def _release_core(
    storage: SchedulerStorage, context: SchedulerContext, freed: FreedCore
) -> SchedulerStorage:
    """Take back one core, and settle the claim that was on it."""
    occupant = storage.availability_cores[freed.core]
    if context.rules.amended("freed-core-cleared"):  # §2.5.5/schedule.1, §2.5.7/inclusion.3
        storage = with_entry(storage, freed.core, None)
    if not isinstance(occupant, Parathread):
        return storage
    if (
        context.rules.amended("timed-out-claim-returns")  # §2.5.5/schedule.2
        and freed.reason is FreedReason.TIMED_OUT
    ):
        return return_claim(storage, context, occupant.entry, freed.core)
    # schedule.2
    return unindex(storage, [occupant.entry.claim.para])


def _assign_core(
    storage: SchedulerStorage, context: SchedulerContext, core: CoreIndex
) -> SchedulerStorage:
    """Schedule one core, unless it is a parathread core and there is no claim for it."""
    group = get_group_of_core(storage, context, core)  # schedule.4
    parachains = context.paras.parachains
    if core < len(parachains):  # schedule.1
        assignment = CoreAssignment(core, parachains[core], None, group)
    else:  # schedule.3
        position = _get_next_claim(storage, context, core)
        if position is None:
            return storage
        queue = storage.parathread_queue.queue
        entry = queue[position].claim
        storage = with_queue(storage, queue[:position] + queue[position + 1 :])
        claim = entry.claim
        assignment = CoreAssignment(core, claim.para, claim.collator, group, entry.retries)
    if context.rules.reading("scheduled-core-entry") == "some":  # §2.5.5/storage.AvailabilityCores
        storage = with_entry(storage, core, assignment.occupant)
    ascending = sorted((*storage.scheduled, assignment), key=lambda each: each.core)
    return replace(storage, scheduled=tuple(ascending))


def _get_next_claim(
    storage: SchedulerStorage, context: SchedulerContext, core: CoreIndex
) -> int | None:
    """Return the position of the claim that the core takes, None if there is none."""
    own_only = context.rules.amended("claim-taken-by-its-core")  # §2.5.5/schedule.3
    for position, queued in enumerate(storage.parathread_queue.queue):
        if queued.core == core or not own_only:
            return position
    return None


def get_group_of_core(
    storage: SchedulerStorage, context: SchedulerContext, core: CoreIndex
) -> GroupIndex:
    """Return the i with (i + k) % n = core: the group on duty. §2.5.5/schedule.4.

    Whether there is an i-th group, the formula does not ask.
    """
    return GroupIndex(
        (core - compute_rotations(storage, context)) % len(storage.availability_cores)
    )


def compute_rotations(storage: SchedulerStorage, context: SchedulerContext) -> int:
    """Return k, the rotations since the session began. §2.5.5/storage.SessionStartBlock."""
    return _blocks_in_session(storage, context) // _rotation_frequency(context)


def compute_blocks_since_rotation(storage: SchedulerStorage, context: SchedulerContext) -> int:
    """Return the age of the current rotation in blocks; 0 in its first block."""
    return _blocks_in_session(storage, context) % _rotation_frequency(context)


def _rotation_frequency(context: SchedulerContext) -> int:
    frequency = context.configuration.group_rotation_frequency
    if frequency == 0:
        raise Undefined("a rotation every 0 blocks", "§2.5.5/schedule.4")
    return frequency


def _blocks_in_session(storage: SchedulerStorage, context: SchedulerContext) -> int:
    blocks = context.now - storage.session_start_block
    if blocks < 0:
        start = storage.session_start_block
        what = f"rotations at block {context.now} of a session that starts at {start}"
        raise Undefined(what, "§2.5.5/schedule.4")
    return blocks


def scheduled(storage: SchedulerStorage) -> tuple[CoreAssignment, ...]:
    """Return the scheduled cores, ascending. §2.5.5/scheduled."""
    return storage.scheduled


def occupied(storage: SchedulerStorage, cores: Sequence[CoreIndex]) -> SchedulerStorage:
    """Note that scheduled cores have become occupied. §2.5.5/occupied."""
    assignments = {assignment.core: assignment for assignment in storage.scheduled}
    # occupied.1
    for core in cores:
        if core not in assignments:
            raise CoreNotScheduled(core, tuple(assignments))
    # occupied.2: a core that is given twice is not ascending either
    if any(first >= second for first, second in pairwise(cores)):
        raise CoresNotSorted(tuple(cores))
    # occupied.3
    for core in cores:
        storage = with_entry(storage, core, assignments[core].occupant)
    rest = tuple(assignment for assignment in storage.scheduled if assignment.core not in cores)
    return replace(storage, scheduled=rest)


def core_para(
    storage: SchedulerStorage, context: SchedulerContext, core: CoreIndex
) -> ParaId | None:
    """Return the para scheduled on the core, else the one occupying it. §2.5.5/core_para.

    None if there is neither.  The signature in the text has no such case, while the caller of
    §2.5.7/inclusion.1 expects it.  Only a returned core that no sentence empties can have both.
    """
    for assignment in storage.scheduled:
        if assignment.core == core:
            return assignment.para_id
    if not 0 <= core < len(storage.availability_cores):
        return None
    occupant = storage.availability_cores[core]
    if occupant is None:
        return None
    if isinstance(occupant, Parathread):
        return occupant.entry.claim.para
    if core >= len(context.paras.parachains):
        what = f"core {core} is occupied by a parachain, and no parachain belongs to it"
        raise Undefined(what, "§2.5.5/storage.AvailabilityCores")
    return context.paras.parachains[core]


def group_validators(
    storage: SchedulerStorage, group: GroupIndex
) -> tuple[ValidatorIndex, ...] | None:
    """Return the members of a group, None if there is no such group. §2.5.5/group_validators."""
    if 0 <= group < len(storage.validator_groups):
        return storage.validator_groups[group]
    return None


def availability_timeout_predicate(
    storage: SchedulerStorage, context: SchedulerContext
) -> TimeoutPredicate | None:
    """Return what decides on timeouts in this block; None: nothing times out now.

    §2.5.5/availability_timeout_predicate.  The variant `timeout_rule` chooses among this sentence
    ("predicate"), §2.5.5/description.5.6 ("prose") and §1.7.1/alg-10.4.2 ("algorithm").
    """
    configuration = context.configuration
    parachains = len(context.paras.parachains)
    chain, thread = (
        configuration.chain_availability_period,
        configuration.thread_availability_period,
    )
    since_rotation = compute_blocks_since_rotation(storage, context)
    rule = context.rules.variant("timeout_rule")
    if rule == "predicate" and since_rotation >= max(chain, thread):
        return None

    def is_timed_out(core: CoreIndex, since: BlockNumber) -> bool:
        """Tell whether a core occupied since block `since` is to be returned."""
        period = chain if core < parachains else thread
        if rule == "prose" and since_rotation >= period - 1:
            return False
        return context.now - since >= period

    return is_timed_out
