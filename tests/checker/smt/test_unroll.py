"""Unrolled formulas: one state, one step, and what a solver model says of them."""

from __future__ import annotations

import itertools

import pytest
import z3

from checker.smt.encoding import BITS, INTEGERS
from checker.smt.unroll import Unrolling
from tests.checker.smt import systems


def fixed(unrolling, state, k):
    """State k is the given one."""
    return [
        unrolling.at(const == unrolling.encoding.literal(leaf, value), k)
        for leaf, const, value in zip(unrolling.system.leaves, unrolling.state, state, strict=True)
        if const is not None
    ]


@pytest.mark.parametrize("encoding", [BITS, INTEGERS], ids=["bits", "integers"])
def test_the_solutions_of_one_step_are_the_successors(encoding):
    system, _ = systems.negative_numbers()
    u = Unrolling(system, encoding)
    state = (-4, -2, 0)
    solver = z3.Solver()
    solver.add(u.step(1), *fixed(u, state, 0))
    found = set()
    while solver.check() == z3.sat:
        model = solver.model()
        after, step = u.state_in(model, 1), u.taken_in(model, 1)
        assert system.run(system.transition(step.action), state, step.choices).state == after
        found.add(after)
        solver.add(z3.Not(z3.And(*fixed(u, after, 1))))
    t = system.transitions[0]
    assert found == {system.run(t, state, c).state for c in system.choices(t)} - {None}
    assert len(found) == 4


def test_exactly_one_action_is_selected():
    system, _ = systems.nested_records()
    u = Unrolling(system)
    solver = z3.Solver()
    solver.add(u.start(), u.step(1), u.step(2))
    assert solver.check() == z3.sat
    for a, b in itertools.combinations(u.moves, 2):
        pair = [u.renamed(m.selector, 1) for m in (a, b)]
        assert solver.check(*pair) == z3.unsat


def test_there_is_no_stutter_step():
    system, _ = systems.counter_with_wrap()
    u = Unrolling(system)
    solver = z3.Solver()
    solver.add(u.step(1), *fixed(u, (2,), 0), *fixed(u, (2,), 1))
    assert solver.check() == z3.unsat


def test_a_step_past_a_limit_is_no_step_and_later_states_are_not_constrained():
    system, _ = systems.limit()
    u = Unrolling(system)
    solver = z3.Solver()
    solver.add(u.start(), u.step(1), u.step(2))
    assert solver.check() == z3.sat
    assert u.state_in(solver.model(), 2) == (4,)
    solver.add(u.step(3))
    assert solver.check() == z3.unsat
    broken = u.moves[0].limited_here(lambda name: name == "small")
    solver = z3.Solver()
    solver.add(*fixed(u, (4,), 2), u.renamed(broken, 3))
    assert solver.check() == z3.sat


def test_the_first_broken_limit_counts():
    system, _ = systems.limit()
    u = Unrolling(system)
    both = fixed(u, (8,), 0)  # 10 breaks the declared range as well
    solver = z3.Solver()
    solver.add(*both, u.renamed(u.moves[0].limited_here(lambda name: name == "n"), 1))
    assert solver.check() == z3.unsat
    assert system.run(system.transitions[0], (8,), ()).limit == "small"


def test_initial_states_are_those_of_the_initial_action():
    system, _ = systems.initial_choices()
    u = Unrolling(system)
    solver = z3.Solver()
    solver.add(u.start())
    found = set()
    while solver.check() == z3.sat:
        found.add(u.state_in(solver.model(), 0))
        solver.add(z3.Not(z3.And(*fixed(u, max(found & {u.state_in(solver.model(), 0)}), 0))))
    assert found == {(4, 0), (4, 1), (4, 2), (5, 0), (5, 1), (5, 2)}
