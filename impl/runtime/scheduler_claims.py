"""§2.5.5 The Scheduler Module: what several routines do to queue, claim index and cores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from impl.errors import Undefined
from impl.primitives import CoreIndex, ParaId
from impl.runtime.scheduler_storage import (
    CoreOccupied,
    ParathreadEntry,
    ParathreadQueue,
    QueuedParathread,
    SchedulerContext,
    SchedulerStorage,
)


def take_next_core(
    storage: SchedulerStorage, context: SchedulerContext
) -> tuple[CoreIndex, CoreIndex]:
    """Return the absolute core whose turn it is, and `next_core` after it."""
    threads = context.configuration.parathread_cores
    if threads == 0:
        raise Undefined("next_core modulo 0 parathread cores", "§2.5.5/add_parathread_claim.4")
    turn = storage.parathread_queue.next_core
    core = CoreIndex(turn + len(context.paras.parachains))  # add_parathread_claim.3
    return core, CoreIndex((turn + 1) % threads)  # add_parathread_claim.4


def return_claim(
    storage: SchedulerStorage, context: SchedulerContext, entry: ParathreadEntry, core: CoreIndex
) -> SchedulerStorage:
    """Put a claim that was on `core` back into the queue; the index keeps it."""
    next_core = storage.parathread_queue.next_core
    if context.rules.reading("returned-claim-core") == "next":  # §2.5.5/finalization.1
        core, next_core = take_next_core(storage, context)
    queue, back = storage.parathread_queue.queue, (QueuedParathread(entry, core),)
    at_back = context.rules.reading("claims-return-to-back") == "back"  # §2.5.5/finalization.1
    queue = queue + back if at_back else back + queue
    return replace(storage, parathread_queue=ParathreadQueue(queue, next_core))


def unindex(storage: SchedulerStorage, paras: Iterable[ParaId]) -> SchedulerStorage:
    """Remove parathreads from the claim index; those that are not in it do no harm."""
    gone = set(paras)
    index = tuple(para for para in storage.parathread_claim_index if para not in gone)
    return replace(storage, parathread_claim_index=index)


def with_queue(storage: SchedulerStorage, queue: tuple[QueuedParathread, ...]) -> SchedulerStorage:
    """Replace the queued claims; `next_core` stays."""
    return replace(storage, parathread_queue=replace(storage.parathread_queue, queue=queue))


def with_entry(
    storage: SchedulerStorage, core: CoreIndex, occupant: CoreOccupied | None
) -> SchedulerStorage:
    """Replace the entry of one core in `AvailabilityCores`."""
    entries = storage.availability_cores
    return replace(storage, availability_cores=(*entries[:core], occupant, *entries[core + 1 :]))
