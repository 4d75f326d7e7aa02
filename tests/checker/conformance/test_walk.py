"""Model and reference implementation agree on every step, and a fault in the latter is found."""

from __future__ import annotations

import itertools

import pytest

from checker.conformance.walk import walk
from impl.runtime import groups
from impl.runtime import scheduler as reference
from impl.runtime import scheduler_claims as claims
from impl.runtime import scheduler_session as sessions
from model.scheduler import READINGS
from tests.checker.conformance.cases import WRITTEN, faulty_walk, scheduler
from tests.properties.planting import Fault

CHECKS = {"ClaimAlreadyIndexed", "QueueFull", "CoreNotScheduled", "CoresNotSorted"}


def test_every_reachable_step_of_the_amended_text_agrees():
    done = walk(scheduler())
    assert not done.divergences
    assert done.complete
    assert done.states == 14_122
    assert set(done.refusals) == CHECKS | {"NotAParathread"}


def test_the_first_steps_of_the_text_as_written_agree():
    done = walk(scheduler(WRITTEN, {"max_validators": 1}), states=4_000)
    assert not done.divergences
    assert (done.states, done.complete) == (4_000, False)
    assert set(done.refusals) == CHECKS | {"undefined"}


def test_a_walk_of_some_initial_states_reaches_what_those_reach():
    system = scheduler(sizes={"max_validators": 1})
    done = walk(system, only=lambda first: first["session"]["parathread_cores"] == 0, states=30)
    assert (done.states, done.complete) == (30, False)
    nothing = walk(system, only=lambda first: False)
    assert (nothing.states, nothing.steps, nothing.complete) == (0, 0, True)


FAULTS = {
    "ClaimAlreadyIndexed is not checked": (
        "add_claim",
        Fault(reference, "add_parathread_claim", "if claim.para in indexed:", "if False:"),
    ),
    "QueueFull is checked too late": (
        "add_claim",
        Fault(reference, "add_parathread_claim", "length >= limit", "length > limit"),
    ),
    "CoresNotSorted is not checked": (
        "inherent",
        Fault(reference, "occupied", "first >= second", "first > second"),
    ),
    "NotAParathread is not checked": (
        "add_claim",
        Fault(
            reference,
            "add_parathread_claim",
            "claim.para not in context.paras.parathreads",
            "False",
        ),
    ),
    "groups rotate one block early": (
        "begin_block",
        Fault(reference, "compute_rotations", "(storage, context) //", "(storage, context) + 1 //"),
    ),
    "a claim that timed out is charged": (
        "inherent",
        Fault(
            reference,
            "_release_core",
            "occupant.entry, freed.core)",
            "replace(occupant.entry, retries=occupant.entry.retries + 1), freed.core)",
        ),
    ),
    "a claim returns to the front": (
        "end_block",
        Fault(claims, "return_claim", "queue + back if at_back", "back + queue if at_back"),
    ),
    "a freed core is not cleared": (
        "inherent",
        Fault(reference, "_release_core", "with_entry(storage, freed.core, None)", "storage"),
    ),
    "an occupied core stays scheduled": (
        "inherent",
        Fault(reference, "occupied", "if assignment.core not in cores", ""),
    ),
    "a core times out a block late": (
        "inherent",
        Fault(reference, "availability_timeout_predicate", "since >= period", "since > period"),
    ),
    "a failed attempt is not counted": (
        "end_block",
        Fault(reference, "_retry_claim", "entry.retries + 1", "entry.retries"),
    ),
    "pruned claims stay indexed": (
        "session_change",
        Fault(
            sessions,
            "_prune_claims",
            "unindex(with_queue(storage, kept), pruned)",
            "with_queue(storage, kept)",
        ),
    ),
    "claims are dealt out from the second core": (
        "session_change",
        Fault(sessions, "_rebalance_claims", "first + position %", "first + (position + 1) %"),
    ),
    "the last groups are the larger ones": (
        "genesis",
        Fault(
            groups,
            "compute_group_sizes",
            "(size + 1,) * larger + (size,) * (groups - larger)",
            "(size,) * (groups - larger) + (size + 1,) * larger",
        ),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_the_action_that_shows_it(name):
    action, fault = FAULTS[name]
    done = faulty_walk(fault, {"max_validators": 1}, 3_000)
    assert done.divergences, f"not found in {done.states} states"
    assert done.divergences[0].action == action, done.divergences[0]


def test_without_a_fault_these_walks_find_nothing():
    assert not faulty_walk(None, {"max_validators": 1}, 3_000).divergences


@pytest.mark.nightly
@pytest.mark.parametrize("taken", list(itertools.product([False, True], repeat=len(READINGS))))
def test_every_reachable_step_of_the_text_as_written_agrees(taken):
    reading = dict(zip(READINGS.values(), taken, strict=True))
    done = walk(
        scheduler(WRITTEN),
        only=lambda first: reading.items() <= first.items(),
        states=500_000,
    )
    assert not done.divergences
    assert done.complete
