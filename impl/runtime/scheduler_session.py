"""§2.5.5 The Scheduler Module: session change.

The items are followed in the order of the text.  Behind each amendment stands its id, with the
token of the sentence it changes.
"""

from __future__ import annotations

from dataclasses import replace

from impl.errors import BadValue, Undefined
from impl.primitives import BlockNumber, CoreIndex, ValidatorIndex
from impl.runtime.groups import compute_validator_groups
from impl.runtime.scheduler_claims import return_claim, unindex, with_queue
from impl.runtime.scheduler_storage import (
    Parathread,
    ParathreadEntry,
    ParathreadQueue,
    SchedulerContext,
    SchedulerStorage,
    SessionChangeNotification,
)


def session_change(
    storage: SchedulerStorage, context: SchedulerContext, notification: SessionChangeNotification
) -> SchedulerStorage:
    """Start a session: free and count the cores, form groups, move claims. §2.5.5/session-change.

    The modules before this one have handled the change: `context` holds the new configuration
    and the new paras.  `now` is the first block of the session, or, with the amendment
    `session-change-at-block-end`, the last block before it.
    """
    if context.configuration != notification.new_config:
        raise BadValue("new_config", "the configuration in force", notification.new_config)
    parachains_before = max(
        0, len(storage.availability_cores) - notification.prev_config.parathread_cores
    )
    # session-change.1
    start = context.now
    if context.rules.amended("session-change-at-block-end"):  # §2.5.5/goal.1, §2.5.1
        start = BlockNumber(start + 1)
    storage = replace(storage, session_start_block=start)
    # session-change.2: item 3 has yet to come, so this still sees the old configuration
    storage = _clear_cores(storage, replace(context, configuration=notification.prev_config))
    # session-change.3, .4
    cores = len(context.paras.parachains) + context.configuration.parathread_cores
    storage = replace(storage, availability_cores=(None,) * cores)
    # session-change.5 to .9
    storage = replace(storage, validator_groups=_form_groups(context, notification))
    # session-change.10, .11
    storage = _prune_claims(storage, context)
    # session-change.12
    moved = notification.prev_config.parathread_cores != notification.new_config.parathread_cores
    if context.rules.amended("claims-move-with-cores"):  # §2.5.5/session-change.12
        moved = moved or parachains_before != len(context.paras.parachains)
    # session-change.13
    return _rebalance_claims(storage, context) if moved else storage


def _clear_cores(storage: SchedulerStorage, context: SchedulerContext) -> SchedulerStorage:
    """Empty every core; its claim returns with the retries it had. §2.5.5/session-change.2."""
    occupants = storage.availability_cores
    storage = replace(storage, availability_cores=(None,) * len(occupants))
    for core, occupant in enumerate(occupants):
        if isinstance(occupant, Parathread):
            storage = return_claim(storage, context, occupant.entry, CoreIndex(core))
    return storage


def _form_groups(
    context: SchedulerContext, notification: SessionChangeNotification
) -> tuple[tuple[ValidatorIndex, ...], ...]:
    """Shuffle the validators and cut them into N groups. §2.5.5/session-change.5 to .9."""
    # session-change.6: the text counts parathreads, where the cores of item 4 count parachains
    paras = len(context.paras.parathreads)
    if context.rules.amended("groups-per-core"):  # §2.5.5/session-change.6
        paras = len(context.paras.parachains)
    groups = paras + context.configuration.parathread_cores
    # session-change.7, .8
    validators = [ValidatorIndex(index) for index in range(len(notification.validators))]
    order = context.shuffle(validators, notification.random_seed)
    # session-change.9
    if groups == 0:
        if context.rules.amended("no-core-no-group"):  # §2.5.5/session-change.9
            return ()
        raise Undefined("the validators are divided by 0 groups", "§2.5.5/session-change.9")
    return compute_validator_groups(order, groups)


def _prune_claims(storage: SchedulerStorage, context: SchedulerContext) -> SchedulerStorage:
    """Drop queued claims that may not be tried again, and their index entries."""

    def is_kept(entry: ParathreadEntry) -> bool:
        # session-change.10
        if entry.retries > context.configuration.parathread_retries:
            return False
        if context.rules.amended("deregistered-claims-pruned"):  # §2.5.5/session-change.10
            return entry.claim.para in context.paras.parathreads
        return True

    queue = storage.parathread_queue.queue
    kept = tuple(queued for queued in queue if is_kept(queued.claim))
    pruned = [queued.claim.claim.para for queued in queue if not is_kept(queued.claim)]
    # session-change.11
    return unindex(with_queue(storage, kept), pruned)


def _rebalance_claims(storage: SchedulerStorage, context: SchedulerContext) -> SchedulerStorage:
    """Deal the claims out over the parathread cores, first to last. §2.5.5/session-change.13."""
    queue = storage.parathread_queue.queue
    threads = context.configuration.parathread_cores
    if queue and threads == 0:
        if not context.rules.amended("no-thread-core-no-claim"):  # §2.5.5/session-change.13
            raise Undefined("a claim and 0 parathread cores", "§2.5.5/session-change.13")
        storage = unindex(storage, [queued.claim.claim.para for queued in queue])
        queue = ()
    next_core = storage.parathread_queue.next_core
    if queue:
        next_core = CoreIndex(len(queue) % threads)
    elif context.rules.amended("next-core-restarts"):  # §2.5.5/session-change.13
        next_core = CoreIndex(0)
    first = len(context.paras.parachains)
    dealt = tuple(
        replace(queued, core=CoreIndex(first + position % threads))
        for position, queued in enumerate(queue)
    )
    return replace(storage, parathread_queue=ParathreadQueue(dealt, next_core))
