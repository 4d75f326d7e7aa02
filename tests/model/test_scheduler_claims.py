"""§2.5.5/add_parathread_claim, and what is read from the section: groups, paras, timeouts."""

from __future__ import annotations

import pytest

from model import scheduler
from model.config import Rules
from model.language import Action, And, Bool, Index, System
from model.scheduler_system import VARIANTS, configure
from tests.model.language import helpers
from tests.model.scheduler_cases import (
    IDS,
    SIZES,
    WRITTEN,
    after,
    cores,
    entry,
    next_core,
    nothing,
    queued,
    routines,
    run,
    scheduled,
    state,
    without,
    work,
)


def claim(before, amendments=IDS, *, thread):
    return after("add_parathread_claim", before, amendments, thread=thread)


def refusal(before, amendments=IDS, *, thread):
    return run("add_parathread_claim", before, amendments, thread=thread).refused


def test_a_claim_is_queued_indexed_and_given_the_next_core():
    found = claim(state(), thread=2)
    assert queued(found) == [(2, 1, 0)]  # next_core 0, behind one parachain
    assert found["ParathreadClaimIndex"] == {2}
    assert next_core(found) == 1


def test_claims_go_round_the_parathread_cores_behind_one_another():
    found = claim(claim(state(next_core=1), thread=2), thread=0)
    assert queued(found) == [(2, 2, 0), (0, 1, 0)]
    assert next_core(found) == 1


@pytest.mark.parametrize("amendments", [IDS, WRITTEN])
def test_a_second_claim_on_a_parathread_is_refused(amendments):
    assert refusal(state(amendments, queue=[(2, 1)]), amendments, thread=2) == "ClaimAlreadyIndexed"


def test_a_claim_on_an_occupied_core_counts_as_indexed():
    before = state(AvailabilityCores=cores(None, entry(2)), ParathreadClaimIndex={2})
    assert refusal(before, thread=2) == "ClaimAlreadyIndexed"
    assert refusal(before, thread=1) == ""


@pytest.mark.parametrize("amendments", [IDS, WRITTEN])
def test_a_claim_is_refused_when_lookahead_times_cores_are_queued(amendments):
    before = state(amendments, queue=[(0, 1), (1, 2)])
    assert refusal(before, amendments, thread=2) == "QueueFull"
    more_cores = {**before, "parathread_cores": 3}
    assert refusal(more_cores, amendments, thread=2) == ""


def test_limit_counts_all_claims_where_the_text_counts_those_in_the_queue():
    written = without("limit-counts-all-claims")
    on_core = {"AvailabilityCores": cores(None, entry(1)), "ParathreadClaimIndex": {0, 1}}
    assert refusal(state(queue=[(0, 2)], **on_core), thread=2) == "QueueFull"
    assert refusal(state(written, queue=[(0, 2)], **on_core), written, thread=2) == ""


def test_claim_names_live_parathread_refuses_where_the_text_accepts():
    written = without("claim-names-live-parathread")
    others = frozenset({0, 1, 3})
    assert refusal(state(parathreads=others), thread=2) == "NotAParathread"
    assert refusal(state(parathreads=others), thread=1) == ""
    assert refusal(state(written, parathreads=others), written, thread=2) == ""


@pytest.mark.parametrize("amendments", [IDS, WRITTEN])
def test_without_parathread_cores_every_claim_is_refused(amendments):
    assert refusal(state(amendments, parathread_cores=0), amendments, thread=0) == "QueueFull"


def test_a_core_that_is_not_scheduled_cannot_become_occupied():
    before = state(Scheduled=scheduled(work(0), None, work(2)))
    assert run("occupied", before, IDS, given=[0, 1]).refused == "CoreNotScheduled"
    assert run("occupied", before, IDS, given=[0, 2]).refused == ""


@pytest.mark.parametrize("given", [[2, 0], [0, 0], [0, 2, 1], [1, 2, 2]])
def test_cores_that_are_not_strictly_ascending_cannot_become_occupied(given):
    before = state(Scheduled=scheduled(work(0), work(1, 0), work(2, 1)))
    assert run("occupied", before, IDS, given=given).refused == "CoresNotSorted"
    assert run("occupied", before, IDS, given=sorted(set(given))).refused == ""


# what is read


def timeout_system(rule, frequency):
    """A system whose one action passes exactly if a core times out."""
    sizes = {**SIZES, "group_rotation_frequency": frequency}
    cfg = configure(sizes, Rules(IDS, IDS, {"timeout_rule": rule}))

    def ask(s, core, age, late):
        s.require(scheduler.availability_timeout(s, core, age) == late, "Otherwise")

    action = Action(ask, core=cfg.core, age=Index("age", 6), late=Bool)
    return System("timeout", cfg, scheduler.storage(cfg), nothing, [action])


CHAIN, THREAD = 0, 1  # cores with periods of 3 and 1 blocks


@pytest.mark.parametrize(
    ("rule", "frequency", "block", "core", "first"),
    [  # the least age that times out, None if no age does
        ("predicate", 2, 0, CHAIN, 3),
        ("predicate", 2, 0, THREAD, 1),
        ("predicate", 2, 5, THREAD, 1),  # one block after a rotation, within max(3, 1)
        ("predicate", 4, 6, CHAIN, 3),
        ("predicate", 4, 7, CHAIN, None),  # 3 blocks after a rotation
        ("predicate", 4, 7, THREAD, None),
        ("prose", 2, 4, CHAIN, 3),  # 0 < 3 - 1
        ("prose", 2, 5, CHAIN, 3),
        ("prose", 4, 6, CHAIN, None),  # not 2 < 3 - 1
        ("prose", 2, 4, THREAD, None),  # not even 0 < 1 - 1
        ("algorithm", 2, 4, CHAIN, 3),
        ("algorithm", 4, 7, CHAIN, 3),
        ("algorithm", 4, 7, THREAD, 1),
    ],
)
def test_a_core_times_out_by_age_and_time_since_rotation(rule, frequency, block, core, first):
    model = timeout_system(rule, frequency)
    for age in range(6):
        late = first is not None and age >= first
        picked = {"core": core, "age": age, "late": late}
        assert helpers.run(model, "ask", state(block=block), **picked).refused == ""


def test_every_variant_of_the_timeout_rule_is_tested():
    assert VARIANTS["timeout_rule"] == ("predicate", "prose", "algorithm")


def test_core_para_is_the_scheduled_claim_and_else_the_occupant():
    before = state(
        AvailabilityCores=cores(None, entry(3), entry(2)), Scheduled=scheduled(None, work(1, 1))
    )

    def answers(s):
        return And(scheduler.core_para_thread(s, 1) == 1, scheduler.core_para_thread(s, 2) == 2)

    assert helpers.value(routines(), answers, before)


def test_group_size_counts_the_members_of_this_session_only():
    before = state(validators=3, ValidatorGroups=[0, 2, 0, 0])

    def sizes(s):
        return And(scheduler.group_size(s, 0) == 2, scheduler.group_size(s, 1) == 0)

    assert helpers.value(routines(), sizes, before)


@pytest.mark.parametrize(
    ("shuffled", "validators", "valid"),
    [
        ([2, 0, 1, 0], 3, True),
        ([2, 0, 0, 0], 3, False),  # one twice
        ([3, 0, 1, 0], 3, False),  # one that is none
        ([2, 0, 1, 1], 3, False),  # something behind the last
        ([0, 0, 0, 0], 1, True),
        ([3, 1, 0, 2], 4, True),
    ],
)
def test_a_shuffle_is_a_permutation_of_the_validators(shuffled, validators, valid):
    def shuffles(s):
        return scheduler.is_permutation(s, shuffled, validators)

    assert helpers.value(routines(), shuffles, state()) is valid
