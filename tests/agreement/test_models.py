"""The models themselves: terms against plain values, on random runs of their smallest instances."""

import random

import pytest

from model.config import Rules
from model.systems import SYSTEMS
from properties.catalogue import known_ids
from tests.agreement.terms import Step, agree

RUNS, LENGTH, TRIED = 8, 10, 3  # runs, steps of each, choices tried per action and step


@pytest.mark.parametrize("amended", [False, True], ids=["as written", "as amended"])
@pytest.mark.parametrize("family", SYSTEMS)
def test_a_model_is_the_same_in_both_modes(family, amended):
    known = known_ids()
    system = SYSTEMS[family].system("tiny", Rules(known if amended else frozenset(), known))
    rng = random.Random(family)
    first = Step(system, system.initial)
    starts = [
        agree(system, system.initial, first, system.zero, choices).state
        for choices in system.choices(system.initial)
    ]
    starts = [state for state in starts if state is not None]
    table = [(t, Step(system, t), list(system.choices(t))) for t in system.transitions]
    for _ in range(RUNS):
        state = rng.choice(starts)
        for _ in range(LENGTH):
            after = {
                agree(system, t, step, state, choices).state
                for t, step, several in table
                for choices in rng.sample(several, min(TRIED, len(several)))
            }
            state = rng.choice(sorted(after - {None}) or starts)
