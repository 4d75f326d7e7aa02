"""Each amendment of §2.5.5 changes an outcome: added to none, and taken from the full set."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from impl.errors import HostError, NotAParathread, QueueFull, Undefined
from impl.rules import READINGS, REPAIRS, Rules
from impl.runtime import scheduler
from impl.runtime.scheduler_storage import Parachain, SchedulerStorage
from tests.impl.scheduler_cases import (
    STARRED,
    assigned,
    at,
    changed,
    claim,
    done,
    late,
    notify,
    paras,
    queued,
    state,
    thread,
)


def sizes_of_groups(rules):
    few = at(7, rules, paras=paras([1, 2, 3], [10]))
    after = scheduler.session_change(SchedulerStorage(), few, notify(6))
    return [len(group) for group in after.validator_groups]


def entry_of_a_returned_core(rules):
    before = state(cores=[None, None, thread(10), None], indexed=[10])
    after = scheduler.schedule(before, at(1, rules), [done(2)])
    return after.availability_cores[2]


def claim_that_timed_out(rules):
    before = state((11, 3), cores=[None, None, thread(10, 1), thread(12)], indexed=[10, 11, 12])
    after = scheduler.schedule(before, at(1, rules), [late(2)])
    taken = [assignment.para_id for assignment in after.scheduled if assignment.core == 2]
    return taken, 10 in after.parathread_claim_index


def claim_without_retries_left(rules):
    before = scheduler.initialization(state((10, 2, 1), (11, 3)), at(1, rules))
    after = scheduler.finalization(before, at(1, rules))
    return queued(after), after.parathread_claim_index


def claim_while_others_are_on_cores(rules):
    small = changed(scheduling_lookahead=1)
    before = state(cores=[None, None, thread(10), thread(11)], indexed=[10, 11])
    try:
        after = scheduler.add_parathread_claim(before, at(1, rules, config=small), claim(12))
    except QueueFull as error:
        return error.length, error.limit
    return queued(after)


def claim_on_a_parachain(rules):
    try:
        after = scheduler.add_parathread_claim(state(), at(1, rules), claim(1))
    except NotAParathread as error:
        return error.para
    return queued(after)


def claim_of_a_deregistered_parathread(rules):
    gone = at(7, rules, paras=paras([1, 2], [11]))
    after = scheduler.session_change(state((10, 2), (11, 3)), gone, notify())
    return queued(after), after.parathread_claim_index


def core_of_a_taken_claim(rules):
    before = state((10, 3), cores=[None, None, thread(11), thread(12)], indexed=[10, 11, 12])
    after = scheduler.schedule(before, at(1, rules), [done(2)])
    return [assignment.para_id for assignment in after.scheduled if assignment.core == 2]


def cores_of_claims_after_another_parachain(rules):
    context = at(7, rules, paras=paras([1, 2, 3], [10, 11]))
    after = scheduler.session_change(state((10, 2), (11, 3), next_core=1), context, notify())
    return queued(after), after.parathread_queue.next_core


def next_core_of_fewer_cores(rules):
    fewer = changed(parathread_cores=1)
    context = at(7, rules, config=fewer)
    after = scheduler.session_change(state(next_core=1), context, notify(new=fewer))
    return after.parathread_queue.next_core


def groups_of_no_core(rules):
    none = changed(parathread_cores=0)
    context = at(7, rules, config=none, paras=paras([], []))
    try:
        after = scheduler.session_change(state(cores=[]), context, notify(prev=none, new=none))
    except Undefined as error:
        return error.token
    return after.validator_groups


def claim_without_a_parathread_core(rules):
    none = changed(parathread_cores=0)
    context = at(7, rules, config=none)
    try:
        after = scheduler.session_change(state((10, 2), next_core=1), context, notify(new=none))
    except Undefined as error:
        return error.token
    return queued(after), after.parathread_claim_index


def start_of_the_session(rules):
    return scheduler.session_change(state(), at(7, rules), notify()).session_start_block


def entries_while_scheduled(rules):
    before = scheduler.initialization(state((10, 2)), at(1, rules))
    after = scheduler.finalization(before, at(1, rules))
    return before.availability_cores, after.availability_cores


def cores_scheduled_at_the_start(rules):
    return assigned(scheduler.initialization(state((10, 2)), at(1, rules)))


def order_of_returned_claims(rules):
    cores = [None, None, thread(10), thread(11)]
    before = state((12, 3), cores=cores, indexed=[10, 11, 12])
    after = scheduler.session_change(before, at(7, rules), notify())
    return [para for para, _, _ in queued(after)]


def core_of_a_returned_claim(rules):
    before = state(cores=[None, None, thread(10), None], indexed=[10], next_core=1)
    after = scheduler.session_change(before, at(7, rules), notify())
    return queued(after), after.parathread_queue.next_core


REPAIR_CASES = [
    ("groups-per-core", sizes_of_groups, [2, 2, 2], [2, 1, 1, 1, 1]),
    ("freed-core-cleared", entry_of_a_returned_core, thread(10), None),
    ("timed-out-claim-returns", claim_that_timed_out, ([], False), ([10], True)),
    (
        "retries-pruned-at-finalization",
        claim_without_retries_left,
        ([(10, 2, 2), (11, 3, 1)], (10, 11)),
        ([(11, 3, 1)], (11,)),
    ),
    ("limit-counts-all-claims", claim_while_others_are_on_cores, [(12, 2, 0)], (2, 2)),
    ("claim-names-live-parathread", claim_on_a_parachain, [(1, 2, 0)], 1),
    (
        "deregistered-claims-pruned",
        claim_of_a_deregistered_parathread,
        ([(10, 2, 0), (11, 3, 0)], (10, 11)),
        ([(11, 3, 0)], (11,)),
    ),
    ("claim-taken-by-its-core", core_of_a_taken_claim, [10], []),
    (
        "claims-move-with-cores",
        cores_of_claims_after_another_parachain,
        ([(10, 2, 0), (11, 3, 0)], 1),
        ([(10, 3, 0), (11, 4, 0)], 0),
    ),
    ("next-core-restarts", next_core_of_fewer_cores, 1, 0),
    ("no-core-no-group", groups_of_no_core, "§2.5.5/session-change.9", ()),
    (
        "no-thread-core-no-claim",
        claim_without_a_parathread_core,
        "§2.5.5/session-change.13",
        ([], ()),
    ),
    ("session-change-at-block-end", start_of_the_session, 7, 8),
]

READING_CASES = [
    (
        "scheduled-core-entry",
        "some",
        entries_while_scheduled,
        ((Parachain(), Parachain(), thread(10), None), (None,) * 4),
        ((None,) * 4, (None,) * 4),
    ),
    (
        "schedule-covers-free-cores",
        "freed",
        cores_scheduled_at_the_start,
        [],
        [(0, 1, 0), (1, 2, 1), (2, 10, 2)],
    ),
    ("claims-return-to-back", "front", order_of_returned_claims, [11, 10, 12], [12, 10, 11]),
    (
        "returned-claim-core",
        "next",
        core_of_a_returned_claim,
        ([(10, 3, 0)], 0),
        ([(10, 2, 0)], 1),
    ),
]


def test_every_amendment_has_a_case():
    asked: set[str] = set()
    for path in Path(scheduler.__file__).parent.glob("scheduler*.py"):
        asked.update(re.findall(r'(?:amended|reading)\("([a-z-]+)"\)', path.read_text("utf-8")))
    assert {case[0] for case in REPAIR_CASES} == asked & REPAIRS
    assert {case[0] for case in READING_CASES} == asked & READINGS.keys()


ALONE_WRITTEN = {"timed-out-claim-returns": ([11], False)}
ALONE_AMENDED = {"timed-out-claim-returns": ([11], True)}
"""Without `claim-taken-by-its-core` the core takes the head of the queue instead."""


@pytest.mark.parametrize(
    ("repair", "outcome", "written", "amended"), REPAIR_CASES, ids=[c[0] for c in REPAIR_CASES]
)
def test_a_repair_alone_changes_the_outcome(repair, outcome, written, amended):
    assert outcome(Rules.as_written(STARRED)) == ALONE_WRITTEN.get(repair, written)
    assert outcome(Rules.as_written(STARRED, plus=[repair])) == ALONE_AMENDED.get(repair, amended)


@pytest.mark.parametrize(
    ("repair", "outcome", "written", "amended"), REPAIR_CASES, ids=[c[0] for c in REPAIR_CASES]
)
def test_a_repair_alone_left_out_changes_the_outcome(repair, outcome, written, amended):
    assert outcome(Rules.as_amended(without=[repair])) == written
    assert outcome(Rules.as_amended()) == amended


@pytest.mark.parametrize(
    ("reading", "other", "outcome", "otherwise", "amended"),
    READING_CASES,
    ids=[c[0] for c in READING_CASES],
)
def test_a_reading_changes_the_outcome(reading, other, outcome, otherwise, amended):
    assert outcome(Rules.as_amended({reading: other}, without=[reading])) == otherwise
    assert outcome(Rules.as_written(STARRED | {reading: other})) == otherwise
    assert outcome(Rules.as_amended()) == amended
    assert outcome(Rules.as_written(STARRED)) == amended


# ---- what the literal text leads to


def test_as_written_a_returned_core_stays_occupied_for_good():
    rules = Rules.as_written(STARRED)
    storage = state(cores=[Parachain(), None, None, None])
    storage = scheduler.schedule(storage, at(1, rules), [done(0)])
    storage = scheduler.finalization(storage, at(1, rules))
    storage = scheduler.initialization(storage, at(2, rules))
    assert storage.availability_cores[0] == Parachain()
    assert [core for core, _, _ in assigned(storage)] == [1]


def test_as_written_a_concluded_claim_comes_back_at_the_session_change():
    rules = Rules.as_written(STARRED)
    storage = state(cores=[None, None, thread(10), None], indexed=[10])
    storage = scheduler.schedule(storage, at(1, rules), [done(2)])
    storage = scheduler.session_change(storage, at(2, rules), notify())
    assert queued(storage) == [(10, 2, 0)]
    assert storage.parathread_claim_index == ()


def test_a_scheduled_core_with_an_entry_is_emptied_at_finalization():
    readings = STARRED | {"scheduled-core-entry": "some"}
    rules = Rules.as_written(readings)
    storage = state((11, 2), cores=[None, None, thread(10), None], indexed=[10, 11])
    storage = scheduler.schedule(storage, at(1, rules), [done(2)])
    assert storage.availability_cores[2] == thread(11)
    storage = scheduler.finalization(storage, at(1, rules))
    assert storage.availability_cores == (None,) * 4
    assert queued(storage) == [(11, 2, 1)]


def test_several_claims_pushed_to_the_front_end_up_in_reverse():
    rules = Rules.as_written(STARRED | {"claims-return-to-back": "front"})
    storage = scheduler.initialization(state((10, 2), (11, 3), (12, 2)), at(1, rules))
    storage = scheduler.finalization(storage, at(1, rules))
    assert queued(storage) == [(11, 3, 1), (10, 2, 1), (12, 2, 0)]


def test_as_written_a_group_may_be_on_duty_that_does_not_exist():
    rules = Rules.as_written(STARRED)
    context = at(7, rules, paras=paras([1, 2], []))
    storage = scheduler.session_change(SchedulerStorage(), context, notify(3))
    storage = scheduler.initialization(storage, at(17, rules, paras=paras([1, 2], [])))
    groups = [assignment.group_idx for assignment in storage.scheduled]
    assert groups == [3, 0]
    assert scheduler.group_validators(storage, 3) is None


def test_errors_name_what_is_undefined():
    context = at(
        7, Rules.as_written(STARRED), paras=paras([], []), config=changed(parathread_cores=0)
    )
    with pytest.raises(HostError, match=r"undefined: .* by 0 groups §2.5.5/session-change.9"):
        scheduler.session_change(
            state(), context, notify(prev=changed(parathread_cores=0), new=context.configuration)
        )
