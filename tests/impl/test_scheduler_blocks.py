"""Whole blocks in random order: claims, availability, backing, session changes.

With all amendments the storage stays consistent after every routine.  Under any other mixture of
amendments and readings a block may be refused or undefined, and nothing worse happens.
"""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from impl.errors import CheckFailed, Undefined
from impl.rules import AMENDMENTS, READINGS, Rules
from impl.runtime import scheduler
from impl.runtime.configuration import HostConfiguration
from impl.runtime.scheduler_storage import (
    FreedCore,
    FreedReason,
    Parachain,
    ParasView,
    Parathread,
    SchedulerContext,
    SchedulerStorage,
)
from tests.impl.scheduler_cases import claim, notify, paras

THREADS = (10, 11, 12, 13)
BLOCKS = 12


def configurations():
    return st.builds(
        HostConfiguration,
        parathread_cores=st.integers(0, 3),
        parathread_retries=st.integers(0, 2),
        group_rotation_frequency=st.integers(1, 4),
        chain_availability_period=st.integers(0, 3),
        thread_availability_period=st.integers(0, 3),
        scheduling_lookahead=st.integers(0, 2),
    )


def para_sets():
    chains = st.sets(st.integers(1, 3)).map(sorted)
    return st.builds(paras, chains, st.sets(st.sampled_from(THREADS)))


def any_rules():
    def build(amendments, options):
        open_points = {name: option for name, option in options.items() if name not in amendments}
        return Rules(frozenset(amendments), {}, open_points)

    options = {name: st.sampled_from(choices) for name, choices in READINGS.items()}
    return st.builds(
        build, st.sets(st.sampled_from(sorted(AMENDMENTS))), st.fixed_dictionaries(options)
    )


def start_session(draw, storage, context):
    """Replace configuration and paras; return storage and context of the next session."""
    config, view = draw(configurations()), draw(para_sets())
    changed = SchedulerContext(context.now, config, view, context.rules)
    notification = notify(draw(st.integers(0, 7)), prev=context.configuration, new=config)
    return scheduler.session_change(storage, changed, notification), changed, notification


def propose_claims(draw, storage, context):
    """Add claims; a refused one leaves the storage as it was."""
    for para in draw(st.lists(st.sampled_from((1, *THREADS)), max_size=4)):
        try:
            storage = scheduler.add_parathread_claim(storage, context, claim(para))
        except CheckFailed:
            continue
        limit = context.configuration.scheduling_lookahead * context.configuration.parathread_cores
        assert len(storage.parathread_queue.queue) <= limit
    return storage


def free_some(draw, storage, context):
    """Return some occupied cores, for some reason."""
    assigned = {each.core for each in storage.scheduled}
    entries = enumerate(storage.availability_cores)
    busy = [core for core, entry in entries if entry is not None and core not in assigned]
    chosen = draw(st.sets(st.sampled_from(busy))) if busy else set()
    reasons = st.sampled_from(FreedReason)
    return scheduler.schedule(storage, context, [FreedCore(core, draw(reasons)) for core in chosen])


def back_some(draw, storage):
    """Occupy some of the scheduled cores."""
    cores = [each.core for each in scheduler.scheduled(storage)]
    chosen = sorted(draw(st.sets(st.sampled_from(cores)))) if cores else []
    return scheduler.occupied(storage, chosen)


def all_claims(storage):
    """Every claim's entry: queued, scheduled or on a core."""
    waiting = [each.claim for each in storage.parathread_queue.queue]
    going = [each.entry for each in storage.scheduled if each.entry is not None]
    cores = [each.entry for each in storage.availability_cores if isinstance(each, Parathread)]
    return waiting + going + cores


def assert_consistent(storage, context):
    config, view = context.configuration, context.paras
    parachains, threads = len(view.parachains), config.parathread_cores
    entries = all_claims(storage)
    assert sorted(each.claim.para for each in entries) == list(storage.parathread_claim_index)
    assert all(each.retries <= config.parathread_retries for each in entries)
    assert {each.claim.para for each in entries} <= view.parathreads
    queued = storage.parathread_queue.queue
    assert all(parachains <= each.core < parachains + threads for each in queued)
    assert 0 <= storage.parathread_queue.next_core < max(threads, 1)
    cores = [each.core for each in storage.scheduled]
    assert cores == sorted(set(cores))
    for core, occupant in enumerate(storage.availability_cores):
        assert isinstance(
            occupant, (Parachain, type(None)) if core < parachains else (Parathread, type(None))
        )
        assert occupant is None or core not in cores


def assert_partition(storage, notification):
    groups = storage.validator_groups
    members = sorted(index for group in groups for index in group)
    assert len(groups) == len(storage.availability_cores)
    assert members == (list(range(len(notification.validators))) if groups else [])
    sizes = [len(group) for group in groups]
    assert sizes == sorted(sizes, reverse=True)
    assert not sizes or sizes[0] - sizes[-1] <= 1


@given(st.data())
def test_with_all_amendments_storage_stays_consistent(data):
    draw = data.draw
    context = SchedulerContext(0, HostConfiguration(), ParasView(), Rules.as_amended())
    storage, context, notification = start_session(draw, SchedulerStorage(), context)
    for now in range(1, BLOCKS):
        context = SchedulerContext(now, context.configuration, context.paras, context.rules)
        for step in (
            lambda: scheduler.initialization(storage, context),  # noqa: B023 - called at once
            lambda: propose_claims(draw, storage, context),  # noqa: B023
            lambda: free_some(draw, storage, context),  # noqa: B023
            lambda: back_some(draw, storage),  # noqa: B023
            lambda: scheduler.finalization(storage, context),  # noqa: B023
        ):
            storage = step()
            assert_consistent(storage, context)
        if draw(st.booleans()):
            storage, context, notification = start_session(draw, storage, context)
            assert_consistent(storage, context)
        assert_partition(storage, notification)
        assert storage.session_start_block <= now + 1


@given(st.data(), any_rules())
def test_under_any_rules_a_block_is_accepted_refused_or_undefined(data, rules):
    draw = data.draw
    context = SchedulerContext(0, HostConfiguration(), ParasView(), rules)
    storage = SchedulerStorage()
    at_block_end = rules.amended("session-change-at-block-end")
    with suppress(Undefined):
        storage, context, _ = start_session(draw, storage, context)
        for now in range(1, BLOCKS):
            context = SchedulerContext(now, context.configuration, context.paras, rules)
            if not at_block_end and draw(st.booleans()):
                storage, context, _ = start_session(draw, storage, context)
            storage = scheduler.initialization(storage, context)
            storage = propose_claims(draw, storage, context)
            storage = free_some(draw, storage, context)
            storage = back_some(draw, storage)
            scheduler.availability_timeout_predicate(storage, context)
            storage = scheduler.finalization(storage, context)
            if at_block_end and draw(st.booleans()):
                storage, context, _ = start_session(draw, storage, context)
            assert storage.scheduled == ()
            hash(storage)
