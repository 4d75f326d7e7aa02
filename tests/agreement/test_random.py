"""Random systems over the whole language: plain values, terms and compiled code must agree."""

import itertools

import pytest
from hypothesis import HealthCheck, assume, given, seed, settings

from checker.smt.bmc import REACHED, VIOLATED, bmc
from tests.agreement.compare import compiled, differences
from tests.agreement.naive import search
from tests.agreement.strategy import promised, systems
from tests.agreement.tally import CONSTRUCTS, TALLY, VERDICTS
from tests.agreement.terms import Sentence, Step, agree

SEED = 20201120  # an edit of the test does not change the systems
SYSTEMS = 500
MOST = 200  # states that the plain search visits in one system
SAMPLED = 30  # steps of one system on which terms and plain values are compared
DEEPEST = 3  # steps of a bounded search

calm = settings(
    max_examples=SYSTEMS,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,  # a system that came before is not tried again
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)


@seed(SEED)
@calm
@given(systems())
def test_a_random_system_is_the_same_to_every_engine(drawn):
    assume(drawn.text not in TALLY.seen)
    system, properties = drawn.build()
    properties = (*properties, *promised(system, properties))
    plain = search(system, properties, most=MOST)
    depth = plain.depth if plain.stopped == "depth" else None
    other = compiled(system, properties, depth=depth, states=50 * MOST)
    assert differences(plain, other) == []
    compare_terms(system, properties)
    TALLY.add(drawn, system, properties, plain, MOST)


def compare_terms(system, properties):
    """Terms against plain values, on the first steps from the start."""
    states = {o.state for _, o in system.initial_states()} - {None}
    for transition in system.transitions:
        step = Step(system, transition)
        cases = itertools.product(sorted(states), system.choices(transition))
        for before, choices in itertools.islice(cases, SAMPLED):
            after = agree(system, transition, step, before, choices).state
            states = states | {after} - {None} if len(states) < SAMPLED else states
    for prop in properties:
        if prop.kind in {"invariant", "reachable", "recoverable"}:
            sentence = Sentence(system, prop)
            assert all(sentence.holds(s) == system.holds(prop, s) for s in states)


def test_the_random_systems_are_worth_their_time():
    if len(TALLY.states) < SYSTEMS:
        pytest.skip("the systems were not all drawn in this run")
    assert TALLY.median >= 100
    assert TALLY.lively >= 0.9 * SYSTEMS
    rare = {k: v for k, v in TALLY.shares(TALLY.constructs, CONSTRUCTS).items() if v < 5}
    assert rare == {}
    rare = {k: v for k, v in TALLY.shares(TALLY.verdicts, VERDICTS).items() if v < 10}
    assert rare == {}


@pytest.mark.slow
@settings(calm, max_examples=100)
@given(systems())
def test_a_bounded_search_of_a_random_system_agrees_on_lengths(drawn):
    system, properties = drawn.build()
    found = search(system, properties, depth=DEEPEST)
    result = bmc(system, properties, DEEPEST)
    # Where a limit ends the search, the explicit one leaves the states behind it unexamined.
    examined = found.depth - found.stopped.startswith("limit")
    for prop in properties:
        length, outcome = found.lengths.get(prop.name), result.outcomes[prop.name]
        if prop.kind != "recoverable" and length is not None:
            wanted = REACHED if prop.kind == "reachable" else VIOLATED
            assert (outcome.status, outcome.depth) == (wanted, length), prop.name
        elif outcome.status in {REACHED, VIOLATED}:
            assert outcome.depth > examined, prop.name
