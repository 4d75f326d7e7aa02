"""Premises are read off terms, and watched on terms and on values alike."""

from __future__ import annotations

import pytest
import z3

from checker.vacuity import observation, premise
from model.language import And, If, Implies, Nat, Not, Or, System
from model.language.system import Action
from properties.kinds import invariant, step

a, b, c, d = z3.Bools("a b c d")


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (z3.Or(z3.Not(a), b), a),
        (z3.Implies(a, b), a),
        (z3.Or(z3.Not(a), z3.Not(b)), a),
        (z3.Or(z3.Not(a), b, c), a),
        (z3.Or(z3.Not(a), z3.Or(z3.Not(b), c)), z3.And(a, b)),
        (z3.And(z3.Or(z3.Not(a), b), z3.Or(z3.Not(c), d)), z3.Or(a, c)),
        (z3.And(z3.Or(z3.Not(a), b), z3.And(z3.BoolVal(True), z3.Or(z3.Not(c), d))), z3.Or(a, c)),
        (z3.Or(z3.Not(a), z3.And(z3.Or(z3.Not(b), c), d)), a),
        (z3.And(z3.Or(z3.Not(a), b), c), None),
        (z3.Or(a, z3.Not(b)), None),
        (z3.Not(a), None),
        (z3.BoolVal(True), None),
        (a == b, None),
        (a, None),
    ],
)
def test_a_premise_is_that_of_every_conjunct(term, expected):
    found = premise(term)
    if expected is None:
        assert found is None
    else:
        solver = z3.Solver()
        assert solver.check(found != expected) == z3.unsat


class Cfg:
    pass


def system() -> System:
    def up(s) -> None:
        s.n = If(s.n == 3, 0, s.n + 1)

    return System("s", Cfg(), {"n": Nat(5)}, lambda s: None, [Action(up)])


@invariant("")
def four_is_even(s):
    """Four is even."""
    return Implies(s.n == 4, s.n % 2 == 0)


@step("")
def two_is_left(before, after):
    """From two it goes on."""
    return Implies(before.n == 2, Not(after.n == 2))


@invariant("")
def small(s):
    """It is small."""
    return Or(s.n < 4, And(s.n == 4, s.n == 5))


def test_the_premise_of_an_invariant_is_a_goal_on_terms_and_values():
    s = system()
    watched = observation(four_is_even, s.term(four_is_even))
    assert (watched.kind, watched.name) == ("reachable", "premise of four_is_even")
    assert z3.Solver().check(s.term(watched) != (z3.Int("n") == 4)) == z3.unsat
    assert [s.holds(watched, (n,)) for n in range(6)] == [n == 4 for n in range(6)]


def test_the_premise_of_a_step_is_met_by_a_step_that_violates_the_watch():
    s = system()
    watched = observation(two_is_left, s.term(two_is_left))
    assert watched.kind == "step"
    assert [s.holds(watched, (n,), (3,)) for n in range(4)] == [n != 2 for n in range(4)]


def test_a_property_without_a_premise_is_not_watched():
    assert observation(small, system().term(small)) is None
