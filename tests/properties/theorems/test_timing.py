"""How long a core stays occupied, by each statement of the timeout rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.verdict import Word
from model import core_clock, scheduler
from model.language import Implies, Max
from properties.kinds import invariant
from properties.theorem import Abstraction
from properties.theorems import timeouts, timing
from tests.properties.planting import Fault, planted
from tests.properties.theorems import unbounded, variants

MAPPED = "abstract core_clock, checked scheduler timeouts"
PREDICATE, PROSE = timing.in_time_by_the_predicate, timing.in_time_by_the_prose
ALGORITHM = timing.in_time_by_the_algorithm
IN_TIME = [PREDICATE, PROSE, ALGORITHM]

INVARIANTS = [
    *(unbounded.Result(t, abstracts=MAPPED) for t in IN_TIME),
    unbounded.Result(timing.claim_by_the_predicate, abstracts=MAPPED),
    unbounded.Result(timing.claim_by_the_prose, steps=11),
    unbounded.Result(timing.claim_by_the_algorithm, abstracts=MAPPED),
]

LEAST_AGE = dict(chain=1, thread=1, parachains=0, frequency=1, block=0, age=1)
CLAIMS = [
    variants.Result(timeouts.a_clock_may_count_from_the_last_rotation),
    variants.Result(timeouts.when_a_core_times_out_by_the_predicate),
    variants.Result(timeouts.when_a_core_times_out_by_the_prose),
    variants.Result(timeouts.when_a_core_times_out_by_the_algorithm),
    variants.Result(timeouts.no_smaller_bound_will_do_by_the_predicate),
    variants.Result(timeouts.no_smaller_bound_will_do_by_the_prose),
    variants.Result(timeouts.no_smaller_bound_will_do_by_the_algorithm),
    variants.Result(timeouts.late_cores_are_freed_at_a_rotation_by_the_predicate),
    variants.Result(timeouts.late_cores_are_freed_at_a_rotation_by_the_prose, LEAST_AGE),
    variants.Result(timeouts.a_period_of_one_has_no_bound_by_the_prose),
]


@pytest.mark.parametrize("result", INVARIANTS, ids=str)
def test_each_bound_is_proved_or_refuted_by_a_shortest_trace(result):
    unbounded.same(result)


@pytest.mark.parametrize("result", CLAIMS, ids=str)
def test_each_claim_about_blocks_is_proved_or_refuted_by_the_least_numbers(result):
    variants.same(result)


@pytest.mark.parametrize(("claim", "premise"), variants.premises(CLAIMS))
def test_without_a_premise_a_claim_is_refuted(claim, premise):
    assert variants.refuting(claim, **variants.without(claim, premise)) is not None


@pytest.mark.parametrize("theorem", IN_TIME, ids=lambda t: t.name)
def test_without_any_premise_a_bound_is_not_proved(theorem):
    for dropped in theorem.given:
        kept = tuple(a for a in theorem.given if a is not dropped)
        assert unbounded.attempt(theorem, given=kept).word is not Word.PROVED


@pytest.mark.parametrize(
    ("theorem", "lemma"), unbounded.lemmas(PREDICATE, PROSE), ids=lambda x: getattr(x, "name", x)
)
def test_without_a_lemma_the_induction_fails(theorem, lemma):
    assert unbounded.unproved(unbounded.without(theorem, lemma))


@invariant("§2.5.5/description.5.4", lemmas=PREDICATE.goal.lemmas)
def one_block_less(s):
    """A core is free one block before the bound."""
    return Implies(s.occupied, timing.blocks_seen(s) + 1 < timing.longest_of(s))


@pytest.mark.parametrize("theorem", IN_TIME, ids=lambda t: t.name)
def test_one_block_less_is_refuted_for_every_rule(theorem):
    assert unbounded.attempt(theorem, goal=one_block_less).word is Word.VIOLATED


def test_a_wrong_lemma_is_refuted_or_left_open():
    @invariant("§2.5.5/description.5.6")
    def nothing_waits(s):
        """No core is occupied beyond its period."""
        return Implies(s.occupied, timing.blocks_seen(s) < Max(timing.period_of(s), 1))

    wrong = unbounded.with_lemmas(PREDICATE, *PREDICATE.goal.lemmas, nothing_waits)
    assert unbounded.unproved(wrong)


def test_the_runtime_claim_fails_by_the_prose_for_two_blocks_each():
    theorem = timing.claim_by_the_prose
    trace = unbounded.settled(theorem).trace
    last = theorem.system(timing.TINY).decode(trace.states[-1])
    assert last["configuration"] == dict.fromkeys(core_clock.MEMBERS, 2)
    assert (last["occupied"], last["age"], last["phase"]) == (True, 2, "closed")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(scheduler, "availability_timeout", "age >= period", "age > period"),
        Fault(scheduler, "availability_timeout", "Max(chain, thread)", "Max(chain, thread) - 1"),
    ],
    ids=["a block too late", "a window too narrow"],
)
def test_an_error_in_the_rule_breaks_the_bound(fault):
    with planted(fault):
        assert unbounded.attempt(PREDICATE).word is Word.VIOLATED
        claim = timeouts.when_a_core_times_out_by_the_predicate
        assert variants.refuting(claim) is not None


def test_a_window_that_is_too_wide_makes_the_bound_too_large():
    wide = Fault(scheduler, "availability_timeout", "Max(chain, thread)", "Max(chain, thread) + 1")
    with planted(wide):
        assert unbounded.attempt(PREDICATE).word is Word.PROVED
        claim = timeouts.no_smaller_bound_will_do_by_the_predicate
        assert variants.refuting(claim) is not None


def test_a_clock_that_skips_a_block_is_no_abstraction_of_the_scheduler():
    def skipping(system, state):
        return {**timing.core_of_scheduler(system, state), "since_rotation": 0}

    wrong = replace(PREDICATE, abstracts=Abstraction("scheduler", "timeouts", skipping))
    assert unbounded.attempt(wrong, abstracts=wrong.abstracts).word is Word.ERROR


def test_the_finite_clock_knows_ages_beyond_every_bound():
    sizes = dict.fromkeys(core_clock.MEMBERS, 3)
    system = core_clock.system(sizes, "prose")
    age = next(leaf for leaf in system.leaves if leaf.name == "age")
    assert age.high == 4  # by the prose a core may stay for a frequency and one block
