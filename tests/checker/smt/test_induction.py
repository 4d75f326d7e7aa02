"""Induction: what it proves, what it refuses to prove, and what it shows instead."""

from __future__ import annotations

from dataclasses import replace as changed

import pytest

from checker.replay import replay
from checker.smt.conjuncts import split
from checker.smt.encoding import INTEGERS
from checker.smt.induction import (
    INDUCTIVE,
    LIMITED,
    NOT_INDUCTIVE,
    UNKNOWN,
    VACUOUS,
    VIOLATED,
    Clock,
    Prover,
)
from checker.smt.obligations import settle
from model.language import Action, And, If, Implies, Nat, Or, Seq, System
from properties.kinds import invariant, reachable, step
from tests.checker.smt import systems
from tests.checker.smt.systems import CFG, DEADLOCK_FREE, WELL_DEFINED, named, nothing


def two_counters():
    """`a` and `b` move together from 0, by 2; so they are equal, and even."""

    def both(s):
        s.require(s.a < 8, "Enough")
        s.a, s.b = s.a + 2, s.b + 2

    def back(s):
        s.require(s.a == s.b, "Different")
        s.a = 0
        s.b = 0

    storage = dict(a=Nat(9), b=Nat(9))
    return System("two", CFG, storage, nothing, [Action(both), Action(back)])


equal = named(invariant, "equal", lambda s: s.a == s.b)
even = named(invariant, "even", lambda s: s.a % 2 == 0)
b_is_even = named(invariant, "b_is_even", lambda s: s.b % 2 == 0)
b_stays_below_nine = named(invariant, "b_stays_below_nine", lambda s: s.b < 9)
with_lemmas = changed(b_stays_below_nine, lemmas=(changed(equal, lemmas=(even,)),))


def prove(system, goal, **more):
    return Prover(system).prove(goal, **more)


def confirmed(system, result, *properties):
    """Replay the evidence of a failed proof; what it shows."""
    known = {p.name: p for p in properties}
    trace = result.failure.trace(system.name, known.get(result.failure.of, properties[0]))
    stated = None if trace.kind in {"limit", "builtin"} else known[trace.property]
    return replay(trace, system, stated, from_any_state=True), trace


def test_an_inductive_invariant_is_proved_without_lemmas():
    result = prove(two_counters(), equal)
    assert result.status == INDUCTIVE
    assert result.actions == {"nothing": "ok", "both": "ok", "back": "ok"}


def test_a_goal_needs_its_lemmas_and_theirs():
    assert prove(two_counters(), b_stays_below_nine).status != INDUCTIVE
    result = prove(two_counters(), with_lemmas)
    assert (result.status, result.lemmas) == (INDUCTIVE, ("equal", "even"))


def test_a_lemma_may_need_its_goal():
    below = named(invariant, "below", lambda s: s.b <= s.a)
    above = changed(named(invariant, "above", lambda s: s.a <= s.b), lemmas=(below, even))
    result = prove(two_counters(), above)
    assert result.status == INDUCTIVE


def test_a_wrong_lemma_makes_the_proof_fail():
    for wrong in (
        named(invariant, "never_four", lambda s: s.a != 4),  # false, though not at once
        named(invariant, "at_most_two", lambda s: s.a <= 2),
    ):
        result = prove(two_counters(), changed(even, lemmas=(wrong,)))
        assert result.status == NOT_INDUCTIVE
        assert result.failure.of == wrong.name
        assert result.reason.startswith(f"the lemma {wrong.name}")


def test_a_lemma_that_is_false_at_the_start_is_told_apart():
    wrong = named(invariant, "positive", lambda s: s.a > 0)
    result = prove(two_counters(), changed(even, lemmas=(wrong,)))
    assert (result.status, result.reason) == (NOT_INDUCTIVE, "the lemma positive is false")
    assert result.failure.real


def test_a_lemma_of_another_kind_is_refused():
    goal = named(reachable, "goal", lambda s: s.a == 4)
    with pytest.raises(Exception, match="a lemma is an invariant"):
        prove(two_counters(), changed(even, lemmas=(goal,)))


def test_a_violation_at_the_start_is_a_violation():
    positive = named(invariant, "positive", lambda s: s.a > 0)
    system = two_counters()
    result = prove(system, positive)
    assert result.status == VIOLATED
    assert confirmed(system, result, positive)[1].length == 0


def test_a_step_that_is_not_inductive_is_small_and_replays():
    system = two_counters()
    result = prove(system, b_stays_below_nine)
    assert result.status == NOT_INDUCTIVE
    shown, trace = confirmed(system, result, b_stays_below_nine)
    assert shown.shows == "b_stays_below_nine is violated in the last state"
    assert trace.from_any_state
    assert trace.states == ((0, 7), (2, 9))  # `a` could be anything: it is zero
    assert result.failure.action == "both"


def test_the_parts_to_blame_are_named():
    goal = named(
        invariant, "three", lambda s: And(s.a <= 9, Implies(s.a > 3, And(s.b > 3, s.a == s.b)))
    )
    result = prove(two_counters(), goal)
    assert [part.split(", ")[1] for part in result.failure.blamed]
    assert all(part.startswith("three, part ") for part in result.failure.blamed)


def test_larger_k_proves_what_one_step_cannot():
    def turn(s):
        s.n = If(s.n == 2, 0, If(s.n >= 4, If(s.n == 6, 7, s.n + 1), s.n + 1))

    system = System("turn", CFG, dict(n=Nat(7)), nothing, [Action(turn)])
    goal = named(invariant, "not_seven", lambda s: s.n != 7)
    found = {k: prove(system, goal, k=k).status for k in (1, 2, 3, 4, 5)}
    assert found[1] == NOT_INDUCTIVE
    assert found[5] == INDUCTIVE
    _, trace = confirmed(system, prove(system, goal, k=3), goal)
    assert trace.length == 3


def test_k_beyond_the_violation_finds_it():
    system, (below_five, *_) = systems.counter_with_wrap()
    assert prove(system, below_five, k=5).status == NOT_INDUCTIVE
    result = prove(system, below_five, k=6)
    assert result.status == VIOLATED
    assert confirmed(system, result, below_five)[1].length == 5


def test_a_step_property_is_proved_with_invariants():
    moves = named(step, "moves", lambda s, t: Or(t.b == s.b + 2, t.b == 0))
    moves = changed(moves, lemmas=(equal,))
    same = changed(named(step, "same", lambda s, t: t.a == t.b), lemmas=(equal,))
    assert prove(two_counters(), moves).status == INDUCTIVE
    assert prove(two_counters(), changed(same, lemmas=())).status != INDUCTIVE
    assert prove(two_counters(), changed(same, lemmas=(equal, even))).status == INDUCTIVE


def test_a_step_property_that_fails_is_shown_from_any_state():
    system, (_, grows, *_) = systems.counter_with_wrap()
    result = prove(system, grows)
    shown, _ = confirmed(system, result, grows)
    assert shown.shows == "grows is violated by the last step"


def test_a_limit_that_may_break_is_no_proof():
    system, (_, is_even) = systems.limit()
    result = prove(system, is_even)
    assert (result.status, result.reason) == (LIMITED, "small")
    shown, _ = confirmed(system, result, is_even)
    assert shown.shows == "the step leaves the model's limit small"


def test_a_limit_that_a_lemma_excludes_is_none():
    def up(s):
        s.n = s.n + If(s.n < 4, 2, 0)
        s.within(s.n != 5, "odd")

    system = System("up", CFG, dict(n=Nat(9)), nothing, [Action(up)])
    small = named(invariant, "small", lambda s: s.n < 6)
    is_even = named(invariant, "even", lambda s: s.n % 2 == 0)
    assert prove(system, small).status == LIMITED
    assert prove(system, changed(small, lemmas=(is_even,))).status == INDUCTIVE


def test_a_cut_is_named():
    system, _ = systems.cut_queue()
    short = named(invariant, "short", lambda s: s.queue.len <= 3)
    result = prove(system, short)
    assert (result.status, result.cuts) == (INDUCTIVE, ("queue",))


def test_what_may_be_undefined_is_named():
    system, _ = systems.undefined_division()
    [variable] = list(system.storage)[:1]
    anything = lambda s: Or(getattr(s, variable) == 0, getattr(s, variable) != 0)  # noqa: E731
    result = prove(system, named(invariant, "anything", anything))
    assert result.undefined


def test_well_defined_is_proved_or_shown_not_to_be():
    def halve(s):
        s.a = 8 / s.b
        s.b = If(s.b > 1, s.b / 2, 1)

    def one(s):
        s.b = 1

    system = System("halves", CFG, dict(a=Nat(8), b=Nat(8)), one, [Action(halve)])
    result = prove(system, WELL_DEFINED)
    assert result.status == NOT_INDUCTIVE
    shown, _ = confirmed(system, result, WELL_DEFINED)
    assert shown.shows.startswith("the text is undefined here")
    positive = named(invariant, "positive", lambda s: s.b > 0)
    assert prove(system, WELL_DEFINED, lemmas=(positive,)).status == INDUCTIVE


def test_deadlocks_are_excluded_by_lemmas():
    system = two_counters()
    alone = prove(system, DEADLOCK_FREE, lemmas=(even,))
    assert alone.status == LIMITED
    assert prove(system, DEADLOCK_FREE, lemmas=(equal, even)).status == INDUCTIVE


def test_a_deadlock_that_need_not_be_reachable_is_shown():
    system, _ = systems.deadlock()
    result = prove(system, DEADLOCK_FREE)
    assert (result.status, result.reason) == (NOT_INDUCTIVE, "a state without a step")
    shown, _ = confirmed(system, result, DEADLOCK_FREE)
    assert shown.shows == "no action is possible in the last state"


def test_without_an_initial_state_everything_is_vacuous():
    system, _ = systems.nowhere_to_start()
    anything = named(invariant, "anything", lambda s: Or(s.n == 0, s.n != 0))
    result = prove(system, anything)
    assert (result.status, result.reason) == (VACUOUS, "there is no initial state")


def test_a_premise_that_no_state_of_the_invariant_satisfies_is_vacuous():
    nine = named(invariant, "odd_means_nine", lambda s: Implies(s.a % 2 == 1, s.b == 9))
    result = prove(two_counters(), changed(nine, lemmas=(equal, even)))
    assert result.status == VACUOUS


def test_an_action_without_a_step_is_named():
    def never(s):
        s.require(s.a > 9, "TooSmall")

    system = two_counters()
    grown = System("grown", CFG, system.storage, nothing, [*system.actions, Action(never)])
    assert prove(grown, even).idle == ("never",)


def test_dead_places_of_a_queue_are_zero():
    """Without the canonical form a dead place could be anything, and come alive again."""

    def add(s, x):
        s.require(s.q.len < 3, "Full")
        s.q.push(x)

    def take(s):
        s.require(s.q.len > 0, "Empty")
        s.q.take()

    system = System(
        "q", CFG, dict(q=Seq(Nat(3), 3)), nothing, [Action(add, x=Nat(1)), Action(take)]
    )
    small = named(invariant, "small", lambda s: s.q.all(lambda e: e < 2))
    exact = named(
        invariant, "exact", lambda s: Implies(s.q.len == 0, s.q.count(lambda e: e == 0) == 0)
    )
    assert prove(system, small).status == INDUCTIVE
    assert prove(system, exact).status in {INDUCTIVE, VACUOUS}
    prover = Prover(system)
    assert prover.canonical(Clock(), lambda *_: None)


def test_the_end_of_the_time_is_unknown():
    result = prove(two_counters(), with_lemmas, clock=Clock(0.0))
    assert (result.status, result.reason) == (UNKNOWN, "seconds")


def test_progress_names_the_query_and_its_size():
    calls = []
    prove(two_counters(), with_lemmas, progress=lambda what, counts: calls.append((what, counts)))
    names = [what for what, _ in calls]
    assert "consecution under both of b_stays_below_nine" in names
    assert all(counts["query"] > 0 and counts["terms"] > 0 for _, counts in calls)


@pytest.mark.parametrize("k", [1, 2])
def test_obligations_are_what_was_asked_and_hold(k):
    result = prove(two_counters(), with_lemmas, k=k)
    kinds = {o.kind for o in result.obligations}
    assert kinds == {"initiation", "consecution", "definedness", "premises"}
    for obligation in result.obligations:
        assert settle(obligation, 10.0).status == obligation.expected, obligation.name


def test_integers_and_bits_prove_the_same():
    for goal in (even, equal, b_stays_below_nine, with_lemmas):
        bits, integers = (
            Prover(two_counters(), **how).prove(goal).status
            for how in ({}, dict(encoding=INTEGERS))
        )
        assert bits == integers


def test_a_sentence_is_split_at_its_conjunctions():
    system = two_counters()
    goal = named(invariant, "all", lambda s: And(s.a < 9, Implies(s.b > 1, And(s.a > 1, s.a < 7))))
    assert len(list(split(system.term(goal)))) == 3
