"""How long an accepted claim can stay."""

from __future__ import annotations

from functools import partial

import pytest

from checker import abstraction
from checker.verdict import Word
from model import claim_life, scheduler_system
from model.language import And, Implies
from properties.kinds import invariant
from properties.theorem import Abstraction, assumption
from properties.theorems import life
from tests.properties.planting import Fault, planted
from tests.properties.theorems import unbounded

NEARER = life.every_block_brings_a_claim_nearer_its_end
WITHIN = life.every_claim_leaves_within_the_bound

RESULTS = [
    unbounded.Result(NEARER, abstracts="abstract claim_life, checked scheduler tiny"),
    unbounded.Result(WITHIN, abstracts=f"abstract claim_life, checked through {NEARER.name}"),
    unbounded.Result(life.every_claim_leaves_a_block_earlier, steps=7),
    unbounded.Result(life.every_claim_leaves_whatever_sets_it_back, steps=10),
    unbounded.Result(life.every_claim_leaves_as_written, steps=10),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_bound_is_proved_or_refuted_by_a_shortest_trace(result):
    unbounded.same(result)


@pytest.mark.parametrize(("retries", "claims", "turn"), [(1, 2, 2), (1, 2, 1), (0, 2, 2)])
def test_the_bound_is_reached_with_retries_and_other_claims_too(retries, claims, turn):
    @assumption()
    def exactly(s):
        """These limits and no others."""
        limits = s.limits
        return And(limits.retries == retries, limits.claims == claims, limits.turn == turn)

    earlier = life.every_claim_leaves_a_block_earlier
    assert unbounded.attempt(earlier, given=(exactly,), small=(life.SMALL,)).word is Word.VIOLATED
    assert unbounded.attempt(WITHIN, given=(exactly,), small=(life.SMALL,)).word is Word.PROVED


def test_as_written_a_claim_without_retries_is_tried_twice():
    trace = unbounded.settled(life.every_claim_leaves_as_written).trace
    last = life.every_claim_leaves_as_written.system(life.TINY).decode(trace.states[-1])
    assert (last["limits"]["retries"], last["retries"], last["place"]) == (0, 1, "queued")


@pytest.mark.parametrize("theorem", [NEARER, WITHIN], ids=lambda t: t.name)
def test_a_turn_must_take_a_block(theorem):
    assert unbounded.attempt(theorem, given=()).word is not Word.PROVED


@pytest.mark.parametrize("lemma", ["a_claim_is_in_one_place", "blocks_are_accounted_for"])
def test_without_a_lemma_the_induction_fails(lemma):
    assert unbounded.unproved(unbounded.without(WITHIN, lemma))


def test_a_wrong_lemma_leaves_the_bound_open():
    @invariant("§2.5.5/description.6.3")
    def nobody_is_ahead(s):
        """No claim is ever before another on its core."""
        return s.ahead == 0

    wrong = unbounded.with_lemmas(WITHIN, *WITHIN.goal.lemmas, nobody_is_ahead)
    assert unbounded.unproved(wrong)


def test_a_bound_without_the_wait_of_others_is_refuted():
    @invariant("§2.5.5/description.6.3", lemmas=life.COUNTED)
    def alone(s):
        """A claim leaves as if no other were before it."""
        at_most = s.limits.retries + 1 + s.limits.turn + s.setbacks * s.limits.turn
        return Implies(
            And(s.place != claim_life.GONE, s.phase == claim_life.IDLE), s.blocks < at_most
        )

    assert unbounded.attempt(WITHIN, goal=alone).word is Word.VIOLATED


@pytest.mark.parametrize(
    "fault",
    [
        Fault(claim_life, "_take", "s.ahead - 1", "s.ahead"),
        Fault(claim_life, "inherent", "s.age < s.limits.turn", "s.age <= s.limits.turn"),
    ],
    ids=["nobody ahead is served", "a turn takes a block more"],
)
def test_an_error_in_the_life_breaks_the_bound(fault):
    with planted(fault):
        wrong = partial(claim_life.system, counted=True)
        assert unbounded.attempt(WITHIN, system=wrong).word is not Word.PROVED


@pytest.mark.parametrize(
    "sizes",
    [
        dict(thread_availability_period=2, max_parachains=0),
        dict(
            group_rotation_frequency=2,
            scheduling_lookahead=2,
            max_parachains=0,
            max_parathread_cores=1,
            max_cores=1,
        ),
    ],
    ids=["two blocks to become available", "two claims on one core, two blocks to a rotation"],
)
def test_a_life_allows_what_the_scheduler_does_with_longer_turns(sizes, monkeypatch):
    tiny = {**scheduler_system.INSTANCES["tiny"], **sizes}
    monkeypatch.setitem(scheduler_system.INSTANCES, "tiny", tiny)
    limits = dict(life.SMALL, turn=2)
    image = abstraction.checked(NEARER.abstracts, NEARER.system(limits))
    assert not image.problem
    assert image.states > 29  # more than with turns of one block


def test_a_life_in_which_retries_are_free_is_not_that_of_the_scheduler():
    def free(system, state):
        return {**life.claim_of_scheduler(system, state), "retries": 0}

    wrong = Abstraction("scheduler", "tiny", free)
    assert unbounded.attempt(NEARER, abstracts=wrong).word is Word.ERROR
