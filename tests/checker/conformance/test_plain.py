"""The plain functions of a walk say what concrete mode says, of any state and choices."""

from __future__ import annotations

import pytest

from checker.conformance.plain import compiled, flattener
from checker.conformance.walk import tables
from tests.checker.conformance.cases import IDS, WRITTEN, scheduler

STATES, CHOICES = 15, 10


def said(outcome):
    """An outcome in the words of the plain function."""
    if outcome.outside:
        return "outside", None
    named = (("undefined: ", outcome.undefined), ("limit: ", outcome.limit))
    words = [outcome.refused, *(prefix + what for prefix, what in named if what)]
    return "".join(words), outcome.state


def reachable(system, rng, number):
    """States along random runs, each of twenty steps at most."""
    actions = tables(system)
    first = [o.state for _, o in system.initial_states() if o.state]
    found = []
    while len(found) < number:
        state = first[rng.integers(len(first))]
        for _ in range(20):
            table = actions[rng.integers(len(actions))]
            choices, _ = table.choices[rng.integers(len(table.choices))]
            state = table.run(state, choices)[1] or state
        found.append(state)
    return found


def anything(leaves, rng):
    """Values within the ranges of the leaves, whether or not they occur together."""
    return tuple(int(rng.integers(leaf.low, leaf.high + 1)) for leaf in leaves)


@pytest.mark.parametrize("amendments", [IDS, WRITTEN], ids=["amended", "written"])
def test_a_transition_comes_out_as_in_concrete_mode(amendments, rng):
    system = scheduler(amendments, {"max_validators": 1})
    states = reachable(system, rng, STATES)
    states += [anything(system.leaves, rng) for _ in range(STATES)]
    kinds = set()
    for transition in (system.initial, *system.transitions):
        run, picks = compiled(system, transition), list(system.choices(transition))
        for state in [system.zero] if transition is system.initial else states:
            choices = [picks[i] for i in rng.integers(len(picks), size=CHOICES)]
            for picked in [*choices, anything(transition.choices, rng)]:
                wanted = said(system.run(transition, state, picked))
                assert run(state, picked) == wanted, (transition.action.name, state, picked)
                kinds.add(wanted[0].split(":")[0])
    assert kinds >= {"", "outside", "limit", "QueueFull", "CoreNotScheduled"}
    assert ("undefined" in kinds) == (amendments == WRITTEN)


def test_a_table_leaves_out_only_what_the_environment_never_chooses(rng):
    system = scheduler(sizes={"max_validators": 1})
    for table in tables(system):
        kept = {choices for choices, _ in table.choices}
        for state in reachable(system, rng, 3):
            starts = table.starts(state, ())
            for choices in system.choices(table.transition):
                if table.run(state, choices)[0] != "outside":
                    assert starts
                    assert choices in kept


def test_plain_data_flattens_to_the_leaves_of_a_state(rng):
    system = scheduler(WRITTEN, {"max_validators": 1})
    for state in reachable(system, rng, STATES):
        numbers: list[int] = []
        data = system.decode(state)
        for name, kind in system.storage.items():
            flattener(kind)(data[name], numbers)
        assert tuple(numbers) == state
