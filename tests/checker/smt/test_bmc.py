"""Bounded checking against a search over plain values, on small systems and random ones."""

from __future__ import annotations

import itertools

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.replay import replay
from checker.smt import bitvector
from checker.smt.bmc import BOUNDED, EXHAUSTED, UNDETERMINED, UNKNOWN, UnsoundRun, bmc
from checker.smt.encoding import BITS, INTEGERS
from model.language import Action, If, Int, Nat, System
from properties.kinds import invariant, reachable, recoverable
from tests.checker.smt import systems

DEPTH = 7


def differences(system, properties, depth=DEPTH, encoding=BITS):
    """Where bounded checking and the plain search differ, in words."""
    asked = (*properties, *systems.BUILTIN)
    truth = systems.search(system, asked, depth)
    result = bmc(system, asked, depth, encoding=encoding)
    found = {o.property: o.depth for o in result.outcomes.values() if o.trace}
    limit = None if result.limit is None else result.limit.length
    pairs = {
        "found": (truth.found, found),
        "limit": (truth.limit, limit),
        "exhausted": (truth.exhausted, result.exhausted),
        "cuts": (truth.cuts, set(result.cuts_hit)),
    }
    wrong = [f"{k}: {a} by search, {b} by bmc" for k, (a, b) in pairs.items() if a != b]
    left = BOUNDED if result.exhausted is None else EXHAUSTED
    wrong += [
        f"{o.property}: {o.status}"
        for o in result.outcomes.values()
        if not o.trace and o.status != (left if limit is None else UNDETERMINED)
    ]
    return wrong


@pytest.mark.parametrize("build", systems.SYSTEMS, ids=lambda f: f.__name__)
def test_small_systems_give_the_lengths_of_a_plain_search(build):
    assert differences(*build()) == []


@pytest.mark.parametrize("build", [systems.negative_numbers, systems.undefined_division])
def test_integers_and_bits_agree(build):
    assert differences(*build(), encoding=INTEGERS) == []


FIGURES = {
    "counter_with_wrap": {"below_five": 5, "grows": 6, "four": 4},
    "queue_that_overflows": {"no_twos": 1},
    "negative_numbers": {"above_minus_five": 2, "rounds_down": 2, "two_left": 1, "bottom": 3},
    "deadlock": {"deadlock_free": 3},
    "undefined_division": {"big": 3, "well_defined": 3},
    "undefined_at_the_start": {"well_defined": 0},
    "limit": {"below_four": 2},
    "initial_choices": {"seven": 2, "deadlock_free": 0},
}


@pytest.mark.parametrize("name", FIGURES)
def test_lengths_are_these(name):
    system, properties = getattr(systems, name)()
    result = bmc(system, (*properties, *systems.BUILTIN), DEPTH)
    assert {o.property: o.depth for o in result.outcomes.values() if o.trace} == FIGURES[name]


def test_a_trace_replays_and_names_its_property():
    system, (below_five, *_) = systems.counter_with_wrap()
    trace = bmc(system, [below_five], 9).outcomes["below_five"].trace
    assert trace.states == ((0,), (1,), (2,), (3,), (4,), (5,))
    assert [s.action for s in trace.steps] == ["nothing"] + ["tick"] * 5
    assert replay(trace, system, below_five).shows == "below_five is violated in the last state"


def test_a_limit_ends_the_search_after_its_level():
    system, (below_four, even) = systems.limit()
    result = bmc(system, [below_four, even], DEPTH)
    assert result.outcomes["below_four"].depth == 2
    assert result.outcomes["even"].status == UNDETERMINED
    assert (result.outcomes["even"].depth, result.outcomes["even"].reason) == (2, "limit: small")
    assert (result.limit.length, result.limit.property, result.limit.final.action) == (
        3,
        "small",
        "up",
    )


def test_beyond_the_longest_run_the_search_says_exhausted():
    system, _ = systems.initial_choices()
    impossible = systems.named(invariant, "small", lambda s: s.size < 9)
    result = bmc(system, [impossible], DEPTH)
    assert (result.exhausted, result.outcomes["small"].status) == (3, EXHAUSTED)


def test_a_search_as_deep_as_the_longest_run_says_exhausted_too():
    system, _ = systems.initial_choices()
    impossible = systems.named(invariant, "small", lambda s: s.size < 9)
    shorter = bmc(system, [impossible], 1)
    assert (shorter.exhausted, shorter.outcomes["small"].status) == (None, BOUNDED)
    longest = bmc(system, [impossible], 2)
    assert (longest.exhausted, longest.depth) == (3, 2)
    assert longest.outcomes["small"].status == EXHAUSTED


def test_a_step_out_of_the_model_is_not_the_end_of_all_runs():
    system, _ = systems.limit()
    possible = systems.named(invariant, "small", lambda s: s.n < 9)
    for depth in range(DEPTH):
        assert bmc(system, [possible], depth).exhausted is None


def test_what_needs_all_states_is_undetermined():
    system, _ = systems.counter_with_wrap()
    back = systems.named(recoverable, "back", lambda s: s.n == 0)
    outcome = bmc(system, [back], 3).outcomes["back"]
    assert outcome.status == UNDETERMINED
    assert outcome.reason


def hard():
    """Multiplication of primes: no SAT solver factors this in a tenth of a second."""

    def pick(s, a, b):
        s.product = a * b

    size = 2**30
    storage = dict(product=Nat(size * size))
    system = System(
        "hard", systems.CFG, storage, systems.nothing, [Action(pick, a=Nat(size), b=Nat(size))]
    )
    goal = (2**29 - 3) * (2**29 - 33) + 2
    return system, systems.named(reachable, "factored", lambda s: s.product == goal)


def test_the_end_of_the_time_is_unknown_and_costs_only_the_hard_property():
    system, factored = hard()
    small = systems.named(invariant, "small", lambda s: s.product >= 0)
    result = bmc(system, [factored, small], 1, seconds=2.0)
    assert (result.outcomes["factored"].status, result.outcomes["factored"].reason) == (
        UNKNOWN,
        "seconds",
    )
    assert result.outcomes["factored"].depth == 0
    assert result.outcomes["small"].status == BOUNDED
    assert result.seconds < 4


def test_no_time_at_all_is_unknown():
    system, properties = systems.counter_with_wrap()
    result = bmc(system, properties, 3, seconds=0.0)
    assert {(o.status, o.reason, o.depth) for o in result.outcomes.values()} == {
        (UNKNOWN, "seconds", -1)
    }
    assert result.stopped == "seconds"


def test_progress_names_phase_and_depth():
    calls = []
    system, properties = systems.counter_with_wrap()
    bmc(system, properties, 2, progress=lambda phase, depth, _: calls.append((phase, depth)))
    assert calls[0] == ("lowering", 0)
    assert {depth for _, depth in calls} == {0, 1, 2}


def planted_width(bounds):
    low, high = bounds
    return max(1, low.bit_length(), high.bit_length())


def planted_compare(operator, a, b):
    width = max(a.term.size(), b.term.size())
    x, y = bitvector.resized(a, width), bitvector.resized(b, width)
    return {"<": z3.ULT(x, y), "<=": z3.ULE(x, y), "==": x == y}[operator]


def planted_division(a, b):
    width = max(a.term.size(), b.term.size())
    x, y = bitvector.resized(a, width), bitvector.resized(b, width)
    return bitvector.Number(x / y, (-9, 9)), bitvector.Number(z3.SRem(x, y), (-9, 9))


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("signed_width", planted_width),
        ("compare", planted_compare),
        ("divide", planted_division),
    ],
)
def test_a_fault_planted_in_the_lowering_is_caught(monkeypatch, place, fault):
    monkeypatch.setattr(bitvector, place, fault)
    assert caught(systems.negative_numbers()) or caught(systems.undefined_division())


def caught(case):
    try:
        return bool(differences(*case))
    except (UnsoundRun, z3.Z3Exception):
        return True


# random systems: two variables, two actions, arithmetic of every kind

leaves = st.sampled_from(["x", "y", "c"])
numbers = st.integers(-4, 4)
expressions = st.recursive(
    leaves | numbers,
    lambda inner: st.tuples(st.sampled_from(["+", "-", "*", "/", "%", "if"]), inner, inner),
    max_leaves=5,
)
bodies = st.tuples(expressions, expressions, expressions, st.booleans())


ARITHMETIC = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
}


def evaluate(expression, s, c):
    if isinstance(expression, int):
        return expression
    if isinstance(expression, str):
        return c if expression == "c" else getattr(s, expression)
    operator, *parts = expression
    a, b = (evaluate(part, s, c) for part in parts)
    if operator == "if":
        return If(a < b, a, b + 1)
    if isinstance(expression[1], int):
        a = a + 0 * s.x  # at least one operand is a value of the state: `/` is the model's
    return ARITHMETIC[operator](a, b)


def action(name, body):
    x, y, guard, wraps = body

    def run(s, c):
        s.require(evaluate(guard, s, c) + 0 * s.x < 3, "Refused")
        new = evaluate(x, s, c) + 0 * s.x, evaluate(y, s, c)
        s.x, s.y = (new[0] % If(s.x < 0, 5, 4), s.y) if wraps else new

    run.__name__ = name
    return Action(run, c=Int(-1, 1))


@settings(max_examples=40)
@given(bodies, bodies, st.integers(-5, 5))
def test_random_systems_give_the_lengths_of_a_plain_search(first, second, value):
    storage = dict(x=Int(-5, 6), y=Int(-3, 9))
    actions = [action("first", first), action("second", second)]
    system = System("random", systems.CFG, storage, systems.nothing, actions, cuts=["x"])
    goals = [
        systems.named(invariant, "stays_small", lambda s: s.x + s.y < 5),
        systems.named(reachable, "goal", lambda s: s.x * 2 - s.y == value),
    ]
    assert differences(system, goals, 3) == []


def test_all_orders_of_asking_give_the_same_lengths():
    system, properties = systems.negative_numbers()
    lengths = [
        {o.property: o.depth for o in bmc(system, order, 4).outcomes.values()}
        for order in itertools.permutations(properties[:3])
    ]
    assert all(found == lengths[0] for found in lengths)
