"""Groups on cores: one to one where there are as many, and another one exactly when they rotate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.smt.theorem import prove
from checker.verdict import Word
from model import scheduler
from model.language import Implies
from properties.theorem import Stage
from properties.theorems import rotation, turns
from tests.properties.planting import Fault, planted
from tests.properties.theorems.variants import Result, attempt, premises, refuting, same, without

ON_CORE = rotation.the_group_on_a_core_serves_that_core
OF_GROUP = rotation.the_core_of_a_group_has_that_group
OTHER_COUNTS = rotation.other_counts_share_cores_or_leave_one_out
CHANGES = turns.cores_get_another_group_exactly_as_rotations_begin
AGAIN = turns.a_core_has_its_group_again_exactly_after_whole_turns
REACHES = turns.every_group_reaches_every_core_within_one_turn
KEEPS = turns.a_group_keeps_its_core_exactly_in_short_sessions

RESULTS = [
    Result(ON_CORE),
    Result(OF_GROUP),
    Result(
        rotation.every_core_has_a_group_whatever_the_frequency,
        dict(block=0, core=0, frequency=0, n=1, parachains=0),
    ),
    Result(
        rotation.every_core_has_one_of_the_groups_as_written,
        dict(block=0, core=0, threads=0, frequency=1, n=1, parachains=1),
    ),
    Result(
        rotation.no_two_groups_as_written_share_a_core,
        dict(block=0, group=0, other=1, threads=1, frequency=1, n=1, parachains=0),
    ),
    Result(OTHER_COUNTS),
    Result(CHANGES),
    Result(AGAIN),
    Result(REACHES),
    Result(
        turns.no_group_keeps_a_core_for_a_session,
        dict(length=1, core=0, frequency=1, n=1, parachains=0),
    ),
    Result(KEEPS),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_sentence_is_proved_or_refuted_by_the_least_numbers(result):
    same(result)


@pytest.mark.parametrize(("claim", "premise"), premises(RESULTS))
def test_without_a_premise_it_is_refuted(claim, premise):
    assert refuting(claim, **without(claim, premise)) is not None


NO_ROTATION = Fault(scheduler, "group_on", "(core - rotations)", "core")
BACKWARDS = Fault(scheduler, "core_of", "group + rotations", "group - rotations")
AN_OFFSET = Fault(scheduler, "group_on", "(core - rotations)", "(core - rotations + 1)")
LATE = Fault(scheduler, "rotations_so_far", "s.block /", "(s.block + 1) /")
BY_CHAINS = Fault(scheduler, "groups_wanted", "s.parathreads.size()", "s.parachains")


@pytest.mark.parametrize(
    ("claim", "fault", "refuted"),
    [
        (ON_CORE, NO_ROTATION, dict(block=1, core=0, frequency=1, n=2, parachains=0)),
        (ON_CORE, BACKWARDS, dict(block=1, core=0, frequency=1, n=3, parachains=0)),
        (OF_GROUP, AN_OFFSET, dict(block=0, group=0, frequency=1, n=2, parachains=0)),
        (CHANGES, LATE, dict(block=0, core=0, frequency=2, n=2, parachains=0)),
        (CHANGES, NO_ROTATION, dict(block=0, core=0, frequency=1, n=2, parachains=0)),
        (
            AGAIN,
            NO_ROTATION,
            dict(block=0, later=1, core=0, frequency=1, n=2, parachains=0),
        ),
        (
            KEEPS,
            LATE,
            dict(length=2, block=1, core=0, frequency=2, n=2, parachains=0),
        ),
    ],
)
def test_a_fault_in_the_model_is_refuted(claim, fault, refuted):
    with planted(fault):
        assert refuting(claim) == refuted


def test_groups_counted_by_cores_are_as_many():
    with planted(BY_CHAINS):
        proof = attempt(rotation.every_core_has_one_of_the_groups_as_written)
        shared = refuting(rotation.no_two_groups_as_written_share_a_core)
        other = refuting(OTHER_COUNTS)
    assert proof.word is not Word.VIOLATED
    assert shared is None
    assert other is not None  # parathreads no longer matter


def test_the_wait_for_a_group_can_be_all_but_one_rotation():
    def sooner(block, core, group, frequency, n, parachains):
        _, wait, _ = turns._arrival(block, core, group, frequency, n, parachains)
        return wait < n - 1

    least = dict(block=0, core=0, group=0, frequency=1, n=1, parachains=0)
    assert refuting(REACHES, function=sooner, stages=()) == least


def test_one_rotation_more_than_a_session_has_is_never_seen():
    def seen(length, core, frequency, n, parachains):
        first = rotation.at(0, frequency, n, parachains)
        rotated = rotation.at(frequency, frequency, n, parachains)
        differ = scheduler.group_on(rotated, core) != scheduler.group_on(first, core)
        return Implies(n > 1, differ == (frequency < length))

    claim = turns.no_group_keeps_a_core_for_a_session
    least = dict(length=1, core=0, frequency=1, n=2, parachains=0)
    assert refuting(claim, function=seen) == least


def test_a_wrong_lemma_is_not_used():
    def none(block, core, frequency, n, parachains):
        """The group on a core is always the first."""
        s = rotation.at(block, frequency, n, parachains)
        return scheduler.group_on(s, core) == 0

    stage = Stage("none", "The group on a core is always the first.", none)
    proof = prove(replace(ON_CORE, stages=(stage, *ON_CORE.stages)), 5.0, second=False)
    assert proof.word is Word.UNDETERMINED
    assert "none" in proof.detail
