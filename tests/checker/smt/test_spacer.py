"""Spacer: the lemmas it finds are proved again, and few; what it cannot say is unknown."""

from __future__ import annotations

import pytest

from checker.smt import spacer
from checker.smt.conjuncts import numbered
from checker.smt.induction import INDUCTIVE, Clock, Prover
from checker.smt.minimal import minimal
from model.language import Action, If, Int, Nat, Or, System
from properties.kinds import invariant, step
from tests.checker.smt import systems
from tests.checker.smt.systems import CFG, WELL_DEFINED, named, nothing
from tests.checker.smt.test_induction import b_stays_below_nine, two_counters


def ask(system, goal, seconds=20.0):
    prover = Prover(system)
    return prover, spacer.generalise(prover.unrolling, goal, Clock(seconds), quiet)


def quiet(_what, _counts):
    pass


def test_lemmas_are_found_and_proved_again():
    prover, answer = ask(two_counters(), b_stays_below_nine)
    assert (answer.status, answer.encoding) == (spacer.FOUND, "integers")
    assert len(answer.texts) == len(answer.lemmas)
    result, kept = minimal(prover, b_stays_below_nine, answer.lemmas, Clock(), quiet)
    assert result.status == INDUCTIVE
    assert 0 < len(kept) <= len(answer.lemmas)
    assert "b < 9" in answer.texts


def test_superfluous_lemmas_are_dropped():
    prover = Prover(two_counters())
    u = prover.unrolling
    texts = [lambda s: s.a == s.b, lambda s: s.a % 2 == 0, lambda s: Or(s.a < 10, s.b > 2)]
    terms = [
        u.condition(u.system.term(named(invariant, f"lemma_{i}", text)))
        for i, text in enumerate(texts)
    ]
    lemmas = numbered("found", [*terms, terms[0]])
    result, kept = minimal(prover, b_stays_below_nine, lemmas, Clock(), quiet)
    assert result.status == INDUCTIVE
    assert len(kept) == 2


def test_lemmas_that_do_not_suffice_prove_nothing():
    prover = Prover(two_counters())
    u = prover.unrolling
    even = named(invariant, "even", lambda s: s.a % 2 == 0)
    lemmas = numbered("found", [u.condition(u.system.term(even))])
    result, kept = minimal(prover, b_stays_below_nine, lemmas, Clock(), quiet)
    assert result.status != INDUCTIVE
    assert kept == lemmas


def test_division_is_left_to_the_booleans():
    def halve(s):
        s.n = If(s.n > 1, 16 / s.n, 8)

    def eight(s):
        s.n = 8

    system = System("halves", CFG, dict(n=Nat(16)), eight, [Action(halve)])
    goal = named(invariant, "not_three", lambda s: s.n != 3)
    prover, answer = ask(system, goal)
    assert (answer.status, answer.encoding) == (spacer.FOUND, "Booleans")
    result, _ = minimal(prover, goal, answer.lemmas, Clock(), quiet)
    assert result.status == INDUCTIVE


def test_negative_numbers_survive_both_encodings():
    def turn(s):
        s.x = -s.x

    def low(s):
        s.x = -3

    system = System("signs", CFG, dict(x=Int(-5, 5)), low, [Action(turn)])
    goal = named(invariant, "not_minus_two", lambda s: s.x != -2)
    prover = Prover(system)
    for horn in (spacer._integers, spacer._booleans):
        status, found = horn(prover.unrolling).solve(goal, frozenset(), 10.0)
        assert status == spacer.FOUND
        lemmas = numbered("found", [term for term, _ in found])
        assert minimal(prover, goal, lemmas, Clock(), quiet)[0].status == INDUCTIVE


@pytest.mark.parametrize("name", ["below_five", "grows"])
def test_a_violation_is_refuted(name):
    system, properties = systems.counter_with_wrap()
    [goal] = [p for p in properties if p.name == name]
    assert ask(system, goal)[1].status == spacer.REFUTED


def test_a_limit_counts_as_a_violation_and_a_cut_only_if_it_must():
    system, (_, is_even) = systems.limit()
    assert ask(system, is_even)[1].status == spacer.REFUTED
    cut, _ = systems.cut_queue()
    anything = named(invariant, "short", lambda s: s.queue.len < 4)
    assert ask(cut, anything)[1].status == spacer.FOUND


def test_a_step_property_and_the_built_in_one():
    system = two_counters()
    same = named(step, "same", lambda s, t: Or(t.a == t.b, s.a != s.b))
    for goal in (same, WELL_DEFINED):
        prover, answer = ask(system, goal)
        assert answer.status == spacer.FOUND
        assert minimal(prover, goal, answer.lemmas, Clock(), quiet)[0].status == INDUCTIVE


def test_the_end_of_the_time_is_unknown():
    _, answer = ask(hard(), named(invariant, "odd", lambda s: s.n != 4_321), 0.05)
    assert answer.status == spacer.UNKNOWN
    assert "seconds" in answer.reason


def hard():
    """A walk whose lemmas are not found in a twentieth of a second."""

    def turn(s):
        s.n = (s.n * s.n + 7 * s.m + 3) % 9_973
        s.m = (s.m * 5 + s.n) % 9_973

    storage = dict(n=Nat(10_000), m=Nat(10_000))
    return System("hard", CFG, storage, nothing, [Action(turn)])
